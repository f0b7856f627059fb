import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from werkzeug.test import TestResponse

from kiosk import clock
from kiosk.access import accounts, login, recovery, second_factor
from kiosk.access.models import Account, account, audit_event, login_session
from kiosk.db import reading, writing
from tests.access.people import CHOSEN, NOON, Browser, code, give_second_factor, known

Browse = Callable[[], Browser]
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def half_way(browse: Browse, query: str = "") -> Browser:
    """Return a browser in which the head's password was right."""
    person = browse()
    answer = person.sign_in("mai.nguyen", CHOSEN, query=query)
    assert (answer.status_code, answer.location) == (302, "/ma-xac-thuc")
    assert person.get("/ma-xac-thuc").status_code == 200
    return person


def give(person: Browser, typed: str) -> TestResponse:
    return person.post("/ma-xac-thuc", code=typed)


def kinds(engine: Engine) -> list[str]:
    with reading(engine) as conn:
        return list(conn.execute(select(audit_event.c.kind)).scalars())


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("staff")
    assert found
    return found.value


@pytest.mark.usefixtures("head")
def test_password_and_code_come_in(browse: Browse, engine: Engine) -> None:
    person = half_way(browse, "?next=/so-lieu?a%3Db")
    assert "signed_in" not in kinds(engine)
    for path in ("/ban", "/bao-mat", "/mat-khau", "/mo-khoa"):
        assert person.get(path).location == f"/dang-nhap?next={path}"
    person.get("/ma-xac-thuc")
    assert give(person, code(NOON)).location == "/so-lieu?a=b"
    assert person.get("/bao-mat").status_code == 200
    assert kinds(engine)[-1] == "signed_in"
    assert person.get("/ma-xac-thuc").location == "/dang-nhap"


@pytest.mark.usefixtures("head")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("000000", "không đúng hoặc đã dùng"),
        ("", "Hãy nhập mã xác thực."),
        ("x" * 65, "quá dài"),
    ],
)
def test_a_wrong_code_stays_outside(browse: Browse, typed: str, said: str) -> None:
    person = half_way(browse)
    answer = give(person, typed)
    assert answer.status_code == 400
    assert said in answer.text
    assert person.get("/ban").status_code == 302
    person.get("/ma-xac-thuc")
    assert give(person, code(NOON)).location == "/ban"


@pytest.mark.usefixtures("head")
def test_a_code_that_somebody_saw_is_worth_nothing_after(browse: Browse) -> None:
    assert give(half_way(browse), code(NOON)).location == "/ban"
    thief = half_way(browse)
    assert give(thief, code(NOON)).status_code == 400
    with clock.at(NOON + MINUTE):
        assert give(thief, code(NOON + MINUTE)).location == "/ban"


@pytest.mark.usefixtures("head")
def test_five_minutes_later_the_password_is_asked_again(browse: Browse) -> None:
    for minutes, location in ((4, "/ban"), (5, "/dang-nhap")):
        person = half_way(browse)
        with clock.at(NOON + minutes * MINUTE):
            assert give(person, code(NOON + minutes * MINUTE)).location == location
    assert "quá 5 phút" in person.get("/dang-nhap").text


@pytest.mark.usefixtures("head")
def test_what_the_browser_keeps_is_key_time_and_page(browse: Browse, head: Account) -> None:
    person = half_way(browse, "?next=/so-lieu")
    with person.client.session_transaction() as kept:
        assert set(kept) == {"halfway", "csrf_token"}
        half = dict(kept["halfway"])
    tie = half.pop("tie")
    assert half == {
        "unit": "A",
        "id": head.id,
        "at": str(int(NOON.timestamp())),
        "next": "/so-lieu",
    }
    assert len(tie) == 64
    for said in (head.login, CHOSEN):
        assert said not in json.dumps(half) + tie


@pytest.mark.usefixtures("head")
@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/" + "x" * 5000])
def test_the_second_step_leads_nowhere_else(browse: Browse, wanted: str) -> None:
    person = half_way(browse, f"?next={wanted}")
    assert give(person, code(NOON)).location == "/ban"


def act_disable(engine: Engine, _app: Flask, who: Account) -> None:
    accounts.create(engine, "B", "con.lai", "admin")  # the last one that manages stays open
    accounts.close(engine, known(engine, who.login))


def act_reset(engine: Engine, _app: Flask, who: Account) -> None:
    accounts.reset(engine, known(engine, who.login))


def act_change(engine: Engine, _app: Flask, who: Account) -> None:
    login.choose_password(engine, who, CHOSEN, "một hai ba con mèo")


def act_anew(engine: Engine, app: Flask, who: Account) -> None:
    give_second_factor(app, engine, who)


@pytest.mark.parametrize("act", [act_disable, act_reset, act_change, act_anew])
def test_half_a_sign_in_dies_when_the_account_changes(
    browse: Browse, engine: Engine, app: Flask, head: Account, act: Callable[..., None]
) -> None:
    person = half_way(browse)
    act(engine, app, head)
    assert give(person, code(NOON)).location == "/dang-nhap"
    assert person.get("/ban").status_code == 302


@pytest.mark.usefixtures("head")
def test_a_second_step_without_a_first_is_sent_back(browse: Browse, app: Flask) -> None:
    stranger = browse()
    assert stranger.get("/ma-xac-thuc").location == "/dang-nhap"
    stranger.get("/dang-nhap")
    assert give(stranger, code(NOON)).location == "/dang-nhap"
    shapes: tuple[object, ...] = ({}, {"unit": "A"}, [], "x", None)
    for forged in shapes:
        client = app.test_client()
        with client.session_transaction() as kept:
            kept["halfway"] = forged
        assert client.get("/ma-xac-thuc").location == "/dang-nhap"


@pytest.mark.usefixtures("officer", "head")
def test_guessing_codes_locks_the_name_even_for_who_has_the_password(
    browse: Browse, engine: Engine
) -> None:
    person = half_way(browse)
    for n in range(5):
        if n == 3:  # the right password in between must not begin the count anew
            person = half_way(browse)
        assert give(person, "000000").status_code == 400
    answer = give(person, code(NOON))
    assert answer.status_code == 429
    assert "thử lại sau 1 phút" in answer.text
    assert browse().sign_in("mai.nguyen", CHOSEN).status_code == 429
    assert kinds(engine).count("sign_in_refused") == 5
    later = NOON + MINUTE
    with clock.at(later):
        person = half_way(browse)
        assert give(person, "000000").status_code == 400
        assert give(person, code(later)).status_code == 429, "the wait doubles"
    later += 2 * MINUTE
    with clock.at(later):
        assert give(half_way(browse), code(later)).location == "/ban"
    assert browse().sign_in().location == "/ban", "a colleague is not locked out"


def test_a_guess_in_fifteen_minutes_is_all_there_is(engine: Engine, head: Account) -> None:
    from kiosk.access.backoff import Refusal
    from kiosk.access.proof import second_step

    now, tried = NOON, 0
    while now < NOON + timedelta(hours=6):
        answer: object = login.verify(engine, head.login, CHOSEN, "10.0.0.9", now)
        if not isinstance(answer, Refusal):
            answer = second_step(engine, "k", head, "000000", "10.0.0.9", now)
            tried += answer == Refusal()
        assert isinstance(answer, Refusal)
        now += answer.wait or timedelta(0)
    assert tried < 40


@pytest.mark.usefixtures("head")
def test_an_address_is_locked_by_codes_too(browse: Browse, engine: Engine, app: Flask) -> None:
    for n in range(5):
        name = f"so.{n}"
        accounts.create(engine, "A", name, "officer", CHOSEN)
        found = login.verify(engine, name, CHOSEN, "10.0.0.7", NOON)
        assert isinstance(found, Account)
        give_second_factor(app, engine, found)
        person = browse()
        person.sign_in(name, CHOSEN)
        person.get("/ma-xac-thuc")
        for _ in range(4):
            assert give(person, "000000").status_code == 400
    assert give(person, "000000").status_code == 429


def test_a_recovery_code_opens_the_way_once(browse: Browse, engine: Engine, head: Account) -> None:
    with writing(engine) as conn:
        codes = recovery.issue(conn, head.unit, head.id)
    person = half_way(browse)
    assert give(person, codes[0].lower()).location == "/ban"
    assert "còn 9 mã" in person.get("/bao-mat").text
    assert "recovery_used" in kinds(engine)
    assert give(half_way(browse), codes[0]).status_code == 400


def test_a_lost_key_leaves_recovery_codes_and_a_reset(
    browse: Browse, engine: Engine, head: Account
) -> None:
    with writing(engine) as conn:
        codes = recovery.issue(conn, head.unit, head.id)
        conn.execute(update(account).where(account.c.id == head.id).values(totp_secret="lost"))
    person = half_way(browse)
    assert "không đọc được xác thực hai lớp" in person.get("/ma-xac-thuc").text
    assert give(person, code(NOON)).status_code == 400
    assert give(person, codes[3]).location == "/ban"
    assert "Hãy cài lại ngay" in person.get("/bao-mat").text
    issued = accounts.reset(engine, known(engine, head.login))
    other = browse()
    assert other.sign_in(head.login, issued).location == "/ban"
    assert other.get("/ban").location == "/mat-khau"


@pytest.mark.usefixtures("head")
def test_the_cookie_is_another_after_each_step(browse: Browse, app: Flask) -> None:
    person = browse()
    person.get("/dang-nhap")
    before = cookie(person.client)
    person.post("/dang-nhap", login="mai.nguyen", password=CHOSEN)
    person.get("/ma-xac-thuc")
    between, token = cookie(person.client), person.token
    give(person, code(NOON))
    person.get("/bao-mat")
    after = cookie(person.client)
    assert len({before, between, after}) == 3
    assert person.token != token
    for held in (before, between):
        thief = app.test_client()
        thief.set_cookie("staff", held)
        assert thief.get("/bao-mat").location == "/dang-nhap?next=/bao-mat"


@pytest.mark.usefixtures("officer")
def test_half_a_sign_in_ends_the_session_before_it(
    browse: Browse, engine: Engine, head: Account
) -> None:
    assert head
    person = browse()
    person.sign_in()
    person.get("/mat-khau")
    held = cookie(person.client)
    assert person.post("/dang-nhap", login="mai.nguyen", password=CHOSEN).location == "/ma-xac-thuc"
    thief = browse()
    thief.client.set_cookie("staff", held)
    assert thief.get("/mat-khau").status_code == 302
    with reading(engine) as conn:
        assert all(conn.execute(select(login_session.c.ended_at)).scalars())


@pytest.mark.usefixtures("head")
def test_before_the_password_is_right_nothing_tells_of_a_second_factor(browse: Browse) -> None:
    with_factor, unknown = browse(), browse()
    for _ in range(7):
        one = with_factor.sign_in("mai.nguyen", "wrong password")
        other = unknown.sign_in("mai.nguyem", "wrong password")
        assert one.status_code == other.status_code
        assert one.text.replace(with_factor.token, "") == other.text.replace(
            "mai.nguyem", "mai.nguyen"
        ).replace(unknown.token, "")


def test_a_clock_set_back_does_not_open_half_a_sign_in(browse: Browse, head: Account) -> None:
    assert head
    person = half_way(browse)
    with clock.at(NOON - MINUTE):
        assert person.get("/ma-xac-thuc").location == "/dang-nhap"


def test_a_code_is_used_up_at_once_by_two(engine: Engine, app: Flask, head: Account) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from kiosk.access.proof import second_step

    def try_it(n: int) -> object:
        key = app.config["SECRET_KEY"]
        return second_step(engine, key, head, code(NOON), f"10.0.0.{n}", NOON)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(try_it, range(4)))
    assert answers.count("code") == 1
    assert second_factor.SKEW == (-1, 0, 1)
