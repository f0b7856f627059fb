"""What was recorded, corrected or voided once the report of its days was due."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from kiosk import clock
from kiosk.clock import VIETNAM
from kiosk.counts.periods import DAY, period_of
from kiosk.counts.table import Late, Query
from kiosk.counts.totals import count, tables
from kiosk.db import metadata, open_engine, reading
from kiosk.filings.history import Actor, Entry, Filing
from kiosk.filings.ledger import Act, correct, recent, seed, void
from tests.counts.build import add_units, entry

UNITS = ("31615", "31633")
WEEK = period_of("week", date(2026, 11, 18))
FIRST, LAST = WEEK.start - DAY * 3, WEEK.end + DAY * 3
DUE = datetime(2026, 11, 19, 9, tzinfo=VIETNAM)


def instant(chance: random.Random, day: date) -> datetime:
    """Return an instant on a day or within two weeks after it, on the due instant now and then."""
    evening = datetime.combine(day, time(7), VIETNAM) + timedelta(minutes=chance.randrange(20_000))
    return DUE if evening < DUE and chance.random() < 0.05 else evening


def made_up(chance: random.Random, n: int) -> Entry:
    filing = chance.random() < 0.8
    return entry(
        n,
        FIRST + DAY * chance.randrange((LAST - FIRST).days + 1),
        field=chance.choice(("residence", "vehicle")),
        activity="filing" if filing else "account_help",
        channel="vneid" if filing else None,
        outcome="submitted" if filing else None,
        quantity=chance.randint(1, 4),
    )


def act_again(engine: Engine, chance: random.Random, by: Actor, filing: Filing, n: int) -> None:
    """Leave a filing, correct it or void it, some days later."""
    deed = chance.choice(("leave", "leave", "correct", "void", "both"))
    when = filing.recorded_at + timedelta(minutes=chance.randrange(1, 20_000))
    with clock.at(DUE if when < DUE < when + timedelta(days=1) else when):
        if deed in {"correct", "both"}:
            changes = entry(10_000 + n, filing.civil_date, quantity=chance.randint(1, 4))
            correct(engine, filing.filing_id, changes, by, "C04")
        if deed in {"void", "both"}:
            void(engine, filing.filing_id, "V01", by)


class World:
    """Made-up filings with a made-up afterlife, and what the ledger says of each."""

    def __init__(self, engine: Engine) -> None:
        chance = random.Random(4)  # noqa: S311 - the same history at every run
        self.engine = engine
        self.filings: list[Filing] = []
        add_units(engine, *UNITS)
        for u, unit in enumerate(UNITS):
            by = Actor(unit, "o1", "d1")
            entries = [made_up(chance, u * 1000 + n) for n in range(80)]
            seed(engine, (Act(said, by, instant(chance, said.civil_date)) for said in entries))
            for n, filing in enumerate(self.read(unit)):
                act_again(engine, chance, by, filing, u * 1000 + n)
            self.filings += self.read(unit)

    def read(self, unit: str) -> tuple[Filing, ...]:
        with reading(self.engine) as connection:
            return recent(connection, unit, FIRST, LAST)

    def late(self, query: Query) -> Late | None:
        with reading(self.engine) as connection:
            return count(connection, query).late

    def asked(self, query: Query) -> list[Filing]:
        return [
            one
            for one in self.filings
            if one.unit in query.units
            and query.first <= one.civil_date <= query.last
            and query.field in (None, one.field)
        ]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    opened = open_engine(f"sqlite:///{tmp_path_factory.mktemp('late') / 'kiosk.db'}")
    metadata.create_all(opened)
    yield World(opened)
    opened.dispose()


def assisted(filings: list[Filing]) -> int:
    return sum(one.quantity for one in filings if one.activity == "filing")


days = st.dates(FIRST - DAY, LAST + DAY)
dues = st.just(DUE) | st.builds(
    lambda since: DUE + since, st.timedeltas(timedelta(days=-18), timedelta(days=30))
)
queries = st.builds(
    lambda one, two, due, field, units: Query(
        units=units, first=min(one, two), last=max(one, two), due=due, field=field
    ),
    days,
    days,
    dues,
    st.sampled_from((None, "residence", "vehicle")),
    st.sampled_from((UNITS, UNITS[:1], UNITS[1:])),
)


@given(queries)
@settings(max_examples=120, deadline=None)
def test_late_and_in_time_are_all(world: World, query: Query) -> None:
    assert query.due is not None
    late, asked = world.late(query), world.asked(query)
    stands = [one for one in asked if one.state != "voided"]
    in_time = [one for one in stands if one.recorded_at < query.due]
    with reading(world.engine) as connection:
        total = count(connection, query).total
    assert late is not None
    assert len(in_time) + late.filings == len(stands)
    assert assisted(in_time) + late.quantity == assisted(stands) == total.assisted


@given(queries)
@settings(max_examples=80, deadline=None)
def test_what_was_changed_late_is_what_was_there_in_time(world: World, query: Query) -> None:
    late, due = world.late(query), query.due
    assert late is not None
    assert due is not None
    known = [one for one in world.asked(query) if one.recorded_at < due]
    assert late.changed == sum(
        one.state in {"corrected", "voided"} and one.last_at >= due for one in known
    )
    untouched = [one for one in known if one.last_at < due or one.state == "recorded"]
    assert len(untouched) + late.changed == len(known)


@given(queries, st.timedeltas(timedelta(), timedelta(days=9)))
@settings(max_examples=40, deadline=None)
def test_a_later_deadline_makes_nothing_later(world: World, query: Query, by: timedelta) -> None:
    assert query.due is not None
    sooner, later = world.late(query), world.late(replace(query, due=query.due + by))
    assert sooner is not None
    assert later is not None
    assert later.filings <= sooner.filings
    assert later.quantity <= sooner.quantity


def test_each_side_says_the_same(world: World) -> None:
    query = Query(units=UNITS, first=WEEK.start, last=WEEK.end, due=WEEK.due_at)
    with reading(world.engine) as connection:
        found = tables(connection, query, ("field", "unit", "day"))
    assert len({table.late for table in found.values()}) == 1
    assert found["unit"].late == world.late(query) != Late(0, 0, 0)


def test_without_a_deadline_nothing_is_late(world: World) -> None:
    assert world.late(Query(units=UNITS, first=FIRST, last=LAST)) is None


def test_what_comes_on_the_stroke_is_late(engine: Engine) -> None:
    add_units(engine, "31615")
    by, tick = Actor("31615", "o1", "d1"), timedelta(microseconds=1)
    acts = [(1, DUE - tick, 1), (2, DUE, 2), (3, DUE + tick, 4)]
    seed(engine, (Act(entry(n, WEEK.end, quantity=q), by, at) for n, at, q in acts))
    query = Query(units=("31615",), first=WEEK.start, last=WEEK.end, due=DUE)
    with reading(engine) as connection:
        assert count(connection, query).late == Late(2, 6, 0)
