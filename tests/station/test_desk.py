"""Calls at the desk: only the own unit's, told to a script without ado, answered once."""

import re
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from werkzeug.test import TestResponse

from kiosk import clock, db
from kiosk.access.models import login_session
from kiosk.db import reading, writing
from kiosk.station.calls import Call, ring, waiting
from kiosk.station.models import KINDS, call
from tests.pages import Page
from tests.station.conftest import NOON, Sit

POLL = "/ban/bao"
MINUTE = timedelta(minutes=1)
TOKEN = re.compile(r'name="csrf_token"\s+value="([^"]+)"')


def told(client: FlaskClient) -> list[dict[str, Any]]:
    answer = client.get(POLL)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["calls"]
    return found


def rung(engine: Engine, unit: str = "A") -> tuple[Call, ...]:
    with reading(engine) as conn:
        return waiting(conn, unit)


def take(client: FlaskClient, call_id: str, **form: str) -> TestResponse:
    token = TOKEN.search(client.get("/mat-khau").text)
    assert token
    return client.post(f"/ban/goi/{call_id}", data={"csrf_token": token[1], **form})


def sessions_seen(engine: Engine) -> list[Any]:
    with reading(engine) as conn:
        return list(conn.execute(select(login_session.c.last_seen)).scalars())


def test_the_script_is_told_who_waits_and_how_long(sit: Sit, engine: Engine) -> None:
    officer = sit()
    assert told(officer) == []
    first = ring(engine, "A", "lobby", "help")
    with clock.at(NOON + MINUTE):
        second = ring(engine, "A", "lobby", "paper_out")
        assert told(officer) == [
            {"id": first.id, "kind": "help", "source": "lobby", "seconds": 60},
            {"id": second.id, "kind": "paper_out", "source": "lobby", "seconds": 0},
        ]
    with clock.at(NOON - 5 * MINUTE):
        assert [one["seconds"] for one in told(officer)] == [0, 0], "a clock that was put back"


def test_the_answer_is_kept_nowhere_and_sets_nothing(sit: Sit, engine: Engine) -> None:
    ring(engine, "A", "lobby", "help")
    answer = sit().get(POLL)
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_another_units_calls_do_not_exist(sit: Sit, engine: Engine) -> None:
    theirs = ring(engine, "B", "lobby", "help")
    officer = sit("A")
    assert told(officer) == []
    assert theirs.id not in officer.get("/mat-khau").text
    assert take(officer, theirs.id).status_code == 302
    assert rung(engine, "B") == (theirs,)
    assert [one["id"] for one in told(sit("B"))] == [theirs.id]


def test_asking_is_no_sign_of_life(sit: Sit, engine: Engine) -> None:
    officer = sit()
    before = sessions_seen(engine)
    for minutes in range(5, 60, 5):
        with clock.at(NOON + minutes * MINUTE):
            assert told(officer) == []
    assert sessions_seen(engine) == before
    with clock.at(NOON + 61 * MINUTE):
        locked = officer.get(POLL)
        assert (locked.status_code, locked.text) == (401, "")


def test_a_locked_or_ended_session_hears_nothing(sit: Sit, desk: Flask, engine: Engine) -> None:
    ring(engine, "A", "lobby", "help")
    officer = sit()
    for ending in ("locked_at", "ended_at"):
        with writing(engine) as conn:
            conn.execute(update(login_session).values({ending: NOON}))
        answer = officer.get(POLL)
        assert (answer.status_code, answer.text) == (401, ""), ending
    assert desk.test_client().get(POLL).status_code == 401


@pytest.mark.parametrize(
    ("role", "more", "status"),
    [("viewer", {}, 403), ("officer", {"must_change": True}, 401), ("head", {}, 401)],
    ids=["viewer", "new officer", "head without a second factor"],
)
def test_who_answers_no_calls_is_neither_told_nor_shown(
    sit: Sit, engine: Engine, role: str, more: dict[str, object], status: int
) -> None:
    ring(engine, "A", "lobby", "help")
    client = sit("A", role, **more)
    assert client.get(POLL).status_code == status
    assert "/ban/bao" not in client.get("/mat-khau").text


def test_only_get_asks_and_only_post_answers(sit: Sit, engine: Engine) -> None:
    officer, rings = sit(), ring(engine, "A", "lobby", "help")
    assert officer.post(POLL).status_code in {400, 405}
    assert officer.get(f"/ban/goi/{rings.id}").status_code == 405
    assert officer.post(f"/ban/goi/{rings.id}").status_code == 400, "no token"
    assert rung(engine) == (rings,)


def test_the_first_to_go_is_kept(sit: Sit, engine: Engine) -> None:
    rings = ring(engine, "A", "lobby", "help")
    assert take(sit("A", "officer"), rings.id).status_code == 302
    assert rung(engine) == ()
    with reading(engine) as conn:
        first = conn.execute(select(call.c.ended_by)).scalar_one()
    assert first
    assert take(sit("A", "officer", login="other"), rings.id).status_code == 302
    with reading(engine) as conn:
        assert conn.execute(select(call.c.ended_by)).scalar_one() == first


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [
        ("/ban/ma?ma=K7", "/ban/ma?ma=K7"),
        ("", "/ban"),
        ("https://evil.example/", "/ban"),
        ("//evil.example", "/ban"),
        ("/\\evil.example", "/ban"),
        ("/x\r\nSet-Cookie: a=b", "/ban"),
    ],
)
def test_after_an_answer_one_is_back_where_one_was(
    sit: Sit, engine: Engine, wanted: str, leads: str
) -> None:
    rings = ring(engine, "A", "lobby", "help")
    assert take(sit(), rings.id, next=wanted).location == leads


@pytest.mark.parametrize("call_id", ["1", "x", "0" * 36, "../bao"])
def test_what_is_no_call_is_not_found(sit: Sit, call_id: str) -> None:
    assert take(sit(), call_id).status_code in {404, 405}


def test_every_page_shows_the_calls_without_script_too(sit: Sit, engine: Engine) -> None:
    officer = sit()
    for kind in KINDS:
        ring(engine, "A", "lobby", kind)
    with clock.at(NOON + 3 * MINUTE):
        for address in ("/ban", "/mat-khau", "/no/such/page"):
            page = Page(officer.get(address).text)
            page.prove()
            assert "Máy in ở sảnh hết giấy." in page.text
            live = page.html.partition("<template")[0]
            assert live.count("Tôi ra ngay") == len(KINDS)
            assert live.count("3 phút trước") == len(KINDS)
            assert 'role="alert"' in live


def test_the_page_comes_back_where_it_was(sit: Sit, engine: Engine) -> None:
    officer, _rings = sit(), ring(engine, "A", "lobby", "help")
    assert 'name="next" value="/mat-khau?x=1"' in officer.get("/mat-khau?x=1").text
    assert 'name="next" value=""' in officer.get("/no/such/page").text


def test_a_held_database_keeps_the_call(
    desk: Flask, sit: Sit, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rings, officer = ring(engine, "A", "lobby", "help"), sit()
    monkeypatch.setattr(db, "BUSY_MS", 50)
    engine.dispose()
    desk.extensions["kiosk.engine"] = db.open_engine(f"sqlite:///{tmp_path / 'kiosk.db'}")
    holder = sqlite3.connect(tmp_path / "kiosk.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        answer = take(officer, rings.id)
    finally:
        holder.close()
        desk.extensions["kiosk.engine"].dispose()
    assert answer.status_code == 503
    page = Page(answer.text)
    page.prove()
    assert "Chưa ghi nhận được lời gọi" in page.heading
    assert rings.id in page.html
