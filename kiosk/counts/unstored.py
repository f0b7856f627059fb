"""What a page says when the database cannot take what was typed."""

from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.db import StoreError, StoreFull

NO_ROOM = _l(
    "Máy đã hết chỗ lưu nên chưa ghi được. Biểu mẫu vẫn còn nguyên: báo người quản lý máy."
)
BUSY = _l("Máy đang bận nên chưa ghi được. Biểu mẫu vẫn còn nguyên: hãy bấm lại lần nữa.")


class Unstored(NamedTuple):
    """The sentence, and the status of the answer."""

    said: LazyString
    status: int


def unstored(fault: StoreError) -> Unstored:
    """Return what to answer; what was typed stays on the page."""
    return Unstored(NO_ROOM, 507) if isinstance(fault, StoreFull) else Unstored(BUSY, 503)
