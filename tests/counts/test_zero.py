"""Who has received nothing online; the first one is the list of a real letter of 2022."""

from datetime import date

import pytest
from sqlalchemy import Engine

from kiosk.content.library import Library
from kiosk.counts import words
from kiosk.counts.figures import NIL, Figures
from kiosk.counts.periods import SPECIAL_2022, Period, PeriodError, following, period_of
from kiosk.counts.zero import Horizon, ZeroList, ZeroQuery, as_json, zero_list
from kiosk.db import reading
from tests.counts.build import add_units, entry, log, online, returned

DISTRICTS = {
    "chau-thanh": "Châu Thành",
    "cu-lao-dung": "Cù Lao Dung",
    "ke-sach": "Kế Sách",
    "long-phu": "Long Phú",
    "my-tu": "Mỹ Tú",
    "my-xuyen": "Mỹ Xuyên",
    "nga-nam": "Ngã Năm",
    "soc-trang": "Sóc Trăng",
    "thanh-tri": "Thạnh Trị",
    "tran-de": "Trần Đề",
    "vinh-chau": "Vĩnh Châu",
}
FIELDS = {
    "vehicle": "Đăng ký, quản lý phương tiện giao thông cơ giới đường bộ",
    "citizen-id": "Cấp, quản lý Căn cước công dân",
    "business": "Quản lý ngành, nghề kinh doanh có điều kiện về an ninh, trật tự",
    "residence": "Đăng ký, quản lý cư trú",
}
NONE_YET = {
    "vehicle": ("my-tu", "my-xuyen"),
    "citizen-id": ("chau-thanh", "cu-lao-dung", "tran-de"),
    "business": ("chau-thanh",),
}
MONTH = period_of("month", date(2026, 11, 1))
UNITS = ("31615", "31633", "31684")


def zeros(
    engine: Engine,
    on: date,
    *,
    horizon: Horizon = "period",
    units: tuple[str, ...] = UNITS,
    **more: object,
) -> ZeroList:
    query = ZeroQuery(on=on, units=units, horizon=horizon, **more)  # type: ignore[arg-type]
    with reading(engine) as connection:
        return zero_list(connection, query)


@pytest.fixture
def soc_trang(engine: Engine) -> Engine:
    """A province in 2022, as its districts reported."""
    add_units(engine, "94", level="province")
    add_units(engine, *DISTRICTS, parent="94", level="district")
    for unit in DISTRICTS:
        said = {field: online(0 if unit in NONE_YET.get(field, ()) else 7, 90) for field in FIELDS}
        returned(engine, unit, SPECIAL_2022, said)
    return engine


@pytest.mark.parametrize("horizon", ["period", "year"])
@pytest.mark.parametrize("on", [date(2022, 12, 14), date(2022, 12, 22)])
def test_the_list_of_the_letter_comes_out(soc_trang: Engine, on: date, horizon: Horizon) -> None:
    found = zeros(soc_trang, on, horizon=horizon, units=("94", *DISTRICTS), fields=tuple(FIELDS))
    assert dict(found.fields) == NONE_YET
    assert [field for field, _ in found.fields] == ["vehicle", "citizen-id", "business"]
    assert [len(units) for _, units in found.fields] == [2, 3, 1]
    assert sum(len(fields) for _, fields in found.units) == 6
    assert len(found.units) == 5
    assert dict(found.units)["chau-thanh"] == ("citizen-id", "business")
    assert found.silent == ()


def test_the_list_is_said_as_in_the_letter(soc_trang: Engine) -> None:
    found = zeros(soc_trang, date(2022, 12, 14), units=tuple(DISTRICTS), fields=tuple(FIELDS))
    named = words.Names(field=FIELDS.__getitem__, procedure=str, unit=DISTRICTS.__getitem__)
    about_vehicles, about_cards, about_business = words.zero_sentences(found, named)
    assert about_vehicles == (
        "Lĩnh vực đăng ký, quản lý phương tiện giao thông cơ giới đường bộ: "
        "Có 02 địa phương chưa phát sinh hồ sơ (Mỹ Tú, Mỹ Xuyên)."
    )
    assert about_cards == (
        "Lĩnh vực cấp, quản lý Căn cước công dân: "
        "Có 03 địa phương chưa phát sinh hồ sơ (Châu Thành, Cù Lao Dung, Trần Đề)."
    )
    assert about_business == (
        "Lĩnh vực quản lý ngành, nghề kinh doanh có điều kiện về an ninh, trật tự: "
        "Có 01 địa phương chưa phát sinh hồ sơ (Châu Thành)."
    )


def test_after_the_letter_s_deadline_a_new_year_begins(soc_trang: Engine) -> None:
    found = zeros(soc_trang, date(2022, 12, 31), horizon="year", units=("94", *DISTRICTS))
    assert (found.fields, found.silent) == ((), tuple(DISTRICTS))


@pytest.fixture
def communes(engine: Engine) -> Engine:
    """Three communes."""
    add_units(engine, "92", level="province")
    add_units(engine, *UNITS, parent="92")
    return engine


def test_the_document_of_the_command(communes: Engine) -> None:
    returned(communes, "31615", MONTH, {"residence": online(0, 1), "vehicle": online(1)})
    returned(communes, "31633", MONTH, {"residence": online(0)})
    found = zeros(communes, MONTH.end, fields=("vehicle", "residence"))
    assert as_json(found) == {
        "on": "2026-11-14",
        "horizon": "period",
        "fields": [{"field": "residence", "units": ["31615", "31633"]}],
        "units": [
            {"unit": "31615", "fields": ["residence"]},
            {"unit": "31633", "fields": ["residence"]},
        ],
        "silent": ["31684"],
    }


def test_a_nil_return_is_a_zero_in_every_field(communes: Engine) -> None:
    returned(communes, "31615", MONTH, {"": NIL})
    found = zeros(communes, MONTH.end, fields=("residence", "vehicle"))
    assert found.units == (("31615", ("residence", "vehicle")),)


def test_one_logged_online_filing_clears_a_zero(communes: Engine) -> None:
    returned(communes, "31615", MONTH, {"residence": online(0), "vehicle": online(0)})
    log(communes, "31615", [entry(1, MONTH.start)])
    log(communes, "31615", [entry(2, MONTH.start, field="vehicle", channel="post")])
    assert zeros(communes, MONTH.end).fields == (("vehicle", ("31615",)),)


def test_a_filing_of_before_clears_nothing(communes: Engine) -> None:
    returned(communes, "31615", MONTH, {"residence": online(0)})
    before = period_of("month", date(2026, 9, 20))
    log(communes, "31615", [entry(1, before.start)])
    assert zeros(communes, MONTH.end).fields == (("residence", ("31615",)),)


def test_over_the_year_one_month_is_enough(communes: Engine) -> None:
    december = following(MONTH)
    returned(communes, "31615", MONTH, {"residence": online(3), "vehicle": online(0)})
    returned(communes, "31615", december, {"residence": online(0), "vehicle": online(0)})
    on = date(2026, 12, 1)
    assert zeros(communes, on).units == (("31615", ("residence", "vehicle")),)
    assert zeros(communes, on, horizon="year").units == (("31615", ("vehicle",)),)


def test_a_report_still_due_is_looked_at(communes: Engine) -> None:
    returned(communes, "31615", MONTH, {"residence": online(0)})
    assert zeros(communes, date(2026, 11, 15)).fields == (("residence", ("31615",)),)
    assert zeros(communes, date(2026, 11, 16)).silent == UNITS


def test_only_returns_of_the_kind_asked_for_are_looked_at(communes: Engine) -> None:
    week = period_of("week", date(2026, 11, 10))
    returned(communes, "31615", week, {"residence": online(0)})
    returned(communes, "31615", MONTH, {"residence": online(4)})
    on = date(2026, 11, 10)
    assert zeros(communes, on, kind="week").fields == (("residence", ("31615",)),)
    assert zeros(communes, on, kind="month").fields == ()
    assert zeros(communes, on).fields == ()


def test_unknown_is_not_zero(communes: Engine) -> None:
    returned(communes, "31615", MONTH, {"residence": Figures(direct=4)})
    found = zeros(communes, MONTH.end)
    assert (found.fields, found.silent) == ((), ("31633", "31684"))


def test_who_is_not_competent_is_on_no_list(communes: Engine) -> None:
    competent = {"immigration": frozenset({"province"}), "residence": frozenset({"commune"})}
    returned(communes, "31615", MONTH, {"immigration": online(0), "residence": online(0)})
    found = zeros(communes, MONTH.end, units=("92", *UNITS), competent=competent)
    assert found.fields == (("residence", ("31615",)),)
    assert found.silent == ("92", "31633", "31684")


def test_a_special_period_that_is_forgotten_is_no_longer_due(communes: Engine) -> None:
    autumn = Period("special", date(2026, 9, 1), date(2026, 10, 31))
    returned(communes, "31615", autumn, {"residence": online(0)})
    assert zeros(communes, date(2026, 10, 31)).fields == (("residence", ("31615",)),)
    assert zeros(communes, date(2026, 11, 1)).fields == ()


def test_who_has_not_reported_is_said(communes: Engine, library: Library) -> None:
    found = zeros(communes, MONTH.end)
    named = words.names(library, {"31615": "Công an xã An Thạnh"})
    assert words.silent_sentence(found, named) == (
        "Có 03 đơn vị chưa có số liệu chính thức (Công an xã An Thạnh, 31633, 31684)."
    )
    returned(communes, "31615", MONTH, {"": NIL})
    everybody = zeros(communes, MONTH.end, units=("31615",))
    assert words.silent_sentence(everybody, named) == ""


@pytest.mark.parametrize("horizon", ["period", "year"])
@pytest.mark.parametrize("on", [date.min, date(1975, 12, 31), date.max])
def test_a_day_beyond_all_keeping_is_refused(engine: Engine, on: date, horizon: Horizon) -> None:
    with pytest.raises(PeriodError, match=f"year {on.year}"):
        zeros(engine, on, horizon=horizon)


@pytest.mark.parametrize("horizon", ["period", "year"])
def test_the_first_day_of_all_keeping_has_its_list(engine: Engine, horizon: Horizon) -> None:
    assert zeros(engine, date(1976, 1, 1), horizon=horizon).silent == UNITS
