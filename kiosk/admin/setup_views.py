"""The first run: whoever reads the console opens the first account; afterwards there is no page."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded

from kiosk.access import accounts, unstored
from kiosk.admin.setup import SetupCode, needed
from kiosk.admin.setup_form import SetupForm
from kiosk.clock import today
from kiosk.db import engine, reading
from kiosk.limits import limiter
from kiosk.units import UnitsError, all_units
from kiosk.web import public

BAD, TOO_MANY = 400, 429
TRIES = "10 per minute"

setup = Blueprint("setup", __name__)
unstored.said_by(setup)


@setup.app_context_processor
def _open() -> dict[str, object]:
    """Let the sign-in page ask whether it should lead here."""
    return {"setup_open": lambda: needed(engine())}


@setup.route("/cai-dat", methods=["GET", "POST"])
@public
@limiter.limit(TRIES, methods=["POST"])
def first() -> ResponseReturnValue:
    """Show the form while nobody has an account; make the first one."""
    form, units = _form()
    if not form.is_submitted():
        return _page(form, units)
    if not _right(form) or not _made(form):
        return _page(form, units), BAD
    flash(_("Đã mở tài khoản đầu tiên. Hãy đăng nhập."), "ok")
    return redirect(url_for("access.sign_in"))


@setup.errorhandler(RateLimitExceeded)
def too_many(_error: RateLimitExceeded) -> ResponseReturnValue:
    """Say in the form that there were too many tries."""
    form, units = _form()
    form.code.errors = [_("Đã thử nhiều lần. Hãy thử lại sau 1 phút.")]
    return _page(form, units), TOO_MANY


def _form() -> tuple[SetupForm, dict[str, str]]:
    if not needed(engine()):
        abort(404)
    with reading(engine()) as conn:
        units = {unit.code: unit.name for unit in all_units(conn, today())}
    form = SetupForm()
    form.offer(units)
    return form, units


def _right(form: SetupForm) -> bool:
    """Tell whether all is well; a wrong code is counted whatever else is wrong."""
    valid, code = form.validate(), _code()
    if form.code.errors:
        return False
    if not code.check(form.code.data or ""):
        form.refuse_code(code.alive)
        return False
    return bool(valid)


def _made(form: SetupForm) -> bool:
    try:
        accounts.open_first(engine(), form.first, form.new_units)
    except accounts.NotFirst:
        abort(404)
    except UnitsError:
        form.refuse_unit()
        return False
    _code().spend()
    return True


def _code() -> SetupCode:
    found: SetupCode = current_app.extensions["kiosk.setup"]
    return found


def _page(form: SetupForm, units: dict[str, str]) -> str:
    return render_template("admin/setup.html", form=form, units=units)
