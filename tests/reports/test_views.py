from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from kiosk.counts.periods import Period
from kiosk.reports.workbook import XLSX
from tests.counts.build import online, returned
from tests.counts.conftest import SignIn, noon, sign_in

__all__ = ["noon", "sign_in"]


def test_the_page_is_handed_out_as_a_file(sign_in: SignIn, engine: Engine, month: Period) -> None:
    returned(engine, "31615", month, {"residence": online(3, 1)})
    answer = sign_in().client.get("/so-lieu/bang.xlsx?ky=thang&ngay=2026-11-01")
    assert answer.status_code == 200
    assert answer.mimetype == XLSX
    assert "DVCTT_31615_THANG_20261114_v1.xlsx" in answer.headers["Content-Disposition"]
    book = load_workbook(BytesIO(answer.data))
    cells = list(book["PL1 Lĩnh vực"].iter_rows(values_only=True))
    (row,) = [row for row in cells if row[1] == "Đăng ký, quản lý cư trú"]
    assert row[3:5] == (4, 3)
    assert row[11] == pytest.approx(0.75)


@pytest.mark.parametrize("day", ["1976-01-01", "0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("word", ["tuan", "thang", "quy", "nua-nam", "nam"])
def test_a_day_at_the_end_of_the_calendar_is_a_file_too(
    sign_in: SignIn, word: str, day: str
) -> None:
    answer = sign_in().client.get(f"/so-lieu/bang.xlsx?ky={word}&ngay={day}")
    assert (answer.status_code, answer.mimetype) == (200, XLSX)
