import re
from collections.abc import Iterator

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.handout import qr
from kiosk.handout.qr import QrRefused
from tests.handout.samples import HOME, HOSTS, URL

MEASURED = (URL + "&trang=" + "a1b2c3d4" * 10)[:125]
SEGNO_BYTES = 3848  # segno's SVG of an address of 125 letters
PATHS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_/.?=&%", max_size=180)


def _read(url: str) -> str:
    size = qr.side(url)
    picture = Image.new("L", (size * 4, size * 4), 255)
    for column, row, length in qr.bars(url):
        x, y = (column + qr.QUIET) * 4, (row + qr.QUIET) * 4
        picture.paste(0, (x, y, x + length * 4, y + 4))
    return str(zxingcpp.read_barcodes(picture)[0].text)


def _drawn(path: str) -> Iterator[tuple[int, int, int]]:
    """Follow path data as a browser would: the dark runs it strokes."""
    x, y = 0, 0.0
    for step, first, second in re.findall(r"([Mmh])(-?\d+)(?: ([\d.]+))?", path):
        if step == "h":
            yield x, int(y), int(first)
            x += int(first)
        else:
            x, y = (int(first), float(second)) if step == "M" else (x + int(first), y + int(second))


@given(PATHS)
@settings(max_examples=100, deadline=None)
def test_every_code_reads_back(path: str) -> None:
    assert _read(f"{HOME}/{path}") == f"{HOME}/{path}"


@pytest.mark.parametrize("url", [HOME, URL, MEASURED])
def test_the_svg_strokes_the_same_modules(url: str) -> None:
    runs = [(column + qr.QUIET, row + qr.QUIET, length) for column, row, length in qr.bars(url)]
    assert list(_drawn(qr.svg_path(url))) == runs


def test_the_svg_path_is_no_longer_than_segnos() -> None:
    assert len(qr.svg_path(MEASURED)) <= SEGNO_BYTES


def test_the_svg_says_what_it_is() -> None:
    picture = qr.svg(HOME, "Mã QR: <Cổng> & hơn", HOSTS)
    assert 'role="img"' in picture
    assert "<title>Mã QR: &lt;Cổng&gt; &amp; hơn</title>" in picture
    assert f'viewBox="0 0 {qr.side(HOME)} {qr.side(HOME)}"' in picture


def test_a_code_is_made_once_for_an_address() -> None:
    assert qr.matrix(URL) is qr.matrix(URL)


@pytest.mark.parametrize("length", [14, 26, 27, 62, 63, 122, 180, 181, 213, 214, 251, 287])
def test_the_smallest_version_that_holds_the_address_is_taken(length: int) -> None:
    url = ("https://a.vn/" + "x" * 300)[:length]
    sides = {14: 21, 26: 25, 27: 29, 62: 33, 63: 37, 122: 45, 180: 53, 181: 57, 213: 57}
    assert len(qr.matrix(url)) == sides.get(length, {214: 61, 251: 61, 287: 65}.get(length))


@pytest.mark.parametrize(
    "url",
    [
        "http://dichvucong.gov.vn",
        "javascript:alert(1)",
        "//dichvucong.gov.vn",
        "https://dichvucong.gov.vn.evil.example",
        "https://evil.example/dichvucong.gov.vn",
        "https://dichvucong.gov.vn@evil.example",
        "https://user@dichvucong.gov.vn",
        "https://dichvucong.gov.vn:8443",
        "https://dichvucong.gov.vn\\@evil.example",
        "https://dichvucong.gov.vn/đăng-ký",
        "https://dichvucong.gov.vn/a b",
        "https://dichvucong.gov.vn/a\n",
        "https://sub.dichvucong.gov.vn",
        "https://",
        "",
        HOME + "/" + "x" * 300,
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(QrRefused):
        qr.svg(url, "Mã QR", HOSTS)


def test_letters_of_the_host_may_be_of_either_case() -> None:
    assert qr.checked("https://DichVuCong.gov.vn/", ["dichvucong.GOV.vn"])


def test_a_host_with_a_port_passes_when_it_is_listed() -> None:
    assert qr.checked("https://mot-cua.local:8443/vi", ["mot-cua.local:8443"])


def test_even_the_bare_matrix_wants_https() -> None:
    with pytest.raises(QrRefused):
        qr.matrix("http://dichvucong.gov.vn")
