"""Portal address → QR matrix and a compact picture of it; every address is checked first."""

from bisect import bisect_left
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import groupby
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET = 4  # light modules around the code; the standard asks for them and no printer adds them
MASK = 2  # choosing among eight is 80 % of the work; this had the best marks on our addresses
_FITS = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287)  # bytes in versions 1–12, level M
LONGEST = _FITS[-1]  # a higher version is too dense for a slip

Matrix = tuple[tuple[bool, ...], ...]
_PLAIN = frozenset("!#$%&'()*+,-./:;=?@[]_~")


class QrRefused(ValueError):  # noqa: N818 - a word of the domain
    """The address must not, or cannot, become a QR code; the message says why."""


def checked(url: str, hosts: Collection[str]) -> str:
    """Return the address if it is https, on an allowed host and fit for a code."""
    _check_form(url)
    host = urlsplit(url).netloc.lower()  # with port and user: neither passes unless listed
    if host not in {allowed.lower() for allowed in hosts}:
        raise QrRefused(f"host not on the list: {host!r}")
    return url


def _check_form(url: str) -> None:
    if not url.startswith("https://"):
        raise QrRefused(f"not an https address: {url!r}")
    if not all(letter in _PLAIN or (letter.isascii() and letter.isalnum()) for letter in url):
        raise QrRefused(f"letters that an address must escape: {url!r}")
    if len(url) > LONGEST:
        raise QrRefused(f"longer than {LONGEST} bytes: {url!r}")


@lru_cache(maxsize=512)
def matrix(url: str) -> Matrix:
    """Return the dark modules, level M, without the quiet zone; made once per address."""
    _check_form(url)
    code = QRCode(
        version=bisect_left(_FITS, len(url)) + 1,
        error_correction=ERROR_CORRECT_M,
        mask_pattern=MASK,
        border=0,
    )
    code.add_data(url, optimize=0)
    code.make(fit=False)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def side(url: str) -> int:
    """Return the modules along one side, quiet zone counted."""
    return len(matrix(url)) + 2 * QUIET


def bars(url: str) -> Iterator[tuple[int, int, int]]:
    """Yield each dark run as column, row, length; quiet zone not counted."""
    for row, modules in enumerate(matrix(url)):
        column = 0
        for dark, run in groupby(modules):
            length = len(list(run))
            if dark:
                yield column, row, length
            column += length


@lru_cache(maxsize=512)
def svg_path(url: str) -> str:
    """Return path data to stroke one module wide in a box of side(url): quiet zone counted."""
    steps: list[str] = []
    at_column, at_row = 0, 0
    for column, row, length in bars(url):
        move = f"m{column - at_column} {row - at_row}" if steps else f"M{QUIET} {QUIET}.5"
        steps.append(f"{move}h{length}")
        at_column, at_row = column + length, row
    return "".join(steps)


def svg(url: str, title: str, hosts: Collection[str]) -> str:
    """Return a whole SVG picture that says to a screen reader what it is."""
    modules = side(checked(url, hosts))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {modules} {modules}" role="img"'
        f' shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<path fill="#fff" d="M0 0h{modules}v{modules}H0z"/>'
        f'<path stroke="#000" d="{svg_path(url)}"/></svg>'
    )
