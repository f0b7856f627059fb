"""Picture → bytes for an ESC/POS roll printer: raster strips, feed, cut. Nothing is sent here."""

from collections.abc import Iterator

from PIL import Image

STRIP = 256  # rows; taller images jam some printers
START = b"\x1b@"  # forget what the last job set
FEED_DOTS = 160  # 20 mm from the print head past the knife
FEED = b"\x1bJ" + bytes([FEED_DOTS])
CUT = b"\x1dV\x01"  # leaves a bridge, so the slip does not fall


def strips(image: Image.Image, rows: int = STRIP) -> bytes:
    """Return the whole job: the picture as GS v 0 strips of at most so many rows, feed, cut."""
    if not 1 <= rows <= STRIP:
        raise ValueError(f"a strip has 1 to {STRIP} rows, not {rows}")
    return b"".join((START, *_strips(_whole_bytes(image), rows), FEED, CUT))


def _whole_bytes(image: Image.Image) -> Image.Image:
    """Return the picture in black and white, its width filled up with white to whole bytes."""
    width = -(-image.width // 8) * 8
    page = Image.new("1", (width, image.height), 1)
    page.paste(image.convert("1", dither=Image.Dither.NONE))
    return page


def _strips(page: Image.Image, rows: int) -> Iterator[bytes]:
    columns = page.width // 8
    for top in range(0, page.height, rows):
        strip = page.crop((0, top, page.width, min(top + rows, page.height)))
        size = columns.to_bytes(2, "little") + strip.height.to_bytes(2, "little")
        yield b"\x1dv0\x00" + size + strip.tobytes("raw", "1;I")  # the printer's 1 is ink
