"""The long audit: every page a citizen can reach by a question, on each skin and language."""

from itertools import islice

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from kiosk import clock
from kiosk.content.check import paths
from kiosk.content.library import Library
from tests.browser.conftest import Machine
from tests.browser.test_screens import PROBE, RULES, addresses

pytestmark = [pytest.mark.browser, pytest.mark.soak]
EVERY = 601  # one checklist in so many


def everything(library: Library, lang: str) -> list[str]:
    """Pages of each kind, every question, and a share of the checklists."""
    found = addresses(library, lang)
    for slug, procedure in library.procedures.items():
        for answers in islice(paths(procedure, clock.today()), 0, None, EVERY):
            given = [f"{question}.{option}" for question, option in answers.items()]
            base = f"/{lang}/thu-tuc/{slug}/{'/'.join(given)}"
            found += [f"{base}/cau-hoi/{question}" for question in answers]
            found.append(f"{base}/giay-to")
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("lang", ["vi", "en", "km"])
@pytest.mark.parametrize("skin", ["public", "lobby"])
def test_every_kind_of_page(
    machine: Machine, browser: Browser, library: Library, skin: str, lang: str
) -> None:
    listener = machine.public if skin == "public" else machine.lobby
    size = {"width": 390, "height": 844} if skin == "public" else {"width": 1080, "height": 1920}
    context = browser.new_context(viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    seen = 0
    for address in everything(library, lang):
        page.goto(listener + address)
        assert page.evaluate(PROBE) == {"over": 0, "blank": 0, "small": []}, address
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
        seen += 1
    print(f"{skin} {lang}: {seen} pages, 0 violations")
    context.close()
