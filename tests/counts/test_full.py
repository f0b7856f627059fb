"""A full disk is said plainly; what was typed stays on the page, and nothing is half kept."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, func, select, text
from sqlalchemy.exc import OperationalError

from kiosk.counts.figures import Figures
from kiosk.counts.official import ENTERED, Origin, Topic, enter, official_total
from kiosk.counts.periods import period_of
from kiosk.db import StoreFull, reading, storing
from tests.counts.build import online
from tests.counts.conftest import SignIn

BEFORE, MONTH = period_of("month", date(2026, 10, 1)), period_of("month", date(2026, 11, 1))
ENTRY = "/so-lieu/nhap/residence?ky=thang&ngay=2026-11-01"
NOTHING = "/so-lieu/khong-phat-sinh?ky=thang&ngay=2026-11-01"

Full = Callable[[], AbstractContextManager[None]]


def rows(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(official_total)).scalar_one()


@pytest.fixture
def full(engine: Engine) -> Full:
    """Fill the table's last page, then let the database grow no more."""

    def cramped(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size

    @contextmanager
    def held() -> Iterator[None]:
        event.listen(engine, "checkout", cramped)
        try:
            with pytest.raises(StoreFull, match="no room left"):
                fill(engine)
            yield
        finally:
            event.remove(engine, "checkout", cramped)
            engine.dispose()

    return held


def fill(engine: Engine) -> None:
    """Enter figures of another month, in rows smaller than any other, until none is taken."""
    for n in range(200):
        enter(engine, "31615", BEFORE, {Topic("a", str(n)): online(0)}, Origin(ENTERED, "o"))


def test_a_full_disk_keeps_none_of_the_figures(engine: Engine, full: Full) -> None:
    with full():
        before = rows(engine)
        many = {Topic("residence", f"p{n}"): Figures(direct=n) for n in range(200)}
        with pytest.raises(StoreFull):
            enter(engine, "31615", MONTH, many, Origin(ENTERED, "o1"))
        assert rows(engine) == before
    assert enter(engine, "31615", MONTH, many, Origin(ENTERED, "o1")) == 200


def test_another_failure_is_not_taken_for_a_full_disk(engine: Engine) -> None:
    def ask(connection: Connection) -> None:
        connection.execute(text("select * from nowhere"))

    with pytest.raises(OperationalError, match="nowhere"), storing(engine) as connection:
        ask(connection)


def test_figures_typed_on_a_full_disk_stay_on_the_page(
    sign_in: SignIn, engine: Engine, full: Full
) -> None:
    reader = sign_in()
    reader.get(ENTRY)
    typed = {"online_full": "50.579", "direct": "20179"}
    with full():
        before = rows(engine)
        page = reader.seen(reader.post(ENTRY, **typed), 507)
        assert "hết chỗ lưu" in page.text
        assert page.title.startswith("Lỗi:")
        shown = {field["name"]: field.get("value") for field in page.all("input")}
        assert (shown["online_full"], shown["direct"]) == ("50.579", "20179")
        assert rows(engine) == before
    assert reader.post(ENTRY, **typed).status_code == 302


def test_a_nil_return_on_a_full_disk_is_not_said_to_be_kept(sign_in: SignIn, full: Full) -> None:
    reader = sign_in()
    reader.get("/so-lieu")
    with full():
        page = reader.seen(reader.post(NOTHING), 507)
        assert "hết chỗ lưu" in page.text
        assert page.title.startswith("Lỗi:")
        assert "Tháng, từ ngày 15/10/2026" in page.text
        assert "Đã ghi: trong kỳ" not in page.text
    assert reader.post(NOTHING).status_code == 302
