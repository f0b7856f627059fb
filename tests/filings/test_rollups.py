"""Whatever was recorded, corrected, voided and sent twice: the roll-ups are a recount."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, delete, select, update

from kiosk import clock
from kiosk.db import reading, writing
from kiosk.filings import ledger
from kiosk.filings.history import Actor, Entry
from kiosk.filings.models import (
    filing,
    rollup_procedure_month,
    rollup_procedure_week,
    rollup_unit_day,
)
from tests.filings.build import LAN, NOON, entry
from tests.filings.entries import entries

Said = dict[str, Entry]
Counts = dict[tuple[Any, ...], Counter[str]]


def thursday(day: date) -> date:
    while day.weekday() != 3:
        day -= timedelta(days=1)
    return day


def fifteenth(day: date) -> date:
    while day.day != 15:
        day -= timedelta(days=1)
    return day


KEYS: dict[Table, Callable[[Entry], tuple[Any, ...]]] = {
    rollup_unit_day: lambda said: (said.civil_date, said.field),
    rollup_procedure_week: lambda said: (thursday(said.civil_date), said.field, said.procedure),
    rollup_procedure_month: lambda said: (fifteenth(said.civil_date), said.field, said.procedure),
}


def metrics(said: Entry) -> Counter[str]:
    """Count one entry, said in other words than the program's own."""
    count = Counter(entries=1)
    if said.priority:
        count["priority"] += said.quantity
    if said.activity != "filing":
        count["help"] += said.quantity
        return count
    count["assisted"] += said.quantity
    count[str(said.outcome)] += said.quantity
    if said.outcome == "submitted":
        way = said.channel if said.channel in ("direct", "post") else "online"
        count[str(way)] += said.quantity
    return count


def recount(living: Said, key: Callable[[Entry], tuple[Any, ...]]) -> Counts:
    counts: Counts = {}
    for said in living.values():
        counts.setdefault(key(said), Counter()).update(metrics(said))
    return counts


def stored(engine: Engine, table: Table, unit: str) -> Counts:
    keys = [column.name for column in table.primary_key][1:]
    with reading(engine) as connection:
        rows = connection.execute(select(table).where(table.c.unit == unit)).mappings().all()
    counts = {
        tuple(row[key] for key in keys): Counter(
            {name: n for name, n in row.items() if name not in {"unit", *keys} and n}
        )
        for row in rows
    }
    return {key: count for key, count in counts.items() if count}


def play(engine: Engine, by: Actor, data: st.DataObject, steps: int) -> Said:
    """Do random things to random filings of a unit; return what ought to count."""
    living: Said = {}
    last: Entry | None = None
    for _ in range(steps):
        deed = data.draw(st.sampled_from(["record", "record", "correct", "void", "replay"]))
        if deed == "replay" and last is not None:
            ledger.record(engine, last, by)
        elif deed in ("correct", "void") and living:
            filing_id = data.draw(st.sampled_from(sorted(living)))
            if deed == "void":
                ledger.void(engine, filing_id, "V01", by)
                del living[filing_id]
            else:
                living[filing_id] = data.draw(entries())
                ledger.correct(engine, filing_id, living[filing_id], by)
        else:
            last = data.draw(entries())
            living[ledger.record(engine, last, by).filing_id] = last
    return living


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), steps=st.integers(1, 14))
def test_roll_ups_are_a_recount(engine: Engine, data: st.DataObject, steps: int) -> None:
    by = replace(LAN, unit=f"u-{uuid4().hex[:12]}")  # a unit of its own in one database
    with clock.at(NOON):
        living = play(engine, by, data, steps)
    for table, key in KEYS.items():
        assert stored(engine, table, by.unit) == recount(living, key)
    assert ledger.verify(engine) == []


@pytest.fixture
def lived_in(engine: Engine) -> Engine:
    """A database where a little of everything was done."""
    with clock.at(NOON):
        filings = [ledger.record(engine, entry(quantity=n), LAN).filing_id for n in range(1, 6)]
        ledger.correct(engine, filings[0], entry(field="citizen-id", procedure="cap-the"), LAN)
        ledger.void(engine, filings[1], "V01", LAN)
    return engine


def test_everything_derived_can_be_made_anew(lived_in: Engine) -> None:
    with writing(lived_in) as connection:
        connection.execute(update(filing).values(quantity=7))
        connection.execute(delete(rollup_unit_day))
        connection.execute(update(rollup_procedure_month).values(online=0))
    assert len(ledger.verify(lived_in)) > 5
    assert ledger.rebuild(lived_in) == 5
    assert ledger.verify(lived_in) == []


def test_making_anew_changes_no_filing(lived_in: Engine) -> None:
    def filings() -> list[Any]:
        with reading(lived_in) as connection:
            return list(connection.execute(select(filing).order_by(filing.c.filing_id)).all())

    before = filings()
    ledger.rebuild(lived_in)
    assert filings() == before
