import re
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from werkzeug.exceptions import NotFound

from kiosk import clock, units
from kiosk.access import permits
from kiosk.access.models import ROLES, Account
from kiosk.access.permits import PERMISSIONS, asked_unit, may, reach
from kiosk.db import reading, writing
from kiosk.web import PUBLIC
from tests.access.people import NOON

# O officer, H head, V viewer, A admin
MATRIX = {
    "account.own": "OHVA",
    "filings.record": "OH",
    "filings.own": "OH",
    "calls.answer": "OH",
    "help.read": "OHVA",
    "filings.unit": "H",
    "counts.read": "HVA",
    "official.enter": "HA",
    "accounts.manage": "HA",
    "devices.manage": "HA",
    "audit.read": "HA",
    "targets.set": "HA",
    "users.manage": "",
    "public": "",
    "*": "",
    "": "",
}
TREE = """
79,Tỉnh,province,,general,2025-07-01,,
79-a,Xã A,commune,79,rural,2025-07-01,,
79-b,Xã B,commune,79,rural,2025-07-01,2026-10-31,79-a
79-a-1,Điểm A1,post,79-a,rural,2025-07-01,,
80,Tỉnh khác,province,,general,2025-07-01,,
80-a,Xã khác,commune,80,rural,2025-07-01,,
"""


def person(role: str, unit: str = "A") -> Account:
    return Account("id", "login", unit, role, "vi")


@pytest.fixture
def tree(engine: Engine) -> Engine:
    lines = [",".join(units.COLUMNS), *TREE.split("\n")[1:-1]]
    with writing(engine) as conn:
        units.import_csv(conn, lines)
    return engine


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("permission", MATRIX)
def test_what_a_role_may(role: str, permission: str) -> None:
    assert may(person(role), permission) is (role[0].upper() in MATRIX[permission])


def test_the_matrix_is_the_whole_table() -> None:
    assert set(PERMISSIONS) == set(ROLES)
    granted = frozenset[str]().union(*PERMISSIONS.values())
    assert granted == {permission for permission, roles in MATRIX.items() if roles}


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12), st.sampled_from([*MATRIX, "account.", "Account.own", " account.own"]))
def test_an_unknown_role_may_nothing(role: str, permission: str) -> None:
    if role not in ROLES:
        assert not may(person(role), permission)


def test_nobody_may_in_another_unit() -> None:
    assert may(person("head"), "filings.unit", "A")
    assert not may(person("head"), "filings.unit", "B")
    assert not may(person("head"), "filings.unit", "")


def test_every_view_asks_for_a_permission_that_somebody_has(staff_app: Flask) -> None:
    asked = {getattr(view, "permission", PUBLIC) for view in staff_app.view_functions.values()}
    assert asked <= {*MATRIX, PUBLIC} - {"users.manage", "*", ""}


def test_reach_is_the_unit_and_what_stands_below_it_today(tree: Engine) -> None:
    with clock.at(NOON), reading(tree) as conn:
        assert reach(conn, person("admin", "79")) == ("79", "79-a", "79-a-1")
        assert reach(conn, person("head", "79-a")) == ("79-a", "79-a-1")
        assert reach(conn, person("officer", "79-a-1")) == ("79-a-1",)
        assert reach(conn, person("head", "nowhere")) == ("nowhere",)
    with clock.at(NOON.replace(month=10)), reading(tree) as conn:
        assert reach(conn, person("admin", "79")) == ("79", "79-a", "79-a-1", "79-b")


@pytest.mark.parametrize(
    ("own", "asked", "answer"),
    [
        ("79", None, "79"),
        ("79", "", "79"),
        ("79", "79", "79"),
        ("79", "79-a-1", "79-a-1"),
        ("79", "80", None),
        ("79", "80-a", None),
        ("79", "no-such-unit", None),
        ("79", "79-b", None),
        ("79-a", "79", None),
        ("79-a", "79-", None),
        ("79-a", "' OR 1=1 --", None),
        ("nowhere", "nowhere", "nowhere"),
        ("nowhere", "79", None),
    ],
)
def test_a_unit_out_of_reach_is_not_found_whether_or_not_it_exists(
    tree: Engine, own: str, asked: str | None, answer: str | None
) -> None:
    with clock.at(NOON), reading(tree) as conn:
        if answer:
            assert asked_unit(conn, person("head", own), asked) == answer
            return
        with pytest.raises(NotFound):
            asked_unit(conn, person("head", own), asked)


@pytest.mark.parametrize(
    ("role", "address"),
    [("officer", "/ban"), ("head", "/ban"), ("viewer", "/so-lieu"), ("admin", "/so-lieu")],
)
def test_each_role_has_its_front_door(staff_app: Flask, role: str, address: str) -> None:
    with staff_app.test_request_context():
        assert permits.home(person(role)) == address


@pytest.mark.parametrize(
    ("role", "must_change", "second_factor", "first"),
    [
        ("officer", False, False, None),
        ("viewer", False, False, None),
        ("head", False, True, None),
        ("head", False, False, "own.factor"),
        ("admin", False, False, "own.factor"),
        ("admin", True, False, "access.password"),
        ("officer", True, False, "access.password"),
    ],
)
def test_what_is_due_comes_first(
    role: str, must_change: bool, second_factor: bool, first: str | None
) -> None:
    who = Account("id", "login", "A", role, "vi", must_change, second_factor)
    assert permits.due(who) == first


def test_no_template_asks_for_a_permission_that_nobody_has() -> None:
    templates = Path(permits.__file__).parent.parent / "templates"
    asked = {
        found
        for path in templates.rglob("*.html")
        for found in re.findall(r'may\("([^"]*)"\)', path.read_text("utf-8"))
    }
    assert all(MATRIX.get(permission) for permission in asked)
