"""Whether what is stored follows from the events, and from what is kept of those that left."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from itertools import chain, groupby
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, select, union

from kiosk.db import reading
from kiosk.filings import gone
from kiosk.filings.buckets import METRICS, NIL, Figures, Place, change, plus
from kiosk.filings.chain import Base, Chain, broken_links, chain_of
from kiosk.filings.gone import Gone
from kiosk.filings.history import Filing, FilingEvent, fold
from kiosk.filings.models import (
    ROLLUPS,
    chain_base,
    device_epoch,
    filing,
    filing_event,
    retained,
    retained_day,
)

States = dict[str, Filing]
Totals = dict[Place, Figures]
Rows = Mapping[Table, list[Row[Any]]]

_TABLES = (
    *(filing_event, filing, device_epoch, *ROLLUPS.values()),
    *(retained, chain_base, retained_day),
)


def verify(engine: Engine) -> list[str]:
    """Return one line for each thing stored that does not follow from the events; none is well."""
    with reading(engine) as connection:
        return [line for unit in units(connection) for line in problems(connection, unit)]


def units(connection: Connection) -> list[str]:
    """Return every unit code that any row of the ledger bears."""
    codes = union(*(select(table.c.unit).distinct() for table in _TABLES)).order_by("unit")
    return list(connection.execute(codes).scalars())


def derive(events: Iterable[FilingEvent], left: Gone) -> tuple[States, Totals]:
    """Return the present states and the roll-up rows that follow from all that is kept."""
    known = sorted(events, key=lambda event: event.filing_id)
    folded = (fold(few) for _, few in groupby(known, lambda event: event.filing_id))
    states = {state.filing_id: state for state in folded if isinstance(state, Filing)}
    gains = (gain for state in states.values() for gain in change(None, state).items())
    totals: Totals = {}
    for place, gain in chain(left.totals(), gains):
        totals[place] = plus(totals.get(place, NIL), gain)
    return states, totals


def problems(connection: Connection, unit: str) -> list[str]:
    """Return one line for each thing stored of a unit that does not follow from its events."""
    found: list[str] = []
    rows = {table: _readable(connection, table, unit, found) for table in _TABLES}
    events = [FilingEvent(**row._asdict()) for row in rows[filing_event]]
    left = gone.read(unit, rows[retained], rows[chain_base], rows[retained_day])
    states, totals = derive(events, left)
    return [
        *found,
        *broken_links(events, left.bases),
        *_heads(events, left.bases, rows[device_epoch]),
        *_sealed(left, rows[retained]),
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


def _heads(
    events: list[FilingEvent], bases: Mapping[Chain, Base], rows: list[Row[Any]]
) -> Iterator[str]:
    ends = {(row.unit, row.device, row.epoch): Base() for row in rows} | dict(bases)
    for event in sorted(events, key=lambda event: event.seq):
        ends[chain_of(event)] = Base(event.seq, event.hash)
    stored = {(row.unit, row.device, row.epoch): (row.seq, row.head_hash) for row in rows}
    for unit, device, epoch in sorted(ends):
        name = f"device_epoch: unit {unit}, device {device}, epoch {epoch}"
        if epoch > 1 and (unit, device, epoch - 1) not in ends:
            yield f"{name}: the epoch before it is missing"
        if stored.get((unit, device, epoch)) != ends[unit, device, epoch]:
            yield f"{name}: does not point at the last event"


def _sealed(left: Gone, rows: list[Row[Any]]) -> Iterator[str]:
    kept = [row.seal for row in rows]
    if (kept or left.bases or left.sums) and kept != [left.seal()]:
        yield f"retained, retained_day, chain_base: unit {left.unit}: is not what was sealed"


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
