"""The officer's desk as a person uses it: taps counted, then the keyboard alone, then the head."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Machine, watched

pytestmark = pytest.mark.browser
CHOSEN = "tre xanh lang toi 9"


def signed_in(page: Page, machine: Machine, login: str) -> None:
    """Sign in for the first time: the one-time password must be changed."""
    page.goto(machine.staff)
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(machine.issued[login])
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/mat-khau")
    page.get_by_label("Mật khẩu hiện tại").fill(machine.issued[login])
    page.get_by_label("Mật khẩu mới", exact=True).fill(CHOSEN)
    page.get_by_label("Nhập lại mật khẩu mới").fill(CHOSEN)
    page.get_by_role("button", name="Lưu mật khẩu mới").click()
    page.wait_for_url("**/ban")


def rows(page: Page) -> int:
    """How many entries the day's list shows."""
    return page.locator("tbody tr").count()


def test_three_taps_then_undo_then_the_keyboard_alone(
    machine: Machine, browser: Browser, complaints: list[str]
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, has_touch=True)
    page = watched(context.new_page(), complaints)
    signed_in(page, machine, "officer")
    before = rows(page)

    taps = [
        page.locator("#procedure .tile").first,
        page.locator("#channel .tile").nth(1),
        page.get_by_role("button", name="Lưu", exact=True),
    ]
    for target in taps:
        target.tap()
    page.wait_for_selector(".notice--ok")
    assert len(taps) == 3
    assert rows(page) == before + 1

    page.get_by_role("button", name="Hoàn tác").tap()
    page.wait_for_selector("text=Đã hủy")
    page.goto(f"{machine.staff}/ban")

    page.keyboard.press("1")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice--ok")
    assert "Đã ghi" in page.locator(".notice--ok").first.inner_text()

    page.goto(f"{machine.staff}/ban")
    page.locator("#procedure .tile").first.click()
    page.locator("summary", has_text="Thêm chi tiết").click()
    page.locator("#minutes input").first.focus()
    page.keyboard.press("3")
    assert page.locator("#procedure input").first.is_checked(), "a key elsewhere changes nothing"

    page.reload()
    assert rows(page) == before + 2, "reloading the answer saves nothing again"
    context.close()
    assert not [text for text in complaints if "autocomplete" not in text and "DOM" not in text]


def test_the_head_reads_types_and_takes_the_sheet_along(
    machine: Machine, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    signed_in(page, machine, "head")
    page.get_by_role("link", name="Số liệu").click()
    page.wait_for_url("**/so-lieu")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Số liệu")
    with page.expect_download() as caught:
        page.get_by_role("link", name="Tải bảng Excel").click()
    target = tmp_path / "annex.xlsx"
    caught.value.save_as(target)
    assert "PL1" in load_workbook(target).sheetnames[0]
    context.close()
