"""Marks → the drawing operators of one PDF page, with the glyphs it used. Plain strings."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from kiosk.handout.marks import Bar, Code, Frame, Mark, Pen, Words
from kiosk.handout.qr import QUIET, bars, side
from kiosk.handout.typeface import UPEM, Glyph, Shaped, natural_advance, shaped

INK, SOFT, BLACK = "0.10 0.12 0.11", "0.33 0.36 0.34", "0 0 0"
KHMER = 1.14  # Khmer is written this much larger; its marks are small for its size
BOLDER = 0.022  # there is one weight of Khmer: bold is a thin line around the letters


Link = tuple[str, tuple[float, float, float, float]]


@dataclass(slots=True)
class Canvas:
    """A page being drawn: operators in order, glyphs by typeface, areas that are links."""

    left: float
    operators: list[str] = field(default_factory=list)
    glyphs: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    links: list[Link] = field(default_factory=list)

    def draw(self, mark: Mark, top: float) -> None:
        """Draw a mark whose row begins at this height of the page."""
        x, y = self.left + mark.x, top - mark.y
        match mark:
            case Words():
                self._words(mark, x, y)
            case Frame(width=width, height=height):
                box = f"{x:.2f} {y - height:.2f} {width:.2f} {height:.2f} re S"
                self.operators.append(f"{INK} RG 1 w {box}")
            case Bar(width=width, height=height, soft=soft):
                box = f"{x:.2f} {y - height:.2f} {width:.2f} {height:.2f} re f"
                self.operators.append(f"{SOFT if soft else INK} rg {box}")
            case Code(side=length, url=url):
                scale = length / side(url)
                place = f"{scale:.5f} 0 0 {-scale:.5f} {x:.2f} {y:.2f} cm"
                self.operators.append(f"q {BLACK} rg {place} {_code(url)} f Q")
                self.links.append((url, (x, y - length, x + length, y)))

    def _words(self, mark: Words, x: float, y: float) -> None:
        pen = mark.pen
        parts = list(shaped(mark.text, bold=pen.bold))
        said = []
        for face, stretch in groupby(parts, key=attrgetter("face")):
            line = list(stretch)
            self.glyphs[face].update(glyph.number for part in line for glyph in part.glyphs)
            said.append(_stretch(line, pen))
        shown = "\n".join(said)
        if any(part.khmer for part in parts):
            shown = _spelt("".join(part.spelling for part in parts), shown)
        self.operators.append(f"BT {_colour(pen)} rg {x:.2f} {y:.2f} Td\n{shown}\nET")


def _colour(pen: Pen) -> str:
    return SOFT if pen.soft else INK


def size_of(part: Shaped, pen: Pen) -> float:
    """Return the type size of a run."""
    return pen.size * KHMER if part.khmer else pen.size


def width_of(text: str, pen: Pen) -> float:
    """Return how far a line goes, in points."""
    return sum(part.advance * size_of(part, pen) for part in shaped(text, bold=pen.bold)) / UPEM


def _stretch(line: list[Shaped], pen: Pen) -> str:
    size = size_of(line[0], pen)
    shown = f"/{line[0].face} {size:.2f} Tf " + " ".join(_shown(part, size) for part in line)
    if line[0].khmer and pen.bold:
        return f"{_colour(pen)} RG {size * BOLDER:.2f} w 2 Tr {shown} 0 Tr"
    return shown


def _spelt(text: str, shown: str) -> str:
    """Put a line under its spelling: Khmer glyphs do not tell in which order they are typed."""
    spelling = text.encode("utf-16-be").hex()
    return f"/Span<</ActualText<feff{spelling}>>>BDC\n{shown}\nEMC"


def _shown(part: Shaped, size: float) -> str:
    steps = []
    for rise, glyphs in _levels(part):
        shown = f"[{glyphs}]TJ"
        steps.append(f"{rise * size / UPEM:.2f} Ts {shown} 0 Ts" if rise else shown)
    return " ".join(steps)


@lru_cache(maxsize=16384)
def _levels(part: Shaped) -> tuple[tuple[int, str], ...]:
    """Cut glyphs into stretches of one height; between glyphs stand the corrections of place."""
    levels: list[tuple[int, list[str]]] = []
    for glyph, before, after in _corrected(part):
        if not levels or levels[-1][0] != glyph.y:
            levels.append((glyph.y, []))
        levels[-1][1].append(f"{before or ''}<{glyph.number:04x}>{after or ''}")
    return tuple((rise, "".join(shown).replace("><", "")) for rise, shown in levels)


def _corrected(part: Shaped) -> Iterator[tuple[Glyph, int, int]]:
    for glyph in part.glyphs:
        natural = natural_advance(part.face, glyph.number)
        yield glyph, -glyph.x, natural - glyph.advance + glyph.x


@lru_cache(maxsize=128)
def _code(url: str) -> str:
    return " ".join(f"{x + QUIET} {y + QUIET} {length} 1 re" for x, y, length in bars(url))
