"""What the tests of sign-in share: an instant, a password, a browser."""

import re
from datetime import datetime
from html import unescape

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert
from werkzeug.test import TestResponse

from kiosk import clock
from kiosk.access import accounts, second_factor, sessions
from kiosk.access.accounts import Listed
from kiosk.access.models import Account, account
from kiosk.access.permits import TWO_FACTORS
from kiosk.db import reading, writing
from tests.pages import Page

NOON = datetime(2026, 11, 21, 12, tzinfo=clock.VIETNAM)
CHOSEN = "ao dài xe đạp ổi"
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Browser:
    """One person's browser: it keeps cookies, and sends the token of the page it has seen."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def get(self, path: str) -> TestResponse:
        return self._seen(self.client.get(path))

    def post(self, path: str, address: str = "10.0.0.1", **data: str) -> TestResponse:
        return self._seen(
            self.client.post(
                path,
                data={"csrf_token": self.token, **data},
                environ_base={"REMOTE_ADDR": address},
            )
        )

    def sign_in(self, login: str = "lan.tran", password: str = CHOSEN, **more: str) -> TestResponse:
        self.get("/dang-nhap")
        return self.post("/dang-nhap" + more.pop("query", ""), login=login, password=password)

    def _seen(self, answer: TestResponse) -> TestResponse:
        found = TOKEN.search(answer.text)
        if found:
            self.token = found[1]
        return answer


def hire(engine: Engine, login: str, role: str = "officer", unit: str = "A") -> Account:
    """Make an account with which nothing is left to do first: no page is in its way.

    Its password matches nothing and its second factor cannot be read: it comes in by `enter`.
    """
    sealed = "-" if role in TWO_FACTORS else None
    who = Account(f"id-{login}", login, unit, role, "vi", False, sealed is not None)
    row = {"unit": unit, "id": who.id, "login": login, "role": role, "password_hash": "-"}
    with writing(engine) as conn:
        conn.execute(
            insert(account).values(
                **row,
                must_change=False,
                created_at=clock.now(),
                language="vi",
                totp_secret=sealed,
            )
        )
    return who


def enter(client: FlaskClient, engine: Engine, who: Account) -> None:
    """Let somebody be signed in, the password just given."""
    with client.session_transaction() as kept:
        kept["_user_id"] = sessions.begin(engine, who).token


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_second_factor(app: Flask, engine: Engine, who: Account) -> None:
    """Let a telephone of this account know SECRET."""
    with writing(engine) as conn:
        second_factor.store(conn, app.config["SECRET_KEY"], who, SECRET, 0)


def code(at: datetime, secret: str = SECRET, steps: int = 0) -> str:
    """Return what the telephone shows at an instant, or some steps of 30 seconds later."""
    return str(pyotp.TOTP(secret).generate_otp(int(at.timestamp()) // 30 + steps))


def known(engine: Engine, name: str) -> Listed:
    """Return the account that has this sign-in name."""
    with reading(engine) as conn:
        found = accounts.named(conn, name)
    assert found
    return found


def fields(answer: TestResponse) -> dict[str, str]:
    """Return what the hidden inputs of the form that unlocks hold."""
    form = re.search(r'<form[^>]*action="/mo-khoa.*?</form>', answer.text, re.DOTALL)
    assert form, answer.text
    found = {}
    for tag in HIDDEN.findall(form[0]):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        found[attributes["name"]] = unescape(attributes.get("value", ""))
    return found


def give(person: Browser, page: TestResponse, password: str = CHOSEN) -> TestResponse:
    """Fill the password into a page that asks for it, and press the button."""
    Page(page.text).prove()
    form = re.search(r'<form[^>]*action="(/mo-khoa[^"]*)"', page.text)
    assert form
    data = fields(page) | {"_password": password}
    return person._seen(person.client.post(unescape(form[1]), data=data))


def resend(person: Browser, page: TestResponse, answer: TestResponse) -> TestResponse:
    """Do what a browser does after 307: post the same fields to the new address."""
    assert answer.status_code == 307, answer.text
    assert answer.location
    data = fields(page) | {"_password": CHOSEN}
    return person._seen(person.client.post(answer.location, data=data))
