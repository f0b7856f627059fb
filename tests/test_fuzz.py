"""Whatever is sent to any address of any listener: an answer, never a fault of ours."""

import random
from itertools import islice
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from werkzeug.routing import Rule

from kiosk.access.models import ROLES
from kiosk.clock import today
from kiosk.content.check import paths
from kiosk.content.library import Library
from kiosk.db import metadata, open_engine
from kiosk.limits import limiter
from tests.access.people import enter, hire
from tests.security.people import units

SHARE, ALL, TURN = 600, 21_000, 100
NASTY = (
    *("", " ", "0", "-1", "1e309", "999999999999999999999", "079123456789", "%", "%00", "\x00"),
    *("'", '"', "<script>", "../../etc/passwd", "..%2f", "a" * 3000, "😀", "ĐăNG", "e\u0301"),
    *(
        "9" * 400,
        "9" * 5000,
        "[]",
        "{}",
        "null",
        "None",
        "true",
        "2026-02-30",
        "0000-00-00",
        "9999-12-31",
        "=1+1",
    ),
    *("\u202e", "\u200b", "\ud7ff", "on", "vneid.co", "a.b/c.d", "//evil.example", "\r\nX: y"),
)
WORDS = (
    *("on", "co", "chon", "ma", "q", "rong", "chu", "ky", "ngay", "don-vi", "next", "tim"),
    *("procedure", "channel", "outcome", "reason", "quantity", "client_id", "login", "password"),
    *("csrf_token", "minutes", "place", "online_full", "direct", "thu-tuc", "civil_date", "cause"),
    *("ky", "trang", "can-bo", "loai", "tu", "den", "_password", "_to", "role", "unit", "name"),
    *("basis", "percent", "valid_from", "field", "code", "seen"),
)
METHODS = ("GET", "GET", "GET", "GET", "HEAD", "POST", "POST", "PUT", "DELETE", "OPTIONS")


class Fuzzer:
    """Makes requests of one listener, the same ones for the same seed."""

    def __init__(self, app: Flask, library: Library, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - requests, not secrets
        self.rules = list(app.url_map.iter_rules())
        self.library = library
        self.citizens = app.config["SURFACE"] != "staff"
        app.config["PROPAGATE_EXCEPTIONS"] = False
        self.client = app.test_client()
        self.known = [
            *library.procedures,
            *(field.slug for field in library.fields.values()),
            *(question.id for p in library.procedures.values() for question in p.asked),
        ]

    def spoilt(self) -> str:
        """Return the address of a real page with, mostly, one part of it replaced."""
        slug, procedure = self.chance.choice(list(self.library.procedures.items()))
        answers = next(islice(paths(procedure, today()), self.chance.randint(0, 300), None))
        pairs = [f"{question}.{option}" for question, option in answers.items()]
        page = self.chance.choice(["giay-to", "phieu", "phieu.pdf", "phieu.png", "cau-hoi/vneid"])
        parts = [self.piece("lang"), "thu-tuc", slug, *pairs, page]
        if self.chance.random() < 0.7:
            parts[self.chance.randrange(len(parts))] = self.piece("")
        return "/" + "/".join(parts)

    def path(self, rule: Rule) -> str:
        """Fill the holes of an address, sometimes with what belongs there."""
        parts = []
        for is_hole, part in rule._trace:
            parts.append(self.piece(part) if is_hole else part)
        return "".join(parts).split("|", 1)[-1]

    def piece(self, name: str) -> str:
        if name == "lang" and self.chance.random() < 0.8:
            return self.chance.choice(["vi", "en", "km"])
        if name == "answers" and self.chance.random() < 0.7:
            return "/".join(f"{self.chance.choice(self.known)}.co" for _ in range(3))
        return self.chance.choice([*self.known, *NASTY])

    def send(self) -> tuple[str, int]:
        """Send one request and return it with the status of its answer."""
        spoilt = self.citizens and self.chance.random() < 0.5
        path = self.spoilt() if spoilt else self.path(self.chance.choice(self.rules)) or "/"
        method = self.chance.choice(METHODS)
        picked = [self.chance.choice(WORDS) for _ in range(self.chance.randint(0, 4))]
        values = {word: self.chance.choice([*NASTY, *self.known]) for word in picked}
        headers = {"Accept-Language": self.chance.choice(["km", "vi,en", "\x7f", ""])}
        answer = self.client.open(
            path if path.startswith("/") else f"/{path}",
            method=method,
            query_string=values if method != "POST" else None,
            data=values if method == "POST" else None,
            headers=headers,
        )
        answer.close()
        return f"{method} {path} {values}", answer.status_code

    def run(self, times: int) -> None:
        """Send many requests; none may be answered by a fault."""
        for _time in range(times):
            sent, status = self.send()
            assert status < 500, f"{status}: {sent}"


@pytest.mark.parametrize("surface", ["public", "lobby"])
def test_citizens_listeners_answer_anything(
    public_app: Flask, lobby_app: Flask, library: Library, surface: str
) -> None:
    Fuzzer(public_app if surface == "public" else lobby_app, library, 1).run(SHARE // 3)


@pytest.mark.parametrize("role", ["nobody", *ROLES])
def test_the_staff_listener_answers_anything(
    staff_app: Flask, engine: Engine, library: Library, role: str
) -> None:
    fuzz_staff(staff_app, engine, library, role, SHARE // 3)


def fuzz_staff(app: Flask, engine: Engine, library: Library, role: str, times: int) -> None:
    """Send requests as somebody of a role; forms need no token here, or none would be read."""
    app.extensions["kiosk.engine"] = engine
    app.config["WTF_CSRF_ENABLED"] = False
    limiter.reset()
    fuzzer = Fuzzer(app, library, 2)
    away = {"access.sign_out", "own.lock"}
    fuzzer.rules = [rule for rule in fuzzer.rules if rule.endpoint not in away]
    units(engine)
    who = None if role == "nobody" else hire(engine, f"fuzz-{role}", role)
    try:
        for _turn in range(-(-times // TURN)):
            if who:  # what was sent may have ended the session
                enter(fuzzer.client, engine, who)
            fuzzer.run(min(TURN, times))
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def fresh(path: Path) -> Engine:
    """Return the engine of an empty database."""
    opened = open_engine(f"sqlite:///{path}")
    metadata.create_all(opened)
    return opened


@pytest.mark.soak
def test_twenty_thousand_requests_and_no_fault(
    public_app: Flask, lobby_app: Flask, staff_app: Flask, tmp_path: Path, library: Library
) -> None:
    Fuzzer(public_app, library, 11).run(ALL // 3)
    Fuzzer(lobby_app, library, 12).run(ALL // 3)
    for role in ROLES:
        staff_app.extensions.pop("kiosk.engine")
        fuzz_staff(staff_app, fresh(tmp_path / f"{role}.db"), library, role, ALL // 12)
