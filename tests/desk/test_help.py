"""Help for officers: open to every role and nobody else, and its QR reads back."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from sqlalchemy import Engine, update

from config import Config
from kiosk import clock
from kiosk.access.models import account
from kiosk.content.library import Library
from kiosk.content.officers import GUIDE_PAGES, HelpLink
from kiosk.content.site import Site
from kiosk.db import writing
from kiosk.desk import words
from kiosk.desk.help_views import REASONS, desk_help
from kiosk.desk.showing import Shown, shown
from kiosk.i18n import LANGUAGES
from tests.desk.conftest import Sit
from tests.pages import Page, Visitor

LIST = "/ban/huong-dan"
ROLES = ("officer", "head", "viewer", "admin")
PAGES = ("muoi-buoc", "vuong-mac", "khong-tu-choi", "uu-tien", "bao-ve-thong-tin")
UNIT = Site(public_url="https://mot-cua.example.gov.vn")
LINK = HelpLink("bat-dau", "national", "–", keyword="Đăng ký tạm trú", code="1.004194")


@pytest.fixture(scope="module")
def listener(settings: Config) -> Flask:
    """A staff listener of this module's own, with the help pages."""
    from kiosk.app import create_app

    made = create_app(settings, "staff")
    if desk_help.name not in made.blueprints:
        made.register_blueprint(desk_help)
    return made


@pytest.fixture
def app(listener: Flask, engine: Engine) -> Iterator[Flask]:
    """The listener on this test's database and at a place without public pages."""
    site = listener.extensions["kiosk.site"]
    listener.extensions["kiosk.engine"] = engine
    yield listener
    listener.extensions["kiosk.site"] = site


def seen(answer: Any) -> Page:
    assert answer.status_code == 200, answer.text
    page = Page(answer.text)
    page.prove()
    return page


def speaks(engine: Engine, lang: str) -> None:
    with writing(engine) as conn:
        conn.execute(update(account).values(language=lang))


def read(picture: str) -> str:
    """Paint the picture's strokes and let a reader of codes look at it."""
    box = re.search(r'viewBox="0 0 (\d+) ', picture)
    path = re.search(r'<path stroke="#000" d="([^"]+)"', picture)
    assert box
    assert path
    drawn = Image.new("L", (int(box[1]) * 4, int(box[1]) * 4), 255)
    x, y = 0, 0.0
    for step, first, second in re.findall(r"([Mmh])(-?\d+)(?: ([\d.]+))?", path[1]):
        if step == "h":
            drawn.paste(0, (x * 4, int(y) * 4, (x + int(first)) * 4, int(y) * 4 + 4))
            x += int(first)
        else:
            x, y = (int(first), float(second)) if step == "M" else (x + int(first), y + int(second))
    return str(zxingcpp.read_barcodes(drawn)[0].text)


def printed(page: Page) -> str:
    found = re.search(r'class="address">([^<]+)<', page.html)
    assert found, page.text
    return found[1].strip()


@pytest.mark.parametrize("role", ROLES)
def test_every_role_reads_every_page(sit: Sit, role: str) -> None:
    who = sit(role=role)
    tiles = seen(who.client.get(LIST)).tiles
    assert tiles == [f"{LIST}/{page}" for page in PAGES]
    for address in tiles:
        seen(who.client.get(address))


@pytest.mark.parametrize("address", ["", "/muoi-buoc", "/muoi-buoc/qr.svg", "/ly-do/R07"])
def test_nobody_else_does(app: Flask, address: str) -> None:
    answer = app.test_client().get(LIST + address)
    assert answer.status_code == 302
    assert answer.location.startswith("/dang-nhap")


def test_a_role_without_the_permission_is_refused(
    sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.access import permits

    monkeypatch.setattr(permits, "PERMISSIONS", {"officer": frozenset({"account.own"})})
    assert sit().client.get(LIST).status_code == 403


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_pages_speak_the_officers_language(sit: Sit, engine: Engine, page: str, lang: str) -> None:
    who = sit()
    speaks(engine, lang)
    found = seen(who.client.get(f"{LIST}/{page}"))
    assert found.all("html")[0]["lang"] == lang
    assert found.heading
    assert not re.search(r"\d{9,}", found.text)


@pytest.mark.parametrize("page", PAGES)
def test_the_code_reads_back_to_the_printed_address(sit: Sit, page: str) -> None:
    who = sit()
    found = seen(who.client.get(f"{LIST}/{page}"))
    picture = who.client.get(f"{LIST}/{page}/qr.svg")
    assert picture.mimetype == "image/svg+xml"
    assert read(picture.text) == f"https://{printed(found)}"
    assert printed(found).startswith("dichvucong.gov.vn")
    assert f"{LIST}/{page}/qr.svg?cho=vi" in found.html


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_where_the_unit_has_public_pages_they_are_shown(
    sit: Sit, app: Flask, web: Visitor, page: str, lang: str
) -> None:
    app.extensions["kiosk.site"] = replace(app.extensions["kiosk.site"], public_url=UNIT.public_url)
    who = sit()
    found = seen(who.client.get(f"{LIST}/{page}?cho={lang}"))
    picture = who.client.get(f"{LIST}/{page}/qr.svg?cho={lang}")
    assert read(picture.text) == f"https://{printed(found)}"
    path = printed(found).removeprefix("mot-cua.example.gov.vn")
    assert web.get(path).all("html")[0]["lang"] == lang


def test_a_strange_language_is_the_officers_own(sit: Sit, app: Flask) -> None:
    app.extensions["kiosk.site"] = UNIT
    who = sit()
    for asked in ("zz", "", "../vi"):
        assert "/vi/" in read(who.client.get(f"{LIST}/muoi-buoc/qr.svg?cho={asked}").text)


def test_the_day_and_the_sureness_are_printed(sit: Sit) -> None:
    found = seen(sit().client.get(f"{LIST}/khong-tu-choi"))
    assert "21/11/2026" in found.text
    assert "theo nguồn dẫn lại" in found.text
    assert "#do-chac-chan" in found.links
    assert "do-chac-chan" in {a.get("id") for _, a in found.elements}
    assert "Luật 118/2025/QH15" in found.text


def test_what_has_ended_is_no_longer_said(sit: Sit) -> None:
    who = sit()
    sentence = "Chính sách công dân số không thu hẹp quyền chọn cách nộp"
    assert sentence in who.client.get(f"{LIST}/khong-tu-choi").text
    with clock.at(clock.now().replace(year=2027, month=3, day=1)):
        who.arrive()
        later = who.client.get(f"{LIST}/khong-tu-choi").text
        assert sentence not in later
        assert 'id="tai-quay"' in later


@pytest.mark.parametrize("code", [code for code in REASONS if not code.endswith("99")])
def test_each_recorded_reason_leads_to_what_to_do(sit: Sit, code: str) -> None:
    who = sit()
    answer = who.client.get(f"{LIST}/ly-do/{code}")
    assert answer.status_code == 302
    address, _, item = answer.location.partition("#")
    found = seen(who.client.get(address))
    assert item in {a.get("id") for _, a in found.elements}
    assert f"{code} {REASONS[code]}" in found.text
    assert answer.location in seen(who.client.get(LIST)).links


@pytest.mark.parametrize("address", ["/khong-co", "/khong-co/qr.svg", "/ly-do/R99", "/ly-do/x"])
def test_what_is_not_there_is_not_found(sit: Sit, address: str) -> None:
    assert sit().client.get(LIST + address).status_code == 404


def test_buttons_are_called_what_the_desk_calls_them(library: Library) -> None:
    known = {
        str(label)
        for group in (words.ACTIVITY, words.CHANNEL, words.PLACE, words.DIRECT_REASON)
        for label in group.values()
    }
    said = " ".join(text for page in library.help for item in page.items for text in item.more)
    for label in re.findall(r"[Gg]hi[^“”.]*“([^”]+)”", said):
        assert label in known, label


@pytest.mark.parametrize("path", GUIDE_PAGES)
def test_the_guide_has_the_pages_that_are_shown(web: Visitor, path: str) -> None:
    web.get(f"/vi/{path}")


def used(library: Library, *, status: dict[str, str], site: Site, link: HelpLink = LINK) -> Shown:
    patterns = tuple(replace(p, status=status.get(p.id, "dead")) for p in library.patterns)
    found = shown(replace(library, patterns=patterns), site, link, "vi")
    assert found
    return found


def test_the_best_tested_address_is_shown(library: Library) -> None:
    both = {"national-search": "tested", "national-home": "tested"}
    whole = both | {"national-procedure": "tested"}
    assert used(library, status=whole, site=Site()).url.endswith("/1.004194")
    assert used(library, status=both, site=Site()).use == "search"
    bare = replace(LINK, keyword="", code="")
    assert used(library, status=whole, site=Site(), link=bare).use == "home"
    assert used(library, status={}, site=UNIT).use == "guide"
    ministry = replace(LINK, portal="ministry")
    assert used(library, status=both, site=Site(), link=ministry).use == "search"


@pytest.mark.parametrize("public", ["https://một-cửa.vn", "https://a.vn/" + "x" * 300])
def test_a_unit_address_unfit_for_a_code_gives_way_to_the_portal(
    library: Library, public: str
) -> None:
    found = used(library, status={"national-home": "tested"}, site=Site(public_url=public))
    assert found.use == "home"


def test_without_any_tested_address_the_page_says_so(
    sit: Sit, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: Library = app.extensions["kiosk.library"]
    monkeypatch.setitem(app.extensions, "kiosk.library", replace(held, patterns=()))
    who = sit()
    found = seen(who.client.get(f"{LIST}/muoi-buoc"))
    assert "Chưa có địa chỉ nào được người bấm thử" in found.text
    assert not found.all("img")
    assert who.client.get(f"{LIST}/muoi-buoc/qr.svg").status_code == 404
