"""The page of targets: what it lists, what it refuses, what it asks before it replaces."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select

from kiosk import clock
from kiosk.access.models import audit_event
from kiosk.counts.targets import Target, set_target, target
from kiosk.db import StoreBusy, StoreFull, reading
from tests.counts.conftest import NOON, SignIn
from tests.pages import Page

PAGE = "/so-lieu/chi-tieu"
TYPED = {
    "unit": "31615",
    "about": "residence",
    "percent": "62,5",
    "valid_from": "2026-01-01",
    "valid_to": "",
    "basis": "Kế hoạch 104/KH-CAH",
}
HALF = Target(unit="92", percent_times_100=5000, valid_from=date(2026, 1, 1), basis="104/KH-CAH")


def kept(engine: Engine) -> list[Target]:
    with reading(engine) as connection:
        rows = connection.execute(select(target).order_by(target.c.unit, target.c.valid_from))
        return [Target(**row._mapping) for row in rows]


def audited(engine: Engine) -> list[tuple[str, str, int, int | None]]:
    with reading(engine) as connection:
        rows = connection.execute(
            select(audit_event).where(audit_event.c.kind == "target_set").order_by("seq")
        ).all()
    return [
        (
            row.unit,
            row.actor,
            row.detail["percent_times_100"],
            row.detail.get("replaced_times_100"),
        )
        for row in rows
    ]


def shown(page: Page) -> dict[str, str]:
    """Return what stands in the fields of the page."""
    return {field["name"]: field.get("value", "") for field in page.all("input") if "name" in field}


def chosen(page: Page) -> list[str]:
    return [option["value"] for option in page.all("option") if "selected" in option]


def test_a_target_is_set_and_listed(sign_in: SignIn, engine: Engine) -> None:
    reader = sign_in()
    page = reader.get(PAGE)
    assert page.heading == "Chỉ tiêu: Công an 31615"
    assert "Chưa có chỉ tiêu nào." in page.text
    answer = reader.post(PAGE, **TYPED)
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    page = reader.get(PAGE)
    assert "Đã ghi chỉ tiêu." in page.text
    assert "Đăng ký, quản lý cư trú 62,5% từ 1/1/2026 Kế hoạch 104/KH-CAH" in page.text
    (only,) = kept(engine)
    assert only == Target(
        unit="31615",
        field="residence",
        percent_times_100=6250,
        valid_from=date(2026, 1, 1),
        basis="Kế hoạch 104/KH-CAH",
    )
    assert audited(engine) == [("31615", "id-31615-head", 6250, None)]


@pytest.mark.parametrize(
    ("about", "percent", "expected"),
    [
        ("", "50", ("", "", 5000)),  # seed 002: half of all
        ("residence", "100%", ("residence", "", 10_000)),  # seed 000: all of a field
        ("residence/dang-ky-tam-tru", "99.95", ("residence", "dang-ky-tam-tru", 9995)),
    ],
)
def test_all_or_a_field_or_a_procedure(
    sign_in: SignIn, engine: Engine, about: str, percent: str, expected: tuple[str, str, int]
) -> None:
    reader = sign_in()
    reader.get(PAGE)
    sent = {**TYPED, "about": about, "percent": percent, "valid_to": "31/12/2026"}
    assert reader.post(PAGE, **sent).status_code == 302
    (only,) = kept(engine)
    assert (only.field, only.procedure, only.percent_times_100) == expected
    assert only.valid_to == date(2026, 12, 31)
    assert "đến hết 31/12/2026" in reader.get(PAGE).text


def test_those_of_the_superior_are_listed_too(sign_in: SignIn, engine: Engine) -> None:
    set_target(engine, HALF)
    set_target(engine, replace(HALF, valid_from=date(2027, 1, 1)))
    page = sign_in().get(PAGE)
    assert "Mọi lĩnh vực 50% từ 1/1/2026 104/KH-CAH Công an 92" in page.text
    assert "từ 1/1/2027 Chưa đến ngày áp dụng" in page.text


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("percent", "", "Chỉ tiêu là số từ 0 đến 100"),
        ("percent", "nửa", "Chỉ tiêu là số từ 0 đến 100"),
        ("percent", "100,01", "Chỉ tiêu là số từ 0 đến 100"),
        ("percent", "62,555", "Chỉ tiêu là số từ 0 đến 100"),
        ("percent", "-1", "Chỉ tiêu là số từ 0 đến 100"),
        ("valid_from", "", "Hãy chọn một ngày"),
        ("valid_from", "2026-02-30", "Hãy chọn một ngày"),
        ("valid_from", "0206-01-01", "Hãy chọn một ngày"),
        ("valid_to", "hôm nay", "Hãy chọn một ngày"),
        ("valid_to", "2025-12-31", "Ngày kết thúc phải từ ngày bắt đầu trở đi."),
        ("basis", "", "Hãy ghi văn bản giao chỉ tiêu."),
        ("basis", " ", "Hãy ghi văn bản giao chỉ tiêu."),
        ("basis", "x" * 201, "Tên văn bản dài nhất 200 ký tự."),
        ("basis", "104/KH\nCAH", "Tên văn bản chỉ gồm một dòng chữ."),
        ("basis", "theo ông A, 0912 345 678", "Ô này chỉ ghi tên văn bản"),
        ("basis", "CCCD 079203001234", "Ô này chỉ ghi tên văn bản"),
        ("basis", "xe 51F-123.45", "Ô này chỉ ghi tên văn bản"),
        ("basis", "H50.1.899-260101-0001 G01.899.107-260101-0001", "Ô này chỉ ghi tên văn bản"),
    ],
)
def test_what_cannot_be_is_said_beside_what_was_typed(
    sign_in: SignIn, engine: Engine, name: str, typed: str, said: str
) -> None:
    reader = sign_in()
    reader.get(PAGE)
    page = reader.post_wrong(PAGE, **{**TYPED, name: typed})
    assert page.title.startswith("Lỗi:")
    assert said in page.text
    wrong = [field["name"] for field in page.all("input") if field.get("aria-invalid") == "true"]
    assert wrong == [name]
    assert {**TYPED, name: typed}.items() <= {**shown(page), "about": TYPED["about"]}.items()
    assert chosen(page) == ["residence"]
    assert (kept(engine), audited(engine)) == ([], [])


@pytest.mark.parametrize("about", ["nothing", "residence/nothing", "vehicle/dang-ky-tam-tru", "/x"])
def test_what_is_not_in_the_content_gets_no_target(
    sign_in: SignIn, engine: Engine, about: str
) -> None:
    reader = sign_in()
    reader.get(PAGE)
    page = reader.post_wrong(PAGE, **{**TYPED, "about": about})
    assert "Hãy chọn một mục trong danh sách." in page.text
    assert kept(engine) == []


def test_what_stands_is_replaced_after_a_warning(sign_in: SignIn, engine: Engine) -> None:
    reader = sign_in()
    reader.get(PAGE)
    reader.post(PAGE, **TYPED)
    more = {**TYPED, "percent": "75", "basis": "105/KH-CAH"}
    page = reader.seen(reader.post(PAGE, **more), 409)
    assert "Đang có: 62,5%, theo Kế hoạch 104/KH-CAH." in page.text
    assert "Thay chỉ tiêu" in page.text
    assert page.title.startswith("Lỗi:")
    known = shown(page)
    assert (known["percent"], known["basis"]) == ("75", "105/KH-CAH")
    assert [one.percent_times_100 for one in kept(engine)] == [6250]
    assert reader.post(PAGE, **more, replaces="anything").status_code == 409
    assert reader.post(PAGE, **more, replaces=known["replaces"]).status_code == 302
    assert [one.percent_times_100 for one in kept(engine)] == [7500]
    assert audited(engine) == [
        ("31615", "id-31615-head", 6250, None),
        ("31615", "id-31615-head", 7500, 6250),
    ]


def test_what_changed_meanwhile_is_shown_again(sign_in: SignIn, engine: Engine) -> None:
    reader = sign_in()
    reader.get(PAGE)
    reader.post(PAGE, **TYPED)
    page = reader.seen(reader.post(PAGE, **{**TYPED, "percent": "75"}), 409)
    seen = shown(page)["replaces"]
    (standing,) = kept(engine)
    changed = replace(standing, percent_times_100=1000)
    set_target(engine, changed, replacing=standing.words)
    page = reader.seen(reader.post(PAGE, **{**TYPED, "percent": "75"}, replaces=seen), 409)
    assert "Đang có: 10%" in page.text
    assert [one.percent_times_100 for one in kept(engine)] == [1000]


def test_the_same_said_twice_changes_nothing(sign_in: SignIn, engine: Engine) -> None:
    reader = sign_in()
    reader.get(PAGE)
    reader.post(PAGE, **TYPED)
    answer = reader.post(PAGE, **TYPED)
    assert "Chỉ tiêu không thay đổi." in reader.get(answer.headers["Location"]).text
    assert len(audited(engine)) == 1


def test_a_province_sets_one_for_a_commune(sign_in: SignIn, engine: Engine) -> None:
    reader = sign_in("admin", "92")
    page = reader.get(f"{PAGE}?don-vi=31633")
    assert page.heading == "Chỉ tiêu: Công an 31633"
    assert chosen(page) == ["31633", "31633"]
    answer = reader.post(PAGE, **{**TYPED, "unit": "31633"})
    assert answer.headers["Location"] == f"{PAGE}?don-vi=31633"
    assert audited(engine) == [("31633", "id-92-admin", 6250, None)]


def test_the_password_is_asked_for_first(sign_in: SignIn, engine: Engine) -> None:
    reader = sign_in()
    reader.get(PAGE)
    with clock.at(NOON + timedelta(minutes=11)):
        page = reader.seen(reader.post(PAGE, **TYPED), 423)
        assert TYPED.items() <= shown(page).items()
        assert kept(engine) == []
        wrong = reader.post(PAGE, **{**TYPED, "percent": "x"})
        assert wrong.status_code == 400, "a mistake is said before the password is asked for"


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [(StoreFull, 507, "hết chỗ lưu"), (StoreBusy, 503, "đang bận")],
)
def test_a_database_that_cannot_take_it_is_said(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, fault: type[Exception], status: int, said: str
) -> None:
    def refuse(*_: object) -> None:
        raise fault

    reader = sign_in()
    reader.get(PAGE)
    monkeypatch.setattr("kiosk.counts.target_views.set_target", refuse)
    page = reader.seen(reader.post(PAGE, **TYPED), status)
    assert said in page.text
    assert page.title.startswith("Lỗi:")
    assert shown(page)["basis"] == TYPED["basis"]


def test_a_page_that_is_no_longer_good_keeps_what_was_typed(
    sign_in: SignIn, engine: Engine
) -> None:
    reader = sign_in()
    reader.get(PAGE)
    reader.token = "old"
    page = reader.seen(reader.post(PAGE, **TYPED), 400)
    assert "trang này đã cũ" in page.text
    assert shown(page)["percent"] == "62,5"
    assert kept(engine) == []
    assert reader.post(PAGE, **TYPED).status_code == 302


@pytest.mark.parametrize("role", ["viewer", "officer"])
def test_an_old_page_tells_others_nothing(sign_in: SignIn, role: str) -> None:
    reader = sign_in(role)
    reader.token = "old"
    answer = reader.post(PAGE, **TYPED)
    assert answer.status_code == 400
    assert "Công an 31615" not in answer.text


def test_an_old_page_tells_nothing_of_other_units(sign_in: SignIn) -> None:
    reader = sign_in()
    reader.token = "old"
    answer = reader.post(PAGE, **{**TYPED, "unit": "31633"})
    assert (answer.status_code, "31633" in answer.text) == (400, False)


def test_a_name_cannot_break_out_of_the_page(sign_in: SignIn, engine: Engine) -> None:
    name = '"><script>x</script>=1+1'
    set_target(engine, replace(HALF, unit="31615", basis=name))
    page = sign_in().get(PAGE)
    assert name in page.text
    assert "<script>x" not in page.html
