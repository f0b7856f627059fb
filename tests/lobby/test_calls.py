"""A visitor calls an officer: from this screen alone, once, and nothing of the visit is kept."""

import logging
import sqlite3
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from kiosk import db
from kiosk.db import StoreFull, reading
from kiosk.lobby import views
from kiosk.station.calls import Call, answer, waiting
from tests.pages import Page, Visitor

ADDRESS = "/vi/goi-can-bo"
PAPERS = "/vi/thu-tuc/dang-ky-tam-tru/cau-hoi/vneid"
HERE = {"Sec-Fetch-Site": "same-origin"}
CALLED = "Đã gọi cán bộ. Xin ông/bà chờ tại đây."
UNHEARD = "Chưa gọi được cán bộ. Xin ông/bà đến thẳng quầy."


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def press(client: FlaskClient, address: str = ADDRESS, **more: str) -> TestResponse:
    """Press the button of a page, as a browser at the screen does."""
    return client.post(address, data={"kind": "help", "ve": PAPERS, **more}, headers=HERE)


def rung(engine: Engine) -> tuple[Call, ...]:
    with reading(engine) as conn:
        return waiting(conn, "A")


def page(answer: TestResponse) -> Page:
    read = Page(answer.get_data(as_text=True))
    read.prove()
    return read


@pytest.mark.parametrize(
    "address",
    ["/vi/", "/en/bat-dau", "/km/ma?ma=QQQ", "/vi/tim?q=xe", PAPERS, "/vi/no-such-page", ADDRESS],
)
def test_every_page_of_the_screen_has_the_button(client: FlaskClient, address: str) -> None:
    read = page(client.get(address))
    forms = [form for form in read.all("form") if form.get("method") == "post"]
    lang = address.split("/")[1]
    assert {form["action"] for form in forms} == {f"/{lang}/goi-can-bo"}
    assert read.html.count('value="help"') == len(forms)


def test_the_slip_can_be_missed(client: FlaskClient) -> None:
    question = "/vi/thu-tuc/dang-ky-tam-tru"
    read = page(client.get(question))
    while read.heading != "Giấy tờ cần chuẩn bị":
        (onward, *_) = read.tiles or [link for link in read.links if "/cau-hoi/" in link]
        read = page(client.get(onward, follow_redirects=True))
    slip = page(client.get(next(link for link in read.links if "/phieu" in link)))
    assert "Giấy không ra? Báo cán bộ" in slip.text
    assert 'value="no_paper_came"' in slip.html


def test_a_press_calls_and_leads_to_a_calm_page_with_a_way_back(
    client: FlaskClient, engine: Engine
) -> None:
    answered = press(client)
    assert answered.status_code == 303
    assert [(call.source, call.kind) for call in rung(engine)] == [("lobby", "help")]
    calm = client.get(answered.location)
    assert page(calm).heading == CALLED
    assert PAPERS in page(calm).links
    for seen in (answered, calm):
        assert seen.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in seen.headers


def test_pressing_again_is_the_same_call(client: FlaskClient, engine: Engine) -> None:
    assert [press(client).status_code for _time in range(5)] == [303] * 5
    assert len(rung(engine)) == 1
    press(client, kind="no_paper_came")
    assert [call.kind for call in rung(engine)] == ["help", "no_paper_came"]


@pytest.mark.parametrize("lang", ["vi", "en", "km"])
def test_the_calm_page_speaks_the_language_of_the_screen(client: FlaskClient, lang: str) -> None:
    answered = press(client, f"/{lang}/goi-can-bo", ve=f"/{lang}/bat-dau")
    read = page(client.get(answered.location))
    assert read.all("html")[0]["lang"] == lang
    assert f"/{lang}/bat-dau" in read.links
    other = "en" if lang == "vi" else "vi"
    switch = next(link for link in read.links if link.startswith(f"/{other}/goi-can-bo"))
    assert f"/{other}/bat-dau" in page(client.get(switch)).links, "the way back is kept"


def test_the_page_opened_by_itself_only_offers_to_call(client: FlaskClient, engine: Engine) -> None:
    read = page(client.get(ADDRESS))
    assert read.heading == "Gọi cán bộ ra giúp"
    assert "/vi/" in read.links
    assert rung(engine) == ()
    press(client)
    (call,) = rung(engine)
    answer(engine, "A", call.id, "lan")
    assert page(client.get(ADDRESS)).heading == "Gọi cán bộ ra giúp"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": ""}, 403),
        ({"Sec-Fetch-Site": "same-origin, cross-site"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "https://localhost"}, 403),
        ({"Origin": "http://localhost:8080"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Referer": "http://localhost/vi/"}, 403),
        ({}, 403),
    ],
    ids=str,
)
def test_only_a_page_of_this_screen_may_call(
    client: FlaskClient, engine: Engine, headers: dict[str, str], status: int
) -> None:
    answered = client.post(ADDRESS, data={"kind": "help"}, headers=headers)
    assert answered.status_code == status
    assert len(rung(engine)) == (status == 303)
    assert "Set-Cookie" not in answered.headers
    assert not [name for name, _value in answered.headers if name.startswith("Access-Control")]


def test_a_strangers_posts_do_not_use_up_the_visitors_presses(client: FlaskClient) -> None:
    for _time in range(40):
        client.post(ADDRESS, data={"kind": "help"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert press(client).status_code == 303


@pytest.mark.parametrize("kind", ["", "paper_out", "fire", "HELP", "help\x00", "x" * 3000])
def test_a_visitor_rings_for_a_visitors_reasons_only(
    client: FlaskClient, engine: Engine, kind: str
) -> None:
    assert press(client, kind=kind).status_code == 400
    assert rung(engine) == ()


@pytest.mark.parametrize(
    "ve",
    [
        *("", "https://evil.example/", "//evil.example/vi/", "/\\evil.example", "\\\\evil.example"),
        *("/vi//evil.example", "/vi/\\evil.example", "/vi/\r\nX: y", "/vi/\x00", "javascript:x"),
        *("vi/bat-dau", "/fr/bat-dau", "/dang-nhap", "/vi", "http:/vi/", "/vi/" + "a" * 1001),
        *(" /vi/", "/vi/\u202e", "//[", "/vi/../..//evil.example"),
    ],
)
def test_the_way_back_never_leads_away(client: FlaskClient, ve: str) -> None:
    answered = press(client, ve=ve)
    assert answered.status_code == 303
    assert parse_qs(urlsplit(answered.location).query) == {"ve": ["/vi/"]}
    for asked in (client.get(answered.location), client.get(ADDRESS, query_string={"ve": ve})):
        for link in page(asked).links:
            assert link.startswith(("/", "#")), link
            assert "//" not in link
            assert "\\" not in link


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(typed=st.text(max_size=80) | st.text(alphabet="/\\vienkm.:?#@%[]\t ", max_size=20))
def test_whatever_is_said_to_be_the_way_back_is_on_this_screen(
    client: FlaskClient, typed: str
) -> None:
    read = page(client.get(ADDRESS, query_string={"ve": typed}))
    for link in read.links:
        parts = urlsplit(link)
        assert not parts.scheme, link
        assert not parts.netloc, link
        assert link.startswith(("/", "#"))
        assert not link.startswith(("//", "/\\")), link


def test_a_query_of_the_page_is_part_of_the_way_back(client: FlaskClient) -> None:
    came_from = "/vi/tim?q=t%E1%BA%A1m+tr%C3%BA&on=2026-11-20"
    read = page(client.get(press(client, ve=came_from).location))
    assert came_from in read.links


def test_hammering_ends_at_the_counter(client: FlaskClient) -> None:
    answers = [press(client) for _time in range(21)]
    assert [one.status_code for one in answers] == [303] * 20 + [429]
    assert page(answers[-1]).heading == UNHEARD
    assert PAPERS in page(answers[-1]).links


def test_a_held_database_sends_the_visitor_to_the_counter(
    app: Flask, engine: Engine, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_MS", 50)
    engine.dispose()
    app.extensions["kiosk.engine"] = db.open_engine(f"sqlite:///{database}")
    holder = sqlite3.connect(database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        answered = press(app.test_client())
    finally:
        holder.close()
        app.extensions["kiosk.engine"].dispose()
    assert answered.status_code == 503
    assert page(answered).heading == UNHEARD
    assert PAPERS in page(answered).links


def test_a_full_or_missing_database_too(
    client: FlaskClient, database: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    def full(*_said: object) -> Call:
        raise StoreFull("no room")

    with monkeypatch.context() as patched:
        patched.setattr(views, "ring", full)
        assert page(press(client)).heading == UNHEARD
    engine.dispose()
    database.unlink()
    for answered in (press(client), client.get(ADDRESS)):
        assert answered.status_code == 503
        assert page(answered).heading == UNHEARD


def test_nothing_of_the_visit_is_kept(
    client: FlaskClient, engine: Engine, database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "/vi/thu-tuc/dang-ky-tam-tru/cho-o.thue-bimat/cau-hoi/vneid?co=bimat"
    answered = press(client, ve=secret)
    client.get(answered.location)
    client.post(ADDRESS, data={"kind": "bimat", "ve": secret}, headers=HERE)
    client.post(ADDRESS, data={"kind": "help", "ve": secret})
    assert len(rung(engine)) == 1
    engine.dispose()
    for file in database.parent.glob(f"{database.name}*"):
        content = file.read_bytes()
        for word in (b"bimat", b"tam-tru", b"cho-o", b"127.0.0.1"):
            assert word not in content, f"{word!r} in {file.name}"
    assert "bimat" not in caplog.text
    assert "tam-tru" not in caplog.text


def test_a_screen_without_a_unit_offers_nothing(lobby: Visitor) -> None:
    read = lobby.get("/vi/")
    assert not [form for form in read.all("form") if form.get("method") == "post"]
    assert "goi-can-bo" not in read.html
    lobby.get(ADDRESS, status=404)
    assert press(lobby.client).status_code == 404


def test_the_public_web_has_no_such_address(public_app: Flask, web: Visitor) -> None:
    assert "lobby" not in public_app.blueprints
    assert "kiosk.engine" not in public_app.extensions
    assert not [rule for rule in public_app.url_map.iter_rules() if "goi-can-bo" in rule.rule]
    web.get(ADDRESS, status=404)
    assert press(web.client).status_code in {404, 405}


def test_the_screen_knows_no_officers_address(app: Flask) -> None:
    names = {rule.endpoint.split(".")[0] for rule in app.url_map.iter_rules()}
    assert names == {"guide", "handout", "lobby", "static"}
    assert "kiosk.permits" not in app.extensions
