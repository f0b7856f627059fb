"""Forms that another site sends, and addresses that would lead away: at every address there is."""

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import Engine

from kiosk.access.models import Account
from tests.builders import DEFAULTS
from tests.security.conftest import Sit
from tests.security.people import seated
from tests.security.places import CHOSEN, TOKEN, Things, rows_of, send, token, ways

Forger = Callable[[Flask], str]
EVIL = ("//evil.example/x", "javascript:alert(1)")  # tests/access/test_local.py has many more
SENT = {
    **{name: str(value) for name, value in DEFAULTS.items() if value},
    "client_id": "01939e3a-0000-7000-8000-000000000001",
    "seen": "-",
    "cause": "C01",
    "login": "moi-vao",
    "role": "officer",
    "unit": "A",
    "name": "Máy quầy 9",
    "reason": "V01",
    "password": CHOSEN,
    "_password": CHOSEN,
    "current": CHOSEN,
    "new": CHOSEN,
    "again": CHOSEN,
    "online_full": "3",
    "about": "residence",
    "percent": "50",
    "basis": "1/KH",
}


def anothers(desk: Flask) -> str:
    """Return a token that is good in the browser of whoever forges."""
    found = TOKEN.search(desk.test_client().get("/dang-nhap").text)
    assert found
    return found[1]


@pytest.mark.parametrize("forged", [lambda _desk: "", anothers], ids=["none", "another's"])
def test_a_form_of_another_site_changes_nothing(
    desk: Flask, engine: Engine, sit: Sit, ours: Things, forged: Forger
) -> None:
    client, made_up, tried = sit(seated(engine, "head")), forged(desk), 0
    before = rows_of(engine, "A"), rows_of(engine, "")
    for rule, method, path in ways(desk, ours.ids):
        if method == "POST":
            for how in ({"data": {**SENT, "csrf_token": made_up}}, {"json": SENT}):
                assert client.post(path, **how).status_code == 400, rule
            tried += 1
    assert (rows_of(engine, "A"), rows_of(engine, "")) == before
    assert tried > 20
    assert client.get("/mat-khau").status_code == 200, "still in, not locked"


def links(text: str) -> list[str]:
    """Return whatever a page leads to or sends its forms to."""
    return [
        part.partition('"')[0]
        for name in ("href", "action", "src", "formaction")
        for part in text.split(f'{name}="')[1:]
    ]


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("who", ["nobody", "head"])
def test_nothing_leads_to_another_host(
    desk: Flask, engine: Engine, sit: Sit, ours: Things, evil: str, who: str
) -> None:
    head: Account = seated(engine, "head")
    asked = dict.fromkeys(("next", "_to", "ve", "url", "q", "ky", "kept"), evil)
    for rule, method, path in ways(desk, ours.ids):
        if rule.endpoint in {"static", "reports.workbook"}:
            continue
        if who == "head":
            answer = send(sit(head), method, path, **asked)
        else:
            answer = desk.test_client().open(path, method=method, query_string=asked, data=None)
        assert answer.status_code < 500, rule
        for target in [answer.location or "", *links(answer.text)]:
            whole = urlsplit(urljoin("http://localhost/", target.replace("\\", "/")))
            local = whole.netloc == "localhost" or whole.scheme == "data"
            assert local or whole.netloc.endswith(".gov.vn"), (rule, target)


def test_a_token_is_good_in_the_own_browser(sit: Sit, ours: Things) -> None:
    """Else the tests above would be refused for some other reason."""
    client = sit(ours.officer)
    assert client.post("/khoa", data={"csrf_token": token(client)}).status_code == 302
