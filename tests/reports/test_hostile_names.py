"""Names that would be a formula, break the file or fill it: in the file they are text."""

from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import Engine, update

from kiosk.content.library import Library
from kiosk.counts.overview import Asked
from kiosk.counts.targets import Target, set_target
from kiosk.db import reading, writing
from kiosk.reports.annex import write_annex
from kiosk.reports.sheets import Column, Sheet
from kiosk.reports.workbook import LONGEST_CELL, Header, write_table
from kiosk.units import unit
from tests.reports.conftest import MADE_AT

pytestmark = pytest.mark.usefixtures("speaking")

ALIVE = ("=", "+", "-", "@", "|", "\t=", "\n=")
HOSTILE = [
    '=cmd|"/c calc"!A1',
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-1+1",
    "@SUM(A1:A9)",
    "|calc",
    "{=1}",
    "http://example.org",
    "mailto:x@example.org",
    "internal:'A'!A1",
    "xã\nhai dòng",
    "\n=1+1",
    "😀 =1",
    "<r><t>x</t></r>",
    "<r></c></row></sheetData></r>",
    "<b>&amp;'\"",
    "&G&P",
    "'=1",
    "Đ" * 300,
    "5/2026",
    "1e9",
    "TRUE",
    "#REF!",
]
SPOILT = {
    "a\x00b\x1bc": "a\ufffdb\ufffdc",
    "a\ufffeb\uffff": "a\ufffdb\ufffd",
    "a\ud800b": "a\ufffdb",
    "a\rb": "a\ufffdb",
}


def written(*texts: str, tab: str = "Tab") -> Workbook:
    sheet = Sheet(tab, (Column("A", "text"), Column("B")), tuple((text, 1) for text in texts))
    file = BytesIO()
    write_table(file, [sheet], header(texts[0]))
    file.seek(0)
    return load_workbook(file)


def header(text: str) -> Header:
    return Header(
        superior=text,
        unit=text,
        title=text,
        period=text,
        recipient=text,
        document=text,
        made_at=MADE_AT,
    )


def texts_of(book: Workbook) -> list[str]:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    return [cell.value for cell in cells if isinstance(cell.value, str)]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_name_looks_like_it_is_text(text: str) -> None:
    found = texts_of(written(text))
    shown = f"{text} " if text.startswith("<r>") else text
    assert found.count(shown) == 7, "six lines of the head, one cell"


def test_what_looks_like_an_escape_is_escaped(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    sheet = Sheet("Tab", (Column("A", "text"), Column("B")), (("_x0041_", 1),))
    write_table(path, [sheet], header("x"))
    with ZipFile(path) as archive:
        assert b">_x005F_x0041_<" in archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(("text", "shown"), SPOILT.items())
def test_what_no_file_can_hold_is_seen_to_be_missing(text: str, shown: str) -> None:
    assert texts_of(written(text)).count(shown) == 7


@pytest.mark.parametrize("text", [f"{mark}1" for mark in ALIVE])
def test_what_could_come_alive_when_edited_is_marked_as_text(text: str) -> None:
    book = written(text, "plain")
    styles = {cell.value: cell.quotePrefix for row in book["Tab"].iter_rows() for cell in row}
    assert (styles[text], styles["plain"]) == (True, False)


@pytest.mark.parametrize("mark", ["x", "Đ", "😀"])
def test_a_name_longer_than_a_cell_is_cut(mark: str) -> None:
    (cell,) = {text for text in texts_of(written(mark * 40_000)) if len(text) > 1_000}
    assert len(cell.encode("utf-16-le")) // 2 in (LONGEST_CELL, LONGEST_CELL - 1)
    assert cell.endswith("…")


@given(st.lists(st.text(st.characters(codec=None), max_size=60), min_size=1, max_size=8))
@settings(max_examples=30, deadline=None)
def test_any_text_makes_a_file_that_opens(texts: list[str]) -> None:
    texts_of(written(*texts, tab=texts[0]))


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["a/b[c]:d*e?f\\g'h"], ["abcdefgh"]),
        (["Phụ lục", "phụ lục", "PHỤ LỤC"], ["Phụ lục", "phụ lục 2", "PHỤ LỤC 3"]),
        (["", "///", "\x00"], ["Sheet", "Sheet 2", "Sheet 3"]),
        (["x" * 40, "x" * 50], ["x" * 31, "x" * 29 + " 2"]),
        (["History"], ["History 2"]),
        (["=1+1", "  a  "], ["=1+1", "a"]),
    ],
)
def test_tabs_have_names_that_excel_takes(titles: list[str], names: list[str]) -> None:
    file = BytesIO()
    sheets = [Sheet(title, (Column("A", "text"), Column("B")), ()) for title in titles]
    write_table(file, sheets, header("x"))
    file.seek(0)
    assert load_workbook(file).sheetnames == names


def test_the_annex_of_a_hostile_unit_holds_no_formula(
    province: Engine, library: Library, asked: Asked, tmp_path: Path
) -> None:
    path = tmp_path / "annex.xlsx"
    with writing(province) as connection:
        for code, name in (("92", "=1+1"), ("31615", "|calc\n😀"), ("31633", "<r>\x1b</r>")):
            connection.execute(update(unit).where(unit.c.code == code).values(name=name))
    basis = "=cmd|' /c calc'!A1"
    set_target(
        province,
        Target(unit="92", percent_times_100=1, valid_from=date(2026, 1, 1), basis=basis),
    )
    with reading(province) as connection:
        write_annex(path, connection, library, asked, MADE_AT)
    texts = texts_of(load_workbook(path))
    assert {"=1+1", "|calc\n😀", "<r>\ufffd</r> "} <= set(texts)
    with ZipFile(path) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)
            assert b"<f " not in archive.read(name)
