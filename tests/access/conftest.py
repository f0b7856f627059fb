"""Cheap hashing, the staff application on a fresh database, and people who use it."""

from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import Engine

from config import Config
from kiosk import clock
from kiosk.access import accounts, login, passwords
from kiosk.access.models import Account
from kiosk.app import create_app
from kiosk.limits import limiter
from tests.access.people import CHOSEN, NOON, Browser, give_second_factor
from tests.access.toys import RECORDED, toy


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
        issued = accounts.create(engine, "A", "lan.tran", "officer")
        found = login.verify(engine, "lan.tran", issued, "10.0.0.1", NOON)
        assert isinstance(found, Account)
        login.choose_password(engine, found, issued, CHOSEN)
        again = login.verify(engine, "lan.tran", CHOSEN, "10.0.0.1", NOON)
    assert isinstance(again, Account)
    return again


@pytest.fixture
def app(staff_app: Flask, engine: Engine) -> Flask:
    """The staff listener on this test's database, with nobody counted yet."""
    staff_app.extensions["kiosk.engine"] = engine
    limiter.reset()
    return staff_app


@pytest.fixture(scope="session")
def toy_app(settings: Config) -> Flask:
    """A staff listener of its own, with some toy pages beside the real ones."""
    made = create_app(settings, "staff")
    made.register_blueprint(toy)
    return made


@pytest.fixture
def desk(toy_app: Flask, engine: Engine) -> Iterator[Flask]:
    """The toy desk on this test's database, with nothing recorded yet."""
    toy_app.extensions["kiosk.engine"] = engine
    limiter.reset()
    RECORDED.clear()
    yield toy_app
    RECORDED.clear()


@pytest.fixture
def head(app: Flask, engine: Engine) -> Account:
    """A head of unit A whose telephone knows SECRET."""
    with clock.at(NOON):
        issued = accounts.create(engine, "A", "mai.nguyen", "head")
        found = login.verify(engine, "mai.nguyen", issued, "10.0.0.1", NOON)
        assert isinstance(found, Account)
        login.choose_password(engine, found, issued, CHOSEN)
        give_second_factor(app, engine, found)
        again = login.verify(engine, "mai.nguyen", CHOSEN, "10.0.0.1", NOON)
    assert isinstance(again, Account)
    return again


@pytest.fixture
def browse(app: Flask) -> Callable[[], Browser]:
    """Open another browser."""
    return lambda: Browser(app.test_client())


@pytest.fixture
def person(desk: Flask, officer: Account) -> Browser:
    """The officer, just signed in."""
    assert officer
    made = Browser(desk.test_client())
    made.sign_in()
    made.get("/mat-khau")
    return made
