"""Letters as glyphs: every run of text shaped by HarfBuzz, once, in thousandths of its size.

reportlab's own shaping draws wrong Khmer without a word of warning where its right-to-left
library is missing; here each glyph stands where HarfBuzz puts it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import uharfbuzz as hb

from kiosk.handout.text import FONTS, KHMER, LATIN, Run, runs, words

FACES = {
    "V4": ("BeVietnamPro-Regular", "be-vietnam-pro-400.ttf", LATIN),
    "V7": ("BeVietnamPro-Bold", "be-vietnam-pro-700.ttf", LATIN),
    "K4": ("NotoSansKhmer-Regular", "noto-sans-khmer-400.ttf", KHMER),
}
UPEM = 1000  # all three fonts; a PDF counts glyph widths in the same unit
_UNUSED = ("GSUB", "GPOS", "GDEF", "cmap", "name", "OS/2", "post", "gasp")


class Glyph(NamedTuple):
    """One glyph: its number, how far the pen goes on, where it is set off to."""

    number: int
    advance: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Shaped:
    """A run as one typeface draws it, in thousandths of the type size."""

    face: str
    spelling: str
    glyphs: tuple[Glyph, ...]
    advance: int

    @property
    def khmer(self) -> bool:
        """Tell whether the glyphs alone no longer say how the run is typed."""
        return self.face == "K4"


def shaped(text: str, *, bold: bool = False) -> Iterator[Shaped]:
    """Yield a line word by word, run by run, each in its typeface."""
    for word in words(text):
        for run in runs(word):
            yield _shape(_face(run, bold=bold), run.text)


def _face(run: Run, *, bold: bool) -> str:
    if run.khmer:
        return "K4"
    return "V7" if bold else "V4"


@lru_cache(maxsize=16384)
def _shape(face: str, text: str) -> Shaped:
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(_font(face), buffer)
    glyphs = tuple(
        Glyph(info.codepoint, at.x_advance, at.x_offset, at.y_offset)
        for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    )
    return Shaped(face, text, glyphs, sum(glyph.advance for glyph in glyphs))


@lru_cache(maxsize=len(FACES))
def _font(face: str) -> hb.Font:
    return hb.Font(hb.Face(hb.Blob.from_file_path(str(FONTS / FACES[face][1]))))


def natural_advance(face: str, glyph: int) -> int:
    """Return how far the pen goes on after a glyph that nothing pushes or pulls."""
    advance: int = _font(face).get_glyph_h_advance(glyph)
    return advance


def ascent_descent(face: str) -> tuple[int, int]:
    """Return how far the typeface says it goes above and below the baseline."""
    extents = _font(face).get_font_extents("ltr")
    return extents.ascender, extents.descender


@lru_cache(maxsize=len(FACES))
def letters(face: str) -> dict[int, str]:
    """Return the letter of each glyph that stands for one letter alone."""
    glyph_of = _font(face).get_nominal_glyph
    return {glyph_of(ord(letter)): letter for letter in reversed(FACES[face][2])}


def cut(face: str, glyphs: Collection[int]) -> bytes:
    """Return the outlines of the glyphs as a TrueType file; glyph numbers stay what they are."""
    wanted = hb.SubsetInput()
    wanted.glyph_set.update(glyphs)
    wanted.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in _UNUSED)
    wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING
    return bytes(hb.subset(_font(face).face, wanted).blob.data)
