"""A visitor presses, an officer hears: two screens of one box, and a box that is not there."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine, insert
from waitress.server import create_server

from config import Config
from kiosk import clock, db
from kiosk.access import sessions
from kiosk.access.models import Account, account
from kiosk.app import create_app
from kiosk.station.calls import ALARMS, SCREEN, answer, over, ring, waiting
from tests.browser.conftest import watched
from tests.browser.test_screens import PROBE, RULES

pytestmark = pytest.mark.browser
UNIT = "T01"
PATIENCE = 5_000  # milliseconds
HELP = "Công dân ở màn hình sảnh gọi cán bộ."
CALLED = "Đã gọi cán bộ. Xin ông/bà chờ tại đây."
UNHEARD = "Chưa gọi được cán bộ. Xin ông/bà đến thẳng quầy."
LOST = "Mất kết nối với máy chủ."
QUESTION = "/vi/thu-tuc/dang-ky-tam-tru/cau-hoi/vneid"


class Box(NamedTuple):
    """Two listeners on one database."""

    lobby: str
    staff: str
    engine: Engine
    desk: Flask


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """A box of its own: what rings here is heard on no other test's desk."""
    folder = tmp_path_factory.mktemp("calls")
    site = folder / "site"
    site.mkdir()
    (site / "site.yaml").write_text(f"unit: {UNIT}\nname: Công an xã An Bình\n", "utf-8")
    given = Config.from_env({"KIOSK_SECRET_KEY": "0" * 64, "KIOSK_SITE": str(site)})
    settings = replace(given, database_url=f"sqlite:///{folder / 'kiosk.db'}")
    db.migrate(settings.database_url)
    engine = db.open_engine(settings.database_url)
    lobby, desk = create_app(settings, "lobby"), create_app(settings, "staff")
    servers = [
        create_server(app, host="127.0.0.1", port=0, map={}, threads=4) for app in (lobby, desk)
    ]
    for server in servers:
        threading.Thread(target=server.run, daemon=True).start()
    screen, counter = (f"http://127.0.0.1:{server.effective_port}" for server in servers)
    yield Box(screen, counter, engine, desk)
    for server in servers:
        server.close()
    engine.dispose()


@pytest.fixture(scope="module")
def officer(box: Box) -> Account:
    """Somebody who answers calls."""
    who = Account("quiet", "quiet", UNIT, "officer", "vi")
    row = {"unit": UNIT, "id": who.id, "login": who.login, "role": who.role, "password_hash": "-"}
    with db.writing(box.engine) as conn:
        conn.execute(
            insert(account).values(**row, must_change=False, created_at=clock.now(), language="vi")
        )
    return who


@pytest.fixture
def seat(box: Box, officer: Account, browser: Browser) -> Iterator[BrowserContext]:
    """The officer's browser, signed in; whatever still rings after a test is answered."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    signer = box.desk.session_interface.get_signing_serializer(box.desk)  # type: ignore[attr-defined]
    token = sessions.begin(box.engine, officer).token
    cookie = {"name": "staff", "value": signer.dumps({"_user_id": token}), "url": box.staff}
    context.add_cookies([cookie])  # type: ignore[list-item]
    yield context
    context.close()
    with db.reading(box.engine) as conn:
        left = waiting(conn, UNIT)
    for call in left:
        answer(box.engine, UNIT, call.id, officer.id)


@pytest.fixture
def screen(browser: Browser) -> Iterator[BrowserContext]:
    """The screen in the lobby."""
    context = browser.new_context(viewport={"width": 1080, "height": 1920})
    yield context
    context.close()


def alert(page: Page) -> str:
    """What the officer's page calls out."""
    return page.locator("#calls [role=alert]").inner_text()


def heard(page: Page, words: str) -> None:
    """Wait until the officer's page calls something out."""
    expect(page.locator("#calls [role=alert]")).to_contain_text(words, timeout=PATIENCE)


def silent(page: Page) -> None:
    """Wait until nothing is called out."""
    expect(page.locator("#calls .call")).to_have_count(0, timeout=PATIENCE)


def test_a_press_in_the_lobby_is_heard_at_the_open_desk(
    box: Box, seat: BrowserContext, screen: BrowserContext, complaints: list[str]
) -> None:
    desk, lobby = watched(seat.new_page(), complaints), watched(screen.new_page(), complaints)
    desk.goto(f"{box.staff}/ban")
    title = desk.title()
    silent(desk)
    lobby.goto(box.lobby + QUESTION)
    steps = lobby.evaluate("history.length")
    took = []
    for _time in range(4):
        began = time.monotonic()
        lobby.get_by_role("navigation").get_by_role("button", name="Gọi cán bộ").click()
        heard(desk, HELP)
        took.append(time.monotonic() - began)
        assert desk.title() == f"(1) {title}"
        expect(lobby.get_by_role("heading", level=1)).to_have_text(CALLED)
        assert lobby.evaluate("history.length") == steps, "a call is no step to go back to"
        lobby.get_by_role("link", name="Quay lại trang đang xem").click()
        lobby.wait_for_url(f"**{QUESTION}")
        desk.get_by_role("button", name="Tôi ra ngay").click()
        silent(desk)
        assert desk.title() == title
    print("from press to desk, seconds:", ", ".join(f"{one:.2f}" for one in took))
    assert desk.url == f"{box.staff}/ban", "answering leaves the page as it was"
    assert screen.cookies() == []
    assert not [text for text in complaints if "DOM" not in text]


def test_what_is_half_written_stays_when_a_call_is_answered(box: Box, seat: BrowserContext) -> None:
    page = seat.new_page()
    page.goto(f"{box.staff}/ban")
    tile = page.locator("input[type=radio]").first
    tile.check()
    ring(box.engine, UNIT, SCREEN, "no_paper_came")
    heard(page, "giấy không ra")
    page.get_by_role("button", name="Tôi ra ngay").click()
    silent(page)
    assert tile.is_checked()


def test_nothing_moves_under_the_officers_hand(box: Box, seat: BrowserContext) -> None:
    page = seat.new_page()
    for scrolled in (0, 120):
        page.goto(f"{box.staff}/ban")
        page.evaluate(f"scrollTo(0, {scrolled})")
        tile = page.locator("#channel .tile").first
        before = tile.bounding_box()
        ring(box.engine, UNIT, SCREEN, "help")
        heard(page, HELP)
        assert tile.bounding_box() == before
        page.get_by_role("button", name="Tôi ra ngay").dispatch_event("click")  # does not scroll
        silent(page)
        assert tile.bounding_box() == before


def test_each_alarm_says_what_to_do_and_ends_by_itself(box: Box, seat: BrowserContext) -> None:
    page = seat.new_page()
    page.goto(f"{box.staff}/ban")
    for kind in ALARMS:
        ring(box.engine, UNIT, SCREEN, kind)
    expect(page.locator("#calls .call")).to_have_count(len(ALARMS), timeout=PATIENCE)
    assert "Thay cuộn giấy mới" in alert(page)
    assert page.title().startswith(f"({len(ALARMS)}) ")
    for kind in ALARMS:
        over(box.engine, UNIT, SCREEN, kind)
    silent(page)


def test_a_lost_box_is_said_once_and_found_again_by_itself(box: Box, seat: BrowserContext) -> None:
    page = seat.new_page()
    page.goto(f"{box.staff}/ban")
    ring(box.engine, UNIT, SCREEN, "help")
    heard(page, HELP)
    seat.set_offline(True)
    heard(page, LOST)
    page.get_by_role("button", name="Tôi ra ngay").click()
    heard(page, "Chưa ghi được")
    page.wait_for_timeout(2_000)
    assert alert(page).count(LOST) == 1
    assert HELP in alert(page)
    seat.set_offline(False)
    expect(page.locator("#calls [role=alert]")).not_to_contain_text(LOST, timeout=PATIENCE)
    page.get_by_role("button", name="Tôi ra ngay").click()
    silent(page)


def test_a_session_that_ended_shows_itself(box: Box, seat: BrowserContext) -> None:
    page = seat.new_page()
    page.goto(f"{box.staff}/mat-khau")
    page.get_by_label("Mật khẩu mới", exact=True).fill("tre xanh lang toi 9")
    seat.clear_cookies()
    page.wait_for_url("**/dang-nhap**", timeout=PATIENCE)


def test_what_is_half_written_outlives_the_session(box: Box, seat: BrowserContext) -> None:
    page = seat.new_page()
    page.goto(f"{box.staff}/ban")
    tile = page.locator("#procedure input[type=radio]").first
    tile.check()
    kept = seat.cookies()
    seat.clear_cookies()
    heard(page, "Màn hình đã khóa")
    assert tile.is_checked()
    seat.add_cookies(kept)  # type: ignore[arg-type]
    silent(page)


def test_without_script_everything_works_by_pages(
    box: Box, seat: BrowserContext, browser: Browser
) -> None:
    plain = browser.new_context(java_script_enabled=False)
    lobby = plain.new_page()
    lobby.goto(box.lobby + QUESTION)
    lobby.get_by_role("navigation").get_by_role("button", name="Gọi cán bộ").click()
    expect(lobby.get_by_role("heading", level=1)).to_have_text(CALLED)
    lobby.get_by_role("link", name="Quay lại trang đang xem").click()
    assert lobby.url == box.lobby + QUESTION
    plain.add_cookies(seat.cookies())  # type: ignore[arg-type]
    desk = plain.new_page()
    desk.goto(f"{box.staff}/mat-khau")
    assert HELP in alert(desk)
    desk.get_by_role("button", name="Tôi ra ngay").click()
    assert desk.url == f"{box.staff}/mat-khau"
    assert HELP not in alert(desk)
    plain.close()


def test_a_screen_that_reaches_nobody_sends_the_visitor_to_the_counter(
    box: Box, screen: BrowserContext
) -> None:
    page = screen.new_page()
    page.goto(box.lobby + QUESTION)
    screen.set_offline(True)
    page.get_by_role("navigation").get_by_role("button", name="Gọi cán bộ").click()
    expect(page.get_by_role("alertdialog")).to_contain_text(UNHEARD)
    page.get_by_role("button", name="Tôi đã hiểu").click()
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    screen.set_offline(False)


def test_a_refusal_takes_the_pages_place_and_no_step(box: Box, screen: BrowserContext) -> None:
    page = screen.new_page()
    page.goto(box.lobby + QUESTION)
    steps = page.evaluate("history.length")
    page.route("**/goi-can-bo", lambda route: route.continue_(post_data="kind=fire"))
    page.get_by_role("navigation").get_by_role("button", name="Gọi cán bộ").click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert "không hợp lệ" in page.get_by_role("heading", level=1).inner_text()
    assert page.evaluate("history.length") == steps
    assert page.url == box.lobby + QUESTION


def test_who_waits_is_asked_before_the_screen_clears_itself(
    box: Box, screen: BrowserContext
) -> None:
    page = screen.new_page()
    page.clock.install()
    page.goto(f"{box.lobby}/vi/goi-can-bo?ve={QUESTION}")
    page.clock.fast_forward(61_000)
    expect(page.get_by_role("heading", name="Ông/bà còn ở đây không?")).to_be_visible()


@pytest.mark.parametrize("lang", ["vi", "en", "km"])
@pytest.mark.parametrize("size", [(320, 640), (1080, 1920)], ids=str)
def test_nothing_runs_over_and_axe_finds_nothing(
    box: Box, seat: BrowserContext, browser: Browser, lang: str, size: tuple[int, int]
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.add_cookies(seat.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    addresses = [f"{box.lobby}/{lang}/goi-can-bo"]
    page.goto(addresses[0])
    ring(box.engine, UNIT, SCREEN, "help")
    addresses += [addresses[0] + "?ve=/vi/bat-dau", f"{box.staff}/mat-khau"]
    for address in addresses:
        assert page.evaluate(PROBE) == {"over": 0, "blank": 0, "small": []}, page.url
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
        page.goto(address)
    context.close()
