from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image, ImageFont, features

from kiosk.handout import qr, raster
from kiosk.handout.marks import Pen
from kiosk.handout.qr import QrRefused
from kiosk.handout.raster import RaqmMissing
from kiosk.handout.slip import Target, slip_of
from kiosk.handout.text import FONTS
from tests.handout.samples import HOME, HOSTS, TEXTS, URL, VI, sample

WIDTHS = (576, 546, 512, 384)
TYPICAL_CM = 25
DOTS_PER_CM = 80


def _ink(image: Image.Image) -> tuple[int, int, int, int]:
    box = Image.eval(image.convert("L"), lambda level: 255 - level).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("name", ["vi", "en", "km"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("large", [False, True])
def test_the_code_reads_back_from_paper(name: str, width: int, large: bool) -> None:
    picture = raster.raster(sample(name, large=large), width).convert("L")
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [URL]


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("width", WIDTHS)
def test_ink_stays_off_the_edges(name: str, width: int) -> None:
    picture = raster.raster(sample(name), width)
    left, top, right, bottom = _ink(picture)
    assert picture.mode == "1"
    assert picture.width == width
    assert left >= raster.MARGIN - 2  # a letter may lean a dot out of its place
    assert right <= width - raster.MARGIN + 2
    assert top >= 2
    assert picture.height - bottom >= raster.FEED


@pytest.mark.parametrize("name", ["vi", "en"])
def test_a_typical_slip_is_not_long(name: str) -> None:
    assert raster.raster(sample(name)).height <= TYPICAL_CM * DOTS_PER_CM


def test_the_same_slip_gives_the_same_picture() -> None:
    assert raster.raster(sample("km")).tobytes() == raster.raster(sample("km")).tobytes()


def test_khmer_is_shaped() -> None:
    file = FONTS / "noto-sans-khmer-400.ttf"
    shaped = ImageFont.truetype(file, 28, layout_engine=ImageFont.Layout.RAQM)
    loose = ImageFont.truetype(file, 28, layout_engine=ImageFont.Layout.BASIC)
    word = "ស្ត្រីកម្ពុជា"
    pen = Pen(24)
    assert raster.width_of(word, pen) == pytest.approx(shaped.getlength(word))
    assert raster.width_of(word, pen) < 0.85 * loose.getlength(word)


def test_without_its_shaper_khmer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    raster._run_width.cache_clear()
    monkeypatch.setattr(features, "check", lambda name: name != "raqm")
    assert not raster.khmer_ready()
    with pytest.raises(RaqmMissing, match="raqm"):
        raster.raster(sample("km"))


def test_without_the_shaper_vietnamese_still_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda name: name != "raqm")
    raster._font.cache_clear()
    raster._run_width.cache_clear()
    picture = raster.raster(sample("vi"))
    raster._font.cache_clear()
    raster._run_width.cache_clear()
    assert picture.width == 576


@pytest.mark.parametrize(
    ("length", "width", "large", "dots"),
    [
        (89, 576, False, 6),
        (89, 576, True, 8),
        (287, 576, False, 6),
        (89, 384, False, 6),
        (287, 384, False, 5),
        (180, 384, True, 6),
    ],
)
def test_modules_are_as_large_as_the_paper_lets(
    length: int, width: int, large: bool, dots: int
) -> None:
    url = f"{HOME}/{'x' * 300}"[:length]
    assert raster._module(url, width - 2 * raster.MARGIN, large=large) == dots


def test_modules_finer_than_five_dots_are_refused() -> None:
    slip = slip_of(replace(VI, link=Target(f"{HOME}/{'x' * 250}")), HOSTS)
    with pytest.raises(QrRefused, match="5 dots"):
        raster.raster(slip, 300)


def test_a_slip_without_link_has_no_code() -> None:
    picture = raster.raster(slip_of(replace(VI, link=None), HOSTS)).convert("L")
    assert not zxingcpp.read_barcodes(picture)


def test_the_code_is_drawn_at_whole_dots() -> None:
    picture = raster.raster(sample("vi")).convert("L")
    (code,) = zxingcpp.read_barcodes(picture)
    across = code.position.top_right.x - code.position.top_left.x
    assert across == pytest.approx(len(qr.matrix(URL)) * 6, abs=2)
