"""What every test may ask for: a fresh database, the real content, applications of each kind."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from config import Config
from kiosk.content.library import Library
from kiosk.content.load import load_library
from tests.pages import Visitor

ROOT = Path(__file__).parent.parent


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A fresh SQLite file with every table."""

    from kiosk.db import metadata, open_engine

    opened = open_engine(f"sqlite:///{tmp_path / 'kiosk.db'}")
    metadata.create_all(opened)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def library() -> Library:
    """The content as it is shipped."""
    return load_library(ROOT / "content")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Settings of a machine with an empty site folder and no database yet."""
    folder = tmp_path_factory.mktemp("machine")
    given = Config.from_env({"KIOSK_SECRET_KEY": "0" * 64, "KIOSK_SITE": str(folder / "site")})
    return replace(given, database_url=f"sqlite:///{folder / 'kiosk.db'}", hosts=("localhost",))


@pytest.fixture(scope="session")
def public_app(settings: Config) -> Flask:
    """The public listener."""
    from kiosk.app import create_app

    return create_app(settings, "public")


@pytest.fixture(scope="session")
def lobby_app(settings: Config) -> Flask:
    """The lobby listener."""
    from kiosk.app import create_app

    return create_app(settings, "lobby")


@pytest.fixture(scope="session")
def staff_app(settings: Config) -> Flask:
    """The staff listener, built once; its database is whichever a test gives it."""
    from kiosk.app import create_app

    return create_app(settings, "staff")


@pytest.fixture
def web(public_app: Flask) -> Visitor:
    """Somebody on the public web."""
    return Visitor(public_app.test_client())


@pytest.fixture
def lobby(lobby_app: Flask) -> Visitor:
    """Somebody at the lobby screen."""
    return Visitor(lobby_app.test_client())
