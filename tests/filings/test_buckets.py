"""Where a filing is counted, and as what."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.filings.buckets import METRICS, Place, change, figures, month_start, week_start
from kiosk.filings.history import Entry, Filing, fold
from kiosk.filings.history import said as content
from tests.filings.build import entry, event, help_entry
from tests.filings.entries import entries

DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def filing(said: Entry, state: str = "recorded") -> Filing:
    kinds = ["recorded"] if state == "recorded" else ["recorded", "voided"]
    found = fold(event(n, kind, **content(said)) for n, kind in enumerate(kinds, start=1))
    assert isinstance(found, Filing)
    return found


def counted(said: Entry) -> dict[str, int]:
    own = dict(zip(METRICS, figures(filing(said)), strict=True))
    return {name: n for name, n in own.items() if n}


@pytest.mark.parametrize(
    ("day", "start"),
    [("2026-11-21", "2026-11-19"), ("2026-11-19", "2026-11-19"), ("2026-11-18", "2026-11-12")],
)
def test_a_week_begins_on_thursday(day: str, start: str) -> None:
    assert week_start(date.fromisoformat(day)) == date.fromisoformat(start)


@pytest.mark.parametrize(
    ("day", "start"),
    [
        ("2026-11-15", "2026-11-15"),
        ("2026-11-14", "2026-10-15"),
        ("2027-01-03", "2026-12-15"),
        ("2028-03-01", "2028-02-15"),
    ],
)
def test_a_month_begins_on_the_15th(day: str, start: str) -> None:
    assert month_start(date.fromisoformat(day)) == date.fromisoformat(start)


@settings(max_examples=200, deadline=None)
@given(DAYS, st.integers(0, 6))
def test_weeks_and_months_leave_no_gap(day: date, first_weekday: int) -> None:
    start, tomorrow = week_start(day, first_weekday), day + timedelta(days=1)
    assert 0 <= (day - start).days < 7
    assert start.weekday() == first_weekday
    assert month_start(day) <= day
    assert month_start(tomorrow) == (tomorrow if tomorrow.day == 15 else month_start(day))


def test_what_a_filing_counts_as() -> None:
    online = {"entries": 1, "assisted": 3, "submitted": 3, "online": 3}
    assert counted(entry(quantity=3)) == online
    assert counted(entry(outcome="saved", priority=True)) == {
        "entries": 1,
        "assisted": 1,
        "saved": 1,
        "priority": 1,
    }
    paper = entry(channel="direct", direct_reason="D01", outcome="not_submitted", reason="R01")
    assert counted(paper) == {"entries": 1, "assisted": 1, "not_submitted": 1}
    assert counted(help_entry(quantity=2)) == {"entries": 1, "help": 2}


@settings(max_examples=150, deadline=None)
@given(entries())
def test_parts_add_up(said: Entry) -> None:
    own = dict(zip(METRICS, figures(filing(said)), strict=True))
    assert own["assisted"] == own["submitted"] + own["saved"] + own["not_submitted"]
    assert own["submitted"] == own["online"] + own["direct"] + own["post"]
    assert own["assisted"] + own["help"] == said.quantity


@settings(max_examples=100, deadline=None)
@given(entries(), entries())
def test_a_change_is_taken_back_by_its_reverse(one: Entry, two: Entry) -> None:
    there, back = change(filing(one), filing(two)), change(filing(two), filing(one))
    assert there.keys() == back.keys()
    assert all(a == -b for place in there for a, b in zip(there[place], back[place], strict=True))
    assert change(filing(one), filing(one)) == {}


def test_a_void_takes_everything_back() -> None:
    said = entry()
    assert change(filing(said), filing(said, "voided")) == {
        place: tuple(-n for n in gain) for place, gain in change(None, filing(said)).items()
    }
    assert change(None, filing(said, "voided")) == {}


def test_a_filing_is_counted_in_three_places() -> None:
    assert set(change(None, filing(entry()))) == {
        Place("unit_day", "31417", date(2026, 11, 21), "residence"),
        Place("procedure_week", "31417", date(2026, 11, 19), "residence", "dang-ky-tam-tru"),
        Place("procedure_month", "31417", date(2026, 11, 15), "residence", "dang-ky-tam-tru"),
    }
