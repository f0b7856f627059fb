import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from kiosk import clock
from kiosk.access import proof, sessions
from kiosk.access.backoff import Refusal
from kiosk.access.models import Account, audit_event, login_session
from kiosk.db import reading
from tests.access.people import CHOSEN, NOON, Browser, fields, give, resend
from tests.access.toys import RECORDED

MINUTE = timedelta(minutes=1)
LATER = NOON + 60 * MINUTE
WORK = {
    "procedure": "dang-ky-tam-tru",
    "client_id": "0192-" + "é<>\"'&",
    "quantity": "3",
    "password": "a secret",
    "new_password": "a secret",
    "current": "a secret",
    "again": "a secret",
    "code": "123456",
    "_to": "//evil.example",
}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def test_an_idle_page_leads_to_the_lock_and_back(person: Browser) -> None:
    with clock.at(LATER):
        away = person.get("/thu?a=b")
        assert (away.status_code, away.location) == (302, "/mo-khoa?next=/thu?a%3Db")
        page = person.get(away.location)
        assert page.status_code == 200
        assert "Màn hình đang khóa" in page.text
        assert "lan.tran" in page.text
        assert 'class="nav"' not in page.text
        assert "vẫn còn" not in page.text
        assert give(person, page).location == "/thu?a=b"
        assert person.get("/thu").text == "a toy desk"


def test_an_idle_form_is_kept_and_recorded_exactly_once(person: Browser) -> None:
    with clock.at(LATER):
        page = person.post("/thu/ghi?x=1", **WORK)
        assert page.status_code == 423
        assert "vẫn còn" in page.text
        assert "a secret" not in page.text
        assert "123456" not in page.text
        assert not RECORDED
        sent = resend(person, page, give(person, page))
        assert sent.location == "/thu"
    assert len(RECORDED) == 1
    got = {name: values[0] for name, values in RECORDED[0].items()}
    assert {name: got[name] for name in ("procedure", "client_id", "quantity")} == {
        name: WORK[name] for name in ("procedure", "client_id", "quantity")
    }
    assert not {"password", "new_password", "current", "again", "code"} & set(got)
    assert got["_to"] == "/thu/ghi?x=1"


def test_a_field_given_twice_is_kept_twice(person: Browser) -> None:
    with clock.at(LATER):
        page = person.client.post("/thu/ghi", data={"csrf_token": person.token, "q": ["1", "2"]})
    assert re.findall(r'name="q" value="(\d)"', page.text) == ["1", "2"]


def test_a_wrong_password_keeps_the_form(person: Browser) -> None:
    with clock.at(LATER):
        page = person.post("/thu/ghi", **WORK)
        wrong = give(person, page, "wrong password")
        assert wrong.status_code == 400
        assert "Mật khẩu không đúng." in wrong.text
        assert "wrong password" not in wrong.text
        assert fields(wrong)["procedure"] == "dang-ky-tam-tru"
        assert fields(wrong)["_to"] == "/thu/ghi"
        empty = give(person, wrong, "")
        assert (empty.status_code, fields(empty)["quantity"]) == (400, "3")
        assert resend(person, empty, give(person, empty)).location == "/thu"
    assert len(RECORDED) == 1


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_the_desk_is_locked_by_hand(person: Browser, method: str) -> None:
    answer = person.post("/khoa", next="/thu?a=b")
    assert answer.location == "/mo-khoa?next=/thu?a%3Db"
    answer = getattr(person.client, method)("/thu/nang", data={"csrf_token": person.token})
    assert answer.status_code == (423 if method == "post" else 302)
    assert person.get("/mat-khau").location == "/mo-khoa?next=/mat-khau"
    assert person.get("/bao-mat").location == "/mo-khoa?next=/bao-mat"
    assert person.post("/khoa").location == "/mo-khoa"


def test_locking_by_get_does_nothing(person: Browser) -> None:
    assert person.get("/khoa").status_code == 405
    assert person.get("/thu").status_code == 200


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_the_lock_leads_nowhere_else(person: Browser, target: str) -> None:
    assert person.post("/khoa", next=target).location == "/mo-khoa"
    page = person.client.get("/mo-khoa", query_string={"next": target})
    assert give(person, page).location == "/ban"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/x",
        "javascript:alert(1)",
        "%2f%2fevil.example",
        "/\r\nX: y",
        "thu/ghi",
        "",
    ],
)
def test_a_kept_form_is_sent_nowhere_else(person: Browser, target: str) -> None:
    with clock.at(LATER):
        page = person.post("/thu/ghi", **WORK)
        data = fields(page) | {"_password": CHOSEN, "_to": target}
        answer = person.client.post("/mo-khoa", data=data)
        assert (answer.status_code, answer.location) == (302, "/ban")
    assert not RECORDED


def test_the_token_of_a_page_outlives_the_lock(person: Browser) -> None:
    token = person.token
    person.post("/khoa")
    before = person.client.get_cookie("staff")
    page = person.get("/mo-khoa")
    give(person, page)
    after = person.client.get_cookie("staff")
    person.token = token
    with clock.at(NOON + 30 * MINUTE):
        assert person.post("/thu/ghi", quantity="1").location == "/thu"
    assert before
    assert after
    assert before.value != after.value
    assert len(RECORDED) == 1


def test_the_cookie_from_before_the_lock_is_dead(person: Browser, desk: Flask) -> None:
    held = person.client.get_cookie("staff")
    assert held
    person.post("/khoa")
    give(person, person.get("/mo-khoa"))
    thief = desk.test_client()
    thief.set_cookie("staff", held.value)
    assert thief.get("/thu").location == "/dang-nhap?next=/thu"


def test_five_wrong_passwords_at_the_lock_end_the_session(
    person: Browser, engine: Engine, officer: Account
) -> None:
    with clock.at(LATER):
        page = person.post("/thu/ghi", **WORK)
        for _ in range(4):
            page = give(person, page, "wrong password")
            assert page.status_code == 400
        last = give(person, page, "wrong password")
        assert last.location == "/dang-nhap"
        assert "Sai mật khẩu nhiều lần" in person.get("/dang-nhap").text
        assert person.get("/thu").location == "/dang-nhap?next=/thu"
        with reading(engine) as conn:
            assert sessions.living(conn, officer) == ()
    assert not RECORDED


def test_wrong_passwords_at_the_lock_count_for_the_name(person: Browser, desk: Flask) -> None:
    person.post("/khoa")
    page = person.get("/mo-khoa")
    other = Browser(desk.test_client())
    for _ in range(3):
        assert other.sign_in("lan.tran", "wrong password").status_code == 400
    for _ in range(2):
        assert give(person, page, "wrong password").status_code == 400
    assert other.sign_in().status_code == 429


def test_nobody_locks_an_officer_s_desk_from_afar(person: Browser, desk: Flask) -> None:
    other = Browser(desk.test_client())
    for _ in range(6):
        answer = other.sign_in("lan.tran", "wrong password")
    assert answer.status_code == 429
    person.post("/khoa")
    assert give(person, person.get("/mo-khoa")).location == "/ban"
    assert other.sign_in().status_code == 429, "and unlocking is no help to who guesses"


def test_guesses_at_the_lock_add_up_over_days_of_a_session(person: Browser) -> None:
    for minutes in (0, 100, 200, 300):
        with clock.at(NOON + minutes * MINUTE):
            person.post("/khoa")
            assert give(person, person.get("/mo-khoa"), "wrong password").status_code == 400
    with clock.at(NOON + 400 * MINUTE):
        page = person.get("/mo-khoa")
        assert give(person, page, "wrong password").location == "/dang-nhap"


def test_the_right_password_clears_what_went_wrong_before(person: Browser) -> None:
    for _ in range(3):
        person.post("/khoa")
        for _ in range(4):
            page = give(person, person.get("/mo-khoa"), "wrong password")
        assert give(person, page).location == "/ban"


def test_guessing_at_the_lock_all_at_once_gains_nothing(engine: Engine, officer: Account) -> None:
    entered = sessions.begin(engine, officer)

    def guess(n: int) -> object:
        return proof.confirm(engine, entered, f"guess {n}", "10.0.0.9", NOON)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(12)))
    assert [isinstance(answer, Refusal) for answer in answers] == [True] * 12
    tried = [answer for answer in answers if answer.wait is None]  # type: ignore[attr-defined]
    assert len(tried) <= 5
    assert Refusal(last=True) in tried
    assert sessions.resume(engine, entered.token) is None


def test_somebody_else_signs_out_at_the_lock_or_in(person: Browser, engine: Engine) -> None:
    person.post("/khoa")
    page = person.get("/mo-khoa")
    assert 'action="/dang-xuat"' in page.text
    assert person.get("/dang-nhap").status_code == 200
    assert person.post("/dang-xuat").location == "/dang-nhap"
    with reading(engine) as conn:
        assert conn.execute(select(login_session.c.ended_at)).scalar_one()


def test_a_stale_form_at_a_locked_screen_shows_nothing_of_the_desk(person: Browser) -> None:
    person.post("/khoa")
    person.token = "not this one"
    for path in ("/ban", "/thu/ghi"):
        answer = person.post(path)
        assert answer.status_code == 400
        assert 'class="nav"' not in answer.text
        assert 'id="entry"' not in answer.text


def test_an_unlocked_screen_needs_no_unlocking(person: Browser) -> None:
    assert person.get("/mo-khoa?next=/thu").location == "/thu"
    assert person.get("/mo-khoa?next=//evil.example").location == "/ban"


def test_unlocking_without_a_session_leads_to_sign_in(desk: Flask) -> None:
    stranger = Browser(desk.test_client())
    assert stranger.get("/mo-khoa").location == "/dang-nhap?next=/mo-khoa"
    stranger.get("/dang-nhap")
    assert stranger.post("/mo-khoa", _password="x").location == "/dang-nhap"
    assert "chưa được lưu" not in stranger.get("/dang-nhap").text
    stranger.post("/mo-khoa", _password="x", _to="/thu/ghi")
    assert "chưa được lưu" in stranger.get("/dang-nhap").text


def test_what_a_page_asks_by_itself_never_keeps_it_awake(person: Browser) -> None:
    for minute in range(0, 60, 5):
        with clock.at(NOON + minute * MINUTE):
            assert person.client.get("/thu/hoi").json == {"waiting": 0}
    with clock.at(LATER):
        answer = person.client.get("/thu/hoi")
        assert (answer.status_code, answer.data) == (401, b"")
        assert "Location" not in answer.headers


def test_what_a_page_asks_by_itself_learns_that_nobody_is_in(desk: Flask, person: Browser) -> None:
    for client in (desk.test_client(), person.client):
        if client is person.client:
            person.post("/dang-xuat")
        answer = client.get("/thu/hoi")
        assert (answer.status_code, answer.data) == (401, b"")
        assert client.get("/thu").status_code == 302


def test_locking_is_no_event_and_a_wrong_password_is(person: Browser, engine: Engine) -> None:
    person.post("/khoa")
    give(person, person.get("/mo-khoa"), "wrong password")
    give(person, person.get("/mo-khoa"))
    with reading(engine) as conn:
        kinds = list(conn.execute(select(audit_event.c.kind)).scalars())
    assert kinds[-2:] == ["signed_in", "proof_refused"]
