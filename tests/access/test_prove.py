from collections.abc import Iterator
from datetime import timedelta

import pytest

from kiosk import clock
from tests.access.people import CHOSEN, NOON, Browser, fields, give, resend
from tests.access.toys import RECORDED

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.mark.parametrize(("minutes", "asked"), [(0, False), (9, False), (10, True), (59, True)])
def test_the_password_is_good_for_ten_minutes(person: Browser, minutes: int, asked: bool) -> None:
    with clock.at(NOON + minutes * MINUTE):
        answer = person.post("/thu/nang", reason="V01")
    assert answer.status_code == (423 if asked else 302)
    assert len(RECORDED) == (0 if asked else 1)


def test_the_form_goes_on_after_the_password_and_acts_once(person: Browser) -> None:
    with clock.at(NOON + 20 * MINUTE):
        page = person.post("/thu/nang?tu=1", reason="V01", note=" a  b\n")
        assert "Nhập lại mật khẩu" in page.text
        assert "vẫn còn" in page.text
        assert fields(page)["note"] == " a  b\n"
        assert resend(person, page, give(person, page)).location == "/thu"
        assert len(RECORDED) == 1
        assert RECORDED[0]["reason"] == ["V01"]
    with clock.at(NOON + 29 * MINUTE):
        assert person.post("/thu/nang", reason="V02").status_code == 302
    with clock.at(NOON + 31 * MINUTE):
        assert person.post("/thu/nang", reason="V03").status_code == 423
    assert len(RECORDED) == 2


def test_a_page_may_ask_too_and_is_come_back_to(person: Browser) -> None:
    assert person.get("/thu/xem-ky").text == "a grave page"
    with clock.at(NOON + 20 * MINUTE):
        away = person.get("/thu/xem-ky?a=b")
        assert away.location == "/mo-khoa?next=/thu/xem-ky?a%3Db"
        page = person.get(away.location)
        assert "Nhập lại mật khẩu" in page.text
        assert "Không làm nữa" in page.text
        assert give(person, page).location == "/thu/xem-ky?a=b"
        assert person.get("/thu/xem-ky").text == "a grave page"


def test_an_idle_hour_before_something_grave_asks_once(person: Browser) -> None:
    with clock.at(NOON + 60 * MINUTE):
        page = person.post("/thu/nang", reason="V01")
        assert "Màn hình đang khóa" in page.text
        assert resend(person, page, give(person, page)).location == "/thu"
    assert len(RECORDED) == 1


def test_guessing_before_something_grave_ends_the_session(person: Browser) -> None:
    with clock.at(NOON + 20 * MINUTE):
        page = person.post("/thu/nang", reason="V01")
        for _ in range(4):
            page = give(person, page, "wrong password")
        assert give(person, page, "wrong password").location == "/dang-nhap"
        assert person.get("/thu").status_code == 302
    assert not RECORDED


def test_work_that_is_not_grave_is_never_asked(person: Browser) -> None:
    with clock.at(NOON + 20 * MINUTE):
        assert person.post("/thu/ghi", quantity="1").location == "/thu"
        assert person.post("/thu/nang", _password=CHOSEN).status_code == 423
