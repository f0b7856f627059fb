"""Marks on paper in any unit, and rows of them: what can be drawn, and how it is put together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from operator import attrgetter

LONG = 30  # lines


@dataclass(frozen=True, slots=True)
class Pen:
    """How words are written: size in the unit of the paper, weight, strength of ink."""

    size: float
    bold: bool = False
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; y is its baseline, from the top of the row."""

    x: float
    y: float
    text: str
    pen: Pen


@dataclass(frozen=True, slots=True)
class Frame:
    """An empty rectangle: a box to tick."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled rectangle: a rule, the dash before an entry."""

    x: float
    y: float
    width: float
    height: float
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code with its quiet zone, in a square."""

    x: float
    y: float
    side: float
    url: str


Mark = Words | Frame | Bar | Code


@dataclass(frozen=True, slots=True)
class Row:
    """A band over the whole width; keep: stands on the same page as the next one."""

    height: float
    marks: tuple[Mark, ...] = ()
    keep: bool = False


def together(rows: Sequence[Row]) -> list[Row]:
    """Tie rows so that no page ends between them."""
    return [replace(row, keep=True) for row in rows[:-1]] + [
        replace(row, keep=False) for row in rows[-1:]
    ]


def moved(mark: Mark, x: float, y: float) -> Mark:
    """Return the mark at another place."""
    return replace(mark, x=mark.x + x, y=mark.y + y)


def stacked(rows: Iterable[Row], x: float = 0, y: float = 0) -> tuple[float, list[Mark]]:
    """Put rows one under another from a point on; return where they end and their marks."""
    marks: list[Mark] = []
    for row in rows:
        marks += [moved(mark, x, y) for mark in row.marks]
        y += row.height
    return y, marks


def columns(left: Sequence[Row], right: Sequence[Row]) -> list[Row]:
    """Set two columns to be read one after the other; only long ones may part on two pages."""
    rows = beside(left, right)
    if len(rows) > LONG:
        return rows
    height, marks = stacked(rows)
    return [Row(height, tuple(sorted(marks, key=attrgetter("x"))))]


def beside(left: Sequence[Row], right: Sequence[Row]) -> list[Row]:
    """Set two columns on common baselines."""
    return [_level(a, b) for a, b in zip_longest(left, right, fillvalue=Row(0))]


def _level(left: Row, right: Row) -> Row:
    base = max(baseline(left), baseline(right))
    marks: list[Mark] = []
    depth = 0.0
    for row in (left, right):
        drop = base - baseline(row) if row.marks else 0
        marks += [moved(mark, 0, drop) for mark in row.marks]
        depth = max(depth, row.height + drop)
    return Row(depth, tuple(marks))


def baseline(row: Row) -> float:
    """Return the height of the first words of a row, from its top."""
    return next((mark.y for mark in row.marks if isinstance(mark, Words)), 0)
