"""The lobby screen of a unit, on a fresh database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from config import Config
from kiosk import clock
from kiosk.app import create_app

NOON = datetime(2026, 11, 21, 12, tzinfo=clock.VIETNAM)


@pytest.fixture(scope="session")
def screen(settings: Config, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The lobby listener of unit A, built once."""
    site = tmp_path_factory.mktemp("lobby")
    (site / "site.yaml").write_text("unit: A\nname: Công an xã An Bình\n", "utf-8")
    return create_app(replace(settings, site=site), "lobby")


@pytest.fixture
def app(screen: Flask, engine: Engine) -> Flask:
    """The same on this test's database, with nobody counted yet."""
    from kiosk.limits import limiter

    opened = screen.extensions["kiosk.engine"]
    screen.extensions["kiosk.engine"] = engine
    opened.dispose()
    limiter.reset()
    return screen


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Let it be noon."""
    with clock.at(NOON):
        yield


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where this test's database lies."""
    return tmp_path / "kiosk.db"
