"""A QR code as a picture that a page holds in itself: a secret must not have an address."""

from base64 import b64encode
from collections.abc import Iterable
from itertools import groupby

QUIET = 4  # light modules around the code


def qr(text: str) -> str:
    """Return a QR code as the address of a picture, data: and SVG."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    code.make()
    matrix = code.get_matrix()
    side = len(matrix)
    path = "".join(_row(row, modules) for row, modules in enumerate(matrix))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        f' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path stroke="#000" d="{path}"/></svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _row(row: int, modules: Iterable[bool | None]) -> str:
    parts, column = [], 0
    for dark, run in groupby(map(bool, modules)):
        length = len(list(run))
        if dark:
            parts.append(f"M{column} {row}.5h{length}")
        column += length
    return "".join(parts)
