"""Sheets as an Excel file: values not formulas, text that stays text, ready to print."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from flask_babel import gettext as _

from kiosk.clock import local
from kiosk.counts.periods import Period
from kiosk.counts.words import NO_FIGURE
from kiosk.reports.sheets import Cell, Column, Sheet

FONT = "Times New Roman"
A4 = 9
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TAB = 31
LONGEST_PROPERTY = 255
LONGEST_CELL = 32_767  # of UTF-16 units, as Excel counts
NO_TEXT = re.compile(r"[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LOOKS_ALIVE = ("=", "+", "-", "@", "|", "\t", "\n")
NUMBER_FORMATS = {"count": "#,##0", "percent": "0.00%", "points": "+0.00;-0.00;0.00"}
_KIND = {
    "week": "TUAN",
    "month": "THANG",
    "quarter": "QUY",
    "half_year": "6THANG",
    "year": "NAM",
    "special": "DB",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What stands above and below every sheet; an empty line is left out."""

    superior: str
    unit: str
    title: str
    period: str
    made_at: datetime
    version: int = 1
    recipient: str = ""
    document: str = ""


def file_name(unit: str, period: Period, version: int = 1) -> str:
    """Return the name of the file of a unit's report; it holds nothing but codes."""
    kind = _KIND[period.kind] + (str(period.end.year) if period.kind == "special" else "")
    code = "".join(mark for mark in unit if mark.isascii() and mark.isalnum())
    return f"DVCTT_{code}_{kind}_{period.end:%Y%m%d}_v{version}.xlsx"


def write_table(out: Path | BinaryIO, sheets: Sequence[Sheet], header: Header) -> None:
    """Write one worksheet a sheet, row by row, to a file or a buffer."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(str(out) if isinstance(out, Path) else out, options) as workbook:
        made = local(header.made_at).replace(tzinfo=None)
        title, author = (_text(said, LONGEST_PROPERTY) for said in (header.title, header.unit))
        workbook.set_properties({"title": title, "author": author, "created": made})
        for sheet, tab in zip(sheets, _tabs([sheet.tab for sheet in sheets]), strict=True):
            _Page(workbook, sheet, tab, header).write()


class _Page:
    """One worksheet, written from the top down: the file is never held in memory."""

    def __init__(self, workbook: Any, sheet: Sheet, tab: str, header: Header) -> None:
        self._workbook = workbook
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._at = workbook.add_worksheet(tab)
        self._sheet = sheet
        self._header = header
        self._row = 0

    def write(self) -> None:
        """Write header, headings, rows, total, remarks and places to sign."""
        self._paper()
        self._letterhead()
        first = self._headings()
        for cells in self._sheet.rows:
            self._cells(cells)
        if self._sheet.total:
            self._cells(self._sheet.total, bold=True)
        self._row += 1
        for remark in self._sheet.remarks:
            self._line(remark, italic=True)
        self._signatures()
        self._at.freeze_panes(first, 2)
        self._at.repeat_rows(first - 2, first - 1)

    def _paper(self) -> None:
        page = self._at
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        page.set_footer("&C&P/&N")
        for n, column in enumerate(self._sheet.columns):
            page.set_column(n, n, column.width)

    def _letterhead(self) -> None:
        header = self._header
        half = max(2, len(self._sheet.columns) // 2)
        centred = {"bold": True, "align": "center"}
        self._pair(half, header.superior, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", align="center")
        self._pair(half, header.unit, "Độc lập – Tự do – Hạnh phúc", **centred)
        self._row += 1
        self._line(header.title, font_size=14, **centred)
        for line in (header.document, header.period, header.recipient):
            if line:
                self._line(line, align="center")
        self._line(self._made(), align="right", italic=True)

    def _made(self) -> str:
        moment = f"{local(self._header.made_at):%H:%M %d/%m/%Y}"
        said = _(
            "Đơn vị tính: hồ sơ; %%. Kết xuất lúc %(moment)s; phiên bản %(n)s",
            moment=moment,
            n=self._header.version,
        )
        return str(said)

    def _headings(self) -> int:
        look = self._format(bold=True, align="center", valign="vcenter", text_wrap=True, border=1)
        columns = self._sheet.columns
        # A row that has been left is closed for good: one whole row, then the next.
        for line in (
            [str(c.heading) for c in columns],
            [f"({n + 1})" for n in range(len(columns))],
        ):
            for n, text in enumerate(line):
                self._at.write_string(self._row, n, _text(text), look)
            self._row += 1
        return self._row

    def _cells(self, cells: Iterable[Cell], *, bold: bool = False) -> None:
        for n, (cell, column) in enumerate(zip(cells, self._sheet.columns, strict=True)):
            self._cell(n, cell, column, bold=bold)
        self._row += 1

    def _cell(self, n: int, cell: Cell, column: Column, *, bold: bool) -> None:
        if isinstance(cell, str):
            look = {"border": 1, "bold": bold, "text_wrap": True, "valign": "top"}
            self._write(n, cell, look)
        elif cell is None:
            look = self._format(border=1, bold=bold, align="right", valign="top")
            self._at.write_string(self._row, n, NO_FIGURE, look)
        else:
            value = float(cell / 100) if column.sort == "percent" else float(cell)
            written = NUMBER_FORMATS.get(column.sort, "General")
            look = self._format(border=1, bold=bold, num_format=written, valign="top")
            self._at.write_number(self._row, n, value, look)

    def _line(self, text: str, **look: Any) -> None:
        self._merge(0, len(self._sheet.columns) - 1, text, look)
        self._row += 1

    def _pair(self, half: int, left: str, right: str, **look: Any) -> None:
        self._merge(0, half - 1, left, look)
        self._merge(half, len(self._sheet.columns) - 1, right, look)
        self._row += 1

    def _merge(self, first: int, last: int, text: str, look: dict[str, Any]) -> None:
        # merge_range would guess at the kind of value; the text is written again as text.
        wrapped = {"text_wrap": True, **look}
        if last > first:
            self._at.merge_range(self._row, first, self._row, last, "", self._format(**wrapped))
        self._write(first, text, wrapped)

    def _write(self, n: int, text: str, look: dict[str, Any]) -> None:
        # The mark of text keeps a cell text when somebody edits it in Excel.
        marked = {"quote_prefix": True} if text.startswith(LOOKS_ALIVE) else {}
        self._at.write_string(self._row, n, _text(text), self._format(**look, **marked))

    def _signatures(self) -> None:
        half = max(2, len(self._sheet.columns) // 2)
        self._row += 1
        self._pair(half, "", _("……, ngày …… tháng …… năm ……"), align="center", italic=True)
        self._pair(half, _("NGƯỜI LẬP BIỂU"), _("THỦ TRƯỞNG ĐƠN VỊ"), align="center", bold=True)

    def _format(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._workbook.add_format(
                {"font_name": FONT, "font_size": 11, **look}
            )
        return self._formats[key]


def _text(text: str, longest: int = LONGEST_CELL) -> str:
    """Return text as a cell can hold it: marks that no file can hold replaced, the end cut."""
    kept = NO_TEXT.sub("\ufffd", text)
    if len(kept.encode("utf-16-le")) > 2 * longest:
        kept = kept.encode("utf-16-le")[: 2 * longest - 2].decode("utf-16-le", "ignore") + "…"
    # The library takes what stands between these marks for its own, and would not escape it.
    return f"{kept} " if kept.startswith("<r>") and kept.endswith("</r>") else kept


def _tabs(titles: Sequence[str]) -> list[str]:
    """Return names that Excel takes for its sheets: short, plain, each its own."""
    found: list[str] = []
    taken = {"history"}  # Excel keeps it for itself
    for title in titles:
        plain = "".join(mark for mark in title if mark.isprintable() and mark not in "[]:*?/\\'")
        name = base = plain.strip()[:LONGEST_TAB].strip() or "Sheet"
        n = 1
        while name.lower() in taken:
            n += 1
            name = f"{base[: LONGEST_TAB - len(str(n)) - 1]} {n}"
        found.append(name)
        taken.add(name.lower())
    return found
