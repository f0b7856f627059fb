"""The page cache: the same page to the same address, another to any other, never a stale day."""

import gzip
from datetime import datetime

from flask import Flask

from kiosk import clock
from kiosk.cache import PageCache

NOON = datetime(2026, 11, 21, 12, tzinfo=clock.VIETNAM)
TOMORROW = datetime(2026, 11, 22, 12, tzinfo=clock.VIETNAM)


def made(room: int = 1_000_000) -> tuple[Flask, list[str]]:
    """An application that counts how often it is really asked."""
    app, asked = Flask("tests"), list[str]()

    @app.get("/<lang>/<path:rest>")
    def page(lang: str, rest: str) -> tuple[str, dict[str, str]]:
        asked.append(rest)
        headers = {"Cache-Control": "public, max-age=5", "ETag": f'"{lang}{rest}"'}
        return f"{lang} {rest} {clock.today()} " * 50, headers

    app.wsgi_app = PageCache(app.wsgi_app, room)  # type: ignore[assignment,method-assign]
    return app, asked


def test_a_repeat_does_not_reach_the_application() -> None:
    app, asked = made()
    with clock.at(NOON):
        first, second = (app.test_client().get("/vi/a") for _ in range(2))
    assert first.data == second.data
    assert asked == ["a"]


def test_language_query_host_and_day_are_other_pages() -> None:
    app, asked = made()
    client = app.test_client()
    with clock.at(NOON):
        for address in ("/vi/a", "/en/a", "/vi/a?on=2026-01-01"):
            client.get(address)
        client.get("/vi/a", headers={"Host": "other"})
    with clock.at(TOMORROW):
        assert b"2026-11-22" in client.get("/vi/a").data
    assert len(asked) == 5


def test_its_age_is_told_afresh_and_ends_at_midnight() -> None:
    app, _asked = made()
    with clock.at(NOON):
        app.test_client().get("/vi/a")
    with clock.at(NOON.replace(hour=23)):
        answer = app.test_client().get("/vi/a")
    assert answer.headers["Cache-Control"] == "public, max-age=3600"


def test_who_has_it_gets_no_body() -> None:
    app, _asked = made()
    for _time in range(2):
        answer = app.test_client().get("/vi/a", headers={"If-None-Match": '"via"'})
        assert (answer.status_code, answer.data) == (304, b"")


def test_text_is_packed_for_who_can_read_it() -> None:
    app, _asked = made()
    plain = app.test_client().get("/vi/a")
    packed = app.test_client().get("/vi/a", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data


def test_the_oldest_goes_when_room_is_short() -> None:
    app, asked = made(room=8_000)
    for name in "abcdefgh":
        app.test_client().get(f"/vi/{name}")
    app.test_client().get("/vi/a")
    assert asked.count("a") == 2


def test_only_reading_of_pages_is_kept() -> None:
    app, asked = made()
    for _time in range(2):
        app.test_client().head("/vi/a")
        app.test_client().get("/xx/a")
    assert asked.count("a") == 4


def test_a_long_query_is_answered_and_not_kept() -> None:
    app, asked = made()
    for _time in range(2):
        assert app.test_client().get(f"/vi/a?x={'y' * 2000}").status_code == 200
    assert asked == ["a", "a"]


def test_what_is_kept_says_so_weakly_and_any_copy_will_do() -> None:
    app, _asked = made()
    client = app.test_client()
    assert client.get("/vi/a").headers["ETag"] == 'W/"via"'
    assert client.get("/vi/a", headers={"If-None-Match": "*"}).status_code == 304
    refused = client.get("/vi/a", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers
