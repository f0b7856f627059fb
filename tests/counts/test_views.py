import re
from datetime import date

import pytest
from sqlalchemy import Engine

from kiosk.counts.figures import Figures
from kiosk.counts.official import latest, within
from kiosk.counts.periods import period_of
from kiosk.counts.targets import Target, set_target
from kiosk.db import reading
from tests.counts.build import entry, log, online, returned
from tests.counts.conftest import SignIn

MONTH = period_of("month", date(2026, 11, 1))
WEEK = period_of("week", date(2026, 11, 21))
IN_MONTH = "/so-lieu?ky=thang&ngay=2026-11-01"
ENTRY = "/so-lieu/nhap/residence?ky=thang&ngay=2026-11-01"


def test_the_page_opens_on_the_week_due_next(sign_in: SignIn) -> None:
    page = sign_in().get("/so-lieu")
    assert page.heading == "Số liệu: Công an 31615"
    assert "Tuần, từ ngày 19/11/2026 đến ngày 25/11/2026" in page.text
    assert "phải gửi trước 09:00 ngày 26/11/2026" in page.text
    assert "Còn 4 ngày." in page.text


@pytest.mark.parametrize("query", ["?ky=x", "?ngay=x", "?ky=&ngay=0001-01-01"])
def test_an_address_that_makes_no_sense_opens_the_same(sign_in: SignIn, query: str) -> None:
    assert "19/11/2026" in sign_in().get(f"/so-lieu{query}").text


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("thang", "Tháng, từ ngày 15/11/2026 đến ngày 14/12/2026"),
        ("quy", "Quý, từ ngày 15/9/2026 đến ngày 14/12/2026"),
        ("nua-nam", "Sáu tháng, từ ngày 15/6/2026 đến ngày 14/12/2026"),
        ("nam", "Năm, từ ngày 15/12/2025 đến ngày 14/12/2026"),
    ],
)
def test_each_kind_of_period_has_its_page(sign_in: SignIn, word: str, name: str) -> None:
    assert name in sign_in().get(f"/so-lieu?ky={word}").text


def test_rates_stand_beside_what_they_are_made_of(sign_in: SignIn, engine: Engine) -> None:
    returned(engine, "31615", MONTH, {"residence": Figures(online_full=50_579, direct=20_179)})
    log(engine, "31615", [entry(1, MONTH.start, quantity=12)])
    page = sign_in().get(IN_MONTH)
    assert "71,5% (50.579/70.758)" in page.text
    assert "Đơn vị nhập" in page.text
    assert "100" not in page.text


def test_without_official_figures_there_is_a_dash(sign_in: SignIn, engine: Engine) -> None:
    log(engine, "31615", [entry(1, MONTH.start, quantity=12)])
    page = sign_in().get(IN_MONTH)
    assert "—" in page.text
    assert "%" not in page.text
    assert "Đăng ký tạm trú" in page.text


def test_a_target_is_compared(sign_in: SignIn, engine: Engine) -> None:
    set_target(
        engine,
        Target(
            unit="92",
            field="residence",
            percent_times_100=7250,
            valid_from=date(2026, 1, 1),
            basis="x",
        ),
    )
    returned(engine, "31615", MONTH, {"residence": online(71, 29)})
    page = sign_in().get(IN_MONTH)
    assert "Chưa đạt Chỉ tiêu 72,5%" in page.text


def test_more_logged_than_received_is_said(sign_in: SignIn, engine: Engine) -> None:
    returned(engine, "31615", MONTH, {"residence": online(1)})
    log(engine, "31615", [entry(1, MONTH.start, quantity=2)])
    assert "Sổ ghi 2 hồ sơ trực tuyến" in sign_in().get(IN_MONTH).text


def test_a_province_sees_its_communes(sign_in: SignIn, engine: Engine) -> None:
    returned(engine, "31615", MONTH, {"residence": online(0, 5)})
    reader = sign_in(unit="92")
    page = reader.get(IN_MONTH)
    assert "Có 01 địa phương chưa phát sinh hồ sơ (Công an 31615)." in page.text
    assert "Có 01 đơn vị chưa có số liệu chính thức (Công an 31633)." in page.text
    assert "1/2 đơn vị đã đủ số liệu: tiếp nhận 5, trực tuyến 0." in page.text
    commune = next(link for link in page.links if "31615" in link)
    assert reader.get(commune).heading == "Số liệu: Công an 31615"


def test_a_commune_sees_no_other(sign_in: SignIn) -> None:
    reader = sign_in()
    for unit in ("92", "31633", "nowhere"):
        reader.get(f"/so-lieu?don-vi={unit}", status=404)


def test_a_period_to_come_is_not_there(sign_in: SignIn) -> None:
    sign_in().get("/so-lieu?ky=thang&ngay=2027-03-01", status=404)


def test_periods_before_and_after_are_linked(sign_in: SignIn) -> None:
    reader = sign_in()
    page = reader.get(IN_MONTH)
    assert "/so-lieu?ky=thang&ngay=2026-09-15" in [
        link.replace("&amp;", "&") for link in page.links
    ]
    assert "/so-lieu?ky=thang&ngay=2026-11-15" in page.links
    assert "Kỳ sau" not in reader.get("/so-lieu?ky=thang&ngay=2026-11-15").text


def test_an_officer_reads_no_numbers(sign_in: SignIn) -> None:
    reader = sign_in("officer")
    for address in ("/so-lieu", ENTRY, "/so-lieu/bang.xlsx"):
        reader.get(address, status=403)


def test_figures_are_entered_and_shown_again(sign_in: SignIn, engine: Engine) -> None:
    reader = sign_in()
    reader.get(ENTRY)
    answer = reader.post(ENTRY, online_full="50.579", online_partial="", direct=" 20179 ")
    assert answer.status_code == 302
    page = reader.get(answer.headers["Location"])
    assert "Đã ghi số liệu." in page.text
    assert "71,5% (50.579/70.758)" in page.text
    with reading(engine) as connection:
        (kept,) = latest(connection, ("31615",), MONTH)
    assert kept.figures == Figures(online_full=50_579, direct=20_179)
    assert kept.entered_by == "id-31615-head"
    form = reader.get(ENTRY)
    assert {i["name"]: i["value"] for i in form.all("input") if i.get("name") == "direct"} == {
        "direct": "20179"
    }
    assert "lần 1, ngày 21/11/2026" in form.text
    reader.post(ENTRY, online_full="50579", direct="20179")
    assert "Số liệu không thay đổi." in reader.get(IN_MONTH).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"direct": "hai"}, "Hãy nhập một số nguyên"),
        ({"direct": "1,5"}, "Hãy nhập một số nguyên"),
        ({"direct": "-3"}, "Số hồ sơ không thể nhỏ hơn 0."),
        ({"direct": "123456789"}, "Số hồ sơ lớn quá mức có thể."),
    ],
)
def test_what_cannot_be_is_said_beside_what_was_typed(
    sign_in: SignIn, engine: Engine, typed: dict[str, str], said: str
) -> None:
    reader = sign_in()
    reader.get(ENTRY)
    page = reader.post_wrong(ENTRY, post="7", **typed)
    assert page.title.startswith("Lỗi:")
    assert said in page.text
    kept = {field["name"]: field.get("value") for field in page.all("input")}
    assert (kept["direct"], kept["post"]) == (typed["direct"], "7")
    assert [field for field in page.all("input") if field.get("aria-invalid") == "true"]
    with reading(engine) as connection:
        assert latest(connection, ("31615",), MONTH) == ()


def test_totals_that_do_not_close_are_refused(sign_in: SignIn) -> None:
    reader = sign_in()
    reader.get(ENTRY)
    figures = dict.fromkeys(("carried_over", "early", "on_time", "late"), "0")
    page = reader.post_wrong(
        ENTRY, online_full="10", direct="0", open_in_time="9", open_overdue="0", **figures
    )
    assert "phải bằng đã giải quyết cộng đang giải quyết" in page.text


def test_one_procedure_has_its_own_form(sign_in: SignIn, engine: Engine) -> None:
    reader = sign_in()
    page = reader.get(ENTRY)
    address = next(link for link in page.links if "thu-tuc=dang-ky-tam-tru" in link)
    assert "Riêng thủ tục Đăng ký tạm trú." in reader.get(address).text
    assert reader.post(address, online_full="4", direct="1").status_code == 302
    with reading(engine) as connection:
        (kept,) = latest(connection, ("31615",), MONTH)
    assert kept.topic == ("residence", "dang-ky-tam-tru")


@pytest.mark.parametrize("address", ["nhap/nothing", "nhap/residence?thu-tuc=cap-the-can-cuoc"])
def test_what_is_not_in_the_content_cannot_be_entered(sign_in: SignIn, address: str) -> None:
    sign_in().get(f"/so-lieu/{address}", status=404)


def test_nothing_at_all_is_reported_with_one_button(sign_in: SignIn) -> None:
    reader = sign_in()
    page = reader.get("/so-lieu")
    assert "Chưa có số liệu" in page.text
    answer = reader.post("/so-lieu/khong-phat-sinh?ky=tuan&ngay=2026-11-19")
    page = reader.get(answer.headers["Location"])
    assert "trong kỳ không phát sinh hồ sơ nào" in page.text
    assert "Chưa phát sinh hồ sơ trực tuyến" in page.text
    assert "khong-phat-sinh" not in page.html


def test_a_form_of_another_site_is_refused(sign_in: SignIn) -> None:
    reader = sign_in()
    reader.get(ENTRY)
    reader.token = "forged"
    assert reader.post(ENTRY, direct="1").status_code == 400


@pytest.mark.parametrize("day", ["1976-01-01", "1976-12-31", "0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("word", ["tuan", "thang", "quy", "nua-nam", "nam"])
def test_a_day_at_the_end_of_the_calendar_has_a_page(sign_in: SignIn, word: str, day: str) -> None:
    page = sign_in().get(f"/so-lieu?ky={word}&ngay={day}")
    assert ("Kỳ trước" in page.text) == (day != "1976-01-01")


@pytest.mark.parametrize("path", ["nhap/residence", "khong-phat-sinh"])
@pytest.mark.parametrize(
    "query",
    [
        "",
        "?ky=thang",
        "?ngay=2026-11-01",
        "?ky=x&ngay=2026-11-01",
        *(f"?ky=thang&ngay={day}" for day in ("", "x", "2026-02-30", "0001-01-01", "9999-12-31")),
    ],
)
def test_figures_go_into_no_period_that_nobody_named(
    sign_in: SignIn, engine: Engine, path: str, query: str
) -> None:
    reader = sign_in()
    reader.get(ENTRY)
    assert reader.post(f"/so-lieu/{path}{query}", direct="1").status_code == 400
    with reading(engine) as connection:
        assert within(connection, ("31615",), date.min, date.max) == ()


@pytest.mark.parametrize("path", ["nhap/residence", "khong-phat-sinh"])
def test_figures_of_a_period_to_come_are_refused(sign_in: SignIn, path: str) -> None:
    reader = sign_in()
    reader.get(ENTRY)
    answer = reader.post(f"/so-lieu/{path}?ky=thang&ngay=2027-03-01", direct="1")
    assert answer.status_code == 404


@pytest.mark.parametrize("address", ["/so-lieu", "/so-lieu/chi-tieu"])
def test_a_warning_does_not_look_like_a_success(sign_in: SignIn, address: str) -> None:
    reader = sign_in()
    with reader.client.session_transaction() as kept:
        kept["_flashes"] = [("warn", "Chưa lưu."), ("ok", "Đã lưu.")]
    page = reader.get(address)
    said = {
        " ".join(found[2].split()): found[1]
        for found in re.finditer(r'notice--(\w+)" role="status">(?:\s*<[^>]+>)*([^<]+)', page.html)
    }
    assert said["Chưa lưu."] == "warn"
    assert said["Đã lưu."] == "ok"
