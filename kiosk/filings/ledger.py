"""The only writer of filings: event, present state, roll-ups and chain head in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, delete, select, update
from uuid_utils import uuid7

from kiosk.clock import civil_date, now, today
from kiosk.db import StoreBusy, StoreError, StoreFull, storing
from kiosk.filings import history, models
from kiosk.filings.buckets import METRICS, Figures, Place, change
from kiosk.filings.chain import GENESIS, seal
from kiosk.filings.history import Actor, Entry, Filing, FilingEvent, Mistake, said, values
from kiosk.filings.models import filing, filing_event
from kiosk.filings.stored import (
    Head,
    derive,
    events_of,
    find,
    frequent,
    heads,
    last_entry,
    recent,
    units,
    verify,
)

__all__ = [
    "Act",
    "AlreadyVoided",
    "Head",
    "InvalidEntry",
    "LedgerError",
    "StoreBusy",
    "StoreError",
    "StoreFull",
    "UnknownFiling",
    "correct",
    "find",
    "frequent",
    "heads",
    "last_entry",
    "new_epoch",
    "rebuild",
    "recent",
    "record",
    "seed",
    "verify",
    "void",
]

TICK = timedelta(microseconds=1)


class LedgerError(Exception):
    """The ledger did not take it; nothing was written."""


class InvalidEntry(LedgerError):  # noqa: N818 - says what happened
    """The entry contradicts itself or the vocabularies; `mistakes` says where."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(", ".join(f"{mistake.field}: {mistake.code}" for mistake in mistakes))
        self.mistakes = tuple(mistakes)


class UnknownFiling(LedgerError):  # noqa: N818 - says what happened
    """The unit has no such filing."""


class AlreadyVoided(LedgerError):  # noqa: N818 - says what happened
    """The filing is void, and a void is final."""


class Act(NamedTuple):
    """An entry as somebody made it at an instant; for made-up history."""

    entry: Entry
    by: Actor
    at: datetime


def record(engine: Engine, entry: Entry, by: Actor) -> FilingEvent:
    """Return the event that records this entry, durable; the first one, if the form came before."""
    _accept(entry, today())
    with storing(engine) as connection:
        return _append(connection, _Deed("recorded", said(entry), by, now()))


def correct(engine: Engine, filing_id: str, changes: Entry, by: Actor) -> FilingEvent:
    """Return the event after which the filing says what `changes` says, durable."""
    _accept(changes, today())
    with storing(engine) as connection:
        if first := _answered(connection, by.unit, changes.client_id):
            return _same_act(first, "corrected", filing_id, said(changes))
        known, _ = _living(connection, by.unit, filing_id)
        return _append(connection, _Deed("corrected", said(changes), by, now()), known)


def void(
    engine: Engine, filing_id: str, reason: str, by: Actor, client_id: str | None = None
) -> FilingEvent:
    """Return the event after which the filing counts nowhere, durable; there is no way back."""
    if mistakes := history.refuse_void(reason):
        raise InvalidEntry(mistakes)
    client_id = client_id or str(uuid7())
    with storing(engine) as connection:
        if first := _answered(connection, by.unit, client_id):
            return _same_act(first, "voided", filing_id, {"reason": reason})
        known, filed = _living(connection, by.unit, filing_id)
        content = {**said(filed), "reason": reason, "client_id": client_id}
        return _append(connection, _Deed("voided", content, by, now()), known)


def seed(engine: Engine, acts: Iterable[Act]) -> int:
    """Record made-up history, all or nothing, each entry at its own instant; return how many."""
    count = 0
    with storing(engine) as connection:
        for entry, by, at in acts:
            _accept(entry, civil_date(at))
            _append(connection, _Deed("recorded", said(entry), by, at))
            count += 1
    return count


def new_epoch(engine: Engine, unit: str, device: str) -> int:
    """Start a new chain for a device whose disk was restored or cloned; return its number."""
    with storing(engine) as connection:
        epoch = _head(connection, unit, device).epoch + 1
        models.ADD_HEAD.run(connection, Head(unit, device, epoch, 0, GENESIS)._asdict())
        return epoch


def rebuild(engine: Engine) -> int:
    """Make present states and roll-ups anew from the events; return how many filings there are."""
    with storing(engine) as connection:
        codes = units(connection)
        for table in (filing, *models.ROLLUPS.values()):
            connection.execute(delete(table))
        return sum(_rebuild(connection, unit) for unit in codes)


class _Deed(NamedTuple):
    kind: str
    content: Mapping[str, Any]  # what the form says, by the names of Entry
    by: Actor
    at: datetime


def _accept(entry: Entry, on: date) -> None:
    if mistakes := history.refuse(entry, on):
        raise InvalidEntry(mistakes)


def _append(connection: Connection, deed: _Deed, known: Sequence[FilingEvent] = ()) -> FilingEvent:
    by, new_id = deed.by, str(uuid7())
    head = _head(connection, by.unit, by.device)
    event = seal(
        head.head_hash,
        {
            **deed.content,
            "id": new_id,
            "v": history.VERSION,
            "filing_id": known[0].filing_id if known else new_id,
            "kind": deed.kind,
            "unit": by.unit,
            "officer": by.officer,
            "device": by.device,
            "epoch": head.epoch,
            "seq": head.seq + 1,
            "at": _after(known, deed.at),
        },
    )
    row = values(event)
    if models.ADD_EVENT.run(connection, row).rowcount == 0:  # this form came before
        first = events_of(connection, by.unit, filing_event.c.client_id == event.client_id)[0]
        filing_id = event.filing_id if known else first.filing_id
        return _same_act(first, deed.kind, filing_id, deed.content)
    models.MOVE_HEAD.run(connection, {**row, "head_hash": event.hash})
    _store(connection, _state(known), _state([*known, event]))
    return event


def _head(connection: Connection, unit: str, device: str) -> Head:
    """Hold the current chain of a device until the transaction ends; a new device begins one."""
    begun = Head(unit, device, 1, 0, GENESIS)._asdict()
    while (row := models.HEAD.run(connection, begun).fetchone()) is None:
        models.ADD_HEAD.run(connection, begun)  # on a hub another may be first
    return Head(unit, device, *row)


def _after(known: Sequence[FilingEvent], at: datetime) -> datetime:
    """Return an instant after all that is known, even where the clock was put back."""
    return max([at.astimezone(UTC), *(event.at + TICK for event in known)])


def _answered(connection: Connection, unit: str, client_id: str) -> FilingEvent | None:
    found = events_of(connection, unit, filing_event.c.client_id == client_id)
    return found[0] if found else None


def _same_act(
    first: FilingEvent, kind: str, filing_id: str, content: Mapping[str, Any]
) -> FilingEvent:
    """Return the first answer to a form, unless it was the answer to another question."""
    # the day is ours, not the form's: a form sent again past midnight says the same
    said_now = {name: value for name, value in content.items() if name != "civil_date"}
    said_then = {name: getattr(first, name) for name in said_now}
    if (first.kind, first.filing_id, said_then) != (kind, filing_id, said_now):
        raise InvalidEntry([Mistake("client_id", "used")])
    return first


def _living(connection: Connection, unit: str, filing_id: str) -> tuple[list[FilingEvent], Filing]:
    """Hold a filing until the transaction ends: its events, and what it says now."""
    row = (filing.c.unit == unit, filing.c.filing_id == filing_id)
    connection.execute(select(filing.c.state).where(*row).with_for_update())
    known = events_of(connection, unit, filing_event.c.filing_id == filing_id)
    state = _state(known)
    if state is None:
        raise UnknownFiling(filing_id)
    if state.state == "voided":
        raise AlreadyVoided(filing_id)
    return known, state


def _state(known: Sequence[FilingEvent]) -> Filing | None:
    state = history.fold(known)
    return state if isinstance(state, Filing) else None


def _store(connection: Connection, before: Filing | None, after: Filing | None) -> None:
    if after is not None and before is None:
        models.ADD_FILING.run(connection, values(after))
    elif after is not None:
        row = (filing.c.unit == after.unit, filing.c.filing_id == after.filing_id)
        connection.execute(update(filing).where(*row).values(values(after)))
    for place, gain in sorted(change(before, after).items()):  # in one order: no deadlock on a hub
        _count(connection, place, gain)


def _count(connection: Connection, place: Place, gain: Figures) -> None:
    days = dict.fromkeys(("civil_date", "week_start", "month_start"), place.day)
    row = {**place._asdict(), **days, **dict(zip(METRICS, gain, strict=True))}
    models.GAIN[place.level].run(connection, row)


def _rebuild(connection: Connection, unit: str) -> int:
    states, totals = derive(events_of(connection, unit))
    for state in states.values():
        models.ADD_FILING.run(connection, values(state))
    for place, figures in totals.items():
        _count(connection, place, figures)
    return len(states)
