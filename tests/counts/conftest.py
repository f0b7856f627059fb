"""The staff application on a fresh database, and whoever signs in to it."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert
from werkzeug.test import TestResponse

from kiosk import clock
from kiosk.access import sessions
from kiosk.access.models import Account, account
from kiosk.db import writing
from tests.counts.build import add_units
from tests.pages import Page

NOON = datetime(2026, 11, 21, 12, tzinfo=clock.VIETNAM)
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]*)"')


class Reader:
    """Somebody signed in, with the last page in front."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def get(self, address: str, status: int = 200) -> Page:
        """Open a page; the laws of every page must hold."""
        return self.seen(self.client.get(address), status)

    def post(self, address: str, **typed: str) -> TestResponse:
        """Send the form of the page in front."""
        return self.client.post(address, data={"csrf_token": self.token, **typed})

    def post_wrong(self, address: str, **typed: str) -> Page:
        """Send a form that is refused, and see it again."""
        return self.seen(self.post(address, **typed), 400)

    def seen(self, answer: TestResponse, status: int) -> Page:
        """See the page of an answer; the laws of every page must hold."""
        assert answer.status_code == status, answer.text
        found = TOKEN.search(answer.text)
        self.token = found[1] if found else self.token
        page = Page(answer.text)
        page.prove()
        return page


SignIn = Callable[..., Reader]


@pytest.fixture
def noon() -> Iterator[None]:
    """Let it be noon of 21 November 2026, a Saturday."""
    with clock.at(NOON):
        yield


@pytest.fixture
def sign_in(staff_app: Flask, engine: Engine, noon: None) -> SignIn:
    """Let somebody sign in at a commune of a province."""
    del noon
    staff_app.extensions["kiosk.engine"] = engine
    add_units(engine, "92", level="province")
    add_units(engine, "31615", "31633", parent="92")

    def signed_in(role: str = "head", unit: str = "31615") -> Reader:
        who = Account(f"id-{unit}-{role}", f"{role}.{unit}", unit, role, "vi")
        with writing(engine) as connection:
            connection.execute(
                insert(account).values(
                    unit=unit,
                    id=who.id,
                    login=who.login,
                    role=role,
                    password_hash="-",
                    must_change=False,
                    created_at=clock.now(),
                    language="vi",
                    totp_secret="set",
                )
            )
        client = staff_app.test_client()
        with client.session_transaction() as kept:
            kept["_user_id"] = sessions.begin(engine, who).token
        return Reader(client)

    return signed_in
