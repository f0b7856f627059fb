"""An event at the end of its chain and all that follows from it, in a transaction of the caller."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, update
from uuid_utils import uuid7

from kiosk.db import Driver
from kiosk.filings import history, statements
from kiosk.filings.buckets import Figures, Place, change, figures, month_start, week_start
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
    said: tuple[Any, ...]  #: what the form says, as history.told
    cause: str | None
    by: Actor
    at: datetime


def begin(driver: Driver, deed: Deed) -> FilingEvent | None:
    """Store an event that begins a filing, and the filing; None if its form came before.

    What `fold` and `change` would say of a filing with one event is said here without asking them.
    """
    row = _event(driver, deed, str(uuid7()))
    if row is None:
        return None
    statements.BEGIN_FILING.run(driver, row)
    event = event_of(row)
    unit, field, procedure, day = event.unit, event.field, event.procedure, event.civil_date
    days = (day, week_start(day), month_start(day))
    count = (unit, field, procedure, *days, *figures(event))
    for gain in statements.GAIN.values():  # in one order: no deadlock on a hub
        gain.run(driver, count)
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
    last, _seq, _hash = _head(driver, unit, device)
    statements.ADD_HEAD.run(driver, Head(unit, device, last + 1, 0, GENESIS)._asdict())
    return last + 1


def begin_anew(connection: Connection) -> int:
    """Make present states and roll-ups from all that is kept; return how many filings there are."""
    codes = units(connection)
    for table in (filing, *ROLLUPS.values()):
        connection.execute(delete(table))
    return sum(_derived(connection, unit) for unit in codes)


def _event(
    driver: Driver, deed: Deed, filing_id: str, known: Sequence[FilingEvent] = ()
) -> tuple[Any, ...] | None:
    unit, officer, device = deed.by.unit, deed.by.officer, deed.by.device
    epoch, last, prev_hash = _head(driver, unit, device)
    event_id = str(uuid7()) if known else filing_id
    at = _after(known, deed.at)
    row = (
        *deed.said,
        *(event_id, history.VERSION, filing_id, deed.kind, deed.cause),
        *(unit, officer, device, epoch, last + 1, at, prev_hash),
    )
    row = (*row, digest(prev_hash, row))
    if statements.ADD_EVENT.run(driver, row).rowcount == 0:
        return None
    statements.MOVE_HEAD.run(driver, row)
    return row


def _head(driver: Driver, unit: str, device: str) -> tuple[int, int, str]:
    """Hold the current chain of a device until the transaction ends; a new device begins one.

    Return its epoch, and number and seal of its last event.
    """
    while (row := statements.HEAD.run(driver, (unit, device)).fetchone()) is None:
        begun = Head(unit, device, 1, 0, GENESIS)._asdict()
        statements.ADD_HEAD.run(driver, begun)  # on a hub another may be first
    epoch, seq, prev_hash = row
    return epoch, seq, prev_hash


def _after(known: Sequence[FilingEvent], at: datetime) -> datetime:
    """Return an instant after all that is known, even where the clock was put back."""
    at = at.astimezone(UTC)
    return max(at, *(event.at + TICK for event in known)) if known else at


def _count(driver: Driver, place: Place, gain: Figures) -> None:
    days = (place.day,) * 3
    row = (place.unit, place.field, place.procedure, *days, *gain)
    statements.GAIN[place.level].run(driver, row)


def _derived(connection: Connection, unit: str) -> int:
    driver = Driver.of(connection)
    states, totals = derive(events_of(connection, unit), gone_from(connection, unit))
    for filed in states.values():
        statements.ADD_FILING.run(driver, values(filed))
    for place, gain in totals.items():
        _count(driver, place, gain)
    return len(states)
