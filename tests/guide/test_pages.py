"""The citizen's pages: laws of every page, the whole way, and every wrong turn in plain words."""

import subprocess
import sys
from datetime import datetime, timedelta
from itertools import islice

import pytest
from flask import Flask

from kiosk import clock
from kiosk.content.check import paths
from kiosk.content.library import Library
from kiosk.content.rules import checklist
from kiosk.guide.code import encode
from kiosk.guide.words import fee_sentence
from tests.pages import Visitor

LANGUAGES = ("vi", "en", "km")
PLAIN = ("", "bat-dau", "tim", "tim?q=xe", "muc-do", "nop-truc-tuyen", "ma")
NOON = datetime(2026, 11, 21, 12, tzinfo=clock.VIETNAM)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PLAIN)
def test_every_page_obeys_the_laws(web: Visitor, lobby: Visitor, lang: str, name: str) -> None:
    for visitor in (web, lobby):
        page = visitor.get(f"/{lang}/{name}")
        assert page.all("html")[0]["lang"] == lang
        assert page.heading


@pytest.mark.parametrize("lang", LANGUAGES)
def test_fields_procedures_and_scales(web: Visitor, library: Library, lang: str) -> None:
    for field in library.fields.values():
        web.get(f"/{lang}/linh-vuc/{field.slug}", 200 if field.guided else 404)
    for slug, procedure in library.procedures.items():
        page = web.get(f"/{lang}/thu-tuc/{slug}")
        assert all(code.code in page.text for code in procedure.codes if code.valid(clock.today()))
    for scale in library.levels.scales:
        web.get(f"/{lang}/muc-do/{scale.id}")


def test_the_front_door_opens_the_source_language(web: Visitor) -> None:
    assert web.leads("/") == "/vi/"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_walk_by_first_choices_ends_at_a_checklist(
    web: Visitor, library: Library, lang: str
) -> None:
    for slug in library.procedures:
        page = web.get(f"/{lang}/thu-tuc/{slug}/giay-to")
        for _question in range(12):
            if any(a.get("name") == "co" for a in page.all("input")):
                break
            page = web.get(page.tiles[0])
        assert page.all("input"), slug
        assert any("phieu.pdf" in link for link in page.links)


def test_the_person_comes_first_and_goes_along(web: Visitor) -> None:
    page = web.get("/vi/bat-dau")
    assert "VNeID" in page.heading
    second = web.get(next(link for link in page.tiles if "vneid.khong" in link))
    if "cho-ai" in " ".join(second.tiles):
        second = web.get(second.tiles[0])
    assert any("/linh-vuc/can-cuoc/vneid.khong" in link for link in second.tiles)
    assert "cán bộ" in second.text


def complete(library: Library, slug: str, skip: int = 0) -> str:
    procedure = library.procedures[slug]
    today = clock.today()
    answers = next(islice(paths(procedure, today), skip, None))
    return "/".join(f"{question}.{option}" for question, option in answers.items())


def test_ticks_live_in_the_address_and_unknown_ones_are_dropped(
    web: Visitor, library: Library
) -> None:
    address = f"/vi/thu-tuc/cap-the-can-cuoc/{complete(library, 'cap-the-can-cuoc')}/giay-to"
    boxes = [a for a in web.get(address).all("input") if a.get("name") == "co"]
    assert boxes
    assert not [a for a in boxes if "checked" in a]
    page = web.get(f"{address}?co={boxes[0]['value']}&co=nonsense")
    assert [a["value"] for a in page.all("input") if "checked" in a] == [boxes[0]["value"]]
    assert any(f"co={boxes[0]['value']}" in link for link in page.links)


def test_a_changed_answer_keeps_the_rest(web: Visitor, library: Library) -> None:
    given = complete(library, "dang-ky-tam-tru")
    address = f"/vi/thu-tuc/dang-ky-tam-tru/{given}"
    target = web.leads(f"{address}/cau-hoi/vneid?chon=khong")
    kept = [part for part in given.split("/") if not part.startswith(("vneid.", "cong-dan-so."))]
    assert "vneid.khong" in target
    assert all(part in target for part in kept)


def test_a_language_switch_keeps_everything(web: Visitor, library: Library) -> None:
    given = complete(library, "dang-ky-tam-tru")
    page = web.get(f"/vi/thu-tuc/dang-ky-tam-tru/{given}/giay-to?on=2026-11-21")
    switches = [a["href"] for a in page.all("a") if a.get("hreflang") == "km"]
    assert switches == [f"/km/thu-tuc/dang-ky-tam-tru/{given}/giay-to?on=2026-11-21"]


def test_unknown_answers_are_dropped_and_the_question_is_asked(web: Visitor) -> None:
    target = web.leads("/vi/thu-tuc/dang-ky-tam-tru/vneid.co/nhay.mua/giay-to")
    assert "nhay" not in target
    assert "/cau-hoi/" in target


def test_an_answer_off_the_list_is_asked_again_beside_its_reason(web: Visitor) -> None:
    for bad in ("", "bay", "%00", "x" * 500):
        page = web.get(f"/vi/thu-tuc/dang-ky-tam-tru/cau-hoi/vneid?chon={bad}", 400)
        assert "VNeID" in page.heading
        assert page.title.startswith("Lỗi:")
        assert len(page.tiles) >= 2


@pytest.mark.parametrize(
    "address",
    [
        "/vi/thu-tuc/khong-co",
        "/vi/linh-vuc/khong-co",
        "/vi/muc-do/khong-co",
        "/xx/",
        "/vi/thu-tuc/dang-ky-tam-tru?on=hom-qua",
        "/vi/?on=2026-13-01",
        "/en/thu-tuc/khong-co/a.b/giay-to",
        "/km/khong",
        "/vi/thu-tuc/dang-ky-tam-tru/phieu.png?rong=1",
        "/m/XXXXXX",
        "/m/%F0%9F%98%80",
        "/dang-nhap",
        "/ban",
        "/so-lieu",
    ],
)
def test_what_is_not_there_is_said_plainly(web: Visitor, lobby: Visitor, address: str) -> None:
    for visitor in (web, lobby):
        page = visitor.get(address, 404)
        language = address.split("/")[1]
        assert page.all("html")[0]["lang"] == (language if language in LANGUAGES else "vi")


def test_a_foreign_host_is_refused(web: Visitor) -> None:
    answer = web.client.get("/vi/", headers={"Host": "evil.example"})
    assert answer.status_code == 400


def test_nothing_can_be_posted(web: Visitor) -> None:
    for address in ("/vi/", "/vi/tim", "/vi/ma"):
        assert web.client.post(address).status_code == 405


def test_the_law_of_a_day_is_shown_and_said(web: Visitor) -> None:
    page = web.get("/vi/thu-tuc/dang-ky-tam-tru?on=2026-06-01")
    assert "Đang xem quy định của ngày 1/6/2026." in page.text
    before = web.get("/vi/thu-tuc/dang-ky-tam-tru?on=2020-01-01")
    assert "Chưa ghi nhận quy định của ngày này" in before.text


def test_a_short_code_reopens_the_checklist(web: Visitor, library: Library) -> None:
    procedure = library.procedures["dang-ky-tam-tru"]
    answers = next(islice(paths(procedure, clock.today()), 5, None))
    code = encode(procedure, answers)
    given = "/".join(f"{question}.{option}" for question, option in answers.items())
    wanted = f"/vi/thu-tuc/dang-ky-tam-tru/{given}/giay-to"
    assert web.leads(f"/vi/ma?ma={code.lower()}") == wanted
    assert web.leads(f"/m/{code}") == wanted


def test_a_wrong_code_is_kept_beside_its_message(web: Visitor) -> None:
    page = web.get("/vi/ma?ma=ABC<b>", 400)
    assert [a["value"] for a in page.all("input") if a.get("name") == "ma"] == ["ABC<b>"]
    assert "Mã này không đúng" in page.text


def test_pages_may_be_kept_until_midnight_but_never_at_the_lobby(
    web: Visitor, lobby: Visitor
) -> None:
    with clock.at(NOON):
        answer = web.client.get("/vi/")
        assert answer.headers["Cache-Control"] == "public, max-age=43200"
        again = web.client.get("/vi/", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
        assert lobby.client.get("/vi/").headers["Cache-Control"] == "no-store"


def test_the_lobby_leads_nowhere_else(lobby: Visitor, library: Library) -> None:
    for slug in library.procedures:
        page = lobby.get(f"/vi/thu-tuc/{slug}/{complete(library, slug, 3)}/giay-to")
        assert not [link for link in page.links if "//" in link]


def test_tomorrow_is_another_page(web: Visitor) -> None:
    with clock.at(NOON):
        today = web.client.get("/vi/thu-tuc/dang-ky-tam-tru").get_data()
    with clock.at(datetime(2027, 3, 1, 12, tzinfo=clock.VIETNAM) + timedelta(days=1)):
        later = web.client.get("/vi/thu-tuc/dang-ky-tam-tru").get_data()
    assert today != later


def test_citizens_need_no_database() -> None:
    program = (
        "import sys; from config import Config; from kiosk.app import create_app\n"
        "app = create_app(Config.from_env(), 'public')\n"
        "assert app.test_client().get('/vi/').status_code == 200\n"
        "bad = [m for m in sys.modules if m.startswith(('sqlalchemy', 'reportlab'))]\n"
        "assert not bad, bad"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize(
    "query",
    ["endpoint=x", "_anchor=x", "_scheme=x", "_method=x", "_external=1", "answers=x", "lang=xx"],
)
def test_a_query_may_name_anything(web: Visitor, lobby: Visitor, query: str) -> None:
    for visitor in (web, lobby):
        for address in ("/vi/", "/vi/thu-tuc/dang-ky-tam-tru/vneid.co/cau-hoi/vneid"):
            page = visitor.get(f"{address}?{query}")
            assert not [link for link in page.links if "//" in link]


@pytest.mark.parametrize("end", ["giay-to", "phieu", "cau-hoi/vneid", "vneid.co/giay-to"])
def test_before_the_content_is_known_every_way_leads_to_the_overview(
    web: Visitor, end: str
) -> None:
    for day in ("1990-01-01", "2025-12-31"):
        page = web.get(f"/vi/thu-tuc/dang-ky-tam-tru/{end}?on={day}")
        assert "Chưa ghi nhận quy định của ngày này" in page.text


def test_a_fault_is_told_and_logged_without_any_address(
    public_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    public_app.config["PROPAGATE_EXCEPTIONS"] = False
    whole = public_app.view_functions["guide.how"]

    def fails() -> str:
        raise RuntimeError("broken on purpose")

    public_app.view_functions["guide.how"] = fails
    try:
        answer = public_app.test_client().get("/en/nop-truc-tuyen?x=079123456789")
    finally:
        public_app.view_functions["guide.how"] = whole
    assert answer.status_code == 500
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "href" not in answer.get_data(as_text=True)
    assert "079123456789" not in caplog.text
    assert "guide.how" in caplog.text


def test_a_case_for_the_counter_alone_has_no_online_fee(
    public_app: Flask, library: Library
) -> None:
    for slug, procedure in library.procedures.items():
        for answers in islice(paths(procedure, clock.today()), 0, None, 97):
            case = checklist(library, slug, answers, clock.today())
            ways = {channel.id for channel in case.channels}
            if ways <= {"counter", "post"}:
                with public_app.test_request_context("/vi/"):
                    assert fee_sentence(case, "online") == "Không nhận nộp theo cách này."
