"""Correct and void: with reasons, on the entry as it stands, by those who may, and never unseen."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, update

from kiosk import clock
from kiosk.access.models import account
from kiosk.access.passwords import digest
from kiosk.db import reading, writing
from kiosk.filings import ledger
from kiosk.filings.history import Actor, FilingEvent
from tests.builders import entry
from tests.desk.people import NOON, Officer, events, only
from tests.desk.test_past import plain, recorded, text

Sit = Callable[..., Officer]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TODAY = NOON.date()
Outsider = tuple[str, str, int]
LAN = Actor("A", "id-lan", "box")


def trail(engine: Engine, filing_id: str, unit: str = "A") -> tuple[FilingEvent, ...]:
    with reading(engine) as conn:
        return ledger.events(conn, unit, filing_id)


def correction(desk: Officer, filing_id: str, **changes: str) -> int:
    """Open the page of a correction and send it with these changes."""
    desk.open(f"/ban/sua/{filing_id}")
    return desk.send(f"/ban/sua/{filing_id}", **{"cause": "C04"} | changes).status_code


def history(desk: Officer) -> list[str]:
    part = re.search(r'<ol class="steps">(.*?)</ol>', desk.page, re.DOTALL)
    assert part
    return [plain(item) for item in re.findall(r"<li>(.*?)</li>", part[1], re.DOTALL)]


@pytest.mark.parametrize("cause", ["C01", "C02", "C03", "C04", "C05", "C99"])
def test_a_correction_says_why(sit: Sit, engine: Engine, cause: str) -> None:
    desk, filing_id = sit(), recorded(engine).filing_id
    assert correction(desk, filing_id, cause=cause, quantity="3") == 302
    assert [event.cause for event in trail(engine, filing_id)] == [None, cause]
    assert (only(engine).state, only(engine).quantity) == ("corrected", 3)


@pytest.mark.parametrize("cause", ["", "B01", "V01", "C06", "vì nhầm"])
def test_a_correction_without_a_closed_reason_is_refused(
    sit: Sit, engine: Engine, cause: str
) -> None:
    desk, filing_id = sit(), recorded(engine).filing_id
    assert correction(desk, filing_id, cause=cause, quantity="3", language="km") == 400
    assert "Hãy chọn lý do sửa." in desk.page
    assert (desk.form()["quantity"], desk.form()["language"]) == ("3", "km")
    assert events(engine) == 1


def test_what_is_not_changed_is_not_corrected(sit: Sit, engine: Engine) -> None:
    desk, filing_id = sit(), recorded(engine, minutes=20, doubtful=True).filing_id
    assert correction(desk, filing_id) == 400
    assert "không có gì để sửa" in desk.page
    assert events(engine) == 1
    assert correction(desk, filing_id, quantity="2") == 302


def test_the_same_correction_sent_twice_is_one(sit: Sit, engine: Engine) -> None:
    desk, filing_id = sit(), recorded(engine).filing_id
    desk.open(f"/ban/sua/{filing_id}")
    for _ in range(2):
        answer = desk.send(f"/ban/sua/{filing_id}", cause="C04", quantity="3")
        assert answer.status_code == 302
    assert events(engine) == 2
    assert desk.send(f"/ban/sua/{filing_id}", cause="C04", quantity="4").status_code == 400
    assert events(engine) == 2


def test_the_day_stays_and_so_does_the_doubt_while_the_minutes_do(sit: Sit, engine: Engine) -> None:
    desk = sit()
    first = recorded(engine, minutes=20, doubtful=True, civil_date=TODAY - DAY, cause="B01")
    assert correction(desk, first.filing_id, quantity="2") == 302
    assert (only(engine).civil_date, only(engine).doubtful) == (TODAY - DAY, True)
    assert correction(desk, first.filing_id, minutes="10") == 302
    assert (only(engine).minutes, only(engine).doubtful) == (10, False)
    assert correction(desk, first.filing_id, minutes="20") == 302
    assert (only(engine).minutes, only(engine).doubtful) == (20, False)
    assert ledger.verify(engine) == []


def test_the_history_of_an_entry(sit: Sit, engine: Engine) -> None:
    desk, head = sit(), sit("head", "head")
    first = recorded(engine, NOON - HOUR, civil_date=TODAY - DAY, cause="B02", minutes=None)
    changes = {"channel": "direct", "direct_reason": "D05", "priority": "y", "minutes": "10"}
    assert correction(head, first.filing_id, cause="C02", quantity="4", **changes) == 302
    desk.open(f"/ban/sua/{first.filing_id}")
    begun, changed = history(desk)
    assert begun.startswith("Đã ghi lúc 11:00 ngày 21/11/2026: lan, máy box.")
    assert begun.endswith("Lý do: Mất điện, mất mạng hoặc máy hỏng")
    assert changed.startswith("Đã sửa lúc 12:00 ngày 21/11/2026: head, máy box.")
    assert "Lý do: Nhầm nơi nộp" in changed
    for said in (
        "Số hồ sơ: trước là “1”, nay là “4”",
        "Nộp qua: trước là “Cổng Dịch vụ công quốc gia”, nay là “Nộp trực tiếp tại quầy”",
        "Lý do nộp trực tiếp: trước là “không có”, nay là “Quy định phải có mặt”",
        "Người được ưu tiên: trước là “không”, nay là “có”",
        "Thời gian hỗ trợ: trước là “không có”, nay là “Đến 10 phút”",
    ):
        assert said in changed
    assert changed.count("trước là") == 5
    desk.open(f"/ban/huy/{first.filing_id}")
    assert len(history(desk)) == 2


@pytest.mark.parametrize("came", ["ban", "hom-nay", "tuan-nay", "tuan-truoc"])
@pytest.mark.parametrize("act", ["sua", "huy"])
def test_back_to_where_the_officer_came_from(sit: Sit, engine: Engine, act: str, came: str) -> None:
    desk, filing_id = sit(), recorded(engine).filing_id
    wanted = "/ban" if came == "ban" else f"/ban/da-ghi?ky={came}"
    desk.open(f"/ban/{act}/{filing_id}?ve={came}")
    assert f'<a href="{wanted}">' in desk.page
    action = re.search(rf'action="(/ban/{act}/[^"]+)"', desk.page)
    assert action
    said = {"cause": "C04", "quantity": "2"} if act == "sua" else {"reason": "V01"}
    answer = desk.send(action[1], **said)
    assert (answer.status_code, answer.location) == (302, wanted)


@pytest.mark.parametrize("came", ["", "//evil.example", "https://evil.example/", "/dang-xuat", "x"])
def test_back_is_nowhere_else(sit: Sit, engine: Engine, came: str) -> None:
    desk, filing_id = sit(), recorded(engine).filing_id
    desk.open(f"/ban/huy/{filing_id}?ve={came}")
    assert '<a href="/ban/da-ghi">' in desk.page
    answer = desk.send(f"/ban/huy/{filing_id}?ve={came}", reason="V01")
    assert (answer.status_code, answer.location) == (302, "/ban/da-ghi")


def test_a_correction_from_a_stale_page_overwrites_nothing(sit: Sit, engine: Engine) -> None:
    desk, head = sit(), sit("head", "head")
    filing_id = recorded(engine).filing_id
    desk.open(f"/ban/sua/{filing_id}")
    assert correction(head, filing_id, cause="C02", channel="vneid", quantity="2") == 302
    answer = desk.send(f"/ban/sua/{filing_id}", cause="C04", quantity="3", language="km")
    assert answer.status_code == 409
    assert events(engine) == 2
    assert (only(engine).quantity, only(engine).channel) == (2, "vneid")
    assert "cán bộ khác vừa sửa lần ghi này" in desk.page
    facts = re.search(r'<dl class="facts">(.*?)</dl>', desk.page, re.DOTALL)
    assert facts
    assert "Số hồ sơ 2" in plain(facts[1])
    assert "Ứng dụng VNeID" in plain(facts[1])
    assert "head, máy box" in history(desk)[1]
    kept = desk.form()
    assert (kept["quantity"], kept["language"], kept["cause"]) == ("3", "km", "C04")
    assert kept["channel"] == "national_portal"
    assert desk.send(f"/ban/sua/{filing_id}").status_code == 302
    assert (only(engine).quantity, only(engine).channel) == (3, "national_portal")
    assert ledger.verify(engine) == []


@pytest.mark.parametrize("seen", ["", "-", "x" * 99, "00000000-0000-7000-8000-000000000000"])
def test_a_correction_that_has_seen_nothing_is_refused(sit: Sit, engine: Engine, seen: str) -> None:
    desk, filing_id = sit(), recorded(engine).filing_id
    assert correction(desk, filing_id, quantity="3", seen=seen) == 409
    assert "vừa được sửa ở cửa sổ khác" in desk.page
    assert events(engine) == 1
    assert desk.send(f"/ban/sua/{filing_id}").status_code == 302


def test_a_void_from_a_stale_page_asks_again(sit: Sit, engine: Engine) -> None:
    desk, head = sit(), sit("head", "head")
    filing_id = recorded(engine).filing_id
    desk.open(f"/ban/huy/{filing_id}")
    assert correction(head, filing_id, quantity="2") == 302
    assert desk.send(f"/ban/huy/{filing_id}", reason="V01").status_code == 409
    assert "cán bộ khác vừa sửa lần ghi này" in desk.page
    assert only(engine).state == "corrected"
    assert desk.form()["reason"] == "V01"
    assert desk.send(f"/ban/huy/{filing_id}").status_code == 302
    assert only(engine).state == "voided"


@pytest.mark.parametrize("seen", ["", "-", None])
@pytest.mark.parametrize("act", ["sua", "huy"])
def test_a_change_that_has_seen_nothing_asks_again(
    sit: Sit, engine: Engine, act: str, seen: str | None
) -> None:
    desk, head = sit(), sit("head", "head")
    filing_id = recorded(engine).filing_id
    address = f"/ban/{act}/{filing_id}"
    desk.open(address)
    changes = {"sua": {"cause": "C04", "quantity": "5"}, "huy": {"reason": "V01"}}
    form = desk.form() | changes[act]
    form = {name: value for name, value in form.items() if name != "seen"}
    assert correction(head, filing_id, quantity="2") == 302
    answer = desk.post(address, **form if seen is None else form | {"seen": seen})
    assert answer.status_code == 409
    assert (only(engine).state, only(engine).quantity) == ("corrected", 2)


def test_the_ledger_itself_decides_who_was_first(engine: Engine) -> None:
    first = recorded(engine)
    form = {"civil_date": TODAY, "quantity": 2}
    second = ledger.correct(engine, first.id, entry(**form), LAN, "C04", first.id)
    late = entry(**form | {"quantity": 3})
    for expected in (first.id, "", "nothing"):
        with pytest.raises(ledger.Changed):
            ledger.correct(engine, first.id, late, LAN, "C04", expected)
        with pytest.raises(ledger.Changed):
            ledger.void(engine, first.id, "V01", LAN, None, expected)
    assert events(engine) == 2
    third = ledger.correct(engine, first.id, late, LAN, "C04", second.id)
    assert ledger.correct(engine, first.id, late, LAN, "C04", second.id) == third
    ledger.void(engine, first.id, "V01", LAN, None, third.id)
    with pytest.raises(ledger.AlreadyVoided):
        ledger.void(engine, first.id, "V02", LAN, None, third.id)
    assert [event.seq for event in trail(engine, first.id)] == [1, 2, 3, 4]
    assert ledger.verify(engine) == []


def test_a_void_sent_twice_is_one_and_says_so_twice(sit: Sit, engine: Engine) -> None:
    desk, filing_id = sit(), recorded(engine).filing_id
    desk.open(f"/ban/huy/{filing_id}")
    for _ in range(2):
        desk.open(f"/ban/huy/{filing_id}") if events(engine) == 1 else None
        answer = desk.send(f"/ban/huy/{filing_id}", reason="V01")
        assert answer.status_code == 302
    desk.follow(answer)
    assert desk.page.count("Đã hủy lần ghi.") == 2
    assert events(engine) == 2


def test_a_form_voids_one_entry_alone(sit: Sit, engine: Engine) -> None:
    desk = sit()
    first, second = recorded(engine).filing_id, recorded(engine).filing_id
    desk.open(f"/ban/huy/{first}")
    form = desk.form() | {"reason": "V01"}
    assert desk.post(f"/ban/huy/{first}", **form).status_code == 302
    answer = desk.post(f"/ban/huy/{second}", **form | {"seen": ""})
    assert answer.status_code == 400
    assert desk.send(f"/ban/huy/{second}").status_code == 302
    assert events(engine) == 4


@pytest.mark.parametrize("identity", ["", "x", "123456789012", "A" * 200])
def test_a_void_needs_no_identity_of_the_browser(sit: Sit, engine: Engine, identity: str) -> None:
    desk, filing_id = sit(), recorded(engine).filing_id
    desk.open(f"/ban/huy/{filing_id}")
    answer = desk.send(f"/ban/huy/{filing_id}", reason="V01", client_id=identity)
    assert answer.status_code == 302
    assert UUID(trail(engine, filing_id)[-1].client_id)


def test_undoing_at_once_is_not_a_reason_to_choose(sit: Sit, engine: Engine) -> None:
    desk, filing_id = sit(), recorded(engine).filing_id
    desk.open(f"/ban/huy/{filing_id}")
    assert "V00" not in desk.page
    assert desk.send(f"/ban/huy/{filing_id}", reason="V00").status_code == 400


def test_to_void_an_old_entry_the_password_is_asked_again(sit: Sit, engine: Engine) -> None:
    desk = sit()
    filing_id = recorded(engine, NOON - DAY - timedelta(minutes=1)).filing_id
    with clock.at(NOON + HOUR / 2):  # signed in half an hour ago
        desk.open(f"/ban/huy/{filing_id}?ve=tuan-nay")
        assert "có thể phải nhập lại mật khẩu" in desk.page
        assert desk.send(f"/ban/huy/{filing_id}", reason="").status_code == 400
        answer = desk.send(f"/ban/huy/{filing_id}?ve=tuan-nay", reason="V03")
        assert answer.status_code == 423
        assert events(engine) == 1
        for name in ("reason", "seen", "client_id"):
            assert re.search(rf'name="{name}"[^>]*value="[^"]+"', answer.text)
    with clock.at(NOON + HOUR / 2):
        desk.arrive()
        desk.open(f"/ban/huy/{filing_id}")
        assert desk.send(f"/ban/huy/{filing_id}", reason="V03").status_code == 302
    assert only(engine).void_reason == "V03"


def test_the_void_is_done_as_soon_as_the_password_is_right(sit: Sit, engine: Engine) -> None:
    desk = sit()
    mine = account.c.id == desk.account.id
    with writing(engine) as conn:
        conn.execute(update(account).where(mine).values(password_hash=digest("ba con ga trong")))
    filing_id = recorded(engine, NOON - 2 * DAY).filing_id
    with clock.at(NOON + HOUR / 2):
        desk.open(f"/ban/huy/{filing_id}?ve=tuan-nay")
        asked = desk.send(f"/ban/huy/{filing_id}?ve=tuan-nay", reason="V04")
        assert asked.status_code == 423
        fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', asked.text))
        fields["_password"] = "ba con ga trong"
        sent_on = desk.client.post("/mo-khoa", data=fields)
        assert sent_on.status_code == 307
        answer = desk.client.post(sent_on.location, data=fields)
        assert (answer.status_code, answer.location) == (302, "/ban/da-ghi?ky=tuan-nay")
        assert (only(engine).state, only(engine).void_reason) == ("voided", "V04")


def test_a_fresh_entry_is_void_without_the_password(sit: Sit, engine: Engine) -> None:
    desk, filing_id = sit(), recorded(engine, NOON - DAY + HOUR).filing_id
    with clock.at(NOON + HOUR / 2):
        desk.open(f"/ban/huy/{filing_id}")
        assert "nhập lại mật khẩu" not in desk.page
        assert desk.send(f"/ban/huy/{filing_id}", reason="V03").status_code == 302


@pytest.mark.parametrize("act", ["sua", "huy"])
@pytest.mark.parametrize(
    ("at", "late"),
    [(NOON, False), (NOON - 3 * DAY, True), (NOON - 7 * DAY, True)],  # Saturday, Wednesday, month
)
def test_a_change_after_the_report_is_said_to_be_one(
    sit: Sit, engine: Engine, act: str, at: datetime, late: bool
) -> None:
    desk, filing_id = sit(), recorded(engine, at).filing_id
    desk.open(f"/ban/{act}/{filing_id}")
    assert ("sẽ tính là thay đổi sau hạn báo cáo" in desk.page) == late
    desk.send(f"/ban/{act}/{filing_id}", cause="", reason="")
    assert ("sẽ tính là thay đổi sau hạn báo cáo" in desk.page) == late


def test_a_stale_token_keeps_what_was_typed(sit: Sit, engine: Engine) -> None:
    desk, filing_id = sit(), recorded(engine).filing_id
    assert correction(desk, filing_id, quantity="3", csrf_token="old") == 400
    assert "Chưa lưu: trang này đã cũ." in desk.page
    assert (desk.form()["quantity"], desk.form()["cause"]) == ("3", "C04")
    assert desk.send(f"/ban/sua/{filing_id}").status_code == 302
    desk.open(f"/ban/huy/{filing_id}")
    assert desk.send(f"/ban/huy/{filing_id}", csrf_token="", reason="V01").status_code == 400
    assert only(engine).state == "corrected"
    ledger.void(engine, filing_id, "V01", LAN)
    answer = desk.post(f"/ban/sua/{filing_id}", csrf_token="old", cause="C04")
    assert (answer.status_code, answer.location) == (302, "/ban/da-ghi")


@pytest.mark.parametrize(
    ("role", "unit"), [("officer", "A"), ("officer", "B"), ("head", "B"), ("viewer", "A")]
)
def test_a_stale_token_opens_no_door(sit: Sit, engine: Engine, role: str, unit: str) -> None:
    filing_id = recorded(engine, quantity=7).filing_id
    other = sit("other", role, unit)
    other.open("/ban")
    for unknown in (filing_id, UUID(int=7)):
        answer = other.post(f"/ban/sua/{unknown}", csrf_token="old")
        assert answer.status_code == 400
        assert filing_id not in answer.text
        assert 'value="7"' not in answer.text


ROUTES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", "/ban/sua/{}", {}),
    ("GET", "/ban/huy/{}", {}),
    ("POST", "/ban/sua/{}", {"cause": "C04", "quantity": "9", "confirmed": "y"}),
    ("POST", "/ban/huy/{}", {"reason": "V01"}),
    ("POST", "/ban/huy-nhanh/{}", {}),
)


@pytest.mark.parametrize(("method", "path", "data"), ROUTES)
@pytest.mark.parametrize(
    "other",
    [
        ("officer", "A", 404),
        ("officer", "B", 404),
        ("head", "B", 404),
        ("viewer", "A", 403),
        ("viewer", "B", 403),
        ("admin", "A", 403),
        ("admin", "B", 403),
    ],
)
def test_no_door_to_anothers_entry(
    sit: Sit, engine: Engine, method: str, path: str, data: dict[str, str], other: Outsider
) -> None:
    role, unit, status = other
    first = recorded(engine)
    desk = sit("other", role, unit)
    desk.open("/bao-mat")  # a page of everybody's, for its token
    address = path.format(first.filing_id)
    if method == "GET":
        assert desk.open(address).status_code == status
    else:
        more = {"procedure": first.procedure, "seen": first.id}
        assert desk.post(address, **data | more).status_code == status
    assert events(engine) == 1


@pytest.mark.parametrize("act", ["sua", "huy"])
def test_a_void_entry_is_not_changed_by_anybody(sit: Sit, engine: Engine, act: str) -> None:
    desk, filing_id = sit(), recorded(engine).filing_id
    desk.open(f"/ban/{act}/{filing_id}")
    ledger.void(engine, filing_id, "V01", LAN)
    answer = desk.send(f"/ban/{act}/{filing_id}", cause="C04", reason="V02", quantity="3")
    desk.follow(answer)
    assert "không sửa hay hủy được nữa" in text(desk)
    assert events(engine) == 2


def test_an_entry_that_was_not_a_filing_can_be_corrected(sit: Sit, engine: Engine) -> None:
    said = entry(activity="guidance", outcome=None, channel=None, civil_date=TODAY)
    filing_id = ledger.record(engine, said, LAN).filing_id
    desk = sit()
    assert correction(desk, filing_id, activity="filing", cause="C03") == 302
    assert (only(engine).activity, only(engine).outcome) == ("filing", "submitted")
    desk.open(f"/ban/sua/{filing_id}")
    assert "Kết quả: trước là “không có”, nay là “Đã nộp”" in history(desk)[1]
