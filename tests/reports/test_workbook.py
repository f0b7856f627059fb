"""What stands in the file is what the tables say, and text stays text."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import Engine

from kiosk import clock
from kiosk.content.library import Library
from kiosk.counts.official import ENTERED, Origin, Topic, enter
from kiosk.counts.overview import Asked, Overview, numbers
from kiosk.counts.periods import SPECIAL_2022, period_of
from kiosk.counts.words import NO_FIGURE, names
from kiosk.db import reading
from kiosk.filings.history import Actor
from kiosk.filings.ledger import Act, seed
from kiosk.reports.annex import write_annex
from kiosk.reports.sheets import Column, Sheet, sheets
from kiosk.reports.workbook import Header, file_name, write_table
from tests.counts.build import add_units, entry, online
from tests.reports.conftest import MADE_AT

HEADER = Header(
    superior="CÔNG AN THÀNH PHỐ",
    unit="CÔNG AN XÃ",
    title="SỐ LIỆU",
    period="Kỳ báo cáo: tháng",
    made_at=MADE_AT,
)

pytestmark = pytest.mark.usefixtures("speaking")


def read(file: BytesIO | Path) -> Workbook:
    if isinstance(file, BytesIO):
        file.seek(0)
    return load_workbook(file)


@pytest.fixture
def book(province: Engine, library: Library, asked: Asked) -> Workbook:
    file = BytesIO()
    with reading(province) as connection:
        write_annex(file, connection, library, asked, MADE_AT)
    return read(file)


@pytest.fixture
def overview(province: Engine, asked: Asked) -> Overview:
    with reading(province) as connection:
        return numbers(connection, asked)


def table(sheet: Worksheet) -> Iterator[list[Any]]:
    """Yield the rows below the numbered headings, up to the first empty one."""
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    start = next(n for n, row in enumerate(rows) if row[0] == "(1)")
    for row in rows[start + 1 :]:
        if all(cell is None for cell in row):
            return
        yield row


def plain(cell: Any, sort: str) -> Any:
    if cell is None:
        return NO_FIGURE
    if isinstance(cell, str):
        return cell
    return pytest.approx(float(cell / 100 if sort == "percent" else cell))


def test_every_cell_of_the_file_is_the_cell_of_its_table(
    book: Workbook, overview: Overview, library: Library
) -> None:
    units = {"92": "Công an 92", "31615": "Công an 31615", "31633": "=1+1"}
    expected = sheets(overview, names(library, units))
    assert book.sheetnames == [sheet.tab for sheet in expected]
    for sheet in expected:
        rows = (*sheet.rows, sheet.total) if sheet.total else sheet.rows
        found = list(table(book[sheet.tab]))
        assert len(found) == len(rows)
        for read_row, row in zip(found, rows, strict=True):
            kinds = [column.sort for column in sheet.columns]
            assert read_row == [plain(*cell) for cell in zip(row, kinds, strict=True)]


def test_the_numbers_of_the_page_are_in_the_sheet(book: Workbook) -> None:
    rows = {row[1]: row for row in table(book["PL1 Lĩnh vực"])}
    residence = rows["Đăng ký, quản lý cư trú"]
    assert residence[2:5] == [10, 70_758, 50_579]
    assert residence[9] == 12
    assert residence[11] == pytest.approx(0.7148)
    assert residence[12:15] == [pytest.approx(0.725), pytest.approx(-1.02), "Chưa đạt"]
    assert rows["Quản lý xuất nhập cảnh"][11] == pytest.approx(0.9302)
    assert rows["Đăng ký, quản lý xe"][14] == "Chưa phát sinh hồ sơ trực tuyến"
    assert rows["Tổng cộng"][3:5] == [77_063, 56_441]


def test_a_name_that_looks_like_a_formula_stays_text(book: Workbook) -> None:
    sheet = book["PL3 Đơn vị"]
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert cell.data_type == "s"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "http://x", "12", "\t=1"])
def test_text_is_never_taken_for_anything_else(tmp_path: Path, text: str) -> None:
    sheet = Sheet("Tab", (Column(text, "text"), Column("B"), Column("C")), ((text, 1, None),))
    path = tmp_path / "out.xlsx"
    header = Header(superior=text, unit=text, title=text, period=text, made_at=MADE_AT)
    write_table(path, [sheet], header)
    cells = [cell for row in read(path)["Tab"].iter_rows() for cell in row if cell.value == text]
    assert len(cells) == 6
    assert {cell.data_type for cell in cells} == {"s"}


def test_no_cell_is_a_formula(book: Workbook) -> None:
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n"}


def test_numbers_are_numbers_with_their_formats(book: Workbook) -> None:
    sheet = book["PL1 Lĩnh vực"]
    (row,) = [row for row in sheet.iter_rows() if row[1].value == "Đăng ký, quản lý cư trú"]
    assert (row[3].data_type, row[3].number_format) == ("n", "#,##0")
    assert (row[11].data_type, row[11].number_format) == ("n", "0.00%")
    assert row[13].number_format == "+0.00;-0.00;0.00"


def test_each_sheet_prints_on_a4_with_its_headings(book: Workbook) -> None:
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        fitting = sheet.sheet_properties.pageSetUpPr
        assert fitting is not None
        assert fitting.fitToPage
        assert sheet.page_setup.fitToWidth in (None, 1)
        assert sheet.page_setup.fitToHeight == 0
        headings = next(cell.row for cell in sheet["A"] if cell.value == "(1)")
        assert sheet.print_title_rows == f"${headings - 1}:${headings}"
        assert sheet.freeze_panes == f"C{headings + 1}"


def test_the_head_says_who_and_what(book: Workbook) -> None:
    for sheet in book:
        said = [str(cell.value) for row in sheet.iter_rows(max_row=8) for cell in row if cell.value]
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in said
        assert "Độc lập – Tự do – Hạnh phúc" in said
        assert "CÔNG AN 92" in said
        assert "Kỳ báo cáo: Tháng, từ ngày 15/10/2026 đến ngày 14/11/2026" in said
        assert "Đơn vị tính: hồ sơ; %. Kết xuất lúc 14:05 15/11/2026; phiên bản 1" in said


def test_who_has_none_and_where_figures_are_from(book: Workbook) -> None:
    (zero,) = table(book["PL4 Chưa phát sinh"])
    assert zero == ["1", "Đăng ký, quản lý xe", 1, "Công an 31615"]
    sources = list(table(book["Nguồn và kiểm tra"]))
    assert len(sources) == 3
    assert {row[3] for row in sources} == {"Đơn vị nhập"}


def test_the_checks_are_said(province: Engine, library: Library, asked: Asked) -> None:
    with reading(province) as connection:
        found = numbers(connection, asked)
    checks = sheets(found, names(library, {}))[-1].remarks
    assert checks == ("Số được hỗ trợ lấy từ sổ ghi nhận của đơn vị.",)


def test_a_table_without_rows_is_still_a_sheet() -> None:
    file = BytesIO()
    write_table(file, [Sheet("Trống/1", (Column("A"), Column("B")), ())], HEADER)
    sheet = read(file)["Trống1"]
    assert list(table(sheet)) == []


def test_a_long_table_is_written_row_by_row() -> None:
    rows = tuple((str(n), n, Decimal(n) / 100) for n in range(5_000))
    columns = (Column("A", "text"), Column("B"), Column("C", "percent"))
    file = BytesIO()
    write_table(file, [Sheet("Dài", columns, rows)], HEADER)
    assert sum(1 for _ in table(read(file)["Dài"])) == 5_000


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("week", "DVCTT_31615_TUAN_20261125_v1.xlsx"),
        ("month", "DVCTT_31615_THANG_20261214_v1.xlsx"),
        ("quarter", "DVCTT_31615_QUY_20261214_v1.xlsx"),
        ("half_year", "DVCTT_31615_6THANG_20261214_v1.xlsx"),
        ("year", "DVCTT_31615_NAM_20261214_v1.xlsx"),
    ],
)
def test_files_are_named_by_unit_and_period(kind: str, name: str) -> None:
    assert file_name("31615", period_of(kind, date(2026, 11, 21))) == name


def test_a_file_name_holds_nothing_but_codes() -> None:
    assert file_name("../a=Đ", SPECIAL_2022, 2) == "DVCTT_a_DB2022_20221214_v2.xlsx"


def test_every_column_of_every_sheet_has_its_heading_and_number(
    book: Workbook, overview: Overview, library: Library
) -> None:
    for sheet in sheets(overview, names(library, {})):
        rows = [list(row) for row in book[sheet.tab].iter_rows(values_only=True)]
        numbered = next(n for n, row in enumerate(rows) if row[0] == "(1)")
        assert rows[numbered - 1] == [str(column.heading) for column in sheet.columns]
        assert rows[numbered] == [f"({n})" for n in range(1, len(sheet.columns) + 1)]


@pytest.mark.parametrize("late", [True, False])
def test_what_came_after_the_deadline_is_said(
    province: Engine, library: Library, asked: Asked, late: bool
) -> None:
    due = asked.period.due_at
    assert due is not None
    by = Actor("31633", "o1", "d1")
    at = due if late else due - timedelta(seconds=1)
    with clock.at(due + timedelta(days=1)):
        seed(province, [Act(entry(9, asked.period.end, quantity=4), by, at)])
        with reading(province) as connection:
            found = sheets(numbers(connection, asked), names(library, {}))
    said = "Ghi sau hạn báo cáo: 4 hồ sơ; sửa hoặc hủy sau hạn: 0 lượt."
    assert [said in sheet.remarks for sheet in found[:3]] == [late] * 3


def test_before_the_deadline_nothing_is_late(
    province: Engine, library: Library, asked: Asked
) -> None:
    with clock.at(MADE_AT), reading(province) as connection:
        found = numbers(connection, asked)
    assert found.by_field.late is None
    assert not [text for sheet in sheets(found, names(library, {})) for text in sheet.remarks[2:3]]


def test_how_much_of_the_province_is_known_is_said(
    province: Engine, library: Library, asked: Asked
) -> None:
    add_units(province, "31684", parent="92")
    with reading(province) as connection:
        found = sheets(numbers(connection, asked), names(library, {}))
    assert "2/3 đơn vị đã đủ số liệu: tiếp nhận 77.063, trực tuyến 56.441." in found[0].remarks


def test_the_sheet_says_where_figures_were_typed(
    province: Engine, library: Library, asked: Asked
) -> None:
    typed = {Topic("immigration"): online(3)}
    enter(province, "31615", asked.period, typed, Origin(ENTERED, "92/abcdefghijkl"))
    with reading(province) as connection:
        found = sheets(numbers(connection, asked), names(library, {"92": "Công an 92"}))
    where = {(row[0], row[1]): row[-1] for row in found[-1].rows}
    assert where["31615", "Quản lý xuất nhập cảnh"] == "Công an 92"
    assert where["31633", "Quản lý xuất nhập cảnh"] == "31633"
    assert "abcdefghijkl" not in str(found)


def test_a_unit_that_only_gathers_owes_no_figures(
    province: Engine, library: Library, asked: Asked
) -> None:
    with reading(province) as connection:
        found = sheets(numbers(connection, asked), names(library, {}))
    assert {row[1]: row[14] for row in found[2].rows}["92"] == "Không có số liệu riêng"
