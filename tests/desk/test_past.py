"""The list of recorded entries: what it holds, page by page, and who may look at it."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, insert

from kiosk import clock
from kiosk.access.models import device
from kiosk.db import reading, writing
from kiosk.desk import past
from kiosk.desk.words import DOUBTFUL
from kiosk.filings import ledger
from kiosk.filings.history import Actor, FilingEvent
from kiosk.filings.ledger import Summary
from kiosk.units import import_csv
from tests.builders import entry
from tests.desk.people import NOON, Officer, events

Sit = Callable[..., Officer]
Weekly = Callable[[int], None]
TODAY = NOON.date()
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
UNITS = """code,name,level,parent,area_type,valid_from,valid_to,successor
P,Công an tỉnh,province,,general,2025-07-01,,
A,Công an xã An,commune,P,general,2025-07-01,,
B,Công an xã Bình,commune,P,general,2025-07-01,,
"""
COLUMNS = ("time", "work", "quantity", "channel", "outcome", "who", "state", "more")


@pytest.fixture
def units(engine: Engine) -> None:
    """A province with two communes, A and B."""
    with writing(engine) as conn:
        import_csv(conn, UNITS.splitlines())


def recorded(
    engine: Engine,
    at: datetime = NOON,
    officer: str = "id-lan",
    unit: str = "A",
    cause: str | None = None,
    **changes: Any,
) -> FilingEvent:
    """Record an entry of the day at an instant, or dated back with a cause."""
    with clock.at(at):
        said = entry(**{"civil_date": clock.today()} | changes)
        return ledger.record(engine, said, Actor(unit, officer, "box"), cause)


def shown(desk: Officer, path: str = "/ban/da-ghi") -> list[dict[str, str]]:
    """Open a list and return its rows by column."""
    answer = desk.open(path)
    assert answer.status_code == 200, answer.text
    tables = re.findall(r"<tbody[^>]*>(.*?)</tbody>", answer.text, re.DOTALL)
    rows = [row for table in tables for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)]
    return [dict(zip(COLUMNS, map(plain, cells(row)), strict=False)) for row in rows]


def cells(row: str) -> list[str]:
    return re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def text(desk: Officer) -> str:
    return plain(desk.page)


def links(desk: Officer) -> list[str]:
    return [unescape(found) for found in re.findall(r'href="(/ban/da-ghi[^"]*)"', desk.page)]


def test_today_newest_first_with_its_sums(sit: Sit, engine: Engine) -> None:
    desk = sit()
    recorded(engine, NOON - 2 * HOUR, quantity=2, channel="vneid")
    recorded(engine, NOON - HOUR, channel="direct", direct_reason="D02")
    recorded(engine, activity="guidance", outcome=None, quantity=3)
    recorded(engine, NOON - DAY)
    rows = shown(desk)
    assert [row["time"] for row in rows] == ["12:00", "11:00", "10:00"]
    assert [row["quantity"] for row in rows] == ["3", "1", "2"]
    assert rows[0]["outcome"] == "Chỉ hướng dẫn"
    assert rows[1]["channel"] == "Nộp trực tiếp tại quầy Chưa có tài khoản định danh"
    assert (rows[2]["channel"], rows[2]["outcome"]) == ("Ứng dụng VNeID", "Đã nộp")
    assert (rows[2]["who"], rows[2]["state"]) == ("lan box", "Đã ghi")
    assert "3 lượt hỗ trợ, 3 hồ sơ đã nộp, trong đó 2 hồ sơ trực tuyến." in text(desk)
    assert "Hôm nay, ngày 21/11/2026" in text(desk)


@pytest.mark.usefixtures("units")
def test_why_nothing_was_submitted_and_who_will_decide(sit: Sit, engine: Engine) -> None:
    desk = sit()
    recorded(engine, outcome="not_submitted", reason="R10", competent_unit="P")
    recorded(engine, competent_unit="X1")
    last, first = shown(desk)
    assert first["outcome"] == "Không nộp được Tài khoản định danh chưa dùng được"
    assert first["work"].endswith("Đơn vị có thẩm quyền: Công an tỉnh")
    assert last["work"].endswith("Đơn vị có thẩm quyền: X1")


def test_a_day_without_entries_says_so(sit: Sit) -> None:
    desk = sit()
    assert shown(desk) == []
    assert "Chưa có lần ghi nào." in desk.page
    assert "Thời gian hỗ trợ" not in desk.page


@pytest.fixture
def weekly(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Weekly:
    """Let the reporting week end on another weekday."""
    return lambda cutoff: monkeypatch.setitem(app.config, "WEEKLY_CUTOFF", cutoff)


@pytest.mark.parametrize(
    "case",
    [
        (2, "tuan-nay", "19 20 21"),
        (2, "tuan-truoc", "12 13 14 15 16 17 18"),
        (6, "tuan-nay", "16 17 18 19 20 21"),
        (6, "tuan-truoc", "9 10 11 12 13 14 15"),
    ],
)
def test_a_week_by_days(
    sit: Sit, engine: Engine, weekly: Weekly, case: tuple[int, str, str]
) -> None:
    cutoff, week, days = case
    weekly(cutoff)
    desk = sit()
    for n in range(14):
        recorded(engine, NOON - n * DAY, quantity=n + 1)
    wanted = [int(day) for day in days.split()][::-1]
    rows = shown(desk, f"/ban/da-ghi?ky={week}")
    assert [row["quantity"] for row in rows] == [str(22 - day) for day in wanted]
    headings = re.findall(r'<h2 id="ngay-2026-11-(\d+)">', desk.page)
    assert [int(day) for day in headings] == wanted
    assert text(desk).count("lượt hỗ trợ,") == len(wanted) + 1
    total = sum(22 - day for day in wanted)
    assert f"{len(wanted)} lượt hỗ trợ, {total} hồ sơ đã nộp" in text(desk)


@pytest.mark.parametrize("span", ["", "nam-nay", "TUAN-NAY"])
def test_an_unknown_stretch_is_today(sit: Sit, engine: Engine, span: str) -> None:
    recorded(engine, NOON - DAY)
    desk = sit()
    assert shown(desk, f"/ban/da-ghi?ky={span}") == []
    assert re.search(r'aria-current="page"[^>]*>Hôm nay', desk.page)


def test_fifty_a_page_across_days(sit: Sit, engine: Engine) -> None:
    desk = sit()
    with clock.at(NOON):
        for n in range(120):
            recorded(engine, NOON - (n // 45) * DAY, quantity=n % 45 + 1)
    seen, path, sizes = [], "/ban/da-ghi?ky=tuan-nay", []
    for page in (1, 2, 3):
        rows = shown(desk, path)
        sizes.append(len(rows))
        days = re.split(r'<h2 id="ngay-(2026-11-\d+)">', desk.page)
        for day, part in zip(days[1::2], days[2::2], strict=True):
            found = re.findall(r"<tr.*?</tr>", part, re.DOTALL)[1:]
            seen += [(day, plain(cells(row)[2])) for row in found]
        assert f"Trang {page} trong 3" in text(desk)
        assert "120 lượt hỗ trợ" in text(desk)
        older = [link for link in links(desk) if f"trang={page + 1}" in link]
        newer = [link for link in links(desk) if f"trang={page - 1}" in link]
        assert (len(older), len(newer)) == (page < 3, page > 1)
        path = older[0] if older else path
    assert sizes == [50, 50, 20]
    assert len(set(seen)) == 120
    assert seen == sorted(seen, key=lambda at: (at[0], int(at[1])), reverse=True)


@pytest.mark.parametrize("page", ["0", "-1", "x", "٣", "1e3", "99", "999999", "9999999999", ""])
def test_a_page_that_is_not_there_is_the_nearest(sit: Sit, engine: Engine, page: str) -> None:
    recorded(engine)
    desk = sit()
    assert len(shown(desk, f"/ban/da-ghi?trang={page}")) == 1
    assert " trong 1" not in text(desk)


def test_what_is_void_is_shown_and_counts_nowhere(sit: Sit, engine: Engine) -> None:
    desk = sit()
    first, second = recorded(engine, quantity=4), recorded(engine, NOON + HOUR / 2, quantity=7)
    boss = Actor("A", "id-minh", "box")
    with clock.at(NOON + HOUR):
        ledger.void(engine, second.filing_id, "V03", boss)
        ledger.void(engine, recorded(engine, quantity=9).filing_id, "V00", boss)
        sit("minh")
        desk.arrive()
        taken_back, void, living = shown(desk)
    assert void["state"] == "Đã hủy: Nhầm thủ tục minh, 13:00"
    assert taken_back["state"].startswith("Đã hủy: Hoàn tác ngay")
    assert void["more"] == ""
    assert living["more"] == "Sửa Hủy"
    assert "1 lượt hỗ trợ, 4 hồ sơ đã nộp" in text(desk)
    assert "Không tính 2 lần ghi đã hủy." in text(desk)
    assert first.filing_id in desk.page
    assert second.filing_id not in desk.page


def test_marks_say_what_is_out_of_the_ordinary(sit: Sit, engine: Engine) -> None:
    desk = sit()
    wednesday = TODAY - 3 * DAY
    late = recorded(
        engine, civil_date=wednesday, cause="B01"
    )  # Wednesday the 18th: its week was due on Thursday
    recorded(engine, civil_date=TODAY - DAY, cause="B02")
    recorded(engine, NOON - DAY, minutes=20, doubtful=True)
    changed = recorded(engine, NOON - 4 * DAY)
    ledger.void(engine, changed.filing_id, "V01", Actor("A", "id-lan", "box"))
    this_week = {row["time"]: row for row in shown(desk, "/ban/da-ghi?ky=tuan-nay")}
    assert this_week["12:00 ghi ngày 21/11/2026"]["state"] == "Đã ghi Ghi lùi ngày"
    assert this_week["12:00"]["state"] == f"Đã ghi {DOUBTFUL}"
    dated_back, tuesday = shown(desk, "/ban/da-ghi?ky=tuan-truoc")
    assert dated_back["state"] == "Đã ghi Ghi lùi ngày Ghi muộn"
    assert tuesday["state"].endswith("lan, 12:00 ngày 21/11/2026 Thay đổi sau hạn báo cáo")
    assert "Ghi muộn" not in tuesday["state"]
    assert late.filing_id in desk.page


def test_a_machine_has_the_name_it_was_given(sit: Sit, engine: Engine) -> None:
    row = {"unit": "A", "id": "machineone", "name": "Quầy số 2", "key_hash": "0" * 64}
    with writing(engine) as conn:
        conn.execute(insert(device).values(**row, created_at=NOON, created_by="console"))
    ledger.record(engine, entry(civil_date=TODAY), Actor("A", "id-lan", "machineone"))
    ledger.record(engine, entry(civil_date=TODAY), Actor("A", "id-lan", "machinetwo"))
    ledger.record(engine, entry(civil_date=TODAY), Actor("A", "abcdefgh", "box"))
    who = [row["who"] for row in shown(sit("head", "head"))]
    assert who == ["ABCD box", "ID-L machinetwo", "ID-L Quầy số 2"]
    sit()
    assert shown(sit("other", "head"))[1]["who"] == "lan machinetwo"


def test_how_long_help_took(sit: Sit, engine: Engine) -> None:
    desk = sit()
    for minutes in (5, 5, 10, 20, 30):
        recorded(engine, minutes=minutes)
    recorded(engine, minutes=60, doubtful=True)
    recorded(engine, minutes=None)
    gone = recorded(engine, minutes=60)
    ledger.void(engine, gone.filing_id, "V04", Actor("A", "id-lan", "box"))
    shown(desk)
    assert "Thời gian hỗ trợ: thường đến 10 phút (5 lượt có ghi)." in text(desk)
    assert "Không tính thời gian của 1 lượt có biểu mẫu mở quá lâu." in text(desk)


@pytest.mark.parametrize(
    ("timed", "said"),
    [
        ({}, []),
        ({5: 1}, ["thường đến 5 phút (1 lượt"]),
        ({5: 2, 20: 2}, ["thường đến 5 phút (4 lượt"]),
        ({5: 1, 20: 2}, ["thường đến 20 phút (3 lượt"]),
        ({60: 3, 5: 2}, ["thường hơn 30 phút (5 lượt"]),
    ],
)
def test_the_usual_time_is_the_one_in_the_middle(
    app: Flask, timed: dict[int, int], said: list[str]
) -> None:
    names = ("entries", "assisted", "submitted", "online", "direct", "help", "voided", "doubtful")
    with app.test_request_context():
        told = past.usual_time(Summary(**dict.fromkeys(names, 0), timed=timed))
    assert len(told) == len(said)
    assert all(part in sentence for part, sentence in zip(said, told, strict=True))


def test_an_officer_sees_own_entries_alone(sit: Sit, engine: Engine) -> None:
    desk = sit()
    sit("minh")
    recorded(engine, quantity=2)
    recorded(engine, officer="id-minh", quantity=3)
    assert [row["quantity"] for row in shown(desk)] == ["2"]
    assert "1 lượt hỗ trợ, 2 hồ sơ" in text(desk)
    assert "minh" not in desk.page
    assert "<select" not in desk.page
    for narrowed in ("id-minh", "id-nobody", "id-lan%0d%0a", "<b>"):
        assert desk.open(f"/ban/da-ghi?can-bo={narrowed}").status_code == 404
    assert len(shown(desk, "/ban/da-ghi?can-bo=id-lan")) == 1


def test_a_head_sees_the_unit_and_may_narrow(sit: Sit, engine: Engine) -> None:
    sit()
    sit("minh")
    head = sit("head", "head")
    recorded(engine, quantity=2)
    recorded(engine, officer="id-minh", quantity=3)
    recorded(engine, NOON - DAY, officer="id-minh", quantity=4)
    recorded(engine, unit="B", officer="id-lan", quantity=9)
    assert [row["quantity"] for row in shown(head)] == ["3", "2"]
    assert [row["who"] for row in shown(head)] == ["minh box", "lan box"]
    assert [row["quantity"] for row in shown(head, "/ban/da-ghi?can-bo=id-minh")] == ["3"]
    assert re.search(r'value="id-minh"\s+selected', head.page)
    (this_week,) = [link for link in links(head) if "ky=tuan-nay" in link]
    assert "can-bo=id-minh" in this_week
    assert [row["quantity"] for row in shown(head, this_week)] == ["3", "4"]
    assert shown(head, "/ban/da-ghi?can-bo=id-gone") == []
    for bad in ("<b>", "a b", "x" * 65, "123456789"):
        assert head.open(f"/ban/da-ghi?can-bo={bad}").status_code == 404


@pytest.mark.usefixtures("units")
def test_a_head_looks_at_a_unit_below_and_only_looks(sit: Sit, engine: Engine) -> None:
    there = sit("minh", "officer", "B")
    head = sit("chief", "head", "P")
    recorded(engine, unit="P", officer="id-chief")
    theirs = recorded(engine, unit="B")
    assert shown(head)[0]["more"] == "Sửa Hủy"
    (row,) = shown(head, "/ban/da-ghi?don-vi=B")
    assert "more" not in row
    assert "Việc khác" not in head.page
    assert "chỉ xem, không sửa, không hủy" in head.page
    assert "Các lần đã ghi: Công an xã Bình" in text(head)
    assert theirs.filing_id not in head.page
    assert all("don-vi=B" in link for link in links(head) if "ky=" in link)
    assert 'value="id-minh"' in head.page
    assert there.open("/ban/da-ghi?don-vi=B").status_code == 200


@pytest.mark.usefixtures("units")
@pytest.mark.parametrize(
    ("role", "unit", "asked"),
    [
        ("officer", "A", "B"),
        ("officer", "A", "P"),
        ("officer", "P", "A"),  # an officer of the province is no head of its communes
        ("head", "A", "B"),
        ("head", "A", "P"),
        ("head", "P", "X"),
    ],
)
def test_a_unit_out_of_reach_is_not_found(
    sit: Sit, engine: Engine, role: str, unit: str, asked: str
) -> None:
    recorded(engine, unit=asked)
    desk = sit("other", role, unit)
    assert desk.open(f"/ban/da-ghi?don-vi={asked}").status_code == 404


@pytest.mark.usefixtures("units")
@pytest.mark.parametrize("role", ["viewer", "admin"])
@pytest.mark.parametrize("unit", ["A", "P"])
def test_the_province_has_other_pages(sit: Sit, engine: Engine, role: str, unit: str) -> None:
    filing_id = recorded(engine).filing_id
    desk = sit("other", role, unit)
    for path in ("/ban/da-ghi?don-vi=A", f"/ban/sua/{filing_id}", f"/ban/huy/{filing_id}"):
        assert desk.open(path).status_code == 403


def test_to_look_changes_nothing(sit: Sit, engine: Engine) -> None:
    desk = sit()
    filing_id = recorded(engine).filing_id
    for path in ("/ban/da-ghi", f"/ban/sua/{filing_id}", f"/ban/huy/{filing_id}"):
        assert desk.open(path).status_code == 200
    assert events(engine) == 1


def test_the_desk_has_the_last_five_and_the_sums_of_the_day(
    app: Flask, sit: Sit, engine: Engine
) -> None:
    officer, head = sit(), sit("head", "head")
    for n in range(7):
        recorded(engine, quantity=n + 1)
    recorded(engine, officer="id-minh", quantity=20)
    recorded(engine, NOON - DAY, quantity=30)
    for desk, quantities, entries in (
        (officer, [7, 6, 5, 4, 3], 7),
        (head, [20, 7, 6, 5, 4], 8),
    ):
        with app.test_request_context(), reading(engine) as conn:
            lines, sums = past.today(conn, desk.account, {})
        assert [line.quantity for line in lines] == quantities
        assert sums.entries == entries


def test_days_of_a_list_are_those_of_viet_nam(sit: Sit, engine: Engine) -> None:
    just_after_midnight = datetime(2026, 11, 20, 17, 5, tzinfo=UTC)
    recorded(engine, just_after_midnight)
    (row,) = shown(sit())
    assert row["time"] == "00:05"
    assert clock.civil_date(just_after_midnight) == date(2026, 11, 21)
