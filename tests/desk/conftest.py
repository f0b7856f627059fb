"""The staff application on a fresh database, and four people at two units."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, insert

from kiosk import clock
from kiosk.access.models import Account, account
from kiosk.access.permits import TWO_FACTORS
from kiosk.content.library import Library
from kiosk.db import writing
from tests.desk.people import NOON, Officer

Sit = Callable[..., Officer]


@pytest.fixture
def app(staff_app: Flask, engine: Engine) -> Flask:
    """The staff listener on this test's database."""
    staff_app.extensions["kiosk.engine"] = engine
    return staff_app


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Let it be noon."""
    with clock.at(NOON):
        yield


@pytest.fixture
def sit(app: Flask, engine: Engine) -> Sit:
    """Let somebody sit down at a desk, signed in."""

    def seated(name: str = "lan", role: str = "officer", unit: str = "A") -> Officer:
        who = Account(f"id-{name}", name, unit, role, "vi")
        row = {"unit": unit, "id": who.id, "login": name, "role": role, "password_hash": "-"}
        with writing(engine) as conn:
            conn.execute(
                insert(account).values(
                    **row,
                    must_change=False,
                    created_at=clock.now(),
                    language="vi",
                    totp_secret="-" if role in TWO_FACTORS else None,
                )
            )
        return Officer(app.test_client(), engine, who)

    return seated


@pytest.fixture
def content(app: Flask) -> Library:
    """What the application serves."""
    found: Library = app.extensions["kiosk.library"]
    return found


@pytest.fixture
def procedure(content: Library) -> str:
    """The first procedure of the content."""
    return next(iter(content.procedures))
