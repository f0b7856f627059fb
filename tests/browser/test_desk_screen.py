"""What the desk shows: one screen, what its keys do, what is refused, nothing that runs over."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Machine
from tests.browser.desk import (
    RESIDENCE,
    WIDE,
    Open,
    answer,
    entries,
    line,
    quietly,
    said,
    save,
)
from tests.browser.test_screens import PROBE, RULES

pytestmark = pytest.mark.browser
SIZES = ((320, 640), (390, 844), (1280, 720), WIDE, (1080, 1920))


def test_keys_do_what_their_tiles_say_and_can_be_switched_off(desk: Open) -> None:
    page = desk()
    before = entries(page)
    line(page, "Chưa chọn thủ tục · ")
    hand = quietly(page)
    hand.key("1", "1", "+", "+", "-", "t")
    line(page, "Đăng ký tạm trú · Cổng Dịch vụ công quốc gia · Hỗ trợ tài khoản · 2 lượt")
    expect(page.locator("#outcome")).to_be_hidden()
    hand.key("h", "k")
    expect(page.locator("#reason")).to_be_visible()
    hand.key("0")
    line(
        page,
        "Đăng ký tạm trú · Cổng Dịch vụ công quốc gia · Không nộp được · 2 hồ sơ"
        " · Tài khoản định danh chưa dùng được",
    )
    for _ in range(4):
        page.get_by_role("button", name="Thêm một hồ sơ").click()
    expect(page.get_by_label("Đúng là hơn 5 hồ sơ cùng loại")).to_be_visible()
    page.get_by_label("Số hồ sơ").fill("1")
    expect(page.get_by_label("Đúng là hơn 5 hồ sơ cùng loại")).to_be_hidden()
    page.get_by_label("Số hồ sơ").press("3")
    page.get_by_label("Tìm thủ tục, không cần dấu").press("l")
    assert page.locator("#procedure input:checked").get_attribute("value") == RESIDENCE
    assert entries(page) == before, "keys in a box are typed, nothing else"

    page.locator("summary", has_text="Thêm chi tiết").click()
    page.get_by_label("Dùng phím tắt").uncheck()
    page.reload()
    expect(page.locator("#procedure .tile__key").first).to_be_hidden()
    quietly(page).key("1", "l")
    expect(page.locator("#procedure input").first).not_to_be_checked()
    page.wait_for_timeout(100)
    assert entries(page) == before
    page.locator("summary", has_text="Thêm chi tiết").click()
    page.get_by_label("Dùng phím tắt").check()


@pytest.mark.parametrize("size", [WIDE, (1280, 720)], ids=["1366x768", "1280x720"])
def test_the_usual_case_needs_no_scrolling(desk: Open, size: tuple[int, int]) -> None:
    page = desk(size)
    quietly(page).key("1", "1", "Enter")
    answer(page).wait_for()
    width, height = size
    bar = page.locator(".save-bar").bounding_box()
    assert bar
    wanted = ["#said", "#ma", "#q", "#procedure", "#channel", "#outcome", "#activity", ".stepper"]
    for selector in [*wanted, ".fold > summary"]:
        box = page.locator(selector).bounding_box()
        assert box, selector
        assert box["y"] >= 0, selector
        assert box["x"] + box["width"] <= width, selector
        assert box["y"] + box["height"] <= bar["y"], selector
    for selector in ["#save", "[form=again]", "#line"]:
        box = page.locator(selector).bounding_box()
        assert box, selector
        assert box["y"] + box["height"] <= height, selector
        assert box["x"] + box["width"] <= width, selector
    assert page.evaluate("scrollY") == 0
    for tile in page.locator(".tile:visible, #save, [form=again]").all():
        box = tile.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_runs_over_and_axe_finds_nothing(desk: Open, size: tuple[int, int]) -> None:
    page = desk(size)
    acts: list[Callable[[], object]] = [
        page.locator("#ma").focus,
        page.locator(".fold > summary").click,
        page.locator("#channel .tile").nth(3).click,
        page.locator("#outcome .tile").nth(2).click,
        page.locator("#civil_date .tile").nth(3).click,
        save(page).click,
    ]
    for act in acts:
        act()
        assert page.evaluate(PROBE) == {"over": 0, "blank": 0, "small": []}
    page.locator(".error-summary").wait_for()
    expect(page.locator(".error-summary")).to_be_focused()
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


def test_what_is_refused_is_said_in_place_and_then_saved(desk: Open) -> None:
    page = desk()
    before = entries(page)
    page.locator("#channel .tile").nth(3).click()
    save(page).click()
    page.get_by_role("link", name="Hãy chọn thủ tục.").wait_for()
    page.get_by_role("link", name="Nộp trực tiếp phải có lý do.").wait_for()
    assert page.title().startswith("Lỗi:")
    assert page.url.endswith("/ban")
    page.locator("#procedure .tile").first.click()
    page.locator("#direct_reason .tile").nth(4).click()
    line(page, "Đăng ký tạm trú · Nộp trực tiếp tại quầy · Quy định phải có mặt · Đã nộp · 1 hồ sơ")
    page.keyboard.press("Enter")
    answer(page).wait_for()
    assert entries(page) == before + 1


def test_a_wrong_code_keeps_the_form(desk: Open) -> None:
    page = desk()
    before = entries(page)
    quietly(page).key("1", "3", "+")
    page.get_by_label("Mã ngắn trên phiếu").fill("QQQQ")
    page.keyboard.press("Enter")
    page.get_by_text("Mã này không đúng.").wait_for()
    expect(page.get_by_label("Mã ngắn trên phiếu")).to_be_focused()
    line(page, "Đăng ký tạm trú · Cổng dịch vụ công Bộ Công an · Đã nộp · 2 hồ sơ")
    page.get_by_label("Tìm thủ tục, không cần dấu").fill("ho chieu")
    page.get_by_label("Mã ngắn trên phiếu").fill("")
    page.get_by_label("Tìm thủ tục, không cần dấu").press("Enter")
    expect(page.locator("#procedure .tile").first).to_contain_text("Xuất nhập cảnh")
    expect(page.locator("#procedure input:checked")).to_have_value(RESIDENCE)
    assert entries(page) == before


def test_a_day_back_says_why_and_that_it_is_late(desk: Open) -> None:
    page = desk()
    quietly(page).key("1", "1")
    page.locator(".fold > summary").click()
    expect(page.locator("#cause")).to_be_hidden()
    page.locator("#civil_date .tile").nth(1).click()
    expect(page.locator("#cause")).to_be_visible()
    expect(page.locator("#line")).to_contain_text("Hôm qua, ")
    page.locator("#cause .tile").nth(1).click()
    save(page).click()
    said(page, "Ghi cho ngày ")


def test_the_script_is_small(desk: Open, machine: Machine) -> None:
    page = desk()
    source = page.locator("script[src*='js/desk']").get_attribute("src")
    assert len(page.request.get(f"{machine.staff}{source}").body()) < 6_000


def test_reloading_the_answer_saves_nothing_again(desk: Open, complaints: list[str]) -> None:
    page = desk()
    before = entries(page)
    quietly(page).key("1", "1", "Enter")
    answer(page).wait_for()
    page.reload()
    assert entries(page) == before + 1
    assert complaints == []
