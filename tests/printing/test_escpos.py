from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.handout.raster import raster
from kiosk.printing import escpos
from kiosk.printing.escpos import strips
from tests.handout.samples import sample

HEAD = b"\x1dv0\x00"


def _read(job: bytes) -> Iterator[Image.Image]:
    """Take a job apart as a printer does: yield each strip."""
    assert job.startswith(escpos.START)
    assert job.endswith(escpos.FEED + escpos.CUT)
    rest = job[len(escpos.START) : -len(escpos.FEED + escpos.CUT)]
    while rest:
        assert rest.startswith(HEAD)
        columns, rows = (int.from_bytes(rest[at : at + 2], "little") for at in (4, 6))
        end = 8 + columns * rows
        yield Image.frombytes("1", (columns * 8, rows), rest[8:end], "raw", "1;I")
        rest = rest[end:]


def _joined(job: bytes) -> Image.Image:
    pieces = list(_read(job))
    whole = Image.new("1", (pieces[0].width, sum(piece.height for piece in pieces)), 1)
    top = 0
    for piece in pieces:
        whole.paste(piece, (0, top))
        top += piece.height
    return whole


@pytest.mark.parametrize("name", ["vi", "km"])
@pytest.mark.parametrize("width", [576, 512, 384])
def test_a_slip_survives_the_way_to_the_printer(name: str, width: int) -> None:
    picture = raster(sample(name), width)
    assert _joined(strips(picture)).tobytes() == picture.tobytes()


def test_no_strip_is_taller_than_256_rows() -> None:
    heights = [piece.height for piece in _read(strips(raster(sample("vi"))))]
    assert max(heights) == 256
    assert min(heights) > 0


def test_odd_widths_are_filled_up_with_white() -> None:
    picture = Image.new("1", (546, 3), 0)
    whole = _joined(strips(picture))
    assert whole.width == 552
    assert whole.crop((0, 0, 546, 3)).tobytes() == picture.tobytes()
    assert set(whole.crop((546, 0, 552, 3)).convert("L").tobytes()) == {255}


@given(st.integers(1, 80), st.integers(1, 40), st.integers(1, 16), st.data())
@settings(max_examples=60, deadline=None)
def test_any_picture_in_any_strips_decodes_to_itself(
    width: int, height: int, rows: int, data: st.DataObject
) -> None:
    bits = data.draw(st.binary(min_size=width * height, max_size=width * height))
    picture = Image.frombytes("1", (width * 8, height), bits)
    assert _joined(strips(picture, rows)).tobytes() == picture.tobytes()


@pytest.mark.parametrize("rows", [0, -1, 257])
def test_strips_that_jam_printers_are_refused(rows: int) -> None:
    with pytest.raises(ValueError, match="256"):
        strips(Image.new("1", (8, 8)), rows)
