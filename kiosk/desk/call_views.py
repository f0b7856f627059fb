"""Calls from the lobby as an officer hears them: on every page, and asked for by its script."""

from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk import clock
from kiosk.access import permits
from kiosk.db import StoreError, engine, reading
from kiosk.station.calls import VISITORS, answer, waiting
from kiosk.web import local_redirect, needs, quiet

UNABLE = 503
ANSWER = "calls.answer"
SAID: dict[str, tuple[LazyString, LazyString]] = {  #: what happens, and what to do
    "help": (
        _l("Công dân ở màn hình sảnh gọi cán bộ."),
        _l("Ra sảnh giúp, hoặc mời vào quầy."),
    ),
    "no_paper_came": (
        _l("Công dân ở màn hình sảnh báo giấy không ra."),
        _l("Xem máy in ở sảnh; gõ mã ngắn trên màn hình để mở lại phiếu."),
    ),
    "paper_low": (
        _l("Máy in ở sảnh sắp hết giấy."),
        _l("Chuẩn bị cuộn giấy mới, thay khi vắng người."),
    ),
    "paper_out": (
        _l("Máy in ở sảnh hết giấy."),
        _l("Thay cuộn giấy mới rồi đóng nắp. Khi có giấy, thông báo tự tắt."),
    ),
    "cover_open": (
        _l("Nắp máy in ở sảnh đang mở."),
        _l("Đóng nắp cho khớp. Khi đóng nắp, thông báo tự tắt."),
    ),
    "printer_offline": (
        _l("Máy in ở sảnh không phản hồi."),
        _l("Xem nguồn điện và dây nối. Khi máy in hoạt động lại, thông báo tự tắt."),
    ),
}

calls = Blueprint("calls", __name__)


class Ringing(NamedTuple):
    """One call as a page shows it."""

    id: str
    kind: str
    source: str
    seconds: int


@calls.app_context_processor
def _words() -> dict[str, object]:
    return {"calls_waiting": calls_waiting, "CALL_WORDS": SAID, "VISITORS": VISITORS}


def calls_waiting() -> tuple[Ringing, ...] | None:
    """Return the calls of the officer's unit; None on a page whose script may not ask for them."""
    return _ringing(permits.acting().unit) if permits.welcome(ANSWER) else None


@calls.get("/ban/bao")
@needs(ANSWER)
@quiet
def poll() -> ResponseReturnValue:
    """Tell which calls of the officer's unit wait; asked every second and a half."""
    return jsonify(calls=[call._asdict() for call in _ringing(permits.acting().unit)])


@calls.post("/ban/goi/<uuid:call_id>")
@needs(ANSWER)
def take(call_id: UUID) -> ResponseReturnValue:
    """Answer a call: the officer goes there."""
    who = permits.acting()
    try:
        answer(engine(), who.unit, str(call_id), who.id)
    except StoreError:
        return render_template("desk/call_kept.html"), UNABLE
    return local_redirect(request.form.get("next"), url_for("desk.today"))


def _ringing(unit: str) -> tuple[Ringing, ...]:
    now = clock.now()
    with reading(engine()) as conn:
        found = waiting(conn, unit)
    return tuple(
        Ringing(call.id, call.kind, call.source, max(0, int((now - call.at).total_seconds())))
        for call in found
    )
