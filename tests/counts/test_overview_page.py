"""The overview where something is missing, came late, or cannot be stored."""

from datetime import date, datetime, time

import pytest
from sqlalchemy import Engine

from kiosk import clock
from kiosk.counts.figures import Figures
from kiosk.counts.periods import Period, period_of
from kiosk.counts.targets import Target, set_target
from kiosk.db import StoreBusy, StoreFull, reading
from kiosk.filings.history import Actor
from kiosk.filings.ledger import Act, recent, seed, void
from tests.counts.build import add_units, entry, log, online, returned
from tests.counts.conftest import SignIn

MONTH = period_of("month", date(2026, 11, 1))
WEEK = period_of("week", date(2026, 11, 18))
IN_MONTH = "/so-lieu?ky=thang&ngay=2026-11-01"
IN_WEEK = "/so-lieu?ky=tuan&ngay=2026-11-18"
ENTRY = "/so-lieu/nhap/residence?ky=thang&ngay=2026-11-01"
LATE = "Ghi sau hạn báo cáo"


def test_a_silent_unit_is_named_beside_what_is_known(sign_in: SignIn, engine: Engine) -> None:
    returned(engine, "31615", MONTH, {"residence": online(80, 40)})
    page = sign_in("head", "92").get(IN_MONTH)
    assert "1/2 đơn vị đã đủ số liệu: tiếp nhận 120, trực tuyến 80." in page.text
    assert "Còn thiếu: Công an 31633." in page.text
    assert page.text.count("66,7%") == 1, "the rate of a part is not given out as that of all"


def test_figures_that_give_no_share_are_missing_too(sign_in: SignIn, engine: Engine) -> None:
    returned(engine, "31615", MONTH, {"residence": online(80, 40)})
    returned(engine, "31633", MONTH, {"residence": Figures(online_full=7)})
    page = sign_in("head", "92").get(IN_MONTH)
    assert "1/2 đơn vị đã đủ số liệu: tiếp nhận 120, trực tuyến 80." in page.text
    assert "Còn thiếu: Công an 31633." in page.text


def test_many_units_are_counted_not_named(sign_in: SignIn, engine: Engine) -> None:
    reader = sign_in("head", "92")
    add_units(engine, "a1", "a2", "a3", parent="92")
    returned(engine, "31615", MONTH, {"residence": online(1, 1)})
    page = reader.get(IN_MONTH)
    assert "1/5 đơn vị đã đủ số liệu: tiếp nhận 2, trực tuyến 1." in page.text
    assert "Còn thiếu 4 đơn vị." in page.text


def test_what_a_unit_lacks_is_named_in_its_row(sign_in: SignIn, engine: Engine) -> None:
    some = {"residence": online(1, 1), "vehicle": Figures(online_full=2)}
    returned(engine, "31615", MONTH, some)
    page = sign_in("head", "92").get(IN_MONTH)
    assert "Chưa đủ số liệu chính thức Còn thiếu: Đăng ký, quản lý xe." in page.text


def test_where_nobody_said_anything_nothing_partial_is_said(sign_in: SignIn) -> None:
    page = sign_in("head", "92").get(IN_MONTH)
    assert "đã đủ số liệu" not in page.text
    assert page.text.count("Chưa đơn vị nào đủ số liệu (0/2).") == 1


def test_the_target_of_everything_is_held_against_the_total(
    sign_in: SignIn, engine: Engine
) -> None:
    basis = {"valid_from": date(2023, 1, 1), "basis": "104/KH-CAH"}
    set_target(engine, Target(unit="92", percent_times_100=6255, **basis))  # type: ignore[arg-type]
    returned(engine, "31615", MONTH, {"residence": online(6, 4)})
    page = sign_in().get(IN_MONTH)
    assert page.text.count("Chưa đạt Chỉ tiêu 62,55%") == 2


def record(engine: Engine, period: Period, n: int, at: datetime, quantity: int) -> None:
    by = Actor("31615", "o1", "d1")
    seed(engine, [Act(entry(n, period.end, quantity=quantity), by, at)])


def test_what_came_late_is_said(sign_in: SignIn, engine: Engine) -> None:
    assert WEEK.due_at is not None
    evening = datetime.combine(WEEK.end, time(16), clock.VIETNAM)
    record(engine, WEEK, 1, evening, 1)
    record(engine, WEEK, 2, WEEK.due_at, 3)
    reader = sign_in()
    assert "Ghi sau hạn báo cáo: 3 hồ sơ; sửa hoặc hủy sau hạn: 0 lượt." in reader.get(IN_WEEK).text
    with reading(engine) as connection:
        first = min(recent(connection, "31615", WEEK.end, WEEK.end), key=lambda one: one.quantity)
    void(engine, first.filing_id, "V01", Actor("31615", "o1", "d1"))
    assert "Ghi sau hạn báo cáo: 3 hồ sơ; sửa hoặc hủy sau hạn: 1 lượt." in reader.get(IN_WEEK).text
    assert LATE not in reader.get("/so-lieu").text, "the report of this week is not due yet"
    assert LATE not in reader.get("/so-lieu?ky=quy").text, "a quarter has no hour"


def test_in_time_nothing_is_said(sign_in: SignIn, engine: Engine) -> None:
    log(engine, "31615", [entry(1, WEEK.end)])
    assert LATE not in sign_in().get(IN_WEEK).text


FAULTS = pytest.mark.parametrize(
    ("fault", "status", "said"),
    [(StoreFull, 507, "hết chỗ lưu"), (StoreBusy, 503, "đang bận")],
)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, fault: type[Exception]) -> None:
    def refuse(*_: object) -> None:
        raise fault

    monkeypatch.setattr("kiosk.counts.views.enter", refuse)


@FAULTS
@pytest.mark.usefixtures("broken")
def test_figures_that_cannot_be_stored_stay_on_the_page(
    sign_in: SignIn, status: int, said: str
) -> None:
    reader = sign_in()
    reader.get(ENTRY)
    page = reader.seen(reader.post(ENTRY, direct="20.179"), status)
    assert said in page.text
    assert page.title.startswith("Lỗi:")
    assert "20.179" in [field.get("value") for field in page.all("input")]


@FAULTS
@pytest.mark.usefixtures("broken")
def test_a_nil_return_that_cannot_be_stored_is_said(
    sign_in: SignIn, status: int, said: str
) -> None:
    reader = sign_in()
    reader.get("/so-lieu")
    answer = reader.post("/so-lieu/khong-phat-sinh?ky=thang&ngay=2026-11-01")
    assert said in reader.seen(answer, status).text


def test_a_page_that_is_no_longer_good_keeps_what_was_typed(sign_in: SignIn) -> None:
    reader = sign_in()
    reader.get(ENTRY)
    reader.token = "old"
    page = reader.seen(reader.post(ENTRY, direct="20.179"), 400)
    assert "trang này đã cũ" in page.text
    assert "20.179" in [field.get("value") for field in page.all("input")]
    assert reader.post(ENTRY, direct="20.179").status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        f"{ENTRY}&don-vi=31633",
        "/so-lieu/nhap/nothing?ky=thang&ngay=2026-11-01",
        "/so-lieu/nhap/residence?ky=thang&ngay=x",
    ],
)
def test_an_old_page_with_an_address_of_no_page_is_only_old(sign_in: SignIn, address: str) -> None:
    reader = sign_in()
    reader.token = "old"
    assert reader.post(address, direct="1").status_code == 400


def test_an_old_page_tells_a_viewer_nothing(sign_in: SignIn) -> None:
    reader = sign_in("viewer")
    reader.token = "old"
    answer = reader.post(ENTRY, direct="1")
    assert (answer.status_code, "Nhập số liệu chính thức" in answer.text) == (400, False)
