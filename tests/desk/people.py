"""An officer at a desk: sees pages, fills forms, presses buttons."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from kiosk import clock
from kiosk.access import sessions
from kiosk.access.models import Account
from kiosk.db import reading
from kiosk.filings import ledger
from kiosk.filings.history import Filing
from kiosk.filings.models import filing_event

NOON = datetime(2026, 11, 21, 12, tzinfo=clock.VIETNAM)
HIDDEN = re.compile(r'<input[^>]*name="(csrf_token|client_id)"[^>]*value="([^"]*)"')


class Officer:
    """One person, signed in, with the last page in front of him or her."""

    def __init__(self, client: FlaskClient, engine: Engine, account: Account) -> None:
        self.client = client
        self.engine = engine
        self.account = account
        self.page = ""
        self.arrive()

    def arrive(self) -> None:
        """Sign in anew, as every morning."""
        with self.client.session_transaction() as kept:
            kept["_user_id"] = sessions.begin(self.engine, self.account).token

    def open(self, path: str = "/ban") -> TestResponse:
        return self._seen(self.client.get(path))

    def post(self, path: str, **data: Any) -> TestResponse:
        """Press a button on the page in front, whose form sends this."""
        hidden = dict(HIDDEN.findall(self.page)[::-1])
        return self._seen(self.client.post(path, data=hidden | data))

    def save(self, procedure: str, **data: Any) -> TestResponse:
        """Open the desk and save an entry; what is not said is left as the page has it."""
        self.open()
        return self.send(procedure=procedure, **data)

    def send(self, path: str = "/ban", **data: Any) -> TestResponse:
        """Send the form in front with some answers changed."""
        return self.post(path, **self.form() | data)

    def form(self) -> dict[str, str]:
        """Return what the main form in front would send as it is."""
        part = re.search(r'<form class="stack".*?</form>', self.page, re.DOTALL)
        assert part, self.page
        answers = {"quantity": "1"}
        for tag in re.findall(r"<input[^>]*>", part[0]):
            found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            kind = found.get("type")
            if kind in {"radio", "checkbox"} and not re.search(r"\schecked", tag):
                continue
            if found.get("name"):
                answers[found["name"]] = unescape(found.get("value", ""))
        return answers

    @property
    def rows(self) -> list[list[str]]:
        """Return the cells of the day's list, row by row."""
        body = re.search(r"<tbody[^>]*>(.*?)</tbody>", self.page, re.DOTALL)
        if not body:
            return []
        return [
            [re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in row]
            for row in (
                re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
                for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body[1], re.DOTALL)
            )
        ]

    def follow(self, answer: TestResponse) -> TestResponse:
        """Let the browser go where it is sent."""
        assert answer.status_code == 302, answer.text
        assert answer.location
        return self.open(answer.location)

    def _seen(self, answer: TestResponse) -> TestResponse:
        if answer.status_code != 302:
            self.page = answer.text
        return answer


def filings(engine: Engine, unit: str = "A") -> tuple[Filing, ...]:
    with reading(engine) as conn:
        return ledger.recent(conn, unit, clock.today() - timedelta(days=40), clock.today())


def only(engine: Engine) -> Filing:
    (found,) = filings(engine)
    return found


def events(engine: Engine) -> int:
    with reading(engine) as conn:
        return len(conn.execute(select(filing_event.c.id)).all())


def tiles(desk: Officer) -> list[str]:
    part = re.search(r'<fieldset[^>]*id="procedure".*?</fieldset>', desk.page, re.DOTALL)
    assert part
    return re.findall(r'value="([^"]+)"', part[0])
