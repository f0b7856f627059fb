"""What a unit has, and every address of a listener with its holes filled."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Engine, Row, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kiosk.access import devices, sessions
from kiosk.access.models import Account
from kiosk.counts.figures import Figures
from kiosk.counts.official import ENTERED, Origin, Topic, enter
from kiosk.counts.periods import period_of
from kiosk.db import metadata, reading
from kiosk.filings import ledger
from kiosk.filings.history import Actor
from kiosk.station.calls import ring
from tests.builders import entry
from tests.security.people import NOON, seated

PAGES: Mapping[str, object] = {
    "lang": "vi",
    "field": "residence",
    "slug": "dang-ky-tam-tru",
    "question": "viec",
    "answers": {"vneid": "co", "cho-ai": "toi", "viec": "cung-xa"},
    "scale": "cu",
    "code": "R01",
    "typed": "K7",
    "filename": "css/kiosk.css",
}
SLUGS = {"guide.field": "cu-tru", "help.page": "muoi-buoc", "help.picture": "muoi-buoc"}
NOBODYS: Mapping[str, object] = {
    "filing_id": "01939e3a-0000-7000-8000-000000000000",
    "call_id": "01939e3a-0000-7000-8000-000000000000",
    "account_id": "abcdefghijkl",
    "device_id": "abcdefghijkl",
    "session_id": "abcdefghijkl",
}
FIGURE = 7_777_777
CHOSEN = "tre xanh lang toi 9"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Things(NamedTuple):
    """What one unit has that is nobody else's."""

    officer: Account
    ids: Mapping[str, object]  #: by the name of the hole in an address
    seen: tuple[str, ...]  #: what a page would show of it


def furnish(engine: Engine, unit: str) -> Things:
    """Give a unit an officer with a session, a filing, a machine, a call and a figure."""
    who = seated(engine, "officer", unit)
    made = ledger.record(engine, entry(civil_date=NOON.date()), Actor(unit, who.id, "box"))
    machine, _key = devices.enrol(engine, unit, f"Máy quầy {unit}", who.id)
    call, session = ring(engine, unit, "lobby", "help"), sessions.begin(engine, who)
    week = period_of("week", NOON.date())
    counted = {Topic("residence"): Figures(online_full=FIGURE)}
    enter(engine, unit, week, counted, Origin(ENTERED, who.id))
    ids = {"filing_id": made.filing_id, "call_id": call.id, "account_id": who.id}
    ids |= {"device_id": machine.id, "session_id": session.id}
    return Things(who, ids, (who.login, machine.name, call.id, machine.id, "7.777.777"))


def ways(app: Flask, ids: Mapping[str, object]) -> Iterator[tuple[Rule, str, str]]:
    """Yield each rule with each method it takes and an address whose holes are filled."""
    for rule in app.url_map.iter_rules():
        path = address(rule, ids)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, path


def address(rule: Rule, ids: Mapping[str, object]) -> str:
    """Return the address of a rule; a hole that nothing is known for is a mistake here."""
    known = {**PAGES, "slug": SLUGS.get(rule.endpoint, PAGES["slug"]), **ids}
    filled = {name: known[name] for name in rule.arguments}
    built = rule.build({**(rule.defaults or {}), **filled}, append_unknown=False)
    assert built is not None, rule
    return built[1].partition("|")[2] or built[1]


def rows_of(engine: Engine, unit: str) -> dict[str, list[Row[tuple[object, ...]]]]:
    """Return all that is stored of a unit; nearly every table leads with its code."""
    with reading(engine) as conn:
        return {
            table.name: list(conn.execute(select(table).where(table.c.unit == unit)))
            for table in metadata.sorted_tables
            if "unit" in table.c
        }


def pages(app: Flask, ids: Mapping[str, object]) -> list[str]:
    """Return the addresses of all pages and tables of text, the ids in them being these."""
    return [
        path
        for rule, method, path in ways(app, ids)
        if method == "GET" and rule.endpoint not in {"static", "reports.workbook"}
    ]


def token(client: FlaskClient) -> str:
    """Return a token for the forms of this browser's session, as its pages would hold it."""
    with client.session_transaction() as kept:
        raw = kept.setdefault("csrf_token", "0" * 40)
    key = str(client.application.secret_key)
    return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(raw))


def send(client: FlaskClient, method: str, path: str, **said: Any) -> TestResponse:
    """Ask for a page, or send a form with a token of the same browser."""
    if method == "GET":
        return client.get(path, query_string=said)
    return client.post(path, data={"csrf_token": token(client), **said}, query_string=said)
