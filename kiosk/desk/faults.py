"""What the officer reads when the ledger did not take something, and with which status."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.filings.ledger import StoreError, StoreFull

BAD, CONFLICT, UNABLE, FULL = 400, 409, 503, 507
NO_ROOM = _l(
    "Máy đã hết chỗ lưu nên chưa ghi được. Biểu mẫu vẫn còn nguyên: báo người quản lý máy."
)
BUSY = _l("Máy đang bận, lần ghi này chưa được lưu. Hãy bấm Lưu lần nữa.")
BUSY_PRESS = _l("Máy đang bận nên chưa ghi được. Hãy bấm lại lần nữa.")
STALE = _l("Chưa lưu: trang này đã cũ. Hãy xem lại rồi bấm Lưu lần nữa.")
FINAL = _l("Lần ghi này đã hủy nên không sửa hay hủy được nữa.")


def unstored(fault: StoreError, busy: LazyString) -> tuple[LazyString, int]:
    """Return what to say about a database that cannot write now, and the status of the answer."""
    return (NO_ROOM, FULL) if isinstance(fault, StoreFull) else (busy, UNABLE)
