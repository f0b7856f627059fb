import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from werkzeug.test import TestResponse

from kiosk import clock
from kiosk.access import accounts, recovery, second_factor, sessions
from kiosk.access.models import Account, account, audit_event
from kiosk.db import reading, writing
from tests.access.people import CHOSEN, NOON, Browser, code, enter, give, hire, resend
from tests.pages import Page

Browse = Callable[[], Browser]
MINUTE = timedelta(minutes=1)
CODES = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}\b")
NEW = "một hai ba con mèo"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def person(browse: Browse, officer: Account) -> Browser:
    """The officer, just signed in."""
    assert officer
    made = browse()
    made.sign_in()
    return made


def kinds(engine: Engine) -> list[str]:
    with reading(engine) as conn:
        return list(conn.execute(select(audit_event.c.kind)).scalars())


def secret(page: TestResponse) -> str:
    """Read the secret that the page offers for typing."""
    found = re.search(r'class="code">([A-Z2-7 ]+)<', page.text)
    assert found, page.text
    return found[1].replace(" ", "")


def offer(page: TestResponse) -> str:
    """Return what the page hands back of its offer."""
    found = re.search(r'name="offer"[^>]*value="([^"]*)"', page.text)
    assert found
    return found[1]


def set_up(person: Browser, at: int = 0, **more: str) -> tuple[str, list[str]]:
    """Set a second factor up; return the secret and the recovery codes."""
    page = person.get("/bao-mat/hai-lop")
    typed = code(NOON + at * MINUTE, secret(page))
    answer = person.post("/bao-mat/hai-lop", offer=offer(page), code=typed, **more)
    assert answer.status_code == 200, answer.text
    Page(answer.text).prove()
    return secret(page), CODES.findall(answer.text)


@pytest.mark.parametrize("path", ["/bao-mat", "/bao-mat/hai-lop"])
def test_the_pages_keep_the_laws_of_pages(person: Browser, path: str) -> None:
    answer = person.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    Page(answer.text).prove()


def test_an_officer_sets_a_second_factor_up_and_needs_it_from_then_on(
    person: Browser, browse: Browse, engine: Engine
) -> None:
    assert "Chưa cài. Nên cài" in person.get("/bao-mat").text
    told, codes = set_up(person)
    assert len(set(codes)) == 10
    page = person.get("/bao-mat").text
    assert "Đã cài" in page
    assert "Còn 10 mã" in page
    assert not CODES.search(page), "shown once"
    assert told not in page
    assert kinds(engine)[-1] == "second_factor_set"
    other = browse()
    assert other.sign_in().location == "/ma-xac-thuc"
    other.get("/ma-xac-thuc")
    assert other.post("/ma-xac-thuc", code=code(NOON, told)).status_code == 400, "used at set-up"
    assert other.post("/ma-xac-thuc", code=codes[0]).location == "/ban"


def test_nothing_is_stored_before_a_code_proves_it(person: Browser, engine: Engine) -> None:
    page = person.get("/bao-mat/hai-lop")
    kept = secret(page)
    for typed, said in (("000000", "không đúng"), ("", "Hãy nhập mã")):
        page = person.post("/bao-mat/hai-lop", offer=offer(page), code=typed)
        assert page.status_code == 400
        assert said in page.text
        assert secret(page) == kept, "the telephone need not scan again"
        Page(page.text).prove()
    with reading(engine) as conn:
        assert set(conn.execute(select(account.c.totp_secret)).scalars()) == {None}
    answer = person.post("/bao-mat/hai-lop", offer=offer(page), code=code(NOON, kept))
    assert answer.status_code == 200


@pytest.mark.parametrize("forged", ["", "x", "gAAAAAB"])
def test_an_offer_that_was_never_made_is_not_taken(person: Browser, forged: str) -> None:
    page = person.get("/bao-mat/hai-lop")
    answer = person.post("/bao-mat/hai-lop", offer=forged, code=code(NOON, secret(page)))
    assert answer.status_code == 400
    assert "Mã QR lúc nãy đã hết hạn" in answer.text
    assert secret(answer) != secret(page)


def test_the_offer_of_another_session_is_not_taken(person: Browser, browse: Browse) -> None:
    thief = browse()
    thief.sign_in()
    planted = thief.get("/bao-mat/hai-lop")
    person.get("/bao-mat/hai-lop")
    right = code(NOON, secret(planted))
    assert person.post("/bao-mat/hai-lop", offer=offer(planted), code=right).status_code == 400


def test_setting_up_needs_the_password_and_goes_on_after_it(person: Browser) -> None:
    page = person.get("/bao-mat/hai-lop")
    with clock.at(NOON + 20 * MINUTE):
        assert person.get("/bao-mat/hai-lop").location == "/mo-khoa?next=/bao-mat/hai-lop"
        typed = code(NOON + 20 * MINUTE, secret(page))
        asked = person.post("/bao-mat/hai-lop", offer=offer(page), code=typed)
        assert asked.status_code == 423
        assert typed not in asked.text
        again = resend(person, asked, give(person, asked))
        assert again.status_code == 400
        assert secret(again) == secret(page), "the same picture, the code once more"
        answer = person.post("/bao-mat/hai-lop", offer=offer(again), code=typed)
        assert len(CODES.findall(answer.text)) == 10


def test_setting_up_ends_other_sessions_and_changes_the_cookie(
    person: Browser, browse: Browse, app: Flask
) -> None:
    other = browse()
    other.sign_in()
    held = person.client.get_cookie("staff")
    assert held
    set_up(person)
    assert person.get("/bao-mat").status_code == 200
    assert other.get("/bao-mat").status_code == 302
    thief = app.test_client()
    thief.set_cookie("staff", held.value)
    assert thief.get("/bao-mat").status_code == 302


def test_a_new_telephone_replaces_the_old_one(person: Browser, browse: Browse) -> None:
    old, old_codes = set_up(person)
    assert "đã cài rồi" in person.get("/bao-mat/hai-lop").text
    new, codes = set_up(person, present=old_codes[1])
    assert new != old
    other = browse()
    other.sign_in()
    other.get("/ma-xac-thuc")
    with clock.at(NOON + MINUTE):
        for typed in (code(NOON + MINUTE, old), old_codes[0]):
            assert other.post("/ma-xac-thuc", code=typed).status_code == 400
        assert other.post("/ma-xac-thuc", code=code(NOON + MINUTE, new)).location == "/ban"
    assert codes


def test_new_recovery_codes_kill_the_old_and_need_the_password(
    person: Browser, browse: Browse, engine: Engine
) -> None:
    _, old = set_up(person)
    person.get("/bao-mat")
    with clock.at(NOON + 20 * MINUTE):
        asked = person.post("/bao-mat/ma-du-phong")
        assert asked.status_code == 423
        assert "recovery_renewed" not in kinds(engine)
        answer = resend(person, asked, give(person, asked))
        new = CODES.findall(answer.text)
    assert len(set(new)) == 10
    assert not set(new) & set(old)
    assert kinds(engine)[-1] == "recovery_renewed"
    other = browse()
    other.sign_in()
    other.get("/ma-xac-thuc")
    assert other.post("/ma-xac-thuc", code=old[0]).status_code == 400
    assert other.post("/ma-xac-thuc", code=new[0]).location == "/ban"


def test_without_a_second_factor_there_are_no_recovery_codes(
    person: Browser, engine: Engine, officer: Account
) -> None:
    person.get("/bao-mat")
    assert person.post("/bao-mat/ma-du-phong").location == "/bao-mat/hai-lop"
    with reading(engine) as conn:
        assert recovery.left(conn, officer.unit, officer.id) == 0


@pytest.mark.parametrize("role", ["head", "admin"])
def test_whoever_answers_for_others_sets_it_up_before_anything_else(
    browse: Browse, engine: Engine, role: str
) -> None:
    issued = accounts.create(engine, "A", "mai", role)
    person = browse()
    person.sign_in("mai", issued)
    assert person.get("/so-lieu").location == "/mat-khau", "first the password"
    person.get("/mat-khau")
    person.post("/mat-khau", current=issued, new=NEW, again=NEW)
    for path in ("/so-lieu", "/ban"):
        assert person.get(path).location == "/bao-mat/hai-lop"
    person.get("/bao-mat")
    assert person.post("/ban").location == "/bao-mat/hai-lop"
    for path in ("/bao-mat", "/mat-khau"):
        assert person.get(path).status_code == 200
    assert "phải có xác thực hai lớp" in person.get("/bao-mat/hai-lop").text
    set_up(person)
    assert person.get("/so-lieu").status_code == 200


@pytest.mark.parametrize("role", ["officer", "viewer"])
def test_others_may_do_without(app: Flask, engine: Engine, role: str) -> None:
    client = app.test_client()
    who = hire(engine, "mai", role)
    enter(client, engine, who)
    assert client.get("/ban" if role == "officer" else "/so-lieu").status_code == 200


@pytest.mark.parametrize("role", ["officer", "head", "viewer", "admin"])
def test_a_hired_person_has_nothing_left_to_do_first(app: Flask, engine: Engine, role: str) -> None:
    client = app.test_client()
    enter(client, engine, hire(engine, "mai", role))
    path = "/ban" if role in {"officer", "head"} else "/so-lieu"
    assert client.get(path).status_code == 200


def test_one_sees_and_ends_one_s_own_sessions(
    person: Browser, browse: Browse, engine: Engine, officer: Account
) -> None:
    with clock.at(NOON - 30 * MINUTE):
        other = browse()
        other.sign_in()
        other.client.environ_base["HTTP_USER_AGENT"] = "Kiosk-Browser/7"
    page = person.get("/bao-mat")
    assert page.text.count("Kết thúc phiên bắt đầu lúc") == 2
    assert page.text.count("Phiên này") == 1
    assert "11:30, 21/11/2026" in page.text
    assert "10.0.0.1" not in page.text
    with reading(engine) as conn:
        here, there = (one.id for one in sessions.living(conn, officer))
    assert person.post(f"/bao-mat/phien/{there}/ket-thuc").location == "/bao-mat"
    assert other.get("/bao-mat").status_code == 302
    assert person.get("/bao-mat").text.count("Kết thúc phiên bắt đầu lúc") == 1
    assert kinds(engine)[-1] == "session_revoked"
    person.post(f"/bao-mat/phien/{here}/ket-thuc")
    assert person.get("/bao-mat").status_code == 302


def test_nobody_ends_the_session_of_another(person: Browser, engine: Engine, app: Flask) -> None:
    colleague = hire(engine, "mai")
    entered = sessions.begin(engine, colleague)
    person.get("/bao-mat")
    for name in (entered.id, "nosuchsession", "khac%00", "x" * 500):
        assert person.post(f"/bao-mat/phien/{name}/ket-thuc").status_code == 404
    assert sessions.resume(engine, entered.token)
    assert app


def test_all_others_are_ended_and_this_one_stays(person: Browser, browse: Browse) -> None:
    others = [browse(), browse()]
    for other in others:
        other.sign_in()
    person.get("/bao-mat")
    assert person.post("/bao-mat/phien/khac/ket-thuc").location == "/bao-mat"
    assert "Đã kết thúc 2 phiên" in person.get("/bao-mat").text
    assert [other.get("/bao-mat").status_code for other in others] == [302, 302]


def test_a_secret_of_another_key_is_said_and_set_up_anew(
    person: Browser, engine: Engine, app: Flask, officer: Account
) -> None:
    with writing(engine) as conn:
        second_factor.store(conn, "another key " * 4, officer, "JBSWY3DPEHPK3PXP", 0)
        left = recovery.issue(conn, officer.unit, officer.id)
    assert "không đọc được xác thực hai lớp" in person.get("/bao-mat").text
    set_up(person, present=left[0])
    with reading(engine) as conn:
        assert second_factor.readable(conn, app.config["SECRET_KEY"], officer)


@pytest.mark.parametrize(
    "path",
    [
        "/dang-nhap",
        "/ma-xac-thuc",
        "/dang-xuat",
        "/mat-khau",
        "/bao-mat/hai-lop",
        "/bao-mat/ma-du-phong",
        "/bao-mat/phien/abcdefghijkl/ket-thuc",
        "/bao-mat/phien/khac/ket-thuc",
        "/khoa",
        "/mo-khoa",
    ],
)
@pytest.mark.parametrize("token", ["", "made.up.token"])
def test_a_post_without_its_token_changes_nothing(
    person: Browser, engine: Engine, path: str, token: str
) -> None:
    person.get("/mat-khau")
    before = kinds(engine)
    person.token = token
    answer = person.post(path, login="lan.tran", password=CHOSEN, _password=CHOSEN, current=CHOSEN)
    assert answer.status_code == 400
    assert "trang này đã cũ" in answer.text
    assert kinds(engine) == before
    assert person.get("/bao-mat").status_code == 200, "still in, not locked"


def test_every_post_of_access_is_in_the_list_above(app: Flask) -> None:
    posts = {
        re.sub("<[^>]*>", "abcdefghijkl", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in {"access", "own"} and "POST" in (rule.methods or ())
    }
    (mark,) = (
        mark
        for mark in test_a_post_without_its_token_changes_nothing.pytestmark  # type: ignore[attr-defined]
        if mark.args[0] == "path"
    )
    assert posts == set(mark.args[1])


def test_a_disabled_account_is_out_of_every_page(person: Browser, engine: Engine) -> None:
    with writing(engine) as conn:
        conn.execute(update(account).values(disabled_at=clock.now()))
    for path in ("/bao-mat", "/bao-mat/hai-lop", "/mo-khoa"):
        assert person.get(path).location == f"/dang-nhap?next={path}"


@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_a_second_factor_is_replaced_by_whoever_has_it(person: Browser, kind: str) -> None:
    old, codes = set_up(person)
    with clock.at(NOON + MINUTE):
        page = person.get("/bao-mat/hai-lop")
        Page(page.text).prove()
        mine = {"offer": offer(page), "code": code(NOON + MINUTE, secret(page))}
        for present, said in (("", "Hãy nhập mã của lớp"), ("000000", "không đúng hoặc đã dùng")):
            refused = person.post("/bao-mat/hai-lop", **mine, present=present)
            assert refused.status_code == 400
            assert said in refused.text
            assert not CODES.search(refused.text)
            Page(refused.text).prove()
        present = code(NOON + MINUTE, old) if kind == "code" else codes[0]
        done = person.post("/bao-mat/hai-lop", **mine, present=present)
        assert len(CODES.findall(done.text)) == 10


def test_guessing_the_code_of_a_second_factor_ends_the_session(
    person: Browser, engine: Engine
) -> None:
    set_up(person)
    page = person.get("/bao-mat/hai-lop")
    mine = {"offer": offer(page), "code": code(NOON, secret(page))}
    answers = [person.post("/bao-mat/hai-lop", **mine, present="000000") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [400] * 4 + [302]
    assert answers[-1].location == "/dang-nhap"
    assert kinds(engine).count("proof_refused") == 5
    assert person.get("/bao-mat").status_code == 302


def test_an_issued_password_sets_no_second_factor_up(browse: Browse, engine: Engine) -> None:
    issued = accounts.create(engine, "A", "mai", "head")
    person = browse()
    person.sign_in("mai", issued)
    assert person.get("/bao-mat/hai-lop").location == "/mat-khau"
    person.get("/mat-khau")
    assert person.post("/bao-mat/hai-lop").location == "/mat-khau"


@pytest.mark.parametrize("which", ["khac", "abcdefghijkl"])
def test_sessions_are_ended_by_whoever_has_the_password(person: Browser, which: str) -> None:
    person.get("/bao-mat")
    with clock.at(NOON + 20 * MINUTE):
        assert person.post(f"/bao-mat/phien/{which}/ket-thuc").status_code == 423
