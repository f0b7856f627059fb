"""An event at the end of its chain and all that follows from it, in a transaction of the caller."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, update
from uuid_utils import uuid7

from kiosk.db import Driver
from kiosk.filings import history, statements
from kiosk.filings.buckets import METRICS, Figures, Place, change, figures, month_start, week_start
from kiosk.filings.chain import GENESIS, digest
from kiosk.filings.gone import gone_from
from kiosk.filings.history import Actor, Filing, FilingEvent, event_of, values
from kiosk.filings.models import ROLLUPS, filing
from kiosk.filings.proof import derive, units
from kiosk.filings.stored import Head, events_of

TICK = timedelta(microseconds=1)


class Deed(NamedTuple):
    """What somebody does at an instant."""

    kind: str
    content: Mapping[str, Any]  #: what the form says, by the names of Entry, and its cause
    by: Actor
    at: datetime


def begin(driver: Driver, deed: Deed) -> FilingEvent | None:
    """Store an event that begins a filing, and the filing; None if its form came before.

    What `fold` and `change` would say of a filing with one event is said here without asking them.
    """
    row = _event(driver, deed, str(uuid7()))
    if row is None:
        return None
    event, day = event_of(row), row["civil_date"]
    row |= {"state": "recorded", "void_reason": None, "recorded_by": event.officer}
    row |= {"recorded_at": event.at, "last_at": event.at}
    statements.ADD_FILING.run(driver, row)
    row |= {"week_start": week_start(day), "month_start": month_start(day)}
    row |= zip(METRICS, figures(event), strict=True)
    for gain in statements.GAIN.values():
        gain.run(driver, row)
    return event


def go_on(connection: Connection, deed: Deed, known: Sequence[FilingEvent]) -> FilingEvent | None:
    """Store a later event of a filing, and its new state; None if its form came before."""
    driver = Driver.of(connection)
    row = _event(driver, deed, known[0].filing_id, known)
    if row is None:
        return None
    event = event_of(row)
    before, after = state(known), state([*known, event])
    if after is not None:
        which = (filing.c.unit == after.unit, filing.c.filing_id == after.filing_id)
        connection.execute(update(filing).where(*which).values(values(after)))
    for place, gain in sorted(change(before, after).items()):  # in one order: no deadlock on a hub
        _count(driver, place, gain)
    return event


def state(known: Sequence[FilingEvent]) -> Filing | None:
    """Return the filing that events mean, if its record is among them."""
    found = history.fold(known)
    return found if isinstance(found, Filing) else None


def open_chain(driver: Driver, unit: str, device: str) -> int:
    """Let a device begin a new chain; return the number of its epoch."""
    epoch = _head(driver, unit, device).epoch + 1
    statements.ADD_HEAD.run(driver, Head(unit, device, epoch, 0, GENESIS)._asdict())
    return epoch


def begin_anew(connection: Connection) -> int:
    """Make present states and roll-ups from all that is kept; return how many filings there are."""
    codes = units(connection)
    for table in (filing, *ROLLUPS.values()):
        connection.execute(delete(table))
    return sum(_derived(connection, unit) for unit in codes)


def _event(
    driver: Driver, deed: Deed, filing_id: str, known: Sequence[FilingEvent] = ()
) -> dict[str, Any] | None:
    by = deed.by
    head = _head(driver, by.unit, by.device)
    row = {
        **deed.content,
        "id": str(uuid7()) if known else filing_id,
        "v": history.VERSION,
        "filing_id": filing_id,
        "kind": deed.kind,
        "unit": by.unit,
        "officer": by.officer,
        "device": by.device,
        "epoch": head.epoch,
        "seq": head.seq + 1,
        "at": _after(known, deed.at),
    }
    row |= {"prev_hash": head.head_hash, "hash": digest(head.head_hash, row)}
    if statements.ADD_EVENT.run(driver, row).rowcount == 0:
        return None
    statements.MOVE_HEAD.run(driver, row)
    return row


def _head(driver: Driver, unit: str, device: str) -> Head:
    """Hold the current chain of a device until the transaction ends; a new device begins one."""
    whose = {"unit": unit, "device": device}
    while (row := statements.HEAD.run(driver, whose).fetchone()) is None:
        begun = Head(unit, device, 1, 0, GENESIS)._asdict()
        statements.ADD_HEAD.run(driver, begun)  # on a hub another may be first
    return Head(unit, device, *row)


def _after(known: Sequence[FilingEvent], at: datetime) -> datetime:
    """Return an instant after all that is known, even where the clock was put back."""
    at = at.astimezone(UTC)
    return max(at, *(event.at + TICK for event in known)) if known else at


def _count(driver: Driver, place: Place, gain: Figures) -> None:
    days = dict.fromkeys(("civil_date", "week_start", "month_start"), place.day)
    row = {**place._asdict(), **days, **dict(zip(METRICS, gain, strict=True))}
    statements.GAIN[place.level].run(driver, row)


def _derived(connection: Connection, unit: str) -> int:
    driver = Driver.of(connection)
    states, totals = derive(events_of(connection, unit), gone_from(connection, unit))
    for filed in states.values():
        statements.ADD_FILING.run(driver, values(filed))
    for place, gain in totals.items():
        _count(driver, place, gain)
    return len(states)
