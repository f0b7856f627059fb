"""Who may do what: a table of roles, and the question that every view asks."""

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn

from flask import (
    Flask,
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy import Connection

from kiosk import clock, units
from kiosk.access import gate, sessions
from kiosk.access.models import Account
from kiosk.access.sessions import Session
from kiosk.db import engine
from kiosk.web import is_quiet

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

OWN_ACCOUNT = "account.own"
OFFICER = frozenset({OWN_ACCOUNT, "filings.record", "filings.own", "calls.answer", "help.read"})
VIEWER = frozenset({OWN_ACCOUNT, "counts.read", "help.read"})
MANAGER = frozenset({"accounts.manage", "devices.manage", "audit.read", "targets.set"})
PERMISSIONS: Mapping[str, frozenset[str]] = {
    "officer": OFFICER,
    "head": OFFICER | MANAGER | {"filings.unit", "counts.read", "official.enter"},
    "viewer": VIEWER,
    "admin": VIEWER | MANAGER | {"official.enter"},
}
TWO_FACTORS = frozenset({"head", "admin"})  # roles that need the second one
STALE = _l("Chưa lưu: trang này đã cũ. Hãy mở lại và làm lần nữa.")


def may(account: Account, permission: str, unit: str | None = None) -> bool:
    """Tell whether an account has a permission (in that unit); what no table grants is refused."""
    granted = permission in PERMISSIONS.get(account.role, frozenset())
    return granted and unit in (None, account.unit)


def reach(conn: Connection, account: Account) -> tuple[str, ...]:
    """Return the codes of an account's unit, itself first, and of all below it today."""
    below = units.children(conn, account.unit, clock.today())
    return below or (account.unit,)


def within(conn: Connection, account: Account) -> dict[str, str]:
    """Return the units within reach by code and what they are called, the own one first."""
    called = {unit.code: unit.name for unit in units.all_units(conn, clock.today())}
    return {code: called.get(code, code) for code in reach(conn, account)}


def asked_unit(conn: Connection, account: Account, code: str | None) -> str:
    """Return the unit asked for, or the own one; what is out of reach is not found."""
    if not code or code == account.unit:
        return account.unit
    if code not in reach(conn, account):
        abort(404)
    return code


def home(account: Account) -> str:
    """Return the address of the page where an account begins its work."""
    return url_for("desk.today" if may(account, "filings.record") else "counts.overview")


def due(account: Account) -> str | None:
    """Return the endpoint of what an account must do before anything else."""
    if account.must_change:
        return "access.password"
    lacking = account.role in TWO_FACTORS and not account.second_factor
    return "own.factor" if lacking else None


def prove() -> None:
    """Go on if the password was given within ten minutes; else ask for it, and keep the form."""
    here = entered()
    if not here.proved(clock.now()):
        gate.bar(here)


def register(app: Flask) -> None:
    """Make an application ask who is in, and answer what its views need."""
    manager = LoginManager(app)
    manager.session_protection = None  # the revocable row decides, not the browser's name
    manager.user_loader(_resume)
    app.config["WTF_CSRF_SSL_STRICT"] = False  # our pages send no Referer; the token decides
    app.before_request(speak)
    app.context_processor(lambda: {"account": signed_in(), "may": _has})
    app.register_error_handler(CSRFError, stale)
    app.extensions["kiosk.permits"] = _allowed
    app.extensions["kiosk.home"] = _home
    app.extensions["kiosk.halfway"] = secrets.token_hex(32)


def current() -> Session | None:
    """Return the session of the request, if somebody is signed in; its screen may be locked."""
    found = current_user._get_current_object()
    return found if isinstance(found, Session) else None


def signed_in() -> Account | None:
    """Return the account of the request, if somebody is signed in before an unlocked screen."""
    found = current()
    return found.account if found and not found.locked else None


def entered() -> Session:
    """Return the session behind a view that needs a permission."""
    return current() or _gone()


def acting() -> Account:
    """Return the account behind a view that needs a permission."""
    return entered().account


def welcome(permission: str) -> bool:
    """Tell whether a view with this permission would answer now; for pages shown after a fault."""
    who = signed_in()
    return who is not None and not due(who) and may(who, permission)


def left_behind() -> bool:
    """Tell whether the browser still holds a session that has ended."""
    return "_user_id" in session and current() is None


def speak() -> None:
    """Let the page be in the language of whoever is in."""
    if request.endpoint != "static":
        here = current() if "_user_id" in session else None
        g.language = here.account.language if here else "vi"


def stale(_error: CSRFError) -> ResponseReturnValue:
    """Say that a form of a page that is no longer good was not taken."""
    speak()  # the refusal came before the page had its language
    return render_template("access/stale.html", said=STALE), 400


def _resume(token: str) -> Session | None:
    return sessions.resume(engine(), token, quietly=is_quiet())


def _has(permission: str) -> bool:
    who = signed_in()
    return who is not None and may(who, permission)


def _home() -> str:
    who = signed_in()
    return home(who) if who else url_for("access.sign_in")


def _allowed(permission: str) -> bool:
    here = entered()
    if here.locked and request.endpoint not in gate.OPEN_WHILE_LOCKED:
        gate.bar(here)
    first = due(here.account)
    if first and permission != OWN_ACCOUNT:
        _leave(redirect(url_for(first)))
    return may(here.account, permission)


def _gone() -> NoReturn:
    wanted = gate.asked_for() if request.method == "GET" else None
    if gate.holds_work():
        flash(_("Lần ghi vừa rồi chưa được lưu."), "warn")
    _leave(redirect(url_for("access.sign_in", next=wanted)))


def _leave(answer: "Response") -> NoReturn:
    abort(make_response("", 401) if is_quiet() else answer)
