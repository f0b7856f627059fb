"""The staff application on a fresh database, and whoever sits down at a desk."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert

from kiosk import clock
from kiosk.access import sessions
from kiosk.access.models import Account, account, opaque_id
from kiosk.db import writing

NOON = datetime(2026, 11, 21, 12, tzinfo=clock.VIETNAM)
Sit = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Let it be noon."""
    with clock.at(NOON):
        yield


@pytest.fixture
def desk(staff_app: Flask, engine: Engine) -> Flask:
    """The staff listener on this test's database."""
    staff_app.extensions["kiosk.engine"] = engine
    return staff_app


@pytest.fixture
def sit(desk: Flask, engine: Engine) -> Sit:
    """Let somebody sit down, signed in."""

    def seated(unit: str = "A", role: str = "officer", **more: object) -> FlaskClient:
        who = Account(opaque_id(), f"{role}-{unit.lower()}", unit, role, "vi")
        row = {"unit": unit, "id": who.id, "login": who.login, "role": role, "password_hash": "-"}
        rest = {"must_change": False, "created_at": clock.now(), "language": "vi", **more}
        with writing(engine) as conn:
            conn.execute(insert(account).values({**row, **rest}))
        client = desk.test_client()
        with client.session_transaction() as kept:
            kept["_user_id"] = sessions.begin(engine, who).token
        return client

    return seated
