"""The desk when something is lost: the line, an answer, the session, an entry made too soon."""

from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Machine
from tests.browser.desk import (
    CHOSEN,
    Open,
    answer,
    entries,
    line,
    quietly,
    said,
    save,
)

pytestmark = pytest.mark.browser


def test_an_undo_does_not_disturb_the_next_entry(desk: Open) -> None:
    page = desk()
    hand = quietly(page)
    hand.key("1", "1", "Enter")
    answer(page).wait_for()
    hand.key("2", "3", "+", "z")
    said(page, "Đã hủy lần ghi.")
    line(
        page,
        "Cấp, cấp đổi, cấp lại thẻ căn cước · Cổng dịch vụ công Bộ Công an · Đã nộp · 2 hồ sơ",
    )
    expect(answer(page)).to_have_count(0)


def test_the_seconds_to_undo_run_out(desk: Open) -> None:
    page = desk()
    page.clock.install()
    quietly(page).key("1", "1", "Enter")
    page.clock.run_for(100)
    answer(page).wait_for()
    first = int(page.locator("[data-left]").inner_text())
    page.clock.run_for(2_000)
    assert int(page.locator("[data-left]").inner_text()) in {first - 1, first - 2}
    page.clock.run_for(30_000)
    expect(page.get_by_role("button", name="Hoàn tác")).to_have_count(0)
    assert answer(page).is_visible()


def test_a_lost_line_loses_nothing_and_doubles_nothing(desk: Open) -> None:
    page = desk()
    before = entries(page)
    quietly(page).key("1", "2", "+")
    page.context.set_offline(True)
    save(page).click()
    lost = page.locator("#lost")
    expect(lost).to_contain_text("Mất kết nối với máy chủ. Chưa lưu; biểu mẫu còn nguyên.")
    expect(save(page)).to_be_enabled()
    line(page, "Đăng ký tạm trú · Ứng dụng VNeID · Đã nộp · 2 hồ sơ")
    page.get_by_role("button", name="Thử lại ngay").click()
    expect(lost).to_be_visible()
    page.context.set_offline(False)
    answer(page).wait_for(timeout=10_000)  # by itself, within some seconds
    assert entries(page) == before + 1
    page.reload()
    assert entries(page) == before + 1


def test_an_answer_that_was_lost_is_no_second_entry(desk: Open) -> None:
    page = desk()
    before = entries(page)
    sent: list[int] = []

    def swallow(route: Route) -> None:
        if route.request.method == "POST" and not sent:
            sent.append(route.fetch(max_redirects=0).status)
            route.abort()
        else:
            route.continue_()

    page.route("**/ban", swallow)
    quietly(page).key("1", "1", "Enter")
    page.locator("#lost").wait_for()
    assert sent == [302], "the server had it already"
    page.get_by_role("button", name="Thử lại ngay").click()
    answer(page).wait_for()
    assert entries(page) == before + 1


def test_a_fault_on_the_way_is_tried_again_but_not_what_was_changed(desk: Open) -> None:
    page = desk()
    page.clock.install()
    before = entries(page)
    sent: list[int] = []

    def faulty(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(1)
            route.fulfill(status=502, body="<h1>Bad gateway</h1>")
        else:
            route.continue_()

    page.route("**/ban", faulty)
    quietly(page).key("1", "1")
    page.clock.run_for(100)
    page.keyboard.press("Enter")
    page.locator("#lost").wait_for()
    page.clock.run_for(4_500)
    page.wait_for_timeout(100)
    assert len(sent) == 2
    page.locator("#channel .tile").nth(2).click()
    page.clock.run_for(20_000)
    page.wait_for_timeout(100)
    assert len(sent) == 2, "another entry waits for the officer"
    line(page, "Đăng ký tạm trú · Cổng dịch vụ công Bộ Công an · Đã nộp · 1 hồ sơ")
    page.unroute("**/ban")
    save(page).click()
    answer(page).wait_for()
    assert entries(page) == before + 1


def test_a_fault_of_the_server_is_said_once_and_not_tried_again(desk: Open) -> None:
    page = desk()
    page.clock.install()
    before = entries(page)
    sent: list[int] = []

    def faulty(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(1)
            route.fulfill(status=500, body="<main><h1>Có lỗi</h1> <p>Mã: 0a1b2c3d</p></main>")
        else:
            route.continue_()

    page.route("**/ban", faulty)
    quietly(page).key("1", "1")
    page.clock.run_for(100)
    page.keyboard.press("Enter")
    failed = page.locator("#failed")
    expect(failed).to_contain_text("Chưa lưu; biểu mẫu còn nguyên. Có lỗi Mã: 0a1b2c3d")
    expect(page.locator("#lost")).to_be_hidden()
    page.clock.run_for(20_000)
    page.wait_for_timeout(100)
    assert len(sent) == 1
    page.unroute("**/ban")
    save(page).click()
    answer(page).wait_for()
    assert entries(page) == before + 1


@pytest.mark.parametrize("cookie", [True, False], ids=["ended", "cookie gone"])
def test_the_end_of_a_session_keeps_the_form(desk: Open, machine: Machine, cookie: bool) -> None:
    page = desk()
    page.route("**/ban/bao", lambda route: route.fulfill(json={"calls": []}))
    if cookie:
        away = {"Location": f"{machine.staff}/dang-nhap"}
        page.route("**/ban", lambda route: route.fulfill(status=302, headers=away))
    quietly(page).key("1", "2")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    save(page).click()
    expect(page.locator("#ended")).to_contain_text("Phiên làm việc đã hết. Chưa lưu")
    line(page, "Đăng ký tạm trú · Ứng dụng VNeID · Đã nộp · 1 hồ sơ")
    link = page.get_by_role("link", name="Đăng nhập ở thẻ mới")
    assert link.get_attribute("target") == "_blank"
    page.unroute("**/ban")
    page.context.clear_cookies()
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    save(page).click()
    answer(page).wait_for()
    assert page.url.startswith(f"{machine.staff}/ban?moi=")


def test_a_locked_screen_asks_for_the_password_and_saves_what_was_sent(
    desk: Open, officer_state: Path
) -> None:
    page = desk()
    before = entries(page)
    page.route("**/ban/bao", lambda route: route.fulfill(json={"calls": []}))
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Khóa").click()
    other.wait_for_url("**/mo-khoa**")
    quietly(page).key("1", "3", "+", "Enter")
    page.locator("main").get_by_label("Mật khẩu").fill(CHOSEN)
    page.keyboard.press("Enter")
    answer(page).wait_for()
    assert entries(page) == before + 1
    said(page, "Đã ghi 2 hồ sơ: Đăng ký tạm trú.")
    page.context.storage_state(path=officer_state)  # the token is another one now
