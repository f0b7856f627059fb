"""Who gets in: over every address of the administration, by role; nobody by default."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests.admin.people import Person, everything

Sit = Callable[..., Person]
OURS = {"admin": "accounts.manage", "devices": "devices.manage", "audit": "audit.read"}


def addresses(app: Flask) -> Iterator[tuple[str, str]]:
    """Yield method and path of every view of ours."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in OURS:
            path = rule.rule.replace("<account_id>", "idx").replace("<device_id>", "idx")
            yield from ((method, path) for method in rule.methods or () if method != "OPTIONS")


def test_every_address_names_its_permission(app: Flask) -> None:
    found = {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "permission", None)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in OURS
    }
    assert len(found) == 9
    for endpoint, permission in found.items():
        assert permission == OURS[endpoint.split(".")[0]]


@pytest.mark.parametrize(
    ("role", "more", "allowed"),
    [
        ("officer", {}, False),
        ("viewer", {}, False),
        ("head", {}, True),
        ("admin", {}, True),
        ("head", {"must_change": True}, None),
        ("admin", {"totp_secret": None}, None),
    ],
)
def test_by_role(
    app: Flask, sit: Sit, role: str, more: dict[str, object], allowed: bool | None
) -> None:
    person = sit("ai-do", role, "A", **more)
    person.open("/mat-khau")
    for method, path in addresses(app):
        answer = person.post(path) if method == "POST" else person.client.open(path, method=method)
        if allowed is None:
            assert answer.status_code == 302, path
        elif allowed:
            assert answer.status_code in {200, 400, 404}, path
        else:
            assert answer.status_code == 403, path


def test_a_stranger_is_led_to_sign_in_and_changes_nothing(app: Flask, tree: Engine) -> None:
    before = everything(tree)
    for method, path in addresses(app):
        answer = app.test_client().open(path, method=method)
        wanted = (302, True) if method in {"GET", "HEAD"} else (400, False)
        assert (answer.status_code, "/dang-nhap" in answer.headers.get("Location", "")) == wanted
    assert everything(tree) == before
