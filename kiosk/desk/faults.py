"""What the officer reads when the ledger did not take something, and with which status."""

from flask_babel import lazy_gettext as _l

BAD, CONFLICT = 400, 409
BUSY = _l("Máy đang bận, lần ghi này chưa được lưu. Hãy bấm Lưu lần nữa.")
BUSY_PRESS = _l("Máy đang bận nên chưa ghi được. Hãy bấm lại lần nữa.")
STALE = _l("Chưa lưu: trang này đã cũ. Hãy xem lại rồi bấm Lưu lần nữa.")
CHANGED = _l(
    "Chưa hủy: lần ghi này đã được sửa. Hãy xem lại trong danh sách; nếu vẫn cần, hãy bấm Hủy."
)
FINAL = _l("Lần ghi này đã hủy nên không sửa hay hủy được nữa.")
