import pytest
from tests.browser.desk import Open

pytestmark = pytest.mark.browser


def test_shot(desk: Open) -> None:
    page = desk((390, 844), has_touch=True)
    page.screenshot(path="/tmp/house/md-nav.png")
    print(
        page.evaluate(
            "[document.querySelector('header').getBoundingClientRect().height, document.querySelector('.nav').getBoundingClientRect().height, document.documentElement.scrollWidth]"
        )
    )
    page.get_by_role("button", name="Đăng xuất").focus()
    page.screenshot(path="/tmp/house/md-nav2.png")
