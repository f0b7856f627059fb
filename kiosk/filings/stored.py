"""What the ledger holds, read back; and whether it still follows from the events."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, Row, Table, func, select, union

from kiosk.clock import today
from kiosk.db import reading
from kiosk.filings.buckets import METRICS, NIL, Figures, Place, change
from kiosk.filings.chain import GENESIS, broken_links
from kiosk.filings.history import Filing, FilingEvent, fold
from kiosk.filings.models import ROLLUPS, device_epoch, filing, filing_event

States = dict[str, Filing]
Totals = dict[Place, Figures]

HABIT = timedelta(days=90)  # what an officer did earlier says little about the next filing

_TABLES = (filing_event, filing, device_epoch, *ROLLUPS.values())


class Head(NamedTuple):
    """Where the chain of a device's epoch stands: the number and the seal of its last event."""

    unit: str
    device: str
    epoch: int
    seq: int
    head_hash: str


def heads(connection: Connection, unit: str | None = None) -> tuple[Head, ...]:
    """Return where each chain stands, of a unit or of all: what a receipt or a report anchors."""
    rows = select(device_epoch).order_by(*device_epoch.primary_key)
    if unit is not None:
        rows = rows.where(device_epoch.c.unit == unit)
    return tuple(Head(*row) for row in connection.execute(rows))


def find(connection: Connection, unit: str, filing_id: str) -> Filing | None:
    """Return the present state of one filing of a unit."""
    found = _filings(connection, unit, filing.c.filing_id == filing_id)
    return found[0] if found else None


def recent(
    connection: Connection, unit: str, first: date, last: date, officer: str | None = None
) -> tuple[Filing, ...]:
    """Return the filings of these civil days, those of one officer or all, newest first."""
    days = filing.c.civil_date.between(first, last)
    return _filings(connection, unit, days, *_recorded_by(officer))


def last_entry(connection: Connection, unit: str, officer: str) -> Filing | None:
    """Return the filing that an officer recorded last, unless it was voided."""
    living = filing.c.state != "voided"
    found = _filings(connection, unit, living, *_recorded_by(officer), limit=1)
    return found[0] if found else None


def frequent(connection: Connection, unit: str, officer: str | None, limit: int) -> tuple[str, ...]:
    """Return the procedures recorded most often of late, by one officer or all of the unit."""
    often = func.count().desc()
    wanted = (
        select(filing.c.procedure)
        .where(
            filing.c.unit == unit,
            filing.c.civil_date >= today() - HABIT,
            filing.c.state != "voided",
            filing.c.procedure != "",
            *_recorded_by(officer),
        )
        .group_by(filing.c.procedure)
        .order_by(often, filing.c.procedure)
        .limit(limit)
    )
    return tuple(connection.execute(wanted).scalars())


def verify(engine: Engine) -> list[str]:
    """Return one line for each thing stored that does not follow from the events; none is well."""
    with reading(engine) as connection:
        return [line for unit in units(connection) for line in _problems(connection, unit)]


def units(connection: Connection) -> list[str]:
    """Return every unit code that any row of the ledger bears."""
    codes = union(*(select(table.c.unit).distinct() for table in _TABLES)).order_by("unit")
    return list(connection.execute(codes).scalars())


def derive(events: Iterable[FilingEvent]) -> tuple[States, Totals]:
    """Return the present states and the roll-up rows that follow from events."""
    known = sorted(events, key=lambda event: event.filing_id)
    folded = (fold(few) for _, few in groupby(known, lambda event: event.filing_id))
    states = {state.filing_id: state for state in folded if isinstance(state, Filing)}
    totals: Totals = {}
    for state in states.values():
        for place, gain in change(None, state).items():
            held = totals.get(place, NIL)
            totals[place] = tuple(h + g for h, g in zip(held, gain, strict=True))
    return states, totals


def events_of(connection: Connection, unit: str, *which: ColumnElement[bool]) -> list[FilingEvent]:
    """Return the events of a unit, all or those for which this holds."""
    rows = connection.execute(select(filing_event).where(filing_event.c.unit == unit, *which))
    return [FilingEvent(**row._mapping) for row in rows]


def _problems(connection: Connection, unit: str) -> list[str]:
    problems: list[str] = []
    rows = {table: _readable(connection, table, unit, problems) for table in _TABLES}
    events = [FilingEvent(**row._mapping) for row in rows[filing_event]]
    states, totals = derive(events)
    return [
        *problems,
        *broken_links(events),
        *_heads(unit, events, rows[device_epoch]),
        *_states(unit, states, rows[filing]),
        *(line for level in ROLLUPS for line in _rollup(level, totals, rows[ROLLUPS[level]])),
    ]


def _readable(
    connection: Connection, table: Table, unit: str, problems: list[str]
) -> list[Row[Any]]:
    """Return the unit's rows that hold what their columns can; note the others as problems."""
    result = connection.execute(select(table).where(table.c.unit == unit))
    rows: list[Row[Any]] = []
    while True:
        try:
            row = result.fetchone()
            if row is None:
                return rows
            rows.append(_typed(table, row))
        except (TypeError, ValueError) as error:  # SQLite lets any column hold anything
            problems.append(f"{table.name}: a row of unit {unit} cannot be read: {error}")


def _typed(table: Table, row: Row[Any]) -> Row[Any]:
    for column, value in zip(table.c, row, strict=True):
        if value is not None and not isinstance(value, column.type.python_type):
            raise TypeError(f"{column.name} is {value!r}")
    return row


def _heads(unit: str, events: list[FilingEvent], rows: list[Row[Any]]) -> Iterator[str]:
    ends = {(row.device, row.epoch): (0, GENESIS) for row in rows}
    for event in sorted(events, key=lambda event: event.seq):
        ends[event.device, event.epoch] = event.seq, event.hash
    stored = {(row.device, row.epoch): (row.seq, row.head_hash) for row in rows}
    for device, epoch in sorted(ends):
        chain = f"device_epoch: unit {unit}, device {device}, epoch {epoch}"
        if epoch > 1 and (device, epoch - 1) not in ends:
            yield f"{chain}: the epoch before it is missing"
        if stored.get((device, epoch)) != ends[device, epoch]:
            yield f"{chain}: does not point at the last event"


def _states(unit: str, states: States, rows: list[Row[Any]]) -> Iterator[str]:
    stored = {row.filing_id: Filing(**row._mapping) for row in rows}
    for filing_id in sorted(states.keys() | stored.keys()):
        due, held = states.get(filing_id), stored.get(filing_id)
        if due != held:
            yield f"filing {filing_id} (unit {unit}): {_difference(due, held)}"


def _difference(due: Filing | None, held: Filing | None) -> str:
    if held is None:
        return "is not stored"
    if due is None:
        return "follows from no event"
    names = [f.name for f in fields(Filing) if getattr(due, f.name) != getattr(held, f.name)]
    return "differs from its events in " + ", ".join(names)


def _rollup(level: str, totals: Totals, rows: list[Row[Any]]) -> Iterator[str]:
    stored = {_place(level, row): tuple(row[-len(METRICS) :]) for row in rows}
    due = {place: figures for place, figures in totals.items() if place.level == level}
    for place in sorted(due.keys() | stored.keys()):
        ought, held = due.get(place, NIL), stored.get(place, NIL)
        wrong = [name for name, o, h in zip(METRICS, ought, held, strict=True) if o != h]
        if wrong:
            keys = f"unit {place.unit}, {place.day}, {place.field} {place.procedure}".rstrip()
            yield f"{ROLLUPS[level].name} ({keys}): differs from the events in {', '.join(wrong)}"


def _place(level: str, row: Row[Any]) -> Place:
    unit, day, field, *procedure = row[: -len(METRICS)]
    return Place(level, unit, day, field, *procedure)


def _filings(
    connection: Connection, unit: str, *which: ColumnElement[bool], limit: int | None = None
) -> tuple[Filing, ...]:
    wanted = select(filing).where(filing.c.unit == unit, *which)
    newest = wanted.order_by(filing.c.filing_id.desc()).limit(limit)
    return tuple(Filing(**row._mapping) for row in connection.execute(newest))


def _recorded_by(officer: str | None) -> list[ColumnElement[bool]]:
    return [] if officer is None else [filing.c.recorded_by == officer]
