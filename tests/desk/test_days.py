"""An entry of a day before today: which days, why so late, and what it does to a report."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from kiosk import clock
from kiosk.counts.periods import Rules, due_before
from kiosk.db import reading
from kiosk.desk import entries, words
from kiosk.desk.days import offered
from kiosk.desk.forms import new_id
from kiosk.filings.history import BACKDATE_DAYS, BACKDATE_REASONS
from kiosk.filings.models import filing_event
from kiosk.filings.rules import refuse_day
from tests.desk.people import NOON, Officer, events, only

Sit = Callable[..., Officer]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATE = "Ngày này thuộc kỳ báo cáo đã đến hạn (12/11–18/11)"
MINUTES_LEFT_OUT = "Biểu mẫu mở quá lâu nên không tính thời gian hỗ trợ."


def cause(engine: Engine) -> str | None:
    with reading(engine) as conn:
        return conn.scalar(select(filing_event.c.cause))


def test_today_and_three_days_back_are_offered(sit: Sit) -> None:
    desk = sit()
    desk.open()
    assert desk.form()["civil_date"] == ""
    part = re.search(r'<fieldset[^>]*id="civil_date".*?</fieldset>', desk.page, re.DOTALL)
    assert part
    assert re.findall(r'value="([^"]*)"', part[0]) == ["", "2026-11-20", "2026-11-19", "2026-11-18"]
    for name in ("Hôm nay, Thứ Bảy 21/11", "Hôm qua, Thứ Sáu 20/11", "Thứ Tư 18/11"):
        assert name in part[0]


@pytest.mark.parametrize("reason", list(words.BACKDATE_REASON))
def test_an_earlier_day_is_recorded_with_its_reason(
    sit: Sit, engine: Engine, procedure: str, reason: str
) -> None:
    desk = sit()
    desk.follow(desk.save(procedure, civil_date="2026-11-19", cause=reason))
    assert only(engine).civil_date == NOON.date() - 2 * DAY
    assert cause(engine) == reason
    assert "Ghi cho ngày 19/11/2026." in desk.page
    notice = re.search(r'<div class="notice notice--ok saved".*?</form>', desk.page, re.DOTALL)
    assert notice
    assert "tính là số liệu ghi muộn" not in notice[0]


def test_the_reasons_are_those_of_the_ledger() -> None:
    assert tuple(words.BACKDATE_REASON) == BACKDATE_REASONS


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"civil_date": "2026-11-20"}, "Ghi lùi ngày phải có lý do."),
        ({"civil_date": "2026-11-20", "cause": "C01"}, "Hãy chọn một mục trong danh sách."),
        ({"civil_date": "2026-11-17", "cause": "B01"}, "Chỉ ghi lùi được 3 ngày."),
        ({"civil_date": "2026-11-22", "cause": "B01"}, "Chỉ ghi lùi được 3 ngày."),
        ({"civil_date": "hôm kia", "cause": "B01"}, "Chỉ ghi lùi được 3 ngày."),
    ],
)
def test_a_day_that_cannot_be_is_refused_and_the_part_unfolded(
    sit: Sit, engine: Engine, procedure: str, answers: dict[str, str], said: str
) -> None:
    desk = sit()
    assert desk.save(procedure, minutes="20", **answers).status_code == 400
    assert said in desk.page
    assert re.search(r'<details class="fold"\s+open', desk.page)
    assert desk.form()["minutes"] == "20"
    assert events(engine) == 0


def test_today_needs_no_reason_and_keeps_none(sit: Sit, engine: Engine, procedure: str) -> None:
    assert sit().save(procedure, cause="B01").status_code == 302
    assert cause(engine) is None


def test_a_day_whose_report_was_due_is_late_before_and_after(
    sit: Sit, engine: Engine, procedure: str
) -> None:
    desk = sit()
    desk.open()
    assert desk.page.count(LATE) == 1
    desk.follow(desk.send(procedure=procedure, civil_date="2026-11-18", cause="B02"))
    notice = re.search(r'<div class="notice notice--ok saved".*?</form>', desk.page, re.DOTALL)
    assert notice
    assert f"{LATE}. Lần ghi này tính là số liệu ghi muộn." in notice[0]
    assert only(engine).civil_date == NOON.date() - 3 * DAY


@pytest.mark.parametrize(("hour", "late"), [(8, False), (9, True)])
def test_the_hour_of_the_report_decides(sit: Sit, hour: int, late: bool) -> None:
    with clock.at(datetime(2026, 11, 19, hour, tzinfo=clock.VIETNAM)):
        desk = sit()
        desk.open()
        assert (LATE in desk.page) is late


def test_the_province_s_week_decides(sit: Sit, app: Flask) -> None:
    kept = app.config["WEEKLY_CUTOFF"]
    app.config["WEEKLY_CUTOFF"] = 3  # the week ends on Thursday the 19th, due on the 26th
    try:
        desk = sit()
        desk.open()
        assert "kỳ báo cáo đã đến hạn" not in desk.page
    finally:
        app.config["WEEKLY_CUTOFF"] = kept


@settings(max_examples=100, deadline=None)
@given(
    hours=st.integers(0, 15 * 366 * 24),
    cutoff=st.integers(0, 6),
)
def test_what_is_offered_the_ledger_takes(hours: int, cutoff: int) -> None:
    instant = datetime(2020, 1, 1, tzinfo=UTC) + hours * HOUR
    app, rules = Flask("t"), Rules(weekly_cutoff_weekday=cutoff)
    Babel(app)
    with app.test_request_context():
        days = offered(instant, rules)
    today = clock.civil_date(instant)
    assert len(days) == BACKDATE_DAYS + 1
    assert (days[0].value, days[0].late) == ("", "")
    for back, day in enumerate(days[1:], 1):
        meant = today - back * DAY
        assert day.value == meant.isoformat()
        assert refuse_day(meant, "B01", today) == []
        assert bool(day.late) == (due_before(meant, instant, rules) is not None)


@pytest.mark.parametrize(
    ("later", "minutes", "doubtful"),
    [
        (HOUR, "20", False),
        (4 * HOUR, "20", False),
        (4 * HOUR + timedelta(seconds=1), "20", True),
        (13 * HOUR, "5", True),
        (13 * HOUR, "", False),
    ],
)
def test_minutes_of_a_form_that_lay_open_are_doubtful(
    sit: Sit, engine: Engine, procedure: str, later: timedelta, minutes: str, doubtful: bool
) -> None:
    desk = sit()
    desk.open()
    with clock.at(NOON + later):
        desk.arrive()
        desk.follow(desk.send(procedure=procedure, minutes=minutes))
        assert only(engine).doubtful is doubtful
        assert (MINUTES_LEFT_OUT in desk.page) is doubtful


def test_minutes_over_midnight_are_doubtful_however_few(
    sit: Sit, engine: Engine, procedure: str
) -> None:
    desk = sit()
    with clock.at(NOON.replace(hour=23, minute=59)):
        desk.arrive()
        desk.open()
    with clock.at(NOON.replace(hour=23, minute=59) + timedelta(minutes=2)):
        desk.send(procedure=procedure, minutes="5")
        assert only(engine).doubtful


def test_an_identity_says_when_its_form_was_opened() -> None:
    with clock.at(NOON):
        opened = new_id()
    assert not entries.lay_open(opened, NOON + timedelta(hours=3))
    assert entries.lay_open(opened, NOON + timedelta(hours=5))
    assert not entries.lay_open(opened, NOON - timedelta(minutes=1)), "clocks differ a little"
    for unknown in (str(uuid4()), "ffffffff-ffff-7fff-bfff-ffffffffffff"):
        assert entries.lay_open(unknown, NOON), "nobody knows when"
    assert entries.lay_open(opened, NOON - HOUR), "the clock was put back"
