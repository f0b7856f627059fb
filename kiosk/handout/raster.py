"""Slip → 1-bit picture for roll printers: they get images, never text, so every letter is right."""

from dataclasses import replace
from functools import lru_cache
from itertools import chain

from PIL import Image, ImageDraw, ImageFont, features

from kiosk.handout.layout import Setter, Style, centred, fitting
from kiosk.handout.marks import Bar, Code, Frame, Mark, Pen, Row, Words, beside
from kiosk.handout.qr import QUIET, QrRefused, bars, side
from kiosk.handout.slip import Slip
from kiosk.handout.text import FONTS, Run, runs, words

MARGIN = 8  # dots left white at each side
FEED = 48  # dots of white below the last line
KHMER = 7 / 6  # 28 dots where Latin letters have 24
SPACING = 0.05  # added to a space, in parts of the type size: in whole dots words run together
THRESHOLD = 168  # of 255: lighter is paper; thin strokes keep their ink
STROKE = 3  # dots of the edge of a box
MODULES = (6, 5)  # dots of a QR module, best first; 4 fail on a worn printer
LARGE_MODULES = (8, 7, 6, 5)
BOLDER = 0.012  # there is one weight of Khmer: bold is a thin line around the letters


class RaqmMissing(RuntimeError):  # noqa: N818 - a word of the domain
    """Pillow here cannot shape Khmer; a slip with broken letters is not printed."""


def khmer_ready() -> bool:
    """Tell whether this machine can put Khmer on a roll."""
    return bool(features.check("raqm"))


def raster(slip: Slip, width_dots: int = 576) -> Image.Image:
    """Return the slip as a black and white picture, set anew for this width.

    Raises RaqmMissing for Khmer without its shaper, QrRefused when the code would be too fine.
    """
    rows = composed(slip, width_dots)
    height = MARGIN + round(sum(row.height for row in rows)) + FEED
    image = Image.new("L", (width_dots, height), 255)
    draw = ImageDraw.Draw(image)
    top = float(MARGIN)
    for row in rows:
        for mark in row.marks:
            _draw(draw, mark, top)
        top += row.height
    return image.point(_INK).convert("1", dither=Image.Dither.NONE)


_INK = [0 if grey < THRESHOLD else 255 for grey in range(256)]


def composed(slip: Slip, width_dots: int) -> list[Row]:
    """Set a slip for a roll: rows in dots, between the margins."""
    setter = Setter(_style(width_dots - 2 * MARGIN, large=slip.large), width_of)
    return [
        *_head(slip, setter),
        *setter.blocks(slip),
        *_code(slip, setter),
        *_foot(slip, setter),
    ]


def _style(width: int, *, large: bool) -> Style:
    body = 40 if large else 24
    return Style(
        width=width,
        body=Pen(body),
        small=Pen(body),
        heading=Pen(46 if large else 32, bold=True),
        title=Pen(54 if large else 38, bold=True),
        code=Pen(72 if large else 50, bold=True),
        gap=12,
        box=34 if large else 22,
        label=0,
        leading=1.22,
        khmer=KHMER,
    )


def _head(slip: Slip, setter: Setter) -> list[Row]:
    style = setter.style
    return [
        *setter.text(slip.unit, Pen(style.body.size, bold=True)),
        *setter.text(slip.printed, style.body),
        setter.space(0.6),
        setter.rule(3),
        setter.space(0.6),
        *setter.title(slip.title, style.width),
        *chain.from_iterable(setter.text(line, style.body) for line in slip.under_title),
    ]


def _code(slip: Slip, setter: Setter) -> list[Row]:
    style = setter.style
    strong = replace(style.body, bold=True)
    rows: list[Row] = []
    if slip.link:
        length = side(slip.link.url) * _module(slip.link.url, style.width, large=slip.large)
        place = (style.width - length) // 2
        rows += [
            setter.space(1.2),
            setter.rule(3),
            setter.space(0.8),
            *centred(setter.text(slip.link.label, strong), setter),
            Row(length, (Code(place, 0, length, slip.link.url),)),
            *centred(setter.text(slip.link.address, style.body), setter),
        ]
    if slip.short_code:
        rows += [setter.space(0.8), *_short_code(slip, setter)]
    return rows


def _short_code(slip: Slip, setter: Setter) -> list[Row]:
    width, label = setter.style.width, setter.style.body
    code = fitting(slip.short_code, setter, width)
    start = width_of(slip.short_code_label + "  ", label)
    room = width - start - width_of(slip.short_code, code)
    if room < 0:
        rows = [*setter.text(slip.short_code_label, label), *setter.text(slip.short_code, code)]
        return centred(rows, setter)
    names = setter.text(slip.short_code_label, label, room / 2)
    return beside(names, setter.text(slip.short_code, code, room / 2 + start))


def _module(url: str, width: float, *, large: bool) -> int:
    for dots in LARGE_MODULES if large else MODULES:
        if side(url) * dots <= width:
            return dots
    raise QrRefused(f"needs modules finer than {MODULES[-1]} dots on this paper: {url!r}")


def _foot(slip: Slip, setter: Setter) -> list[Row]:
    style = setter.style
    said = " ".join((slip.as_of, *slip.footer, slip.care))
    return [
        setter.space(),
        setter.rule(3),
        setter.space(0.6),
        *setter.text(said, style.body),
        setter.space(0.6),
        *centred(setter.text(f"— {slip.end} —", style.body), setter),
    ]


@lru_cache(maxsize=64)
def _font(file: str, size: float) -> ImageFont.FreeTypeFont:
    shaper = ImageFont.Layout.RAQM if khmer_ready() else ImageFont.Layout.BASIC
    return ImageFont.truetype(FONTS / file, size, layout_engine=shaper)


def _pen_font(run: Run, pen: Pen) -> ImageFont.FreeTypeFont:
    if not run.khmer:
        return _font(f"be-vietnam-pro-{700 if pen.bold else 400}.ttf", pen.size)
    if not khmer_ready():
        raise RaqmMissing("Pillow was built without raqm: Khmer cannot be printed")
    return _font("noto-sans-khmer-400.ttf", pen.size * KHMER)


@lru_cache(maxsize=16384)
def _run_width(run: Run, pen: Pen) -> float:
    spaces = run.text.count(" ")
    return _pen_font(run, pen).getlength(run.text) + spaces * pen.size * SPACING


def width_of(text: str, pen: Pen) -> float:
    """Return how far a line goes, in dots."""
    return sum(_run_width(run, pen) for word in words(text) for run in runs(word))


def _draw(draw: ImageDraw.ImageDraw, mark: Mark, top: float) -> None:
    x, y = MARGIN + mark.x, top + mark.y
    match mark:
        case Words(text=text, pen=pen):
            _write(draw, (x, y), text, pen)
        case Frame(width=width, height=height):
            draw.rectangle(_box(x, y, width, height), outline=0, width=STROKE)
        case Bar(width=width, height=height):
            draw.rectangle(_box(x, y, width, height), fill=0)
        case Code(side=length, url=url):
            _modules(draw, (round(x), round(y)), round(length) // side(url), url)


def _write(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, pen: Pen) -> None:
    x, y = at
    for word in words(text):
        for run in runs(word):
            bolder = pen.size * BOLDER if run.khmer and pen.bold else 0
            draw.text((x, y), run.text, 0, _pen_font(run, pen), anchor="ls", stroke_width=bolder)
            x += _run_width(run, pen)


def _box(x: float, y: float, width: float, height: float) -> tuple[int, int, int, int]:
    left, top = round(x), round(y)
    return left, top, left + round(width) - 1, top + max(2, round(height)) - 1


def _modules(draw: ImageDraw.ImageDraw, at: tuple[int, int], dots: int, url: str) -> None:
    for column, row, length in bars(url):
        x, y = at[0] + (column + QUIET) * dots, at[1] + (row + QUIET) * dots
        draw.rectangle((x, y, x + length * dots - 1, y + dots - 1), fill=0)
