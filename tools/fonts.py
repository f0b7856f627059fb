"""Make the fonts under static/fonts: `python tools/fonts.py [--to FOLDER]`.

Web fonts are woff2; print fonts are TTF with the same letters. No hints: on 203 dpi paper, where
ink is a threshold, hinted stems come out uneven, and hints double the size.
The letters are those of kiosk.handout.text, so paper never meets a letter without a glyph.
"""

import argparse
import shutil
from pathlib import Path

import fontpkg_be_vietnam_pro
import fontpkg_noto_sans_khmer
from fontTools.otlLib.builder import buildLookup, buildSingleSubstSubtable
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.otTables import Feature, FeatureRecord
from fontTools.varLib.instancer import instantiateVariableFont

from kiosk.handout.text import BREAK, FONTS, KHMER, LATIN

VIET = fontpkg_be_vietnam_pro.ROOT
NOTO = fontpkg_noto_sans_khmer.ROOT
WEIGHTS = {400: "BeVietnamPro-Regular.ttf", 700: "BeVietnamPro-Bold.ttf"}
KHMER_NAME = "ខ្មែរ"
LATIN_FEATURES = ["ccmp", "mark", "mkmk", "kern"]
KEPT_NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14]


def subset(font: TTFont, letters: str, features: list[str]) -> TTFont:
    """Return the font cut down to the letters; nothing in it depends on the day."""
    options = Options(
        layout_features=features,
        hinting=False,
        name_IDs=KEPT_NAMES,
        notdef_outline=True,
        drop_tables=["DSIG", "STAT", "meta"],
    )
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(font)
    return font


def opened(path: Path) -> TTFont:
    """Open a font whose date of change stays as it is."""
    return TTFont(path, recalcTimestamp=False, lazy=False)


def add_table_figures(font: TTFont) -> None:
    """Add the feature tnum: figures of one width, so that columns of a table stand under another.

    The family has none: its 1 is half as wide as its 4.
    """
    cmap, widths = font.getBestCmap(), font["hmtx"]
    figures = [cmap[ord(figure)] for figure in "0123456789"]
    width = max(widths[figure][0] for figure in figures)
    for figure in figures:
        shift = (width - widths[figure][0]) // 2
        pen = TTGlyphPen(font.getGlyphSet())
        pen.addComponent(figure, (1, 0, 0, 1, shift, 0))
        font["glyf"][f"{figure}.tnum"] = pen.glyph()
        widths[f"{figure}.tnum"] = (width, widths[figure][1] + shift)
    add_substitution(font, "tnum", {figure: f"{figure}.tnum" for figure in figures})


def add_substitution(font: TTFont, tag: str, swaps: dict[str, str]) -> None:
    """Add a feature that sorts after the font's own: one glyph for another, in every script."""
    gsub = font["GSUB"].table
    record = FeatureRecord()
    record.FeatureTag = tag
    record.Feature = Feature()
    record.Feature.FeatureParams = None
    record.Feature.LookupListIndex = [len(gsub.LookupList.Lookup)]
    gsub.LookupList.Lookup.append(buildLookup([buildSingleSubstSubtable(swaps)]))
    for script in gsub.ScriptList.ScriptRecord:
        systems = [script.Script.DefaultLangSys, *(r.LangSys for r in script.Script.LangSysRecord)]
        for system in filter(None, systems):
            system.FeatureIndex.append(len(gsub.FeatureList.FeatureRecord))
    gsub.FeatureList.FeatureRecord.append(record)


def khmer() -> TTFont:
    """Return the upright, regular instance of the variable Khmer font."""
    variable = opened(next((NOTO / "files").glob("*.ttf")))
    return instantiateVariableFont(variable, {"wght": 400, "wdth": 100}, updateFontNames=False)


def save(font: TTFont, path: Path) -> None:
    """Write a font in the flavour that its name says."""
    font.flavor = "woff2" if path.suffix == ".woff2" else None
    font.save(path, reorderTables=False)
    print(f"{path.stat().st_size:7,} {path.name}")


def make(folder: Path) -> None:
    """Write all fonts and their licences into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for weight, file in WEIGHTS.items():
        cut = subset(opened(VIET / "files" / file), LATIN, LATIN_FEATURES)
        add_table_figures(cut)
        for ending in ("woff2", "ttf"):
            save(cut, folder / f"be-vietnam-pro-{weight}.{ending}")
    cut = subset(khmer(), KHMER + BREAK + " \xa0", ["*"])
    for ending in ("woff2", "ttf"):
        save(cut, folder / f"noto-sans-khmer-400.{ending}")
    save(subset(khmer(), KHMER_NAME, ["*"]), folder / "khmer-name.woff2")
    shutil.copyfile(VIET / "LICENSE", folder / "OFL-be-vietnam-pro.txt")
    shutil.copyfile(NOTO / "LICENSE", folder / "OFL-noto-sans-khmer.txt")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=FONTS)
    make(parser.parse_args().to)
