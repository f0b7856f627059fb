"""What an officer did, as events, and the one meaning that a filing has in them."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from itertools import repeat
from operator import attrgetter, call
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


EVENT = _NAMES[FilingEvent]  #: the fields of an event, those of its form first
_put = tuple(getattr(FilingEvent, name).__set__ for name in EVENT)


def event_of(row: Iterable[Any]) -> FilingEvent:
    """Return the event with these values of EVENT: as by its name, in a fourth of the time."""
    event = object.__new__(FilingEvent)
    list(map(call, _put, repeat(event), row))  # each slot by its own setter
    return event


def told(entry: Entry) -> tuple[Any, ...]:
    """Return the values of the fields of the form itself, in their order."""
    values_of_form: tuple[Any, ...] = _all_of[Entry](entry)
    return values_of_form


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
