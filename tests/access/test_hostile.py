"""A clock put back, spoilt rows, a page that leads to itself, a copied key, a full disk."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, select, text, update

from kiosk import clock
from kiosk.access import audit, backoff, gate, halfway, sessions
from kiosk.access.models import Account, sign_in_failure
from kiosk.db import StoreFull, reading, writing
from tests.access.people import CHOSEN, NOON, Browser, enter, fields, give, hire, resend
from tests.access.toys import RECORDED
from tests.pages import Page

Browse = Callable[[], Browser]
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def test_a_clock_put_back_locks_or_ends_a_session(engine: Engine, officer: Account) -> None:
    with clock.at(NOON - 120 * MINUTE):
        entered = sessions.begin(engine, officer)
    with clock.at(NOON):
        sessions.unlock(engine, entered)
        (row,) = living(engine, officer, entered.id)
        assert not row.locked
    with clock.at(NOON - 59 * MINUTE):
        assert not living(engine, officer, entered.id)[0].locked
    with clock.at(NOON - 60 * MINUTE):
        assert living(engine, officer, entered.id)[0].locked
    with clock.at(NOON - 135 * MINUTE):
        assert living(engine, officer, entered.id)
    with clock.at(NOON - 135 * MINUTE - timedelta(seconds=1)):
        assert not living(engine, officer, entered.id)


def test_a_session_of_a_clock_that_was_ahead_is_none(engine: Engine, officer: Account) -> None:
    entered = sessions.begin(engine, officer)
    with clock.at(NOON - 15 * MINUTE):
        assert sessions.resume(engine, entered.token)
    with clock.at(NOON - 16 * MINUTE):
        assert sessions.resume(engine, entered.token) is None


def living(engine: Engine, who: Account, name: str) -> list[sessions.Living]:
    with reading(engine) as conn:
        return [one for one in sessions.living(conn, who) if one.id == name]


def test_a_lock_of_a_clock_that_was_ahead_is_none(engine: Engine) -> None:
    subject = backoff.name("A", "lan")
    with writing(engine) as conn:
        for _ in range(5):
            assert backoff.claim(conn, (subject,), NOON) is None
        assert backoff.claim(conn, (subject,), NOON) == MINUTE
        wrong = update(sign_in_failure).values(locked_until=NOON + 16 * MINUTE)
        conn.execute(wrong)
        assert backoff.spent(conn, subject, NOON), "what was counted still counts"
        assert backoff.claim(conn, (subject,), NOON) is None
        assert backoff.claim(conn, (subject,), NOON) == 2 * MINUTE
        conn.execute(update(sign_in_failure).values(last_at=NOON + 2 * MINUTE))
        assert not backoff.spent(conn, subject, NOON)
        assert backoff.claim(conn, (subject,), NOON) is None
        assert conn.execute(select(sign_in_failure.c.count)).scalar_one() == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("detail", "{"),
        ("detail", "[1]"),
        ("detail", "null"),
        ("detail", '"\\ud800"'),
        ("detail", "[" * 100_000),
        ("at", "2026-11-21 05 rubbish"),
        ("actor", b"\xff"),
        ("prev_hash", b"x"),
    ],
)
def test_a_row_that_cannot_be_read_is_said(engine: Engine, column: str, value: object) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("no such value can be stored")
    with writing(engine) as conn:
        for _ in range(3):
            audit.write(conn, audit.PasswordChanged("A", "a1"))
        conn.execute(
            text(f"UPDATE audit_event SET {column} = :value WHERE seq = 2"),  # noqa: S608
            {"value": value},
        )
    day = NOON.date()
    with reading(engine) as conn:
        assert audit.verify(conn) == ["audit A 2: cannot be read"]
        found = {entry.seq: entry for entry in audit.entries(conn, ("A",), day, day)}
    assert [found[seq].readable for seq in (1, 2, 3)] == [True, False, True]
    assert found[2].kind == "password_changed"
    assert found[2].detail == {}
    assert len([*audit.rows(engine, ("A",), day, day)]) == 3


@pytest.mark.parametrize(
    ("path", "deed"),
    [
        ("/quan-tri/tai-khoan", "mở tài khoản mới"),
        ("/quan-tri/tai-khoan/x/dong", "đóng tài khoản"),
        ("/quan-tri/tai-khoan/x/dat-lai?a=b", "cấp lại mật khẩu"),
        ("/quan-tri/may", "cấp khóa cho máy"),
        ("/quan-tri/may/x/thu-hoi", "thu hồi khóa của máy"),
        ("/ban/huy/01890a5d-ac96-774b-bcce-b302099a8057", "hủy lần ghi"),
        ("/ban/sua/01890a5d-ac96-774b-bcce-b302099a8057", "sửa lần ghi"),
        ("/ban", "ghi nhận hỗ trợ"),
        ("/so-lieu/chi-tieu", "đặt chỉ tiêu"),
        ("/bao-mat/ma-du-phong", "tạo mã dự phòng mới"),
        ("/thu/nang", "gửi lại trang vừa điền"),
        ("/khong-co", "gửi lại trang vừa điền"),
    ],
)
def test_the_page_says_what_the_password_will_do(person: Browser, path: str, deed: str) -> None:
    page = person.post("/mo-khoa", _to=path, _password="wrong")
    assert f"Sau khi nhập đúng mật khẩu, máy sẽ: {deed}." in page.text
    Page(page.text).prove()


def test_every_deed_is_of_a_page_that_there_is(app: Flask) -> None:
    assert set(gate.DEEDS) <= set(app.view_functions)


def test_a_kept_form_may_be_let_go(person: Browser) -> None:
    with clock.at(NOON + 20 * MINUTE):
        page = person.post("/thu/nang", reason="V01")
        assert 'href="/ban">Không gửi, quay lại' in page.text
        person.post("/khoa")
        page = person.post("/thu/nang", reason="V01")
        assert 'href="/mo-khoa">Không gửi, quay lại' in page.text
        assert "V01" not in person.get("/mo-khoa").text
        assert resend(person, page, give(person, page)).location == "/thu"
    assert len(RECORDED) == 1


ITSELF = ["/mo-khoa", "/mo-khoa?next=/mo-khoa", "/./mo-khoa", "/%6do-khoa", "/a/../mo-khoa#x"]


@pytest.mark.parametrize("path", ITSELF)
def test_the_lock_never_leads_to_itself(person: Browser, path: str) -> None:
    assert person.get(f"/mo-khoa?next={quote(path)}").location == "/ban"
    page = person.post("/mo-khoa", _to=path, _password="wrong")
    assert "_to" not in fields(page)
    assert person.post("/mo-khoa", _to=path, _password=CHOSEN).location == "/ban"
    person.get("/mat-khau")
    assert person.post("/khoa", next=path).location == "/mo-khoa"


def test_a_copied_key_and_database_make_nobody_half_signed_in(
    browse: Browse, app: Flask, engine: Engine, head: Account
) -> None:
    assert app.extensions["kiosk.halfway"] != app.config["SECRET_KEY"]
    for key, location in (
        (app.config["SECRET_KEY"], "/dang-nhap"),
        (app.extensions["kiosk.halfway"], None),
    ):
        person = browse()
        with reading(engine) as conn:
            forged = halfway.begin(conn, key, head, None, NOON)
        with person.client.session_transaction() as kept:
            kept["halfway"] = forged
        assert person.get("/ma-xac-thuc").location == location


def test_every_application_has_a_key_of_its_own(app: Flask, toy_app: Flask) -> None:
    assert app.extensions["kiosk.halfway"] != toy_app.extensions["kiosk.halfway"]


def full(_engine: Engine) -> AbstractContextManager[Connection]:
    raise StoreFull("no room")


def test_signing_out_forgets_the_browser_on_a_full_disk(
    person: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "storing", full)
    assert person.post("/dang-xuat").location == "/dang-nhap"
    assert "Đã đăng xuất" in person.get("/dang-nhap").text
    assert person.get("/bao-mat").location == "/dang-nhap?next=/bao-mat"


@pytest.mark.usefixtures("officer", "head")
def test_one_officer_s_guesses_are_not_in_another_s_way(browse: Browse, engine: Engine) -> None:
    person, other = browse(), browse()
    person.sign_in()
    enter(other.client, engine, hire(engine, "minh"))
    person.get("/mat-khau")
    other.get("/mat-khau")
    assert [person.post("/mat-khau") for _ in range(11)][-1].status_code == 429
    assert other.post("/mat-khau").status_code == 400
