"""What a screen shows: nothing runs over, every icon is drawn, axe finds nothing."""

from itertools import islice

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from kiosk import clock
from kiosk.content.check import paths
from kiosk.content.library import Library
from tests.browser.conftest import Machine, watched

pytestmark = pytest.mark.browser
SIZES = ((320, 640), (390, 844), (1280, 900), (1080, 1920))
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PROBE = """() => ({
  over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  blank: [...document.querySelectorAll('svg.icon')]
    .filter(icon => icon.checkVisibility() && !icon.querySelector('use').getBBox().width).length,
  small: [...document.querySelectorAll('a.button, button, a.tile, summary, .languages a, .back a')]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44)
    .map(one => one.textContent.trim()),
})"""


def addresses(library: Library, lang: str) -> list[str]:
    """A page of each kind."""
    found = ["", "bat-dau", "tim?q=xe", "muc-do", "muc-do/cu", "nop-truc-tuyen", "ma?ma=QQQ"]
    for slug, procedure in library.procedures.items():
        answers = next(islice(paths(procedure, clock.today()), 11, None))
        given = "/".join(f"{question}.{option}" for question, option in answers.items())
        found += [f"thu-tuc/{slug}", f"thu-tuc/{slug}/{given}/giay-to"]
    found += [f"thu-tuc/{slug}/cau-hoi/vneid", f"thu-tuc/{slug}/{given}/phieu"]
    return [f"/{lang}/{address}" for address in found]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", ["vi", "en", "km"])
def test_nothing_runs_over_and_everything_is_drawn(
    machine: Machine,
    browser: Browser,
    library: Library,
    complaints: list[str],
    size: tuple[int, int],
    lang: str,
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = watched(context.new_page(), complaints)
    listener = machine.lobby if size == (1080, 1920) else machine.public
    for address in addresses(library, lang):
        page.goto(listener + address)
        seen = page.evaluate(PROBE)
        assert seen == {"over": 0, "blank": 0, "small": []}, address
    context.close()
    assert not [text for text in complaints if "400 (BAD REQUEST)" not in text.upper()]


@pytest.mark.parametrize("lang", ["vi", "en", "km"])
def test_axe_finds_nothing(machine: Machine, browser: Browser, library: Library, lang: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    for address in addresses(library, lang)[:: 1 if lang == "vi" else 3]:
        page.goto(machine.public + address)
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
    context.close()


def test_the_whole_way_without_script(machine: Machine, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{machine.public}/vi/")
    page.get_by_role("link", name="Bắt đầu").click()
    for _question in range(14):
        if page.get_by_role("heading", name="Giấy tờ cần chuẩn bị").is_visible():
            break
        start = page.get_by_role("link", name="Xem giấy tờ cho trường hợp của tôi")
        (start if start.is_visible() else page.locator("a.tile").first).click()
    page.locator("input[name=co]").first.check()
    page.get_by_role("button", name="Ghi dấu đã có").click()
    assert "co=" in page.url
    assert page.locator("input[name=co]").first.is_checked()
    page.get_by_role("link", name="Phiếu hướng dẫn").click()
    assert page.get_by_role("heading", name="Phiếu hướng dẫn").is_visible()
    context.close()


def test_ticks_go_into_the_address_by_themselves(machine: Machine, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{machine.public}/vi/ma")
    page.goto(f"{machine.public}/vi/thu-tuc/dang-ky-tam-tru/giay-to")
    while not page.get_by_role("heading", name="Giấy tờ cần chuẩn bị").is_visible():
        page.locator("a.tile").first.click()
    page.locator("input[name=co]").first.check()
    assert "co=" in page.url
    slip = page.get_by_role("link", name="Phiếu hướng dẫn")
    assert "co=" in (slip.get_attribute("href") or "")
    context.close()


def test_the_lobby_goes_back_by_itself_and_keeps_no_way_back(
    machine: Machine, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1080, "height": 1920})
    page = context.new_page()
    page.clock.install()
    page.goto(f"{machine.lobby}/vi/")
    before = page.evaluate("history.length")
    page.get_by_label("Gõ tên thủ tục").fill("tam tru")
    page.get_by_role("button", name="Tìm").click()
    page.wait_for_url("**/tim?q=tam+tru")
    page.get_by_role("link", name="Trang đầu").click()
    page.wait_for_url("**/vi/")
    page.get_by_role("link", name="Bắt đầu").click()
    page.wait_for_url("**/bat-dau")
    page.locator("a.tile").first.click()
    page.wait_for_url("**/bat-dau/**")
    assert page.evaluate("history.length") == before
    page.clock.fast_forward(61_000)
    assert page.get_by_role("heading", name="Ông/bà còn ở đây không?").is_visible()
    page.get_by_role("button", name="Tôi vẫn đang xem").click()
    assert page.locator("dialog").is_hidden()
    page.clock.fast_forward(61_000)
    page.clock.run_for(31_000)
    page.wait_for_url(f"{machine.lobby}/vi/")
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]
    context.close()


def test_a_first_visit_is_light(machine: Machine, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    loaded: list[tuple[str, int]] = []
    page.on("requestfinished", lambda r: loaded.append((r.url, r.sizes()["responseBodySize"])))
    page.goto(f"{machine.public}/vi/", wait_until="networkidle")
    plain = [url for url, _size in loaded if "icons" not in url and "fonts" not in url]
    assert sum(size for _url, size in loaded) <= 60_000, loaded
    assert len(plain) <= 5
    context.close()
