"""The officer's desk as a person uses it: by touch, by keyboard alone, without script."""

import re
from pathlib import Path

import pyotp
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from kiosk.content.library import Library
from tests.browser.conftest import Machine
from tests.browser.desk import (
    Hand,
    Open,
    Property,
    answer,
    code,
    entries,
    logged,
    said,
    save,
    signed_in,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def touch(desk: Open, record_property: Property) -> Hand:
    """A finger on the desk."""
    return Hand(desk(has_touch=True), record_property)


@pytest.fixture
def keyboard(desk: Open, record_property: Property) -> Hand:
    """Two hands on a keyboard, no mouse."""
    return Hand(desk(), record_property)


def test_log_and_undo_by_touch(touch: Hand) -> None:
    page, before = touch.page, entries(touch.page)
    with touch.walk("log by touch", 3):
        touch.tap(page.locator("#procedure .tile").first)
        touch.tap(page.locator("#channel .tile").nth(1))
        touch.tap(save(page))
        answer(page).wait_for()
    assert entries(page) == before + 1
    with touch.walk("undo by touch", 1):
        touch.tap(page.get_by_role("button", name="Hoàn tác"))
        said(page, "Đã hủy lần ghi.")
    assert entries(page) == before
    with touch.walk("log through the usual channel by touch", 2):
        touch.tap(page.locator("#procedure .tile").first)
        touch.tap(save(page))
        answer(page).wait_for()
    assert entries(page) == before + 1


def test_again_by_touch(touch: Hand) -> None:
    page, before = touch.page, logged(touch)
    with touch.walk("again by touch", 1):
        touch.tap(page.get_by_role("button", name="Ghi thêm một lần giống lần trước"))
        answer(page).wait_for()
    assert entries(page) == before + 1


def test_code_by_touch(touch: Hand, library: Library) -> None:
    page, before = touch.page, entries(touch.page)
    page.get_by_label("Mã ngắn trên phiếu").fill(code(library))
    with touch.walk("code by touch, once it is typed", 2):
        touch.tap(page.get_by_role("button", name="Điền theo mã"))
        said(page, "Đã điền theo mã")
        touch.tap(save(page))
        answer(page).wait_for()
    assert entries(page) == before + 1


def test_void_by_touch(touch: Hand) -> None:
    page, before = touch.page, logged(touch)
    with touch.walk("void by touch", 3):
        touch.tap(page.get_by_role("link", name=re.compile("^Hủy lần ghi")).first)
        touch.tap(page.locator("label.tile", has=page.locator("[name=reason]")).first)
        touch.tap(page.get_by_role("button", name="Hủy lần ghi này"))
        page.get_by_text("Đã hủy lần ghi.").wait_for()
    page.goto(page.url.split("/ban")[0] + "/ban")
    assert entries(page) == before - 1


def test_log_and_undo_by_keyboard(keyboard: Hand) -> None:
    page, before = keyboard.page, entries(keyboard.page)
    with keyboard.walk("log by keyboard", 3):
        keyboard.key("1", "2", "Enter")
        answer(page).wait_for()
    assert entries(page) == before + 1
    with keyboard.walk("undo by keyboard", 1):
        keyboard.key("z")
        said(page, "Đã hủy lần ghi.")
    assert entries(page) == before
    with keyboard.walk("log a direct intake with its reason by keyboard", 4):
        keyboard.key("1", "4", "2", "Enter")
        answer(page).wait_for()
    expect(page.get_by_role("button", name="Ghi thêm một lần")).to_have_count(0)
    with keyboard.walk("log what was not filed, and why, by keyboard", 5):
        keyboard.key("2", "1", "k", "3", "Enter")
        said(page, "Cấp, cấp đổi, cấp lại thẻ căn cước")
    assert entries(page) == before + 2


def test_again_by_keyboard(keyboard: Hand) -> None:
    page, before = keyboard.page, logged(keyboard)
    with keyboard.walk("again by keyboard", 1):
        keyboard.key("l")
        answer(page).wait_for()
    assert entries(page) == before + 1


def test_code_by_a_scanner(keyboard: Hand, library: Library) -> None:
    page, before = keyboard.page, entries(keyboard.page)
    with keyboard.walk("code by a scanner, then the keyboard", 1):
        keyboard.scan(code(library))
        said(page, "Đã điền theo mã")
        expect(page.locator("#save")).to_be_focused()
        keyboard.key("Enter")
        answer(page).wait_for()
    assert entries(page) == before + 1


def test_void_by_keyboard(keyboard: Hand) -> None:
    page, before = keyboard.page, logged(keyboard)
    with keyboard.walk("void by keyboard, Tab by Tab", 80):
        keyboard.tab_to(page.get_by_role("link", name=re.compile("^Hủy lần ghi")).first)
        keyboard.key("Enter")
        page.wait_for_url("**/ban/huy/**")
        keyboard.tab_to(page.locator("[name=reason]").first)
        keyboard.key("Space")
        keyboard.tab_to(page.get_by_role("button", name="Hủy lần ghi này"))
        keyboard.key("Enter")
        page.get_by_text("Đã hủy lần ghi.").wait_for()
    page.goto(page.url.split("/ban")[0] + "/ban")
    assert entries(page) == before - 1


def test_the_whole_desk_without_script(desk: Open, library: Library) -> None:
    page = desk(java_script_enabled=False)
    before = entries(page)
    page.locator("#procedure .tile").nth(2).click()
    expect(page.locator("#direct_reason")).to_be_hidden()
    page.locator("#channel .tile").nth(3).click()
    expect(page.locator("#direct_reason")).to_be_visible()
    page.locator("#direct_reason .tile").nth(4).click()
    page.get_by_label("Mã ngắn trên phiếu").fill("QQQQ")
    page.keyboard.press("Enter")
    page.get_by_text("Mã này không đúng.").wait_for()
    expect(page.locator("#direct_reason input").nth(4)).to_be_checked()
    page.get_by_label("Mã ngắn trên phiếu").fill(code(library))
    page.keyboard.press("Enter")
    said(page, "Đã điền theo mã")
    expect(save(page)).to_be_focused()
    save(page).click()
    answer(page).wait_for()
    assert entries(page) == before + 1
    page.get_by_role("button", name="Hoàn tác").click()
    said(page, "Đã hủy lần ghi.")
    page.locator("#procedure .tile").first.click()
    page.locator("#procedure input").first.press("Enter")
    answer(page).wait_for()
    page.get_by_role("button", name="Ghi thêm một lần giống lần trước").click()
    answer(page).wait_for()
    assert entries(page) == before + 2


def test_the_head_reads_types_and_takes_the_sheet_along(
    machine: Machine, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    signed_in(page, machine.staff, "head", machine.issued["head"])
    secret = re.sub(r"\W", "", page.locator("strong.code").inner_text())
    page.locator("input[autocomplete=one-time-code]").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Cài xác thực hai lớp").click()
    page.get_by_role("link", name="Đã cất mã, làm việc tiếp").click()
    page.get_by_role("link", name="Số liệu").click()
    page.wait_for_url("**/so-lieu")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Số liệu")
    with page.expect_download() as caught:
        page.get_by_role("link", name="Tải bảng Excel").click()
    target = tmp_path / "annex.xlsx"
    caught.value.save_as(target)
    assert "PL1" in load_workbook(target).sheetnames[0]
    context.close()
