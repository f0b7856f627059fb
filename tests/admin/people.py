"""Somebody at the pages of the administration: sees a page, fills its form, presses a button."""

import re
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, select
from werkzeug.test import TestResponse

from kiosk import clock
from kiosk.access import sessions
from kiosk.access.models import Account, account, audit_event
from kiosk.db import reading, writing
from tests.pages import Page

NOON = datetime(2026, 11, 21, 12, tzinfo=clock.VIETNAM)
CHOSEN = "ao dài xe đạp ổi"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
UNITS = """code,name,level,parent,area_type,valid_from,valid_to,successor
P,Công an tỉnh Mẫu,province,,general,2025-07-01,,
A,Công an xã An Bình,commune,P,rural,2025-07-01,,
B,Công an xã Hòa Lợi,commune,P,remote,2025-07-01,,
"""


class Person:
    """One person's browser, signed in."""

    def __init__(self, client: FlaskClient, who: Account | None = None) -> None:
        self.client = client
        self.who = who
        self.page = ""

    def arrive(self, engine: Engine) -> "Person":
        """Sign in, as every morning."""
        assert self.who
        with self.client.session_transaction() as kept:
            kept["_user_id"] = sessions.begin(engine, self.who).token
        return self

    def open(self, path: str, status: int = 200) -> Page:
        """Open a page; the laws of every page must hold."""
        answer = self._seen(self.client.get(path))
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        page = Page(answer.text)
        page.prove()
        return page

    def post(self, path: str, **data: Any) -> TestResponse:
        """Send a form with the token of the page in front."""
        found = TOKEN.search(self.page)
        token = {"csrf_token": found[1]} if found else {}
        answer = self._seen(self.client.post(path, data=token | data))
        if answer.status_code not in {302, 307}:
            Page(answer.text).prove()
        return answer

    def _seen(self, answer: TestResponse) -> TestResponse:
        if answer.status_code not in {302, 307}:
            self.page = answer.text
        return answer


def add(engine: Engine, name: str, role: str, unit: str, **more: Any) -> Account:
    """Put an account into the database that has done all that is asked of a new one."""
    who = Account(f"id{name}", name, unit, role, "vi", False, True)
    row = {"unit": unit, "id": who.id, "login": name, "role": role, "password_hash": "-"}
    usual = {"must_change": False, "created_at": clock.now(), "language": "vi", "totp_secret": "-"}
    with writing(engine) as conn:
        conn.execute(insert(account).values(row | usual | more))
    return who


def kinds(engine: Engine, unit: str | None = None) -> list[str]:
    """Return what was audited, oldest first."""
    query = select(audit_event.c.kind).order_by(audit_event.c.at, audit_event.c.seq)
    if unit is not None:
        query = query.where(audit_event.c.unit == unit)
    with reading(engine) as conn:
        return list(conn.execute(query).scalars())


def everything(engine: Engine) -> str:
    """Return all that the database holds, as text."""
    from kiosk.db import metadata

    with reading(engine) as conn:
        tables = [conn.execute(select(table)).all() for table in metadata.sorted_tables]
    return repr(tables)
