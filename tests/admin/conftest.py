"""The staff application on a fresh database with a province and two communes."""

from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import Engine

from kiosk import clock
from kiosk.access import passwords
from kiosk.admin.setup import SetupCode
from kiosk.db import writing
from kiosk.limits import limiter
from kiosk.units import import_csv
from tests.admin.people import NOON, UNITS, Person, add

Sit = Callable[..., Person]


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same algorithm, far fewer rounds."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Let it be noon."""
    with clock.at(NOON):
        yield


@pytest.fixture
def app(staff_app: Flask, engine: Engine) -> Flask:
    """The staff listener on this test's database, with nobody counted yet."""
    staff_app.extensions["kiosk.engine"] = engine
    staff_app.extensions["kiosk.setup"] = SetupCode()
    limiter.reset()
    return staff_app


@pytest.fixture
def tree(engine: Engine) -> Engine:
    """A province and two communes."""
    with writing(engine) as conn:
        import_csv(conn, UNITS.splitlines())
    return engine


@pytest.fixture
def sit(app: Flask, tree: Engine) -> Sit:
    """Let somebody sit down, signed in."""

    def seated(name: str = "truong", role: str = "head", unit: str = "A", **more: object) -> Person:
        return Person(app.test_client(), add(tree, name, role, unit, **more)).arrive(tree)

    return seated
