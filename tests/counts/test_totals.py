"""Every number is the same from whichever side it is counted."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from kiosk.counts.periods import DAY, PeriodError, period_of
from kiosk.counts.table import By, Query, Row, Table
from kiosk.counts.totals import count, submitted_online
from kiosk.db import metadata, open_engine, reading
from kiosk.filings.history import CHANNELS, Entry
from tests.counts.build import add_units, entry, log

UNITS = ("31615", "31633", "31684")
FIELDS = {"residence": ("tam-tru", "thuong-tru"), "vehicle": ("sang-ten",), "citizen-id": ()}
FIRST, LAST = date(2025, 11, 20), date(2026, 1, 25)


def made_up(chance: random.Random, n: int) -> Entry:
    """Return an entry that the ledger takes, with all else left to chance."""
    field = chance.choice(tuple(FIELDS))
    activity = chance.choice(("filing", "filing", "filing", "account_help"))
    filing = activity == "filing"
    channel = chance.choice(CHANNELS) if filing else None
    outcomes = ["submitted", "submitted", "not_submitted"]
    if channel not in ("direct", "post"):
        outcomes.append("saved")
    outcome = chance.choice(outcomes) if filing else None
    return entry(
        n,
        FIRST + DAY * chance.randrange((LAST - FIRST).days + 1),
        field=field,
        procedure=chance.choice((*FIELDS[field], f"khac-{field}")) if filing else "",
        activity=activity,
        channel=channel,
        outcome=outcome,
        reason="R01" if outcome == "not_submitted" else None,
        direct_reason="D01" if channel == "direct" else None,
        quantity=chance.choice((1, 1, 1, 2, 7)),
        priority=chance.random() < 0.2,
    )


class World:
    """A database with made-up history, and the same history at hand."""

    def __init__(self, engine: Engine) -> None:
        chance = random.Random(9)  # noqa: S311 - the same history at every run
        self.engine = engine
        self.entries = {
            unit: [made_up(chance, u * 1000 + n) for n in range(120)]
            for u, unit in enumerate(UNITS)
        }
        add_units(engine, "92", level="province")
        add_units(engine, *UNITS, parent="92")
        for unit, entries in self.entries.items():
            log(engine, unit, entries)

    def count(self, query: Query) -> Table:
        with reading(self.engine) as connection:
            return count(connection, query)

    def sums(self, query: Query, keep: Callable[[Entry], bool] = lambda _: True) -> list[int]:
        """Count by hand: assisted, submitted online, help."""
        found = [
            said
            for unit in query.units
            for said in self.entries[unit]
            if query.first <= said.civil_date <= query.last and keep(said)
        ]
        filings = [said for said in found if said.activity == "filing"]
        sent = [said for said in filings if said.outcome == "submitted"]
        groups = (
            filings,
            [said for said in sent if said.channel not in ("direct", "post")],
            [said for said in found if said.activity != "filing"],
        )
        return [sum(said.quantity for said in group) for group in groups]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    opened = open_engine(f"sqlite:///{tmp_path_factory.mktemp('world') / 'kiosk.db'}")
    metadata.create_all(opened)
    yield World(opened)
    opened.dispose()


def having(**said: object) -> Callable[[Entry], bool]:
    return lambda found: all(getattr(found, name) == value for name, value in said.items())


def logged(row: Row) -> list[int]:
    return [row.assisted, row.submitted_online, row.help]


days = st.dates(FIRST - DAY * 3, LAST + DAY * 3)
aligned = st.sampled_from(("week", "month", "quarter"))
units = st.lists(st.sampled_from(UNITS), min_size=1, unique=True).map(tuple)
queries = st.builds(
    lambda one, two, units: Query(units=units, first=min(one, two), last=max(one, two)),
    days,
    days,
    units,
)
period_queries = st.builds(
    lambda kind, one, two, units: Query(
        units=units,
        first=period_of(kind, min(one, two)).start,
        last=period_of(kind, max(one, two)).end,
    ),
    aligned,
    days,
    days,
    units,
)


@given(queries | period_queries)
@settings(max_examples=60, deadline=None)
def test_the_log_is_counted_as_by_hand(world: World, query: Query) -> None:
    assert logged(world.count(query).total) == world.sums(query)


@given(queries | period_queries, st.sampled_from(("field", "procedure", "unit", "day")))
@settings(max_examples=150, deadline=None)
def test_rows_add_up_to_their_total(world: World, query: Query, by: str) -> None:
    found = world.count(replace(query, by=by))  # type: ignore[arg-type]
    assert logged(found.total) == world.sums(query)
    assert [sum(column) for column in zip(*map(logged, found.rows), strict=True)] in (
        logged(found.total),
        [] if not found.rows else None,
    )


@given(queries | period_queries)
@settings(max_examples=60, deadline=None)
def test_each_row_is_counted_as_by_hand(world: World, query: Query) -> None:
    for row in world.count(replace(query, by="procedure")).rows:
        assert logged(row) == world.sums(query, having(field=row.field, procedure=row.key))
    for row in world.count(query).rows:
        assert logged(row) == world.sums(query, having(field=row.key))
    for row in world.count(replace(query, by="unit")).rows:
        assert logged(row) == world.sums(replace(query, units=(row.key,)))
    for row in world.count(replace(query, by="day")).rows:
        assert logged(row) == world.sums(query, having(civil_date=date.fromisoformat(row.key)))


@given(queries)
@settings(max_examples=40, deadline=None)
def test_outcomes_add_up_to_what_was_assisted(world: World, query: Query) -> None:
    found = world.count(replace(query, by="outcome"))
    assert [row.key for row in found.rows] == ["submitted", "saved", "not_submitted"]
    assert sum(row.assisted for row in found.rows) == found.total.assisted
    assert sum(row.submitted_online for row in found.rows) == found.total.submitted_online


@given(days, st.sampled_from(tuple(FIELDS)))
@settings(max_examples=20, deadline=None)
def test_one_field_is_the_row_of_all(world: World, day: date, field: str) -> None:
    month = period_of("month", day)
    query = Query(units=UNITS, first=month.start, last=month.end, fields=tuple(FIELDS))
    by_field = {row.key: logged(row) for row in world.count(query).rows}
    for by in get_args(By):
        found = world.count(replace(query, by=by, field=field))
        assert logged(found.total) == by_field[field]


@given(st.sampled_from(("week", "month")), days)
@settings(max_examples=20, deadline=None)
def test_days_tile_their_period(world: World, kind: str, day: date) -> None:
    period = period_of(kind, day)
    whole = Query(units=UNITS, first=period.start, last=period.end, by="day")
    found = world.count(whole)
    assert [date.fromisoformat(row.key) for row in found.rows] == [
        period.start + DAY * n for n in range(len(found.rows))
    ]
    assert found.rows[-1].key == period.end.isoformat()


def test_nothing_official_is_no_rate(world: World) -> None:
    found = world.count(Query(units=UNITS, first=FIRST, last=LAST))
    for row in (*found.rows, found.total):
        assert (row.received, row.online, row.rate, row.source) == (None, None, None, "log")
        assert row.state == "counted"


def test_what_was_submitted_online_is_known_by_unit_and_field(world: World) -> None:
    with reading(world.engine) as connection:
        found = submitted_online(connection, UNITS, FIRST, LAST)
    query = Query(units=UNITS, first=FIRST, last=LAST)
    assert sum(found.values()) == world.sums(query)[1]


@pytest.mark.parametrize("by", get_args(By))
@pytest.mark.parametrize(("first", "last"), [(date.min, LAST), (FIRST, date.max)])
def test_the_ends_of_the_calendar_are_refused(
    world: World, by: By, first: date, last: date
) -> None:
    with pytest.raises(PeriodError, match="no numbers for the year"):
        world.count(Query(units=UNITS, first=first, last=last, by=by))


@pytest.mark.parametrize("by", ["field", "procedure", "unit", "outcome"])
def test_all_time_is_counted(world: World, by: By) -> None:
    all_time = Query(units=UNITS, first=date(2, 1, 1), last=date(9998, 12, 31), by=by)
    whole = Query(units=UNITS, first=FIRST, last=LAST, by=by)
    assert logged(world.count(all_time).total) == logged(world.count(whole).total)
