import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select, update
from sqlalchemy.exc import OperationalError

from kiosk import clock
from kiosk.access import accounts, login, sessions
from kiosk.access.models import Account, account, audit_event, login_session
from kiosk.db import StoreBusy, StoreError, StoreFull, reading, writing
from tests.access.people import CHOSEN, NOON, Browser, known

Browse = Callable[[], Browser]
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def noon() -> object:
    with clock.at(NOON):
        yield


def rows(engine: Engine) -> int:
    with reading(engine) as conn:
        return len(conn.execute(select(login_session)).all())


def kinds(engine: Engine) -> list[str]:
    with reading(engine) as conn:
        return list(conn.execute(select(audit_event.c.kind)).scalars())


@pytest.mark.usefixtures("officer")
def test_the_right_name_and_password_come_in(browse: Browse, engine: Engine) -> None:
    person = browse()
    answer = person.sign_in()
    assert (answer.status_code, answer.location) == (302, "/ban")
    assert person.get("/mat-khau").status_code == 200
    assert kinds(engine)[-1] == "signed_in"


@pytest.mark.usefixtures("officer")
def test_a_page_that_needs_somebody_leads_to_sign_in_and_back(browse: Browse) -> None:
    person = browse()
    away = person.get("/mat-khau?a=b")
    assert (away.status_code, away.location) == (302, "/dang-nhap?next=/mat-khau?a%3Db")
    person.get(away.location)
    answer = person.post(away.location, login="lan.tran", password=CHOSEN)
    assert answer.location == "/mat-khau?a=b"


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\r\nSet-Cookie: a=b",
        "/ban\n",
        "%2f%2fevil.example",
        "/..//evil.example",
        "//[",
        "http:evil.example",
        "ban",
        " //evil.example",
        "",
    ],
)
def test_sign_in_never_leads_out_of_the_box(app: Flask, target: str) -> None:
    person = Browser(app.test_client())
    person.get("/dang-nhap")
    answer = app.test_client().get("/dang-nhap", query_string={"next": target})
    assert answer.status_code == 200
    answer = person.client.post(
        "/dang-nhap",
        query_string={"next": target},
        data={"csrf_token": person.token, "login": "lan.tran", "password": CHOSEN},
    )
    assert (answer.status_code, answer.location) == (302, "/ban")


@pytest.mark.usefixtures("officer")
def test_the_answer_does_not_tell_whether_a_name_exists(browse: Browse) -> None:
    known, unknown = browse(), browse()
    for attempt in range(7):
        one = known.sign_in("lan.tran", "wrong password")
        other = unknown.sign_in("lan.tram", "wrong password")
        assert one.status_code == other.status_code == (400 if attempt < 5 else 429)
        bodies = [
            answer.text.replace("lan.tram", "lan.tran").replace(browser.token, "")
            for answer, browser in ((one, known), (other, unknown))
        ]
        assert bodies[0] == bodies[1]
    assert "thử lại sau 1 phút" in bodies[0]


@pytest.mark.usefixtures("officer")
def test_what_was_typed_stays_and_the_password_does_not(browse: Browse) -> None:
    answer = browse().sign_in("lan.tran", "wrong password")
    assert 'value="lan.tran"' in answer.text
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in answer.text
    assert "wrong password" not in answer.text
    assert "<title>Lỗi: Đăng nhập" in answer.text


@pytest.mark.usefixtures("officer")
def test_an_empty_form_says_what_is_missing(browse: Browse) -> None:
    answer = browse().sign_in("", "")
    assert answer.status_code == 400
    assert "Hãy nhập tên đăng nhập." in answer.text
    assert "Hãy nhập mật khẩu." in answer.text


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize("path", ["/dang-nhap", "/dang-xuat", "/mat-khau"])
def test_a_post_without_its_token_is_refused(browse: Browse, engine: Engine, path: str) -> None:
    person = browse()
    person.sign_in()
    before = kinds(engine)
    person.token = ""
    answer = person.post(path, login="lan.tran", password=CHOSEN)
    assert answer.status_code == 400
    assert "Chưa lưu: trang này đã cũ. Hãy mở lại và làm lần nữa." in answer.text
    assert 'href="/ban"' in answer.text
    assert kinds(engine) == before


def test_a_stale_page_leads_a_stranger_to_sign_in(browse: Browse) -> None:
    answer = browse().post("/dang-nhap", login="lan.tran", password=CHOSEN)
    assert answer.status_code == 400
    assert "trang này đã cũ" in answer.text
    assert 'href="/dang-nhap"' in answer.text


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize(("path", "said"), [("/mat-khau", True), ("/dang-xuat", False)])
def test_what_came_after_the_end_of_a_session_was_not_saved(
    browse: Browse, path: str, said: bool
) -> None:
    person = browse()
    person.sign_in()
    person.get("/mat-khau")
    with clock.at(NOON + 600 * MINUTE):
        answer = person.post(path)
        assert (answer.status_code, answer.location) == (302, "/dang-nhap")
        page = person.get("/dang-nhap").text
    assert ("Lần ghi vừa rồi chưa được lưu." in page) == said
    assert "Phiên làm việc đã kết thúc" in page


@pytest.mark.usefixtures("officer")
def test_what_is_too_long_is_said_in_vietnamese(browse: Browse) -> None:
    person = browse()
    page = person.sign_in("a" * 65, "b" * 129).text
    assert "Tên đăng nhập quá dài: nhiều nhất 64 ký tự." in page
    assert "Mật khẩu quá dài: nhiều nhất 128 ký tự." in page
    person.sign_in()
    person.get("/mat-khau")
    page += person.post("/mat-khau", current="b" * 129, new="c" * 129, again="c").text
    assert page.count("Mật khẩu quá dài: nhiều nhất 128 ký tự.") >= 2
    assert "cannot be longer" not in page


@pytest.mark.usefixtures("officer")
def test_a_session_known_before_sign_in_is_worth_nothing_after(browse: Browse, app: Flask) -> None:
    person = browse()
    person.get("/dang-nhap")
    planted = person.client.get_cookie("staff")
    assert planted
    person.sign_in()
    chosen = person.client.get_cookie("staff")
    assert chosen
    assert chosen.value != planted.value
    thief = app.test_client()
    thief.set_cookie("staff", planted.value)
    assert thief.get("/mat-khau").status_code == 302


@pytest.mark.usefixtures("officer")
def test_signing_in_again_ends_the_session_before(browse: Browse, app: Flask) -> None:
    person = browse()
    person.sign_in()
    first = person.client.get_cookie("staff")
    assert first
    person.get("/mat-khau")
    person.post("/dang-nhap", login="lan.tran", password=CHOSEN)
    thief = app.test_client()
    thief.set_cookie("staff", first.value)
    assert thief.get("/mat-khau").status_code == 302


@pytest.mark.usefixtures("officer")
def test_after_signing_out_the_old_cookie_is_dead(browse: Browse, app: Flask) -> None:
    person = browse()
    person.sign_in()
    person.get("/mat-khau")
    held = person.client.get_cookie("staff")
    assert held
    assert person.post("/dang-xuat").location == "/dang-nhap"
    thief = app.test_client()
    thief.set_cookie("staff", held.value)
    assert thief.get("/mat-khau").status_code == 302
    assert "Phiên làm việc đã kết thúc" in thief.get("/dang-nhap").text


@pytest.mark.usefixtures("officer")
def test_signing_out_by_get_does_nothing(browse: Browse) -> None:
    person = browse()
    person.sign_in()
    assert person.get("/dang-xuat").status_code == 405
    assert person.get("/mat-khau").status_code == 200


@pytest.mark.usefixtures("officer")
def test_ten_hours_end_it_however_busy(browse: Browse) -> None:
    person = browse()
    person.sign_in()
    for minute in range(0, 600, 50):
        with clock.at(NOON + minute * MINUTE):
            assert person.get("/mat-khau").status_code == 200
    with clock.at(NOON + 600 * MINUTE):
        assert person.get("/mat-khau").location == "/dang-nhap?next=/mat-khau"


def test_a_revoked_session_is_out_at_once(browse: Browse, engine: Engine, officer: Account) -> None:
    person = browse()
    person.sign_in()
    accounts.close(engine, known(engine, officer.login))
    assert person.get("/mat-khau").status_code == 302
    assert person.sign_in().status_code == 400


@pytest.mark.usefixtures("officer")
def test_many_attempts_a_minute_meet_the_limit_whatever_the_names(browse: Browse) -> None:
    person = browse()
    person.get("/dang-nhap")
    codes = [
        person.post("/dang-nhap", login=f"name{n}", password="wrong").status_code for n in range(31)
    ]
    assert codes[0] == 400
    answer = person.post("/dang-nhap", login="lan.tran", password=CHOSEN)
    assert answer.status_code == 429
    assert "hãy thử lại" in answer.text.lower()
    assert person.get("/dang-nhap").status_code == 200
    assert (
        person.post("/dang-nhap", "10.0.0.2", login="lan.tran", password=CHOSEN).location == "/ban"
    )


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize(("fault", "status"), [(StoreFull, 507), (StoreBusy, 503)])
def test_a_disk_that_takes_nothing_is_said_in_plain_words(
    browse: Browse,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: type[StoreError],
    status: int,
) -> None:
    def refuse(*_args: object) -> None:
        raise fault

    monkeypatch.setattr(sessions, "begin", refuse)
    answer = browse().sign_in()
    assert answer.status_code == status
    assert "Máy đang không ghi được" in answer.text
    assert fault.__name__ in caplog.text


@pytest.mark.usefixtures("officer")
def test_another_fault_of_the_database_is_no_full_disk(
    browse: Browse, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("no such table"))

    monkeypatch.setattr(sessions, "begin", refuse)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = browse().sign_in()
    assert answer.status_code == 500
    assert "Có lỗi ở phía chúng tôi" in answer.text


@pytest.mark.usefixtures("officer")
def test_a_password_reset_during_the_sign_in_refuses_it(
    browse: Browse, engine: Engine, officer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = login.verify

    def overtaken(*asked: Any) -> object:
        found = verify(*asked)
        accounts.reset(engine, known(engine, officer.login))
        return found

    monkeypatch.setattr(login, "verify", overtaken)
    person = browse()
    answer = person.sign_in()
    assert answer.status_code == 400
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in answer.text
    assert person.get("/ban").status_code == 302


@pytest.mark.usefixtures("officer")
def test_while_another_writes_a_session_goes_on(browse: Browse, engine: Engine) -> None:
    person = browse()
    person.sign_in()
    event.listen(engine, "checkout", impatient)
    with clock.at(NOON + 5 * MINUTE), writing(engine):
        assert person.get("/mat-khau").status_code == 200
        assert person.post("/khoa").status_code == 503
        assert person.post("/dang-xuat").location == "/dang-nhap", "the browser forgets it"
    event.remove(engine, "checkout", impatient)


def impatient(raw: sqlite3.Connection, *_more: object) -> None:
    raw.execute("PRAGMA busy_timeout=0")


@pytest.mark.usefixtures("officer")
def test_nothing_of_a_sign_in_is_in_the_cookie(browse: Browse, officer: Account) -> None:
    person = browse()
    answer = person.sign_in()
    header = answer.headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Strict" in header
    assert officer.id not in header
    assert officer.login not in header


@pytest.mark.usefixtures("officer")
def test_signed_in_people_skip_the_sign_in_page(browse: Browse) -> None:
    person = browse()
    person.sign_in()
    assert person.get("/dang-nhap").location == "/ban"


@pytest.mark.usefixtures("officer")
def test_reading_pages_changes_nothing(browse: Browse, engine: Engine) -> None:
    person = browse()
    person.sign_in()
    before = kinds(engine), rows(engine)
    for path in ("/dang-nhap", "/mat-khau", "/", "/bao-mat", "/bao-mat/hai-lop", "/mo-khoa"):
        person.get(path)
    assert (kinds(engine), rows(engine)) == before


@pytest.mark.usefixtures("officer")
def test_staff_pages_speak_the_language_of_the_account_not_of_the_browser(
    browse: Browse, engine: Engine
) -> None:
    person = browse()
    person.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en,km;q=0.5"
    assert '<html lang="vi"' in person.get("/dang-nhap").text
    person.sign_in()
    assert '<html lang="vi"' in person.get("/mat-khau").text
    with writing(engine) as conn:
        conn.execute(update(account).values(language="km"))
    assert '<html lang="km"' in person.get("/mat-khau").text


@pytest.mark.parametrize("cookie", ["", "garbage", "e30.x.y"])
def test_a_made_up_cookie_is_nobody(app: Flask, cookie: str) -> None:
    client = app.test_client()
    client.set_cookie("staff", cookie)
    assert client.get("/mat-khau").status_code == 302
    assert client.get("/dang-nhap").status_code == 200


def test_every_page_of_access_says_who_may_see_it(app: Flask) -> None:
    said = {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "permission", None)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in {"access", "own"}
    }
    assert said.pop("access.sign_in") == "public"
    assert said.pop("access.second_step") == "public"
    assert set(said.values()) == {"account.own"}


def test_no_name_typed_at_sign_in_reaches_a_log(
    browse: Browse, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    person = browse()
    for name in ("ke.gian\nINFO root: mo.cua", "ke.gian\r\nX: y", "\x1b[2Jke.gian", "ke.gian%0a"):
        person.sign_in(name, "ke.gian\n")
        person.get("/dang-nhap?next=" + quote(name))
    logged = caplog.text + "".join(capfd.readouterr())
    assert "ke.gian" not in logged
    assert "mo.cua" not in logged


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_somebody_without_a_desk_begins_with_the_counts(
    browse: Browse, engine: Engine, role: str
) -> None:
    with writing(engine) as conn:
        conn.execute(update(account).values(role=role))
    assert browse().sign_in().location == "/so-lieu"


@pytest.mark.usefixtures("officer")
def test_forms_are_taken_under_tls_without_a_referer(browse: Browse) -> None:
    person = browse()
    person.client.environ_base["wsgi.url_scheme"] = "https"
    over = {"base_url": "https://localhost"}
    person._seen(person.client.get("/dang-nhap", **over))
    data = {"csrf_token": person.token, "login": "lan.tran", "password": CHOSEN}
    assert person.client.post("/dang-nhap", data=data, **over).location == "/ban"
