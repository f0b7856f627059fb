"""Somebody at the desk in a real browser: signs in, presses, counts, reads what the page says."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from kiosk.content.library import Library
from kiosk.guide.code import encode

CHOSEN = "tre xanh lang toi 9"
WIDE = (1366, 768)
RESIDENCE = "dang-ky-tam-tru"
SCANNER = """code => [...code, "Enter"].forEach(key => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", {
    key, code: key === "Enter" ? key : (key < "A" ? "Digit" : "Key") + key, bubbles: true,
  })))"""
Property = Callable[[str, object], None]
Open = Callable[..., Page]


def signed_in(page: Page, staff: str, login: str, issued: str) -> None:
    """Sign in for the first time: the one-time password must be changed."""
    page.goto(staff)
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(issued)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/mat-khau")
    page.get_by_label("Mật khẩu hiện tại").fill(issued)
    page.get_by_label("Mật khẩu mới", exact=True).fill(CHOSEN)
    page.get_by_label("Nhập lại mật khẩu mới").fill(CHOSEN)
    page.get_by_role("button", name="Lưu mật khẩu mới").click()
    page.wait_for_url(re.compile("/(ban|bao-mat/hai-lop)$"))


class Hand:
    """One who presses: every tap and key counts, and the seconds from the first to the answer."""

    def __init__(self, page: Page, tell: Property) -> None:
        self.page = page
        self.tell = tell
        self.presses = 0

    def tap(self, target: Locator) -> None:
        target.tap()
        self.presses += 1

    def key(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1

    def scan(self, code: str) -> None:
        """Let a scanner type, wherever the cursor is: it is no press of anybody."""
        self.page.evaluate(SCANNER, code)

    def tab_to(self, target: Locator) -> None:
        while not target.evaluate("one => one === document.activeElement"):
            self.key("Tab")

    @contextmanager
    def walk(self, name: str, most: int) -> Iterator[None]:
        """Count what is done inside, tell it, and refuse more presses than allowed."""
        self.presses, began = 0, time.perf_counter()
        yield
        seconds = time.perf_counter() - began
        self.tell(name, f"{self.presses} presses, {seconds:.2f} s")
        print(f"\n{name}: {self.presses} presses, {seconds:.2f} s", end="")
        assert self.presses <= most, name


def quietly(page: Page) -> Hand:
    """Return one whose presses nobody counts."""
    return Hand(page, lambda _name, _value: None)


def entries(page: Page) -> int:
    """How many entries of the day count, as the page says."""
    found = re.search(r"(\d+) lượt hỗ trợ", page.locator("#list").inner_text())
    assert found
    return int(found[1])


def said(page: Page, text: str) -> None:
    expect(page.locator("#said")).to_contain_text(text)


def line(page: Page, text: str) -> None:
    expect(page.locator("#line")).to_contain_text(text)


def answer(page: Page) -> Locator:
    return page.locator(".saved")


def gone(page: Page) -> None:
    """Wait until the notice of an entry saved before is away, so that the next one is new."""
    page.goto(page.url.split("?")[0])
    expect(answer(page)).to_have_count(0)


def save(page: Page) -> Locator:
    return page.get_by_role("button", name="Lưu", exact=True)


def logged(hand: Hand) -> int:
    """Log something online, so that there is a last entry; how many entries there are then."""
    hand.key("1", "2", "Enter")
    answer(hand.page).wait_for()
    found = entries(hand.page)
    gone(hand.page)
    return found


def code(library: Library) -> str:
    return encode(library.procedures[RESIDENCE], {"vneid": "khong", "cho-ai": "toi"})
