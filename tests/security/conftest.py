"""The staff listener with two furnished communes, and browsers of whoever sits down."""

from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kiosk import clock
from kiosk.access import passwords, sessions
from kiosk.access.models import Account
from kiosk.limits import limiter
from tests.security.people import NOON, units
from tests.security.places import Things, furnish

Sit = Callable[[Account], FlaskClient]


@pytest.fixture
def noon() -> Iterator[None]:
    """Let it be noon."""
    with clock.at(NOON):
        yield


@pytest.fixture
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same algorithm, far fewer rounds."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


@pytest.fixture
def desk(staff_app: Flask, engine: Engine, noon: None, quick_hashing: None) -> Iterator[Flask]:
    """The staff listener at noon, on a province with two communes, with nobody counted yet."""
    del noon, quick_hashing
    units(engine)
    staff_app.extensions["kiosk.engine"] = engine
    yield staff_app
    limiter.reset()


@pytest.fixture
def ours(desk: Flask, engine: Engine) -> Things:
    """What unit A has."""
    del desk
    return furnish(engine, "A")


@pytest.fixture
def theirs(desk: Flask, engine: Engine) -> Things:
    """What unit B has."""
    del desk
    return furnish(engine, "B")


@pytest.fixture
def sit(desk: Flask, engine: Engine) -> Sit:
    """Open the browser of somebody who has just signed in."""

    def seat(who: Account) -> FlaskClient:
        client = desk.test_client()
        with client.session_transaction() as kept:
            kept["_user_id"] = sessions.begin(engine, who).token
        return client

    return seat
