"""Cheap hashing, the staff application on a fresh database, and people who use it."""

from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import Engine

from kiosk import clock
from kiosk.access import login, passwords
from kiosk.access.models import Account
from kiosk.access.views import limiter
from tests.access.people import CHOSEN, NOON, Browser


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same algorithm, far fewer rounds."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


@pytest.fixture
def officer(engine: Engine) -> Account:
    """An officer of unit A who has chosen a password."""
    with clock.at(NOON):
        issued = login.create_account(engine, "A", "lan.tran", "officer")
        found = login.verify(engine, "lan.tran", issued, "10.0.0.1", NOON)
        assert isinstance(found, Account)
        login.change_password(engine, found, issued, CHOSEN)
        again = login.verify(engine, "lan.tran", CHOSEN, "10.0.0.1", NOON)
    assert isinstance(again, Account)
    return again


@pytest.fixture
def app(staff_app: Flask, engine: Engine) -> Flask:
    """The staff listener on this test's database, with nobody counted yet."""
    staff_app.extensions["kiosk.engine"] = engine
    limiter.reset()
    return staff_app


@pytest.fixture
def browse(app: Flask) -> Callable[[], Browser]:
    """Open another browser."""
    return lambda: Browser(app.test_client())
