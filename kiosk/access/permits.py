"""Who may do what: a table of roles, and the question that every view asks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn

from flask import Flask, abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError

from kiosk.access import sessions
from kiosk.access.models import Account
from kiosk.access.sessions import Session
from kiosk.db import engine

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

OWN_ACCOUNT = "account.own"
OFFICER = frozenset({OWN_ACCOUNT, "filings.record", "filings.own"})
PERMISSIONS: Mapping[str, frozenset[str]] = {
    "officer": OFFICER,
    "head": OFFICER | {"filings.unit", "counts.read", "official.enter"},
}
STALE = _l("Chưa lưu: trang này đã cũ. Hãy mở lại và làm lần nữa.")


def may(account: Account, permission: str, unit: str | None = None) -> bool:
    """Tell whether an account has a permission (in that unit); what no table grants is refused."""
    granted = permission in PERMISSIONS.get(account.role, frozenset())
    return granted and unit in (None, account.unit)


def register(app: Flask) -> None:
    """Make an application ask who is in, and answer what its views need."""
    manager = LoginManager(app)
    manager.session_protection = None  # the revocable row decides, not the browser's name
    manager.user_loader(_resume)
    app.before_request(speak)
    app.context_processor(lambda: {"account": signed_in(), "may": _has})
    app.register_error_handler(CSRFError, stale)
    app.extensions["kiosk.permits"] = _allowed


def current() -> Session | None:
    """Return the session of the request, if somebody is signed in."""
    found = current_user._get_current_object()
    return found if isinstance(found, Session) else None


def signed_in() -> Account | None:
    """Return the account of the request, if somebody is signed in."""
    found = current()
    return found.account if found else None


def acting() -> Account:
    """Return the account behind a view that needs a permission."""
    return signed_in() or _to_sign_in()


def left_behind() -> bool:
    """Tell whether the browser still holds a session that has ended."""
    return "_user_id" in session and current() is None


def speak() -> None:
    """Let the page be in the language of whoever is in."""
    if request.endpoint != "static":
        who = signed_in() if "_user_id" in session else None
        g.language = who.language if who else "vi"


def stale(_error: CSRFError) -> ResponseReturnValue:
    """Say that a form of a page that is no longer good was not taken."""
    speak()  # the refusal came before the page had its language
    return render_template("access/stale.html", said=STALE), 400


def _resume(token: str) -> Session | None:
    return sessions.resume(engine(), token)


def _has(permission: str) -> bool:
    who = signed_in()
    return who is not None and may(who, permission)


def _allowed(permission: str) -> bool:
    who = acting()
    if who.must_change and permission != OWN_ACCOUNT:
        _leave(redirect(url_for("access.password")))
    return may(who, permission)


def _to_sign_in() -> NoReturn:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    if request.method == "POST" and request.endpoint != "access.sign_out":
        flash(_("Lần ghi vừa rồi chưa được lưu."), "warn")
    _leave(redirect(url_for("access.sign_in", next=wanted)))


def _leave(answer: "Response") -> NoReturn:
    abort(answer)
