"""What every answer of every listener obeys, whoever asks: no markup of a stranger, no secret."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kiosk.access import sessions
from kiosk.access.models import ROLES
from tests.security.conftest import Sit
from tests.security.people import seated
from tests.security.places import NOBODYS, PAGES, Things, pages, send, ways

MARKUP = """"'><b id=x1>{{7*191}}%(x)s{0}"""
ASKED = ("q", "ma", "co", "ky", "ngay", "on", "chu", "rong", "next", "ve", "tu", "den", "loai")
MORE = ("don-vi", "can-bo", "trang", "moi", "cho", "thu-tuc", "tim", "tra", "_to", "login")
FIELD = re.compile(r'name="([^"]+)"')
PASSWORD = re.compile(r"<input[^>]*-password[^>]*>")
UNSAFE = re.compile(r"<b id=x1>|\b1337\b")


def answered(client: FlaskClient, path: str, **query: str) -> str:
    """Return the text of a page, whichever status it has."""
    with client.get(path, query_string=query) as answer:
        assert answer.status_code < 500, path
        return answer.get_data().decode("utf-8", "replace")


def citizens(public_app: Flask, lobby_app: Flask) -> Iterator[tuple[FlaskClient, str]]:
    """Yield every page of the citizens' listeners."""
    for app in (public_app, lobby_app):
        for _rule, method, path in ways(app, NOBODYS):
            if method == "GET":
                yield app.test_client(), path


def test_what_is_typed_never_becomes_markup_of_a_citizens_page(
    public_app: Flask, lobby_app: Flask, engine: Engine
) -> None:
    lobby_app.extensions["kiosk.engine"] = engine
    typed = dict.fromkeys(ASKED, MARKUP)
    for client, path in citizens(public_app, lobby_app):
        assert not UNSAFE.search(answered(client, path, **typed)), path
        spoilt = path.replace(str(PAGES["slug"]), "%22%3E%3Cb%20id=x1%3E%7B%7B7*191%7D%7D")
        assert not UNSAFE.search(answered(client, spoilt)), spoilt


@pytest.mark.parametrize("who", ["nobody", "head"])
def test_what_is_typed_never_becomes_markup_of_an_officers_page(
    desk: Flask, engine: Engine, sit: Sit, ours: Things, who: str
) -> None:
    head, names = seated(engine, "head"), {*ASKED, *MORE}
    client = sit(head) if who == "head" else desk.test_client()
    for path in pages(desk, ours.ids):
        text = answered(client, path, **dict.fromkeys({*ASKED, *MORE}, MARKUP))
        assert not UNSAFE.search(text), path
        names |= set(FIELD.findall(text)) - {"csrf_token"}
    for rule, method, path in ways(desk, ours.ids):
        if method == "POST" and who == "head":
            answer = send(sit(head), method, path, **dict.fromkeys(names, MARKUP))
            assert not UNSAFE.search(answer.text), rule
            assert answer.status_code < 500, rule


@pytest.mark.parametrize("role", ROLES)
def test_no_answer_tells_the_token_and_none_is_kept_by_the_browser(
    desk: Flask, engine: Engine, ours: Things, role: str
) -> None:
    held = sessions.begin(engine, seated(engine, role, login=f"{role}.moi")).token
    client = desk.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = held
    for path in pages(desk, ours.ids):
        answer = client.get(path)
        said = "\n".join(f"{name}: {value}" for name, value in answer.headers)
        assert held not in answer.text + said, path
        assert answer.headers["Cache-Control"] == "no-store", path
        cookies = answer.headers.getlist("Set-Cookie")
        assert all("HttpOnly" in one and "SameSite=Strict" in one for one in cookies), path
        if answer.status_code == 200 and answer.mimetype == "text/html":
            assert 'action="/dang-xuat"' in answer.text, path


def test_every_answer_says_what_it_is_and_in_which_letters(
    desk: Flask, engine: Engine, sit: Sit, ours: Things, public_app: Flask, lobby_app: Flask
) -> None:
    lobby_app.extensions["kiosk.engine"] = engine
    client = sit(seated(engine, "head"))
    asked = [(client, path) for path in pages(desk, ours.ids)]
    asked += [(client, "/so-lieu/bang.xlsx"), *citizens(public_app, lobby_app)]
    kinds = set()
    for browser, path in asked:
        with browser.get(path) as answer:
            kind, whole = answer.mimetype or "", answer.headers["Content-Type"]
            kinds.add(kind)
            letters = kind.startswith("text/") or kind.endswith("xml")
            assert not letters or "charset=utf-8" in whole, path
            saved = kind in {"text/csv", "application/pdf"} or "spreadsheet" in kind
            assert not saved or "filename=" in answer.headers["Content-Disposition"], path
    assert kinds >= {"text/html", "text/csv", "application/json", "application/pdf", "image/png"}


def test_passwords_are_masked_and_may_be_pasted(desk: Flask, sit: Sit, engine: Engine) -> None:
    officer, head = sit(seated(engine, "officer")), sit(seated(engine, "head"))
    assert send(officer, "POST", "/khoa").status_code == 302
    seen = {"/dang-nhap": desk.test_client(), "/mo-khoa": officer, "/mat-khau": head}
    for path, client in seen.items():
        fields = PASSWORD.findall(client.get(path).text)
        assert fields, path
        for field in fields:
            assert 'type="password"' in field
            assert all(int(most) >= 128 for most in re.findall(r'maxlength="(\d+)"', field))
            assert "value" not in field.replace('value=""', "")
