"""What an officer did, as events, and the one meaning that a filing has in them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import attrgetter, contains, itemgetter
from typing import Any, NamedTuple

KINDS = ("recorded", "corrected", "voided")
ACTIVITIES = ("filing", "account_help", "guidance")
ONLINE = ("national_portal", "vneid", "ministry_portal")
CHANNELS = (*ONLINE, "direct", "post")
OPERATORS = ("officer", "citizen_helped", "citizen_alone")
PLACES = ("counter", "kiosk", "mobile")
OUTCOMES = ("submitted", "saved", "not_submitted")
REASONS = ("R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R99")
DIRECT_REASONS = ("D01", "D02", "D03", "D04", "D05", "D06", "D99")
TAKEN_BACK = "V00"  # by its own officer, at once
VOID_REASONS = (TAKEN_BACK, "V01", "V02", "V03", "V04", "V99")
CORRECT_REASONS = ("C01", "C02", "C03", "C04", "C05", "C99")
BACKDATE_REASONS = ("B01", "B02", "B03", "B99")
BACKDATE_DAYS = 3
LANGUAGES = ("vi", "en", "km", "other")
MINUTES = (5, 10, 20, 30, 60)
MOST_AT_ONCE = 50
KEPT = timedelta(days=366)  # no filing leaves the ledger sooner: its year's report may still change
VERSION = 2

CODE = re.compile(r"(?!.*\d{9})[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # too short for an identity number
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
VERSION_AT, TIME_LENGTH = 14, 13  # where a UUID says its version; how much of a v7 is its time

_REQUIRED = {
    "activity": ACTIVITIES,
    "operated_by": OPERATORS,
    "place": PLACES,
    "language": LANGUAGES,
}
_OPTIONAL = {
    "channel": CHANNELS,
    "outcome": OUTCOMES,
    "reason": REASONS,
    "direct_reason": DIRECT_REASONS,
    "minutes": MINUTES,
}


_WORDS = {**_REQUIRED, **{name: (None, *words) for name, words in _OPTIONAL.items()}}
_answers = attrgetter(*_WORDS)
_CODES = ("procedure", "field", "competent_unit")
_codes_of = attrgetter(*_CODES)
_is_code = lru_cache(1024)(CODE.fullmatch)  # the same few codes in every entry


class Mistake(NamedTuple):
    """One field of an entry that cannot stand, and a stable word for why."""

    field: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one form says: codes, numbers and a day; nothing in it can hold a citizen."""

    client_id: str  #: UUID of the form; the same form sent again gets the first answer
    procedure: str  #: id of the procedure; empty where help was about none in particular
    field: str
    activity: str
    channel: str | None
    operated_by: str
    place: str
    competent_unit: str | None  #: who will decide, where that is not the unit itself
    outcome: str | None  #: None for help that was not a filing
    reason: str | None  #: why it was not submitted
    direct_reason: str | None  #: why it was not done online
    priority: bool
    language: str
    quantity: int
    minutes: int | None  #: a bucket, not a stopwatch
    civil_date: date
    doubtful: bool = False  #: the form lay open overnight: its minutes are kept, never averaged


@dataclass(frozen=True, slots=True)
class Actor:
    """Who writes: an officer's opaque id, in a unit, on a device."""

    unit: str
    officer: str
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingEvent(Entry):
    """One line of the ledger; written once, never changed.

    `cause` says why it was needed: of a record why it is dated back, of a correction and a void
    why at all. Version 1 had no `cause` and no `doubtful`; its voids say why in `reason`.
    """

    id: str  #: UUIDv7
    v: int
    filing_id: str  #: id of the event that recorded it
    kind: str
    cause: str | None = None
    unit: str
    officer: str
    device: str
    epoch: int
    seq: int  #: 1, 2, 3 … within the chain of a device's epoch
    at: datetime
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing(Entry):
    """The present state of a filing."""

    filing_id: str
    unit: str
    state: str  #: recorded, corrected or voided
    void_reason: str | None
    recorded_by: str
    recorded_at: datetime
    device: str  #: where it was recorded
    officer: str  #: who did the latest thing to it
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """Something was done to a filing whose record has not arrived."""

    filing_id: str
    unit: str


_NAMES = {kind: tuple(f.name for f in fields(kind)) for kind in (Entry, FilingEvent, Filing)}
_all_of = {kind: attrgetter(*names) for kind, names in _NAMES.items()}


_put = tuple(getattr(FilingEvent, name).__set__ for name in _NAMES[FilingEvent])
_pick = itemgetter(*_NAMES[FilingEvent])


def event_of(row: Mapping[str, Any]) -> FilingEvent:
    """Return the event that a row holds: `FilingEvent(**row)`, made in half the time."""
    event = object.__new__(FilingEvent)
    for put, value in zip(_put, _pick(row), strict=True):
        put(event, value)
    return event


def said(entry: Entry) -> dict[str, Any]:
    """Return the fields of the form itself, whatever else the entry carries."""
    return dict(zip(_NAMES[Entry], _all_of[Entry](entry), strict=True))


def values(entry: Entry) -> dict[str, Any]:
    """Return every field of an entry, an event or a filing."""
    kind = type(entry)
    return dict(zip(_NAMES[kind], _all_of[kind](entry), strict=True))


def fold(events: Iterable[FilingEvent]) -> Filing | Pending | None:
    """Return what events of one filing mean, in whatever order and however often they came."""
    known = sorted(set(events), key=_place_in_time)
    if len({event.filing_id for event in known}) > 1:
        raise ValueError("events of several filings cannot be folded into one")
    record = next((event for event in known if event.kind == "recorded"), None)
    if record is None:
        return Pending(known[0].filing_id, known[0].unit) if known else None
    return _present(record, [event for event in known if event.unit == record.unit])


def _place_in_time(event: FilingEvent) -> tuple[datetime, str, str]:
    return event.at, event.id, event.hash


def _present(record: FilingEvent, known: list[FilingEvent]) -> Filing:
    corrections = [event for event in known if event.kind == "corrected"]
    void = next((event for event in known if event.kind == "voided"), None)
    last = known[-1]
    return Filing(
        **said(corrections[-1] if corrections else record),
        filing_id=record.filing_id,
        unit=record.unit,
        state="voided" if void else "corrected" if corrections else "recorded",
        void_reason=(void.cause or void.reason) if void else None,
        recorded_by=record.officer,
        recorded_at=record.at,
        device=record.device,
        officer=last.officer,
        last_at=last.at,
    )


def refuse(entry: Entry, today: date | None = None) -> list[Mistake]:
    """Return why an entry cannot be taken, at most one mistake a field; empty when it can."""
    first: dict[str, Mistake] = {}
    for rule in (_words, _codes, _amounts, _presence, _sense):
        for mistake in rule(entry):
            first.setdefault(mistake.field, mistake)
    if today is not None and entry.civil_date > today:
        first.setdefault("civil_date", Mistake("civil_date", "future"))
    return list(first.values())


def refuse_day(day: date, cause: str | None, today: date) -> list[Mistake]:
    """Return why an entry cannot be recorded for this day: three days back, and with a reason."""
    if day >= today:
        return [] if cause is None else [Mistake("cause", "not_allowed")]
    if day < today - timedelta(days=BACKDATE_DAYS):
        return [Mistake("civil_date", "too_old")]
    return refuse_cause(cause, BACKDATE_REASONS)


def refuse_move(day: date, recorded: date) -> list[Mistake]:
    """Return why a correction cannot move a filing to this day: only where it could be recorded."""
    if day > recorded:
        return [Mistake("civil_date", "not_allowed")]
    too_old = day < recorded - timedelta(days=BACKDATE_DAYS)
    return [Mistake("civil_date", "too_old")] if too_old else []


def refuse_cause(cause: str | None, known: Sequence[str]) -> list[Mistake]:
    """Return why this cannot be the cause of an event; empty when it can."""
    if not cause:
        return [Mistake("cause", "required")]
    return [] if cause in known else [Mistake("cause", "unknown")]


def made_since(client_id: str, day: date) -> bool:
    """Tell whether a form is known to be younger than a day; only a UUIDv7 says how old it is."""
    return client_id[VERSION_AT] == "7" and client_id[:TIME_LENGTH] >= _stamp(day)


@lru_cache(8)
def _stamp(day: date) -> str:
    """Return how the UUIDv7 of a day begin; of a day in UTC, hours after ours has begun."""
    text = f"{int(datetime.combine(day, time(), UTC).timestamp() * 1000):012x}"
    return f"{text[:8]}-{text[8:]}"


def _words(entry: Entry) -> Iterator[Mistake]:
    if all(map(contains, _WORDS.values(), _answers(entry))):
        return
    for name, words in _WORDS.items():
        value = getattr(entry, name)
        if value not in words:
            yield Mistake(name, "unknown" if value or name in _OPTIONAL else "required")


def _codes(entry: Entry) -> Iterator[Mistake]:
    if not UUID.fullmatch(entry.client_id):
        yield Mistake("client_id", "unknown")
    if not entry.procedure and entry.activity == "filing":
        yield Mistake("procedure", "required")
    if not entry.field:
        yield Mistake("field", "required")
    for name, code in zip(_CODES, _codes_of(entry), strict=True):
        if code and not _is_code(code):
            yield Mistake(name, "unknown")


def _amounts(entry: Entry) -> Iterator[Mistake]:
    if not 1 <= entry.quantity <= MOST_AT_ONCE:
        yield Mistake("quantity", "out_of_range")


def _presence(entry: Entry) -> Iterator[Mistake]:
    filing = entry.activity == "filing"
    if filing and entry.channel is None:
        yield Mistake("channel", "required")
    for name, value, wanted in (
        ("outcome", entry.outcome, filing),
        ("reason", entry.reason, entry.outcome == "not_submitted"),
        ("direct_reason", entry.direct_reason, entry.channel == "direct"),
    ):
        if wanted == (value is None):
            yield Mistake(name, "required" if wanted else "not_allowed")


def _sense(entry: Entry) -> Iterator[Mistake]:
    on_paper = entry.channel in ("direct", "post")
    if on_paper and entry.activity != "filing":
        yield Mistake("channel", "not_allowed")
    if on_paper and entry.outcome == "saved":  # there is no draft on paper
        yield Mistake("outcome", "not_allowed")
    if entry.doubtful and entry.minutes is None:  # nothing there that could be doubted
        yield Mistake("doubtful", "not_allowed")
