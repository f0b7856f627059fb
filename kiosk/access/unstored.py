"""What a page says when the database cannot take what was typed."""

import logging

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.db import StoreBusy, StoreError, StoreFull

UNABLE, FULL = 503, 507
NO_ROOM = _l(
    "Máy đã hết chỗ lưu nên chưa ghi được. Nội dung đã nhập vẫn còn. Hãy báo người quản lý máy."
)
BROKEN = _l("Máy không ghi được vào ổ đĩa. Nội dung đã nhập vẫn còn. Hãy báo người quản lý máy.")
BUSY = _l("Máy đang bận nên chưa ghi được. Nội dung đã nhập vẫn còn. Hãy bấm lại lần nữa.")

log = logging.getLogger(__name__)


def unstored(fault: StoreError, busy: LazyString = BUSY) -> tuple[LazyString, int]:
    """Return what to say beside a form that is kept, and the status of the answer."""
    log.error("nothing could be stored: %s", type(fault).__name__)
    if isinstance(fault, StoreFull):
        return NO_ROOM, FULL
    return (busy if isinstance(fault, StoreBusy) else BROKEN), UNABLE


def said_by(blueprint: Blueprint) -> None:
    """Let the pages of a blueprint say that nothing can be stored now, instead of failing."""
    blueprint.register_error_handler(StoreError, _page)


def _page(fault: StoreError) -> ResponseReturnValue:
    _said, status = unstored(fault)
    return render_template("access/unwritable.html"), status
