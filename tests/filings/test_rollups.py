"""Whatever was recorded, corrected, voided and sent twice: the roll-ups are a recount."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, delete, select, update

from kiosk import clock
from kiosk.db import reading, writing
from kiosk.filings import history, ledger
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


class Player:
    """Does random things to random filings of a unit, each on a day on which it may be done."""

    def __init__(self, engine: Engine, by: Actor, data: st.DataObject) -> None:
        self.engine, self.by, self.draw = engine, by, data.draw
        self.living: Said = {}
        self.recorded: dict[str, date] = {}
        self.last: tuple[Entry, str | None] | None = None

    def play(self) -> None:
        """Do one thing."""
        deed = self.draw(st.sampled_from(["record", "record", "correct", "void", "replay"]))
        if deed == "replay" and self.last is not None:
            ledger.record(self.engine, self.last[0], self.by, self.last[1])
        elif deed == "void" and self.living:
            ledger.void(self.engine, self.one(), "V01", self.by)
            del self.living[self.chosen]
        elif deed == "correct" and self.living:
            self.correct(self.one())
        else:
            self.record()

    def one(self) -> str:
        self.chosen = self.draw(st.sampled_from(sorted(self.living)))
        return self.chosen

    def record(self) -> None:
        said = self.draw(entries())
        back = timedelta(days=self.draw(st.integers(0, history.BACKDATE_DAYS)))
        day, cause = said.civil_date + back, "B01" if back else None
        with clock.at(datetime.combine(day, time(5), UTC)):
            filing_id = ledger.record(self.engine, said, self.by, cause).filing_id
        self.last = said, cause
        self.living[filing_id], self.recorded[filing_id] = said, day

    def correct(self, filing_id: str) -> None:
        day = self.recorded[filing_id] - timedelta(days=self.draw(st.integers(0, 3)))
        kept = self.living[filing_id].civil_date
        said = replace(self.draw(entries()), civil_date=self.draw(st.sampled_from([day, kept])))
        ledger.correct(self.engine, filing_id, said, self.by, "C99")
        self.living[filing_id] = said


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), steps=st.integers(1, 14))
def test_roll_ups_are_a_recount(engine: Engine, data: st.DataObject, steps: int) -> None:
    by = replace(LAN, unit=f"u-{uuid4().hex[:12]}")  # a unit of its own in one database
    player = Player(engine, by, data)
    with clock.at(NOON + timedelta(days=3)):
        for _ in range(steps):
            player.play()
    for table, key in KEYS.items():
        assert stored(engine, table, by.unit) == recount(player.living, key)
    assert ledger.verify(engine) == []


@pytest.fixture
def lived_in(engine: Engine) -> Engine:
    """A database where a little of everything was done."""
    with clock.at(NOON):
        filings = [ledger.record(engine, entry(quantity=n), LAN).filing_id for n in range(1, 6)]
        ledger.correct(
            engine, filings[0], entry(field="citizen-id", procedure="cap-the"), LAN, "C01"
        )
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
