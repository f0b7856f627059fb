from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.clock import VIETNAM
from kiosk.counts.alerts import alert, missed, reminders
from kiosk.counts.periods import due_next, period_of, previous


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("instant", "state", "days"),
    [
        ("2026-11-21T10:00", "quiet", 4),
        ("2026-11-25T13:59:59", "quiet", 0),
        ("2026-11-25T14:00", "remind", 0),
        ("2026-11-26T07:29", "remind", 0),
        ("2026-11-26T07:30", "urgent", 0),
        ("2026-11-26T08:59", "urgent", 0),
        ("2026-11-26T09:00", "quiet", 7),
    ],
)
def test_the_weekly_report_is_called_for_in_time(instant: str, state: str, days: int) -> None:
    found = alert("week", at(instant))
    assert (found.state, found.days_left) == (state, days)


def test_seconds_are_counted_to_the_due_instant() -> None:
    assert alert("week", at("2026-11-26T08:59")).seconds_left == 60


def test_a_sunday_deadline_is_announced_on_the_friday_before() -> None:
    month = period_of("month", date(2026, 11, 14))
    assert [moment.isoformat()[:16] for moment in reminders(month)] == [
        "2026-11-13T08:00",
        "2026-11-14T16:00",
        "2026-11-15T08:00",
        "2026-11-15T16:00",
    ]


def test_a_weekday_deadline_needs_no_friday() -> None:
    assert len(reminders(period_of("year", date(2026, 12, 14)))) == 3


def test_a_report_that_is_in_is_done() -> None:
    due = due_next("month", at("2026-11-15T20:00"))
    assert alert("month", at("2026-11-15T20:00"), filed=(due,)).state == "done"


def test_a_period_without_a_deadline_is_never_pressing() -> None:
    found = alert("quarter", at("2026-11-21T10:00"))
    assert (found.state, found.seconds_left, found.days_left) == ("quiet", None, None)
    assert missed("quarter", at("2026-11-21T10:00"), ()) is None


def test_a_report_that_never_came_is_missed() -> None:
    week = period_of("week", date(2026, 11, 18))
    assert missed("week", at("2026-11-21T10:00"), ()) == week
    assert missed("week", at("2026-11-21T10:00"), (week,)) is None


@given(st.sampled_from(("week", "month", "year")), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
@settings(max_examples=100, deadline=None)
def test_every_reminder_comes_before_the_deadline(kind: str, day: date) -> None:
    period = period_of(kind, day)
    assert period.due_at is not None
    for moment in reminders(period):
        assert moment < period.due_at
        assert alert(kind, moment).state != "quiet" or due_next(kind, moment) != period
    assert due_next(kind, period.due_at - timedelta(seconds=1)) == period
    assert previous(due_next(kind, period.due_at)) == period
