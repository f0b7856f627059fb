"""Whatever is sent: no line of a log is made of it, breaks because of it, or colours a screen."""

import logging
from collections.abc import Callable, Mapping

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.security.conftest import Sit
from tests.security.people import seated
from tests.security.places import NOBODYS, send, ways

MARK = "kegian7"
HOSTILE = f"{MARK}\r\nERROR in kiosk: {MARK}\x1b[2J\x1b[31m\u2028{MARK}"
NAMES = ("login", "password", "code", "q", "ma", "next", "ve", "don-vi", "ngay", "name", "kind")
HEADERS = {
    "User-Agent": f"{MARK}\x1b[2J",
    "Referer": f"http://localhost/{MARK}",
    "Accept-Language": f"{MARK}%0d%0a",
    "X-Forwarded-For": f"{MARK}%0a",
    "Cookie": f"staff={MARK}%0a",
}
PIECES: Mapping[str, object] = {**NOBODYS, "slug": HOSTILE, "code": HOSTILE, "account_id": HOSTILE}

Logged = Callable[[], str]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Logged:
    """Return all that was logged or printed so far, whenever it is asked."""
    caplog.set_level(logging.DEBUG)
    return lambda: caplog.text + "".join(capfd.readouterr())


def knock(client: FlaskClient, app: Flask) -> None:
    """Send what is hostile to every address: in its path, its query, its form, its headers."""
    typed = dict.fromkeys(NAMES, HOSTILE)
    for _rule, method, path in ways(app, PIECES):
        said = typed if method == "POST" else None
        client.open(path, method=method, query_string=typed, headers=HEADERS, data=said).close()
        client.get(f"{path}{MARK}%0d%0a%1b%5B2J", headers={"Host": f"{MARK}.example"}).close()


def test_nothing_that_is_sent_reaches_a_log(
    desk: Flask, engine: Engine, sit: Sit, logged: Logged, public_app: Flask, lobby_app: Flask
) -> None:
    lobby_app.extensions["kiosk.engine"] = engine
    for app in (public_app, lobby_app, desk):
        knock(app.test_client(), app)
    head = seated(engine, "head")
    for _rule, method, path in ways(desk, PIECES):
        send(sit(head), method, path, **dict.fromkeys(NAMES, HOSTILE)).close()
    assert MARK not in logged()


def test_a_fault_that_quotes_what_was_sent_breaks_no_line(
    public_app: Flask, logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless() -> str:
        return str(int(request.args["q"]))

    monkeypatch.setitem(public_app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(public_app.view_functions, "guide.how", careless)
    answer = public_app.test_client().get("/vi/nop-truc-tuyen", query_string={"q": HOSTILE})
    assert answer.status_code == 500
    assert MARK not in answer.text
    told = logged()
    assert "fault" in told
    assert "\x1b" not in told
    assert not [line for line in told.splitlines() if line.startswith("ERROR in kiosk")]
