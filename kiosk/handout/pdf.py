"""Slip → A4 sheet as PDF: searchable text, drawn boxes, one path for the QR."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kiosk.handout.document import Sheet, written
from kiosk.handout.layout import Setter, Style, fitting
from kiosk.handout.marks import Code, Pen, Row, Words, beside, columns, stacked
from kiosk.handout.operators import KHMER, Canvas, width_of
from kiosk.handout.qr import QUIET, side
from kiosk.handout.slip import Slip

WIDTH, HEIGHT = 595.28, 841.89
LEFT, TOP, BOTTOM = 54.0, 44.0, 34.0
QR_SIDE = 116.0  # 41 mm without the quiet zone: modules of 0.6 mm for the longest address
EASY = Style(
    width=WIDTH - 2 * LEFT,
    body=Pen(10.5),
    small=Pen(9.5, soft=True),
    heading=Pen(12.5, bold=True),
    title=Pen(21, bold=True),
    code=Pen(22, bold=True),
    gap=10.5,
    box=10.5,
    label=130,
    leading=1.37,
    khmer=KHMER,
)
CLOSE = replace(EASY, body=Pen(10), small=Pen(9, soft=True), title=Pen(19, bold=True), gap=8)
LARGE = replace(
    EASY,
    body=Pen(15),
    small=Pen(13.5, soft=True),
    heading=Pen(18, bold=True),
    title=Pen(27, bold=True),
    code=Pen(30, bold=True),
    box=14.5,
    label=180,
)
Pages = list[list[Row]]
NUMBER = 90.0  # room for the page number at the right of the foot


def a4(slip: Slip) -> bytes:
    """Return the sheet; the same slip gives the same bytes."""
    setter, pages = _fitted(slip)
    canvases = []
    for number, rows in enumerate(pages, 1):
        foot = _foot(slip, setter, f"{slip.page} {number}/{len(pages)}".strip())
        canvas = Canvas(LEFT)
        _paint(canvas, rows, HEIGHT - TOP)
        _paint(canvas, foot, BOTTOM + _height(foot))
        canvases.append(canvas)
    sheet = Sheet(slip.title, slip.unit, slip.as_of, slip.language, WIDTH, HEIGHT)
    return written(sheet, canvases)


def _fitted(slip: Slip) -> tuple[Setter, Pages]:
    """Set a slip with comfort; a little closer if that saves the second sheet."""
    easy = _set(slip, LARGE if slip.large else EASY)
    if slip.large or len(easy[1]) == 1:
        return easy
    close = _set(slip, CLOSE)
    return close if len(close[1]) == 1 else easy


def _set(slip: Slip, style: Style) -> tuple[Setter, Pages]:
    setter = Setter(style, width_of)
    body = [*_letterhead(slip, setter), *_head(slip, setter), *setter.blocks(slip)]
    room = HEIGHT - TOP - BOTTOM - _height(_foot(slip, setter, "1/1"))
    return setter, list(paginated(body, room))


def _letterhead(slip: Slip, setter: Setter) -> list[Row]:
    style = setter.style
    right = width_of(slip.printed, style.small)
    strong = replace(style.small, bold=True, soft=False)
    unit = setter.text(slip.unit, strong, 0, style.width - right - style.gap)
    printed = setter.text(slip.printed, style.small, style.width - right, right + 1)
    return [*columns(unit, printed), setter.space(0.5), setter.rule(1.6), setter.space(1.6)]


def _head(slip: Slip, setter: Setter) -> list[Row]:
    """Set the title with the way online at its right: QR, and the short code below it."""
    style = setter.style
    column = QR_SIDE * (1.25 if slip.large else 1)
    narrow = bool(slip.link or slip.short_code)
    room = style.width - (column + 2 * style.gap if narrow else 0)
    left, about = stacked(_about(slip, setter, room))
    right, door = stacked(_door(slip, setter, column), style.width - column)
    return [Row(max(left, right), (*about, *door))]


def _about(slip: Slip, setter: Setter, room: float) -> Iterator[Row]:
    style = setter.style
    yield from setter.title(slip.title, room)
    yield setter.space(0.4)
    for line in slip.under_title:
        yield from setter.text(line, style.body, 0, room)
    if slip.link:
        yield setter.space()
        yield from setter.text(slip.link.label, replace(style.body, bold=True), 0, room)
        yield from setter.text(slip.link.address, style.small, 0, room)


def _door(slip: Slip, setter: Setter, column: float) -> Iterator[Row]:
    style = setter.style
    if slip.link:
        # The quiet zone is white already: it may reach into the margin and the rule's room, so
        # that the code itself stands on the edge of the text.
        modules = side(slip.link.url)
        whole = column * modules / (modules - 2 * QUIET)
        quiet = (whole - column) / 2
        yield setter.space(0.6)
        yield Row(column, (Code(-quiet, -quiet, whole, slip.link.url),))
        yield setter.space(0.8)
    if slip.short_code:
        yield from setter.text(slip.short_code_label, style.small, 0, column)
        yield from setter.text(slip.short_code, fitting(slip.short_code, setter, column), 0, column)


def _foot(slip: Slip, setter: Setter, number: str) -> list[Row]:
    style = setter.style
    pen = replace(style.small, size=style.small.size - 1)
    room = style.width - NUMBER
    said = setter.text(" ".join((slip.as_of, *slip.footer)), pen, 0, room)
    right = style.width - width_of(number, pen)
    last = beside(
        said[-1:], [Row(pen.size * style.leading, (Words(right, pen.size, number, pen),))]
    )
    return [
        setter.space(1),
        setter.rule(0.6, soft=True),
        setter.space(0.5),
        *said[:-1],
        *last,
    ]


def paginated(rows: Iterable[Row], room: float) -> Iterator[list[Row]]:
    """Deal rows out to pages; rows that belong together part only where no page could hold them."""
    page: list[Row] = []
    for group in _groups(rows):
        needed = _height(group)
        pieces = [group] if needed <= room else [[row] for row in group]
        for piece in pieces:
            if page and _height(page) + _height(piece) > room:
                yield page
                page = []
            page += piece if page else _without_lead(piece)
    if page:
        yield page


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        group.append(row)
        if not row.keep:
            yield group
            group = []
    if group:
        yield group


def _without_lead(rows: Sequence[Row]) -> list[Row]:
    first = next((n for n, row in enumerate(rows) if row.marks), len(rows))
    return list(rows[first:])


def _height(rows: Iterable[Row]) -> float:
    return sum(row.height for row in rows)


def _paint(canvas: Canvas, rows: Iterable[Row], top: float) -> None:
    for row in rows:
        for mark in row.marks:
            canvas.draw(mark, top)
        top -= row.height
