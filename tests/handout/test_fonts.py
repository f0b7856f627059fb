import subprocess
import sys
import unicodedata
from importlib import import_module
from pathlib import Path
from typing import Literal

import pytest

from kiosk.handout.text import FONTS, KHMER, LATIN, VIETNAMESE, printable
from kiosk.handout.typeface import FACES, UPEM, shaped

TTFont = import_module("fontTools.ttLib").TTFont  # a library without types
ROOT = Path(__file__).parents[2]
LATIN_FONTS = [
    f"be-vietnam-pro-{weight}.{kind}" for weight in (400, 700) for kind in ("ttf", "woff2")
]
KHMER_FONTS = ["noto-sans-khmer-400.ttf", "noto-sans-khmer-400.woff2"]
BUDGET = 240_000


def _letters(name: str) -> set[str]:
    return {chr(code) for code in TTFont(FONTS / name).getBestCmap()}


@pytest.mark.parametrize("name", LATIN_FONTS)
def test_every_vietnamese_letter_and_sign_has_a_glyph(name: str) -> None:
    assert set(LATIN) <= _letters(name)
    assert set(unicodedata.normalize("NFD", VIETNAMESE)) <= _letters(name)


@pytest.mark.parametrize("name", KHMER_FONTS)
def test_every_khmer_letter_has_a_glyph(name: str) -> None:
    assert set(KHMER) <= _letters(name)


def test_the_language_switch_has_its_own_small_font() -> None:
    assert _letters("khmer-name.woff2") == set("ខ្មែរ")
    assert (FONTS / "khmer-name.woff2").stat().st_size < 2_500


@pytest.mark.parametrize("name", LATIN_FONTS)
def test_figures_of_tables_are_of_one_width(name: str) -> None:
    font = TTFont(FONTS / name)
    features = {r.FeatureTag: r.Feature for r in font["GSUB"].table.FeatureList.FeatureRecord}
    (lookup,) = features["tnum"].LookupListIndex
    swaps = font["GSUB"].table.LookupList.Lookup[lookup].SubTable[0].mapping
    figures = [swaps[font.getBestCmap()[ord(figure)]] for figure in "0123456789"]
    assert len({font["hmtx"][figure][0] for figure in figures}) == 1


def test_all_fonts_together_are_light_and_licensed() -> None:
    assert sum(path.stat().st_size for path in FONTS.iterdir()) <= BUDGET
    for licence in FONTS.glob("OFL-*.txt"):
        assert "SIL OPEN FONT LICENSE" in licence.read_text()
    assert len(list(FONTS.glob("OFL-*.txt"))) == 2


def test_the_typefaces_count_in_thousandths() -> None:
    for _, file, _ in FACES.values():
        assert TTFont(FONTS / file)["head"].unitsPerEm == UPEM


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_no_vietnamese_letter_is_drawn_as_a_hole(form: Literal["NFC", "NFD"]) -> None:
    for bold in (False, True):
        for part in shaped(printable(" ".join(unicodedata.normalize(form, VIETNAMESE))), bold=bold):
            assert all(glyph.number for glyph in part.glyphs), part.spelling


def test_the_committed_fonts_are_what_the_tool_makes(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "tools" / "fonts.py", "--to", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in FONTS.iterdir()
    }
