"""The first run: a code read on the console opens one account, once, while there is none."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import Engine

from kiosk.access import accounts, login, passwords
from kiosk.access.accounts import Newcomer, NotFirst
from kiosk.access.models import Account
from kiosk.admin.setup import SetupCode, offer
from kiosk.db import reading
from kiosk.units import UnitsError, find
from tests.admin.people import CHOSEN, NOON, UNITS, Person, add, everything, kinds
from tests.pages import Page

PATH = "/cai-dat"
CHOSEN_UNIT = {"unit": "A"}
NEW_UNIT = {"unit_code": "AN-BINH", "unit_name": "Công an xã An Bình", "unit_level": "commune"}
PERSON = {"login": "truong", "role": "head", "password": CHOSEN, "again": CHOSEN}


@pytest.fixture
def code(app: Flask) -> SetupCode:
    found: SetupCode = app.extensions["kiosk.setup"]
    return found


@pytest.fixture
def visitor(app: Flask) -> Person:
    return Person(app.test_client())


def test_a_code_is_known_by_its_hash_and_read_as_people_type(code: SetupCode) -> None:
    assert not code.alive
    assert not code.check("")
    said = code.issue()
    assert len(said.replace("-", "")) >= 8
    assert said not in repr(vars(code))
    assert code.check(f" {said.lower().replace('-', ' ')} ")
    assert code.check(said.replace("0", "O").replace("1", "l"))
    assert code.alive


def test_the_fifth_wrong_try_kills_it_until_it_is_issued_anew(code: SetupCode) -> None:
    said = code.issue()
    assert [code.check("0000-0000-0000") for _ in range(4)] == [False] * 4
    assert code.check(said)
    assert not code.check("0000-0000-0000")
    assert not code.alive
    assert not code.check(said)
    assert code.check(code.issue())


def test_a_used_code_is_dead(code: SetupCode) -> None:
    said = code.issue()
    code.spend()
    assert not code.check(said)


def test_the_code_is_offered_while_there_is_nobody(tree: Engine, code: SetupCode) -> None:
    said = offer(tree, code)
    assert said
    assert code.check(said)
    add(tree, "lan", "officer", "A", disabled_at=NOON)
    assert offer(tree, code) is None


@pytest.mark.usefixtures("tree")
def test_the_first_account_is_made_in_an_imported_unit(
    visitor: Person, engine: Engine, code: SetupCode
) -> None:
    said = code.issue()
    page = visitor.open(PATH)
    assert not [a for a in page.all("input") if a.get("name") == "unit_code"]
    answer = visitor.post(PATH, code=said, **CHOSEN_UNIT, **PERSON)
    assert (answer.status_code, answer.location) == (302, "/dang-nhap")
    entered = login.verify(engine, "truong", CHOSEN, "10.0.0.1", NOON)
    assert isinstance(entered, Account)
    assert (entered.unit, entered.role, entered.must_change) == ("A", "head", False)
    assert kinds(engine, "A") == ["set_up"]
    assert not code.alive
    assert visitor.client.get(PATH).status_code == 404
    assert visitor.post(PATH, code=said, **CHOSEN_UNIT, **PERSON).status_code == 404
    assert CHOSEN not in everything(engine)
    assert said not in everything(engine)


def test_the_own_unit_is_made_where_there_is_none(
    visitor: Person, engine: Engine, code: SetupCode
) -> None:
    said = code.issue()
    visitor.open(PATH)
    answer = visitor.post(PATH, code=said, **NEW_UNIT, **PERSON | {"role": "admin"})
    assert answer.status_code == 302, answer.text
    with reading(engine) as conn:
        unit = find(conn, "AN-BINH", NOON.date())
    assert unit
    assert (unit.name, unit.level, unit.parent) == ("Công an xã An Bình", "commune", None)
    assert kinds(engine, "AN-BINH") == ["units_imported", "set_up"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"code": ""}, "Hãy nhập mã thiết lập."),
        ({"code": "x" * 99}, "Mã thiết lập không đúng."),
        ({"unit_code": ""}, "Mã đơn vị gồm chữ không dấu"),
        ({"unit_code": "=1+1"}, "Mã đơn vị gồm chữ không dấu"),
        ({"unit_code": "A\n"}, None),
        ({"unit_code": "079123456789"}, "Có số giống giấy tờ"),
        ({"unit_name": " "}, "Hãy nhập tên đơn vị."),
        ({"unit_name": "Công an xã\u2028An"}, "Danh sách đơn vị không nhận"),
        ({"unit_name": "c" * 121}, "Tên đơn vị quá dài: nhiều nhất 120 ký tự."),
        ({"unit_name": "Ông Nam 0912345678"}, "Có số giống giấy tờ"),
        ({"unit_level": "ministry"}, "Hãy chọn cấp."),
        ({"login": "Trưởng"}, "Tên đăng nhập dài 3 đến 32 ký tự"),
        ({"role": "officer"}, "Hãy chọn vai trò."),
        ({"password": "ngắn", "again": "ngắn"}, "Mật khẩu mới cần ít nhất 12 ký tự."),
        ({"password": "truong truong 1", "again": "truong truong 1"}, "không được chứa tên"),
        (
            {"password": "Công an xã An Bình 1", "again": "Công an xã An Bình 1"},
            "Mật khẩu này chỉ gồm tên đơn vị",
        ),
        ({"again": "khác hẳn"}, "Hai lần nhập mật khẩu không giống nhau."),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_the_code_stays_good(
    visitor: Person, engine: Engine, code: SetupCode, typed: dict[str, str], said: str | None
) -> None:
    right = code.issue()
    visitor.open(PATH)
    before = everything(engine)
    answer = visitor.post(PATH, **{"code": right} | NEW_UNIT | PERSON | typed)
    if said is None:  # a blank at the end is none of the code
        assert answer.status_code == 302
        return
    page = Page(answer.text)
    assert answer.status_code == 400
    assert said in page.text
    assert everything(engine) == before
    assert CHOSEN not in answer.text
    kept = {a.get("name"): a.get("value") for a in page.all("input")}
    if "unit_name" not in typed:
        assert kept["unit_name"] == NEW_UNIT["unit_name"]
    assert code.check(right)


def test_a_wrong_code_makes_nothing_and_five_make_the_right_one_worthless(
    visitor: Person, engine: Engine, code: SetupCode
) -> None:
    right = code.issue()
    visitor.open(PATH)
    for _ in range(4):
        answer = visitor.post(PATH, code="0000", **NEW_UNIT, **PERSON)
        assert (answer.status_code, "Mã thiết lập không đúng." in answer.text) == (400, True)
    answer = visitor.post(PATH, code="0000", **NEW_UNIT, **PERSON)
    assert "không còn dùng được. Hãy khởi động lại" in answer.text
    answer = visitor.post(PATH, code=right, **NEW_UNIT, **PERSON)
    assert (answer.status_code, "không còn dùng được" in answer.text) == (400, True)
    with reading(engine) as conn:
        assert accounts.nobody(conn)


def test_tries_are_counted_by_the_minute_too(visitor: Person, engine: Engine) -> None:
    visitor.open(PATH)
    for _ in range(10):
        assert visitor.post(PATH, code="0000", **NEW_UNIT, **PERSON).status_code == 400
    answer = visitor.post(PATH, code="0000", **NEW_UNIT, **PERSON)
    assert (answer.status_code, "thử lại sau 1 phút" in answer.text) == (429, True)
    assert visitor.open(PATH)
    assert kinds(engine) == []


def test_a_post_without_its_token_changes_nothing(
    visitor: Person, engine: Engine, code: SetupCode
) -> None:
    right = code.issue()
    data = {"code": right, **NEW_UNIT, **PERSON}
    assert visitor.client.post(PATH, data=data).status_code == 400
    with reading(engine) as conn:
        assert accounts.nobody(conn)
    assert code.check(right)


@pytest.mark.usefixtures("tree")
def test_of_two_at_the_same_moment_one_is_first(engine: Engine) -> None:
    begin, outcomes = Barrier(2), []

    def run(name: str) -> None:
        begin.wait()
        try:
            accounts.open_first(engine, Newcomer("A", name, "head", CHOSEN))
            outcomes.append("made")
        except NotFirst:
            outcomes.append("refused")

    threads = [Thread(target=run, args=(name,)) for name in ("lan", "minh")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused"]


def test_whatever_is_refused_nothing_is_made(engine: Engine) -> None:
    lines = UNITS.splitlines(keepends=True)
    with pytest.raises(UnitsError):
        accounts.open_first(engine, Newcomer("A", "lan", "head", CHOSEN), [*lines, "X,,,,,,,"])
    with pytest.raises(passwords.WeakPasswordError):
        accounts.open_first(engine, Newcomer("A", "lan", "head", "lan"), lines)
    assert kinds(engine) == []
    with reading(engine) as conn:
        assert find(conn, "A", NOON.date()) is None


def test_the_sign_in_page_can_ask_whether_to_lead_here(
    app: Flask, engine: Engine, sit: Callable[..., Person]
) -> None:
    def flag() -> object:
        with app.test_request_context("/dang-nhap"):
            given: dict[str, object] = {}
            app.update_template_context(given)
            ask = given["setup_open"]
            assert callable(ask)
            return ask()

    assert flag() is True
    sit()
    assert flag() is False
    assert kinds(engine)
