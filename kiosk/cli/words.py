"""How the command reads words and writes answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from config import Config
from kiosk import clock

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Connection, Engine

    from kiosk.content.library import Library

USER_MISTAKE = 1
USAGE = 2


class Mistake(click.ClickException):
    """What the user asked for cannot be done; the message says why."""

    exit_code = USER_MISTAKE


class Day(click.ParamType[date]):
    """An ISO date."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """Return the date, or refuse with what is wrong."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}” is not a date like 2026-11-21", param, ctx)


class Instant(click.ParamType[datetime]):
    """An ISO instant; without a zone it is meant in Viet Nam."""

    name = "instant"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        """Return the aware instant, or refuse with what is wrong."""
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}” is not an instant like 2026-11-21T10:00+07:00", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=clock.VIETNAM)


class Pair(click.ParamType[tuple[str, str]]):
    """An answer, question=option."""

    name = "question=option"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, str]:
        """Return the question and the option, or refuse."""
        if isinstance(value, tuple):
            return value
        question, sign, option = str(value).partition("=")
        if not (question and sign and option):
            self.fail(f"“{value}” is not question=option", param, ctx)
        return question, option


DAY, INSTANT, PAIR = Day(), Instant(), Pair()
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
language = click.option("--lang", type=click.Choice(["vi", "en", "km"]), default="vi")


def say(document: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def content_library() -> "Library":
    """Return the content with the click tests of this site; raise ContentError."""
    from kiosk.content.load import load_library

    settings = Config.from_env()
    return load_library(settings.content, settings.site / "links.yaml")


@contextmanager
def page(lang: str) -> Iterator["Flask"]:
    """Speak one language as a page does, for what a citizen would read."""
    from kiosk.app import create_app

    app = create_app(Config.from_env(), "public")
    with app.test_request_context(f"/{lang}/"):
        yield app


@contextmanager
def store(*, begun: bool = False) -> Iterator["Engine"]:
    """Open the database of this machine, its schema up to date; one that is begun must be there."""
    from kiosk import db

    settings = Config.from_env()
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    if begun and not path.exists():
        raise Mistake(f"there is no database at {path}")
    db.migrate(settings.database_url)
    engine = db.open_engine(settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def reading() -> Iterator["Connection"]:
    """Read the database of this machine."""
    from kiosk import db

    with store() as engine, db.reading(engine) as connection:
        yield connection
