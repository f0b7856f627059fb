"""Reading changes nothing: every address of every listener is opened, and the store compared."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kiosk import clock
from kiosk.access import sessions
from kiosk.access.models import ROLES, Account
from kiosk.filings import ledger
from kiosk.filings.history import Actor
from tests.builders import entry
from tests.security.people import NOON, seated

KNOWN = {
    "lang": "vi",
    "field": "residence",
    "procedure": "dang-ky-tam-tru",
    "slug": "dang-ky-tam-tru",
    "question": "cho-o",
    "code": "QQQ",
    "answers": "cho-o.thue",
    "filename": "css/kiosk.css",
}


def stored(engine: Engine) -> list[str]:
    """Return all that the database holds, as statements."""
    path = str(engine.url.database)
    with sqlite3.connect(f"file:{quote(str(Path(path)))}?mode=ro", uri=True) as connection:
        return list(connection.iterdump())


def addresses(app: Flask, filing_id: str) -> Iterator[str]:
    """Yield every address that can be read, its holes filled with what exists."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()):
                yield "".join(
                    KNOWN.get(part.split(":")[-1], filing_id) if hole else part
                    for hole, part in rule._trace
                ).split("|", 1)[-1]


def opened(client: FlaskClient, address: str) -> int:
    """Return how an address answers; nothing but a static file may be kept anywhere."""
    answer = client.get(address)
    answer.close()
    assert address.startswith("/static") or answer.headers["Cache-Control"] == "no-store", address
    return answer.status_code


@pytest.mark.parametrize("role", ["nobody", *ROLES])
def test_no_get_changes_the_store(staff_app: Flask, engine: Engine, role: str) -> None:
    staff_app.extensions["kiosk.engine"] = engine
    with clock.at(NOON):
        who = seated(engine, role if role != "nobody" else "officer")
        made = ledger.record(engine, entry(civil_date=NOON.date()), Actor("A", who.id, "box"))
        client = staff_app.test_client()
        if role != "nobody":
            with client.session_transaction() as kept:
                kept["_user_id"] = sessions.begin(engine, who).token
        before = stored(engine)
        seen = [
            (address, opened(client, address)) for address in addresses(staff_app, made.filing_id)
        ]
        assert not [page for page in seen if page[1] >= 500]
        assert stored(engine) == before
    assert len(seen) > 20
    assert isinstance(who, Account)


@pytest.mark.parametrize("surface", ["public", "lobby"])
def test_citizens_pages_leave_no_trace(
    public_app: Flask, lobby_app: Flask, engine: Engine, surface: str
) -> None:
    app = public_app if surface == "public" else lobby_app
    before = stored(engine)
    if surface == "lobby":
        app.extensions["kiosk.engine"] = engine
    for address in addresses(app, "x"):
        answer = app.test_client().get(address)
        assert answer.status_code < 500, address
        assert "Set-Cookie" not in answer.headers, address
        answer.close()
    assert stored(engine) == before
