import csv
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.clock import VIETNAM, civil_date
from kiosk.counts.periods import (
    DAY,
    DEFAULT,
    SPECIAL_2022,
    Period,
    PeriodError,
    Rules,
    due_next,
    following,
    kind_of,
    period_of,
    previous,
    year_of,
)

_FILE = Path(__file__).parent / "periods.csv"
WORKED = list(csv.DictReader(_FILE.read_text(encoding="utf-8").splitlines()))
# reporting.md 2.2: kind, as of, start, end, due
EXAMPLES = [
    ("weekly", "2026-11-21T10:00", "2026-11-19", "2026-11-25", "2026-11-26T09:00"),
    ("weekly", "2026-11-26T08:59", "2026-11-19", "2026-11-25", "2026-11-26T09:00"),
    ("weekly", "2026-11-26T09:00", "2026-11-26", "2026-12-02", "2026-12-03T09:00"),
    ("weekly", "2026-12-31T08:30", "2026-12-24", "2026-12-30", "2026-12-31T09:00"),
    ("weekly", "2027-01-01T00:00", "2026-12-31", "2027-01-06", "2027-01-07T09:00"),
    ("monthly", "2026-11-15T00:00", "2026-10-15", "2026-11-14", "2026-11-16T00:00"),
    ("monthly", "2026-11-16T00:00", "2026-11-15", "2026-12-14", "2026-12-16T00:00"),
    ("monthly", "2026-12-20T08:00", "2026-12-15", "2027-01-14", "2027-01-16T00:00"),
    ("monthly", "2028-02-20T00:00", "2028-02-15", "2028-03-14", "2028-03-16T00:00"),
    ("yearly", "2026-12-15T23:59", "2025-12-15", "2026-12-14", "2026-12-16T00:00"),
    ("yearly", "2026-12-16T00:00", "2026-12-15", "2027-12-14", "2027-12-16T00:00"),
    ("special", "2022-12-22T00:00", "2022-02-15", "2022-12-14", "2022-12-31T00:00"),
]
TILING = ("week", "month", "quarter", "half_year", "year")
DUE = ("week", "month", "year")

days = st.dates(date(1990, 1, 1), date(2120, 12, 31))
instants = st.integers(631_152_000, 4_760_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, VIETNAM)
)
cutoffs = st.integers(0, 6).map(lambda weekday: Rules(weekly_cutoff_weekday=weekday))


@pytest.mark.parametrize("row", WORKED, ids=[row["no"] for row in WORKED])
def test_every_worked_example_comes_out(row: dict[str, str]) -> None:
    found = due_next(row["kind"], datetime.fromisoformat(row["as_of"]))
    assert found.start.isoformat() == row["period_start"]
    assert found.end.isoformat() == row["period_end"]
    assert (found.end - found.start).days + 1 == int(row["days"])
    due = datetime.fromisoformat(row["due_at"]) if row["due_at"] else None
    assert found.due_at == due


@pytest.mark.parametrize(("kind", "as_of", "start", "end", "due"), EXAMPLES)
def test_the_examples_of_the_rules_come_out(
    kind: str, as_of: str, start: str, end: str, due: str
) -> None:
    found = due_next(kind, datetime.fromisoformat(as_of).replace(tzinfo=VIETNAM))
    assert (found.start.isoformat(), found.end.isoformat()) == (start, end)
    assert found.due_at is not None
    assert found.due_at.isoformat() == due + ":00+07:00"


def test_the_twelve_examples_are_all_there() -> None:
    assert (len(WORKED), len(EXAMPLES)) == (14, 12)


@given(days, st.sampled_from(TILING), cutoffs)
@settings(max_examples=200, deadline=None)
def test_a_day_is_in_its_period_and_neighbours_touch(day: date, kind: str, rules: Rules) -> None:
    found = period_of(kind, day, rules)
    assert found.holds(day)
    assert previous(found, rules).end == found.start - DAY
    assert following(found, rules).start == found.end + DAY
    assert period_of(kind, found.start, rules) == period_of(kind, found.end, rules) == found


@given(days, st.sampled_from(("month", "quarter", "half_year")))
@settings(max_examples=100, deadline=None)
def test_parts_tile_the_reporting_year(day: date, kind: str) -> None:
    year = period_of("year", day)
    parts = [period_of(kind, year.start)]
    while parts[-1].end < year.end:
        parts.append(following(parts[-1]))
    assert parts[-1].end == year.end
    assert len(parts) == {"month": 12, "quarter": 4, "half_year": 2}[kind]


@given(instants, st.sampled_from(DUE), cutoffs)
@settings(max_examples=200, deadline=None)
def test_the_report_due_next_is_the_nearest_still_to_come(
    instant: datetime, kind: str, rules: Rules
) -> None:
    found = due_next(kind, instant, rules)
    before = previous(found, rules)
    assert found.due_at is not None
    assert before.due_at is not None
    assert before.due_at <= instant < found.due_at
    assert found.due_at > datetime.combine(found.end, datetime.max.time(), VIETNAM)


@given(days)
@settings(max_examples=100, deadline=None)
def test_the_reporting_year_bears_the_year_it_ends_in(day: date) -> None:
    year = period_of("year", day)
    assert year_of(day) == year.end.year
    assert (year.end.month, year.end.day, year.start.month, year.start.day) == (12, 14, 12, 15)


@given(instants)
@settings(max_examples=100, deadline=None)
def test_the_civil_day_is_the_one_in_viet_nam(instant: datetime) -> None:
    assert period_of("year", civil_date(instant)).holds(instant.date())


def test_a_year_is_not_made_of_weeks() -> None:
    week = period_of("week", date(2026, 12, 15))
    assert (week.start, week.end) == (date(2026, 12, 10), date(2026, 12, 16))
    assert year_of(week.start) != year_of(week.end)


@pytest.mark.parametrize(
    ("year", "days_long", "reports"), [(2026, 365, 52), (2027, 365, 52), (2028, 366, 53)]
)
def test_the_length_of_a_reporting_year(year: int, days_long: int, reports: int) -> None:
    found = period_of("year", date(year, 6, 1))
    every = [found.start + DAY * n for n in range((found.end - found.start).days + 1)]
    assert len(every) == days_long
    assert sum(day.weekday() == 3 for day in every) == reports


@pytest.mark.parametrize(
    ("weekday", "start", "end", "due"),
    [
        (1, date(2026, 11, 18), date(2026, 11, 24), date(2026, 11, 26)),
        (2, date(2026, 11, 19), date(2026, 11, 25), date(2026, 11, 26)),
        (3, date(2026, 11, 20), date(2026, 11, 26), date(2026, 12, 3)),
    ],
)
def test_the_last_weekday_of_a_week_is_a_setting(
    weekday: int, start: date, end: date, due: date
) -> None:
    found = period_of("week", date(2026, 11, 21), Rules(weekly_cutoff_weekday=weekday))
    assert (found.start, found.end) == (start, end)
    assert found.due_at == datetime(due.year, due.month, due.day, 9, tzinfo=VIETNAM)


def test_fourteen_december_closes_the_old_year() -> None:
    last_second = datetime(2026, 12, 14, 23, 59, 59, tzinfo=VIETNAM)
    assert year_of(civil_date(last_second)) == 2026
    assert year_of(civil_date(last_second + timedelta(seconds=1))) == 2027


def test_halves_of_the_year() -> None:
    assert period_of("half-yearly", date(2026, 6, 14)).end == date(2026, 6, 14)
    second = period_of("half_year", date(2026, 6, 15))
    assert (second.start, second.end, second.due_at) == (
        date(2026, 6, 15),
        date(2026, 12, 14),
        None,
    )


@pytest.mark.parametrize("word", ["weekly", "monthly", "quarterly", "half-year", "yearly"])
def test_other_words_for_the_kinds(word: str) -> None:
    assert kind_of(word) in TILING


def test_a_kind_nobody_knows_is_refused() -> None:
    with pytest.raises(PeriodError, match="fortnight"):
        period_of("fortnight", date(2026, 11, 21))


def test_no_special_period_is_made_up() -> None:
    assert period_of("special", date(2022, 3, 1)) == SPECIAL_2022
    with pytest.raises(PeriodError):
        period_of("special", date(2026, 11, 21))
    with pytest.raises(PeriodError):
        due_next("special", datetime(2022, 12, 31, tzinfo=VIETNAM))
    with pytest.raises(PeriodError):
        previous(SPECIAL_2022)


def test_of_two_special_periods_the_nearer_is_due() -> None:
    later = Period(
        "special", date(2022, 1, 1), date(2023, 1, 1), datetime(2023, 2, 1, tzinfo=VIETNAM)
    )
    rules = Rules(special=(later, *DEFAULT.special))
    assert due_next("special", datetime(2022, 12, 30, tzinfo=VIETNAM), rules) == SPECIAL_2022
    assert due_next("special", datetime(2023, 1, 1, tzinfo=VIETNAM), rules) == later


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_day_beyond_all_keeping_is_refused(day: date) -> None:
    with pytest.raises(PeriodError):
        period_of("year", day)


EDGES = [date.min, date(1, 1, 15), date(1975, 12, 31), date(9991, 1, 1), date.max]


@pytest.mark.parametrize("kind", TILING)
@pytest.mark.parametrize("day", EDGES)
def test_beyond_all_keeping_nothing_is_due_or_beside(kind: str, day: date) -> None:
    edge = Period(kind, day, day)
    with pytest.raises(PeriodError, match="no periods are kept for the year"):
        period_of(kind, day)
    with pytest.raises(PeriodError, match="no periods are kept for the year"):
        previous(edge)
    with pytest.raises(PeriodError, match="no periods are kept for the year"):
        following(edge)


@pytest.mark.parametrize("kind", [*TILING, "special"])
@pytest.mark.parametrize(
    "instant",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-14))),
    ],
)
def test_an_instant_at_the_end_of_the_calendar_is_refused(kind: str, instant: datetime) -> None:
    if kind == "special" and instant.year == 1:
        assert due_next(kind, instant) == SPECIAL_2022
        return
    with pytest.raises(PeriodError):
        due_next(kind, instant)


@pytest.mark.parametrize("kind", TILING)
def test_the_first_day_of_all_keeping_has_a_report_due(kind: str) -> None:
    first = datetime(1976, 1, 1, 12, tzinfo=VIETNAM)
    assert due_next(kind, first).holds(first.date())
