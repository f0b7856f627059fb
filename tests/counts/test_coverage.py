from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.counts.coverage import Returns, Span, tile
from kiosk.counts.figures import NIL, Figures
from kiosk.counts.official import ENTERED, IMPORTED, NOTHING_AT_ALL, Official, Topic
from kiosk.counts.periods import DAY, Period, following, period_of
from tests.counts.build import online

YEAR = period_of("year", date(2026, 11, 21))
MONTHS = [period_of("month", YEAR.start)]
while len(MONTHS) < 12:
    MONTHS.append(following(MONTHS[-1]))
BASE = date(2026, 1, 1)


def said(period: Period, topic: Topic, figures: Figures, source: str = ENTERED) -> Official:
    entered_at = datetime(2026, 11, 21, tzinfo=UTC)
    return Official("u", topic, period, source, 1, figures, "o1", entered_at)


def asked(first: Period, last: Period) -> Span:
    return Span(first.start, last.end)


def test_twelve_months_make_the_year() -> None:
    returns = Returns(
        (said(month, Topic("residence"), online(1, 1)) for month in MONTHS), asked(YEAR, YEAR)
    )
    found = returns.of("u", "residence")
    assert found is not None
    assert (found.figures.online, found.figures.received) == (12, 24)


def test_eleven_months_do_not() -> None:
    returns = Returns(
        (said(month, Topic("residence"), online(1)) for month in MONTHS[:11]), asked(YEAR, YEAR)
    )
    assert returns.of("u", "residence") is None
    assert returns.units == {"u"}


def test_the_return_for_the_whole_is_taken_before_its_parts() -> None:
    parts = [said(month, Topic("residence"), online(1)) for month in MONTHS]
    whole = said(YEAR, Topic("residence"), online(13))
    found = Returns([*parts, whole], asked(YEAR, YEAR)).of("u", "residence")
    assert found is not None
    assert found.figures.online == 13


def test_weeks_never_make_a_month() -> None:
    week = period_of("week", MONTHS[3].start)
    weeks = [week]
    while weeks[-1].end < MONTHS[3].end:
        weeks.append(following(weeks[-1]))
    returns = Returns(
        (said(one, Topic("residence"), online(1)) for one in weeks), asked(MONTHS[3], MONTHS[3])
    )
    assert returns.of("u", "residence") is None


def test_procedures_make_up_a_field_that_has_no_figure_of_its_own() -> None:
    month = MONTHS[0]
    parts = [
        said(month, Topic("residence", "a"), online(2, 1)),
        said(month, Topic("residence", "b"), online(3, 4), IMPORTED),
    ]
    returns = Returns(parts, asked(month, month))
    field = returns.of("u", "residence")
    assert field is not None
    assert field.figures.received == 10
    assert field.sources == {ENTERED, IMPORTED}
    one = returns.of("u", "residence", "a")
    assert one is not None
    assert one.figures.received == 3
    assert returns.of("u", "residence", "c") is None
    assert returns.of("u", "vehicle") is None


def test_a_field_has_its_own_figure_before_that_of_its_procedures() -> None:
    month = MONTHS[0]
    both = [
        said(month, Topic("residence"), online(9)),
        said(month, Topic("residence", "a"), online(2)),
    ]
    found = Returns(both, asked(month, month)).of("u", "residence")
    assert found is not None
    assert found.figures.online == 9


def test_nothing_at_all_is_a_zero_everywhere() -> None:
    month = MONTHS[0]
    returns = Returns([said(month, NOTHING_AT_ALL, NIL)], asked(month, month))
    for procedure in ("", "a"):
        found = returns.of("u", "residence", procedure)
        assert found is not None
        assert found.figures.received == 0
    assert returns.topics("u") == {NOTHING_AT_ALL}


def test_nothing_in_a_field_is_nothing_in_its_procedures() -> None:
    month = MONTHS[0]
    returns = Returns(
        [said(month, Topic("residence"), Figures(carried_over=4, online_full=0, direct=0))],
        asked(month, month),
    )
    found = returns.of("u", "residence", "a")
    assert found is not None
    assert (found.figures.received, found.figures.carried_over) == (0, None)


@pytest.mark.parametrize("days", [1, 40])
def test_asked_days_without_returns_are_not_covered(days: int) -> None:
    assert tile((), Span(BASE, BASE + DAY * days)) is None


spans = st.tuples(st.integers(0, 20), st.integers(0, 6)).map(
    lambda pair: Span(BASE + DAY * pair[0], BASE + DAY * (pair[0] + pair[1]))
)


@given(st.frozensets(spans, max_size=30), spans)
@settings(max_examples=200, deadline=None)
def test_tiles_fill_the_asked_days_exactly(given_spans: frozenset[Span], wanted: Span) -> None:
    found = tile(given_spans, wanted)
    ends = {wanted.first}
    for _ in range(30):
        ends |= {s.last + DAY for s in given_spans if s.first in ends and s.last <= wanted.last}
    assert (found is not None) == (wanted.last + DAY in ends)
    if found is not None:
        assert set(found) <= given_spans
        assert (found[0].first, found[-1].last) == wanted
        for one, two in pairwise(found):
            assert two.first - one.last == timedelta(days=1)
