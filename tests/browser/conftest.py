"""Real listeners on loopback and a real browser; everything else is as on a machine."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from waitress.server import create_server

from config import Config
from kiosk import db
from kiosk.access.accounts import create
from kiosk.app import SURFACES, create_app
from kiosk.ops.demo import HOME, PROVINCE, fill
from tests.browser.desk import WIDE, Open, signed_in

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Machine(NamedTuple):
    """Addresses of the listeners, and one-time passwords by sign-in name."""

    public: str
    lobby: str
    staff: str
    issued: dict[str, str]


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A filled machine with its three listeners."""
    folder = tmp_path_factory.mktemp("browser")
    given = Config.from_env({"KIOSK_SECRET_KEY": "0" * 64, "KIOSK_SITE": str(folder / "site")})
    settings = replace(given, database_url=f"sqlite:///{folder / 'kiosk.db'}")
    db.migrate(settings.database_url)
    engine = db.open_engine(settings.database_url)
    list(fill(engine, settings.site, 60))
    issued = {
        "officer": create(engine, HOME, "officer", "officer"),
        "head": create(engine, PROVINCE, "head", "head"),
    }
    servers = [
        create_server(create_app(settings, surface), host="127.0.0.1", port=0, map={}, threads=4)
        for surface in SURFACES
    ]
    for server in servers:
        threading.Thread(target=server.run, daemon=True).start()
    public, lobby, staff = (f"http://127.0.0.1:{server.effective_port}" for server in servers)
    yield Machine(public, lobby, staff, issued)
    for server in servers:
        server.close()
    engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the one installed, else Playwright's own."""
    found = next(filter(None, (shutil.which(name) for name in NAMES)), None)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def officer_state(
    machine: Machine, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The cookies of an officer who has signed in and chosen a password."""
    context = browser.new_context()
    signed_in(context.new_page(), machine.staff, "officer", machine.issued["officer"])
    path = tmp_path_factory.mktemp("officer") / "state.json"
    context.storage_state(path=path)
    context.close()
    return path


@pytest.fixture
def desk(
    machine: Machine, browser: Browser, officer_state: Path, complaints: list[str]
) -> Iterator[Open]:
    """Open the desk in a browser of its own."""
    contexts: list[BrowserContext] = []

    def opened(size: tuple[int, int] = WIDE, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, storage_state=officer_state, **options
        )
        contexts.append(context)
        page = watched(context.new_page(), complaints)
        page.goto(f"{machine.staff}/ban")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of on the pages of one test."""
    return []


def watched(page: Page, complaints: list[str]) -> Page:
    """Note every console message and every request that leaves the machine."""
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith("http://127.0.0.1:") else complaints.append(request.url)
        ),
    )
    return page
