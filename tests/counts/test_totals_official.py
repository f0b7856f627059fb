"""Official figures in the tables: sums, rates, and the states of what is missing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from kiosk.counts.figures import NIL, Figures, add
from kiosk.counts.official import IMPORTED
from kiosk.counts.periods import DAY, Period, following, period_of
from kiosk.counts.table import Query, Table, as_json
from kiosk.counts.totals import count
from kiosk.db import metadata, open_engine, reading
from tests.counts.build import add_units, entry, log, merge_away, online, returned

UNITS = ("31615", "31633", "31684")
MONTH = period_of("month", date(2026, 11, 1))
DECEMBER = following(MONTH)


def province(engine: Engine, *communes: str) -> tuple[str, ...]:
    add_units(engine, "92", level="province")
    add_units(engine, *communes, parent="92")
    return ("92", *communes)


def ask(engine: Engine, units: tuple[str, ...], period: Period = MONTH, **more: object) -> Table:
    query = Query(units=units, first=period.start, last=period.end, **more)  # type: ignore[arg-type]
    with reading(engine) as connection:
        return count(connection, query)


def test_published_rates_come_out(engine: Engine) -> None:
    units = province(engine, "31615")
    figures = {
        "residence": Figures(online_full=50_579, direct=20_179),
        "immigration": Figures(online_full=5_862, direct=440),
    }
    returned(engine, "31615", MONTH, figures)
    found = ask(engine, units, fields=("residence", "immigration"))
    assert [row.rate for row in found.rows] == [Decimal("71.48"), Decimal("93.02")]
    assert (found.total.online, found.total.received) == (56_441, 77_060)
    assert found.total.rate == Decimal("73.24")
    assert found.total.source == "entered"


def test_the_document_of_the_command(engine: Engine) -> None:
    units = province(engine, "31615")
    returned(engine, "31615", MONTH, {"residence": Figures(online_full=50_579, direct=20_179)})
    log(engine, "31615", [entry(1, MONTH.start, quantity=3)])
    log(engine, "31615", [entry(2, MONTH.start, field="vehicle", procedure="sang-ten")])
    found = ask(engine, units, fields=("residence",))
    assert as_json(found, "92", MONTH.start, MONTH.end) == {
        "unit": "92",
        "from": "2026-10-15",
        "to": "2026-11-14",
        "rows": [
            {
                "key": "residence",
                "assisted": 3,
                "received": 70_758,
                "online": 50_579,
                "rate": 71.48,
                "source": "entered",
            },
            {
                "key": "vehicle",
                "assisted": 1,
                "received": None,
                "online": None,
                "rate": None,
                "source": "log",
            },
        ],
        "total": {
            "key": "total",
            "assisted": 4,
            "received": 70_758,
            "online": 50_579,
            "rate": 71.48,
            "source": "entered",
        },
    }


def test_a_unit_that_has_not_reported_leaves_the_rate_open(engine: Engine) -> None:
    units = province(engine, "31615", "31633")
    returned(engine, "31615", MONTH, {"residence": online(1, 1)})
    found = ask(engine, units)
    assert (found.total.rate, found.total.reported, found.total.expected) == (None, 1, 2)
    rows = {row.key: row for row in ask(engine, units, by="unit").rows}
    assert rows["31615"].rate == Decimal(50)
    assert (rows["31633"].state, rows["31633"].rate) == ("silent", None)
    returned(engine, "31633", MONTH, {"residence": online(1)})
    assert ask(engine, units).total.rate == Decimal("66.67")


def test_zero_is_not_silence(engine: Engine) -> None:
    units = province(engine, "31615", "31633", "31684")
    returned(engine, "31615", MONTH, {"residence": online(0, 4)})
    returned(engine, "31633", MONTH, {"": NIL})
    by_unit = {row.key: row for row in ask(engine, units, by="unit").rows}
    assert [by_unit[unit].state for unit in units] == ["silent", "zero", "zero", "silent"]
    assert by_unit["31615"].rate == Decimal(0)
    assert (by_unit["31633"].received, by_unit["31633"].rate) == (0, None)


def test_a_logged_online_filing_contradicts_a_zero(engine: Engine) -> None:
    province(engine, "31615")
    returned(engine, "31615", MONTH, {"residence": online(0, 4)})
    log(engine, "31615", [entry(1, MONTH.start)])
    (row,) = ask(engine, ("31615",)).rows
    assert (row.state, row.contradicts) == ("counted", True)


def test_who_is_not_competent_owes_nothing(engine: Engine) -> None:
    units = province(engine, "31615")
    competent = {"immigration": frozenset({"province"}), "residence": frozenset({"commune"})}
    returned(engine, "31615", MONTH, {"residence": online(1, 1)})
    found = ask(engine, units, competent=competent)
    assert {row.key: row.state for row in found.rows} == {
        "residence": "counted",
        "immigration": "silent",
    }
    only = ask(engine, ("31615",), competent=competent)
    states = {row.key: row.state for row in only.rows}
    assert states == {"residence": "counted", "immigration": "not_competent"}
    assert only.total.rate == Decimal(50)
    assert found.total.rate is None
    returned(engine, "92", MONTH, {"immigration": online(1)})
    assert ask(engine, units, competent=competent).total.rate == Decimal("66.67")


def test_a_field_without_a_rule_is_everybody_s(engine: Engine) -> None:
    units = province(engine, "31615")
    found = ask(engine, units, fields=("residence",), competent={})
    assert (found.total.expected, found.total.state) == (2, "silent")


def test_only_the_whole_period_has_a_rate(engine: Engine) -> None:
    province(engine, "31615")
    returned(engine, "31615", MONTH, {"residence": online(1, 1)})
    shorter = replace(MONTH, end=MONTH.end - DAY)
    longer = replace(MONTH, end=DECEMBER.end)
    assert ask(engine, ("31615",), shorter).total.rate is None
    assert ask(engine, ("31615",), longer).total.rate is None
    returned(engine, "31615", DECEMBER, {"residence": online(2)})
    assert ask(engine, ("31615",), longer).total.rate == Decimal(75)


def test_a_unit_merged_into_another_still_counts_and_owes_nothing(engine: Engine) -> None:
    add_units(engine, "31615", "31633")
    merge_away(engine, "31633", MONTH.start + DAY)
    log(engine, "31633", [entry(1, MONTH.start)])
    returned(engine, "31615", MONTH, {"residence": online(1, 1)})
    found = ask(engine, ("31615", "31633"), fields=("residence",)).total
    assert (found.assisted, found.expected, found.rate) == (1, 1, Decimal(50))
    returned(engine, "31633", MONTH, {"residence": online(2)})
    assert ask(engine, ("31615", "31633")).total.received == 4


def test_an_import_prevails_and_several_sources_are_named(engine: Engine) -> None:
    units = province(engine, "31615", "31633")
    for unit in ("31615", "31633"):
        returned(engine, unit, MONTH, {"residence": online(1)})
    returned(engine, "31615", MONTH, {"residence": online(5, 5)}, IMPORTED)
    rows = {row.key: row for row in ask(engine, units, by="unit").rows}
    assert (rows["31615"].online, rows["31615"].source) == (5, "imported")
    total = ask(engine, units).total
    assert (total.online, total.source) == (6, "mixed")


def test_procedures_have_their_own_figures(engine: Engine) -> None:
    province(engine, "31615")
    returned(
        engine,
        "31615",
        MONTH,
        {"residence": online(10, 10), "residence/tam-tru": online(4, 1), "vehicle": online(0)},
    )
    log(engine, "31615", [entry(1, MONTH.start, procedure="thuong-tru")])
    found = ask(engine, ("31615",), by="procedure")
    assert [(row.key, row.field, row.received) for row in found.rows] == [
        ("tam-tru", "residence", 5),
        ("thuong-tru", "residence", None),
    ]
    assert found.total.received == 20


def test_online_without_direct_has_no_rate(engine: Engine) -> None:
    province(engine, "31615")
    returned(engine, "31615", MONTH, {"residence": Figures(online_full=18_273)})
    (row,) = ask(engine, ("31615",)).rows
    assert (row.online, row.received, row.rate) == (18_273, None, None)


figures = st.builds(
    Figures,
    online_full=st.none() | st.integers(0, 50),
    direct=st.none() | st.integers(0, 50),
    post=st.none() | st.integers(0, 9),
)


@pytest.fixture(scope="module")
def reporters(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Engine, Iterator[Period]]]:
    """A province, and months nobody has reported on yet."""
    opened = open_engine(f"sqlite:///{tmp_path_factory.mktemp('reporters') / 'kiosk.db'}")
    metadata.create_all(opened)
    province(opened, *UNITS)
    yield opened, months_from(MONTH)
    opened.dispose()


def months_from(month: Period) -> Iterator[Period]:
    while True:
        yield month
        month = following(month)


topics = st.fixed_dictionaries({"residence": figures, "vehicle": figures})


@given(st.lists(topics, min_size=len(UNITS), max_size=len(UNITS)))
@settings(max_examples=60, deadline=None)
def test_official_rows_add_up(
    reporters: tuple[Engine, Iterator[Period]], said: list[dict[str, Figures]]
) -> None:
    engine, months = reporters
    month = next(months)
    for unit, topics in zip(UNITS, said, strict=True):
        returned(engine, unit, month, topics)
    by_field = ask(engine, ("92", *UNITS), month)
    by_unit = ask(engine, ("92", *UNITS), month, by="unit")
    assert by_field.total == by_unit.total
    for found in (by_field, by_unit):
        rows = [row for row in found.rows if row.expected]
        for figure in ("online", "received"):
            parts = [getattr(row, figure) for row in rows]
            assert getattr(found.total, figure) == (add(*parts) if parts else None)
