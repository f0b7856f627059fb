"""Slip → rows of marks in any unit: what A4 and roll paper share. Nothing is drawn here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from kiosk.handout.marks import (
    Bar,
    Frame,
    Mark,
    Pen,
    Row,
    Words,
    baseline,
    beside,
    columns,
    together,
)
from kiosk.handout.slip import Block, Line, Slip
from kiosk.handout.text import has_khmer, words, wrap

# Room above and below the baseline in parts of the type size: small letters with two marks, and
# Khmer, whose feet hang lower than any Latin tail. A capital with two marks (Ẳ) may reach up into
# the room below the line above.
ASCENT, DESCENT = 0.98, 0.24
KHMER_ASCENT, KHMER_DESCENT = 0.98, 0.57

NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Sizes of one paper, all in its own unit."""

    width: float
    body: Pen
    small: Pen
    heading: Pen
    title: Pen
    code: Pen
    gap: float
    box: float
    label: float  # width of the column of labels; 0: everything runs on in one paragraph
    leading: float
    khmer: float  # Khmer is written this much larger, or its small marks close up


MeasureWith = Callable[[str, Pen], float]


@dataclass(frozen=True, slots=True)
class Setter:
    """Breaks text into rows for one paper."""

    style: Style
    measure: MeasureWith

    def text(self, text: str, pen: Pen, x: float = 0, width: float = 0) -> list[Row]:
        """Set a paragraph; its rows stay together."""
        room = width or self.style.width - x
        lines = wrap(text, room, partial(self._measured, pen))
        return together([self._row(line, pen, x) for line in lines])

    def title(self, text: str, width: float) -> list[Row]:
        """Set a title in lines of like length: no single word is left over for the last."""
        pen = self.style.title
        measure = partial(self._measured, pen)
        lines = len(wrap(text, width, measure))
        narrow, wide = max([width / 2, *map(measure, words(text))]), width
        while wide - narrow > pen.size / 4:
            middle = (narrow + wide) / 2
            fits = len(wrap(text, middle, measure)) <= lines
            narrow, wide = (narrow, middle) if fits else (middle, wide)
        return self.text(text, pen, 0, wide)

    def after(self, lead: str, text: str, x: float = 0) -> list[Row]:
        """Set a paragraph that goes on where its bold lead ends."""
        pen, strong = self.style.body, replace(self.style.body, bold=True)
        rows = self.text(lead, strong, x)
        last = wrap(lead, self.style.width - x, partial(self._measured, strong))[-1]
        taken = self.measure(last + " ", strong)
        lines = wrap(text, self.style.width - x, partial(self._measured, pen), taken)
        if lines and lines[0]:
            rows[-1:] = beside(rows[-1:], [self._row(lines[0], pen, x + taken)])
        return together([*rows, *(self._row(line, pen, x) for line in lines[1:])])

    def _measured(self, pen: Pen, text: str) -> float:
        return self.measure(text, pen)

    def _row(self, line: str, pen: Pen, x: float) -> Row:
        size, ascent, descent = pen.size, ASCENT, DESCENT
        if has_khmer(line):
            size, ascent, descent = size * self.style.khmer, KHMER_ASCENT, KHMER_DESCENT
        height = max(pen.size * self.style.leading, size * (ascent + descent))
        base = (height + size * (ascent - descent)) / 2
        return Row(height, (Words(x, base, line, pen),))

    def space(self, gaps: float = 1) -> Row:
        """Leave empty room, in parts of the gap; it belongs to what follows."""
        return Row(self.style.gap * gaps, keep=True)

    def rule(self, thick: float, *, soft: bool = False) -> Row:
        """Draw a line over the whole width."""
        return Row(thick, (Bar(0, 0, self.style.width, thick, soft),), keep=True)

    def blocks(self, slip: Slip) -> list[Row]:
        """Set all blocks of a slip, one under another."""
        rows: list[Row] = []
        for block in slip.blocks:
            rows += [self.space(1.3), *self._block(block)]
        return rows

    def _block(self, block: Block) -> list[Row]:
        if not self.style.label and block.kind == "facts":
            return self._listed(block, ())  # bold labels lead the eye already
        if not self.style.label and block.kind != "boxes" and len(block.lines) == 1:
            return self.after(f"{block.title}:", _in_one(block.lines[0]))
        return self._listed(block, self.text(block.title, self.style.heading))

    def _listed(self, block: Block, heading: Sequence[Row]) -> list[Row]:
        rows = [replace(row, keep=True) for row in heading]
        for line in block.lines:
            rows += [self.space(0.4), *self._line(block, line)]
        return rows

    def _line(self, block: Block, line: Line) -> list[Row]:
        if block.kind == "facts":
            return self._fact(line)
        return self._entry(Line(_in_one(line)) if block.kind == "text" else line)

    def _entry(self, line: Line) -> list[Row]:
        style = self.style
        indent = style.box * 1.6
        if line.note and not style.label:
            rows = self.after(f"{line.text}{NBSP}–", line.note, indent)
        else:
            rows = self.text(line.text, replace(style.body, bold=line.strong), indent)
            rows = together([*rows, *self.text(line.note, style.small, indent)])
        first = rows[0]
        rows[0] = replace(first, marks=(*first.marks, self._lead(first, line)))
        return rows

    def _lead(self, row: Row, line: Line) -> Mark:
        side, base = self.style.box, baseline(row)
        if line.box:
            return Frame(0, base - side * 0.88, side, side)
        return Bar(side * 0.4, base - side * 0.38, side * 0.6, side * 0.09)

    def _fact(self, line: Line) -> list[Row]:
        style = self.style
        if not style.label:
            return self.after(f"{line.label}:", line.text)
        names = self.text(line.label, replace(style.body, bold=True), 0, style.label - style.box)
        return columns(names, self.text(line.text, style.body, style.label))


def _in_one(line: Line) -> str:
    return f"{line.text}{NBSP}– {line.note}" if line.note else line.text


def fitting(code: str, setter: Setter, width: float) -> Pen:
    """Return the pen of short codes, or a finer one that keeps the code on one line."""
    pen = setter.style.code
    return replace(pen, size=int(pen.size * min(1, 0.98 * width / setter.measure(code, pen))))


def centred(rows: Iterable[Row], setter: Setter) -> list[Row]:
    """Move each line of text to the middle of the paper."""
    return [replace(row, marks=tuple(_centred(mark, setter) for mark in row.marks)) for row in rows]


def _centred(mark: Mark, setter: Setter) -> Mark:
    if not isinstance(mark, Words):
        return mark
    return replace(mark, x=(setter.style.width - setter.measure(mark.text, mark.pen)) / 2)
