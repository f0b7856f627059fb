import pytest

from kiosk.access.models import ROLES, Account
from kiosk.access.permits import PERMISSIONS, may


def person(role: str) -> Account:
    return Account("id", "login", "A", role, "vi")


@pytest.mark.parametrize(
    ("permission", "officer", "head"),
    [
        ("account.own", True, True),
        ("filings.record", True, True),
        ("filings.own", True, True),
        ("filings.unit", False, True),
        ("counts.read", False, True),
        ("official.enter", False, True),
        ("users.manage", False, False),
        ("", False, False),
    ],
)
def test_what_a_role_may(permission: str, officer: bool, head: bool) -> None:
    assert may(person("officer"), permission) is officer
    assert may(person("head"), permission) is head
    assert not may(person("somebody"), permission)


def test_nobody_may_in_another_unit() -> None:
    assert may(person("head"), "filings.unit", "A")
    assert not may(person("head"), "filings.unit", "B")
    assert not may(person("head"), "filings.unit", "")


def test_every_role_has_its_row() -> None:
    assert set(PERMISSIONS) == set(ROLES)
