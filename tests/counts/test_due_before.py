from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.clock import VIETNAM
from kiosk.counts.periods import Rules, due_before, period_of

MONDAY = 0
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("day", "instant", "kind"),
    [
        ("2026-11-18", "2026-11-19T08:59:59", None),  # Wednesday, its week due on Thursday at nine
        ("2026-11-18", "2026-11-19T09:00:00", "week"),
        ("2026-11-19", "2026-11-21T12:00:00", None),
        ("2026-11-18", "2026-11-21T12:00:00", "week"),
        ("2026-11-14", "2026-11-15T23:59:59", None),  # the last day of a month, due before the 16th
        ("2026-11-14", "2026-11-16T00:00:00", "month"),  # its week ends on the 18th
        ("2026-11-14", "2026-11-20T00:00:00", "week"),
        ("2026-12-14", "2026-12-16T00:00:00", "month"),
        ("2026-11-21", "2026-11-21T23:59:59", None),
    ],
)
def test_the_report_that_was_due(day: str, instant: str, kind: str | None) -> None:
    found = due_before(date.fromisoformat(day), at(instant))
    assert (found.kind if found else None) == kind
    assert found is None or found.holds(date.fromisoformat(day))


def test_the_cutoff_of_the_province_decides() -> None:
    sunday, monday = date(2026, 11, 15), date(2026, 11, 16)
    rules = Rules(weekly_cutoff_weekday=MONDAY)
    instant = at("2026-11-19T10:00:00")
    found = due_before(monday, instant, rules)
    assert found is not None
    assert (found.start, found.end) == (date(2026, 11, 10), monday)
    assert due_before(monday + DAY, instant, rules) is None
    assert due_before(sunday, instant, rules) == found


@settings(max_examples=200, deadline=None)
@given(
    day=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    hours=st.integers(0, 24 * 60),
    cutoff=st.integers(0, 6),
)
def test_it_is_due_or_not_and_stays_so(day: date, hours: int, cutoff: int) -> None:
    rules = Rules(weekly_cutoff_weekday=cutoff)
    instant = datetime.combine(day, datetime.min.time(), VIETNAM) + timedelta(hours=hours)
    found = due_before(day, instant, rules)
    dues = [period_of(kind, day, rules).due_at for kind in ("week", "month")]
    assert (found is not None) == any(due is not None and due <= instant for due in dues)
    if found is not None:
        assert due_before(day, instant + 40 * DAY, rules) is not None
