"""What an officer did, as events, and the one meaning that a filing has in them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
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
VOID_REASONS = ("V01", "V02", "V03", "V04", "V99")
LANGUAGES = ("vi", "en", "km", "other")
MINUTES = (5, 10, 20, 30, 60)
MOST_AT_ONCE = 50
VERSION = 1

CODE = re.compile(r"(?!.*\d{9})[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # too short for an identity number
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

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


@dataclass(frozen=True, slots=True)
class Actor:
    """Who writes: an officer's opaque id, in a unit, on a device."""

    unit: str
    officer: str
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingEvent(Entry):
    """One line of the ledger; written once, never changed. Of a void, `reason` says why."""

    id: str  #: UUIDv7
    v: int
    filing_id: str  #: id of the event that recorded it
    kind: str
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
    officer: str  #: who did the latest thing to it
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """Something was done to a filing whose record has not arrived."""

    filing_id: str
    unit: str


_NAMES = {kind: tuple(f.name for f in fields(kind)) for kind in (Entry, FilingEvent, Filing)}


def said(entry: Entry) -> dict[str, Any]:
    """Return the fields of the form itself, whatever else the entry carries."""
    return {name: getattr(entry, name) for name in _NAMES[Entry]}


def values(entry: Entry) -> dict[str, Any]:
    """Return every field of an entry, an event or a filing."""
    return {name: getattr(entry, name) for name in _NAMES[type(entry)]}


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
        void_reason=void.reason if void else None,
        recorded_by=record.officer,
        recorded_at=record.at,
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


def refuse_void(reason: str) -> list[Mistake]:
    """Return why a filing cannot be voided with this reason; empty when it can."""
    return [] if reason in VOID_REASONS else [Mistake("reason", "unknown")]


def _words(entry: Entry) -> Iterator[Mistake]:
    for name, words in _REQUIRED.items():
        value = getattr(entry, name)
        if value not in words:
            yield Mistake(name, "unknown" if value else "required")
    for name, choices in _OPTIONAL.items():
        value = getattr(entry, name)
        if value is not None and value not in choices:
            yield Mistake(name, "unknown")


def _codes(entry: Entry) -> Iterator[Mistake]:
    if not UUID.fullmatch(entry.client_id):
        yield Mistake("client_id", "unknown")
    if not entry.procedure and entry.activity == "filing":
        yield Mistake("procedure", "required")
    if not entry.field:
        yield Mistake("field", "required")
    for name in ("procedure", "field", "competent_unit"):
        value = getattr(entry, name)
        if value and not CODE.fullmatch(value):
            yield Mistake(name, "unknown")


def _amounts(entry: Entry) -> Iterator[Mistake]:
    if not 1 <= entry.quantity <= MOST_AT_ONCE:
        yield Mistake("quantity", "out_of_range")


def _presence(entry: Entry) -> Iterator[Mistake]:
    filing = entry.activity == "filing"
    if filing and entry.channel is None:
        yield Mistake("channel", "required")
    for name, wanted in (
        ("outcome", filing),
        ("reason", entry.outcome == "not_submitted"),
        ("direct_reason", entry.channel == "direct"),
    ):
        given = getattr(entry, name) is not None
        if wanted != given:
            yield Mistake(name, "required" if wanted else "not_allowed")


def _sense(entry: Entry) -> Iterator[Mistake]:
    on_paper = entry.channel in ("direct", "post")
    if on_paper and entry.activity != "filing":
        yield Mistake("channel", "not_allowed")
    if on_paper and entry.outcome == "saved":  # there is no draft on paper
        yield Mistake("outcome", "not_allowed")
