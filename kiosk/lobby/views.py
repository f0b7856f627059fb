"""The lobby screen by itself: a visitor calls an officer."""

import logging
import re
import sqlite3

from flask import (
    Blueprint,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from sqlalchemy.exc import OperationalError

from kiosk.db import StoreError, engine, reading
from kiosk.i18n import LANGUAGES, language
from kiosk.limits import limiter
from kiosk.station.calls import SCREEN, VISITORS, ring, waiting
from kiosk.web import is_local, public

CALLS = "20 per minute"  # a call that is open is not made again, so nobody waiting comes near
PAGE = re.compile(rf"/(?:{'|'.join(LANGUAGES)})/(.{{0,1000}})")
BAD, UNABLE, TOO_MANY = 400, 503, 429

log = logging.getLogger(__name__)
lobby = Blueprint("lobby", __name__)


@lobby.app_context_processor
def _dock() -> dict[str, str]:
    return {"here": request.full_path.rstrip("?") if request.endpoint else ""}


@lobby.get("/<lang:lang>/goi-can-bo")
@public
def called() -> ResponseReturnValue:
    """Say that an officer was called, or offer to call one."""
    with reading(engine()) as conn:
        found = waiting(conn, _unit())
    mine = (call.source == _screen() and call.kind in VISITORS for call in found)
    return _page(calling=any(mine))


@lobby.post("/<lang:lang>/goi-can-bo")
@public
def call() -> ResponseReturnValue:
    """Call an officer to the screen; only a page of this screen may."""
    unit, kind = _unit(), request.form.get("kind")
    if not _sent_from_here():
        abort(403)
    if kind not in VISITORS:
        abort(BAD)
    with limiter.limit(CALLS):
        ring(engine(), unit, _screen(), kind)
    return redirect(url_for("lobby.called", lang=language(), ve=_way_back()), 303)


@lobby.errorhandler(RateLimitExceeded)
def pressed_on_and_on(_error: RateLimitExceeded) -> ResponseReturnValue:
    """Send whoever presses without end to the counter."""
    return _page(unheard=True), TOO_MANY


@lobby.errorhandler(StoreError)
@lobby.errorhandler(OperationalError)
@lobby.errorhandler(sqlite3.OperationalError)
def unheard(error: Exception) -> ResponseReturnValue:
    """Say that nobody was called, and where officers are."""
    log.error("nobody could be called: %s", type(error).__name__)
    return _page(unheard=True), UNABLE


def _page(**state: bool) -> str:
    back = _way_back()
    return render_template("lobby/called.html", back=back, here=back, **state)


def _unit() -> str:
    unit: str = current_app.extensions["kiosk.site"].unit
    return unit or abort(404)


def _screen() -> str:
    return str(current_app.config.get("SCREEN", SCREEN))


def _sent_from_here() -> bool:
    """Tell whether the form stood on a page of this screen; a browser says so by itself."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.host}"


def _way_back() -> str:
    """Return the page the visitor came from, in the language of this one, else the home page."""
    home = url_for("guide.home", lang=language())
    found = PAGE.fullmatch(request.values.get("ve", ""))
    address = f"{home}{found[1]}" if found else home
    return address if is_local(address) else home
