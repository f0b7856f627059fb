"""Sign in, in one step or two; sign out; choose a password."""

import logging
import sqlite3
from datetime import timedelta

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from flask_limiter.util import get_remote_address
from flask_login import login_user, logout_user
from sqlalchemy.exc import OperationalError

from kiosk import clock
from kiosk.access import (
    gate,
    halfway,
    login,
    permits,
    proof,
    recovery,
    second_factor,
    sessions,
    unstored,
)
from kiosk.access.backoff import Refusal
from kiosk.access.forms import CodeForm, PasswordForm, SignInForm
from kiosk.access.models import Account
from kiosk.access.passwords import WeakPasswordError
from kiosk.access.sessions import Overtaken
from kiosk.db import StoreError, engine, reading
from kiosk.limits import limiter
from kiosk.web import local_redirect, needs, public

TRIES = "30 per minute"  # of all officers behind one address
GUESSES = "10 per minute; 60 per hour"
HALFWAY = "halfway"
LONGEST_NEXT = 500  # a cookie is small

ENOUGH = Refusal(timedelta(minutes=1))

log = logging.getLogger(__name__)
access = Blueprint("access", __name__)
unstored.said_by(access)


def _guesser() -> str:
    # the officers of a counter share one address: the guesses of one are in nobody else's way
    here = permits.current()
    return f"{here.account.unit} {here.account.id}" if here else get_remote_address()


@access.route("/dang-nhap", methods=["GET", "POST"])
@public
@limiter.limit(TRIES, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form; let in whoever has the name and the password."""
    who = permits.signed_in()
    if who and request.method == "GET":
        return redirect(permits.home(who))
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form, 400 if form.is_submitted() else 200)
    typed = (form.login.data or "", form.password.data or "")
    answer = login.verify(engine(), *typed, request.remote_addr or "", clock.now())
    if isinstance(answer, Refusal):
        form.refuse(answer)
        return _sign_in_page(form, 429 if answer.wait else 400)
    wanted = gate.onward(request.args.get("next"))
    return _halfway(answer, wanted) if answer.second_factor else _in(answer, wanted)


@access.route("/ma-xac-thuc", methods=["GET", "POST"])
@public
def second_step() -> ResponseReturnValue:
    """Ask for the code of the second factor, after the password; then let in."""
    with reading(engine()) as conn:
        half = halfway.resume(conn, _half_key(), session.get(HALFWAY), clock.now())
    if half is None:
        return _start_again()
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(form, half.account, 400 if form.is_submitted() else 200)
    typed, remote = form.code.data or "", request.remote_addr or ""
    answer = proof.second_step(engine(), _key(), half.account, typed, remote, clock.now())
    if isinstance(answer, Refusal):
        form.refuse(answer)
        return _code_page(form, half.account, 429 if answer.wait else 400)
    entered = _in(half.account, half.wanted)
    if answer == proof.RECOVERY:
        with reading(engine()) as conn:
            left = recovery.left(conn, half.account.unit, half.account.id)
        flash(_("Đã dùng một mã dự phòng; còn %(n)s mã.", n=left), "warn")
    return entered


@access.post("/dang-xuat")
@needs(permits.OWN_ACCOUNT)
def sign_out() -> ResponseReturnValue:
    """Close the session on the server; forget it in the browser, even if that cannot be written."""
    try:
        _leave()
    except (StoreError, OperationalError, sqlite3.OperationalError):
        log.warning("a session could not be closed; it ends by itself")
        _forget()
    flash(_("Đã đăng xuất."), "ok")
    return redirect(url_for("access.sign_in"))


@access.route("/mat-khau", methods=["GET", "POST"])
@needs(permits.OWN_ACCOUNT)
@limiter.limit(GUESSES, methods=["POST"], key_func=_guesser)
def password() -> ResponseReturnValue:
    """Let an officer choose a new password; every other session of the account ends."""
    form, here = PasswordForm(), permits.entered()
    if not form.validate_on_submit():
        return _password_page(form, here.account, 400 if form.is_submitted() else 200)
    current, remote = form.current.data or "", request.remote_addr or ""
    refusal = proof.confirm(engine(), here, current, remote, clock.now())
    if refusal and refusal.last:
        return gate.ended()
    if refusal:
        form.refuse(refusal)
        return _password_page(form, here.account, 429 if refusal.wait else 400)
    anew = _chosen(form, here.account)
    if anew is None:
        return _password_page(form, here.account, 400)
    _enter(anew)
    flash(_("Đã đổi mật khẩu."), "ok")
    return redirect(permits.home(here.account))


@access.errorhandler(RateLimitExceeded)
def too_many(_error: RateLimitExceeded) -> ResponseReturnValue:
    """Say on the page of the form that there were too many attempts."""
    who = permits.signed_in()
    if who:
        unchanged = PasswordForm()
        unchanged.refuse(ENOUGH)
        return _password_page(unchanged, who, 429)
    form = SignInForm()
    form.refuse(ENOUGH)
    return _sign_in_page(form, 429)


@access.errorhandler(Overtaken)
def overtaken(_fault: Overtaken) -> ResponseReturnValue:
    """Refuse a sign-in whose password was changed, or account closed, while it was looked at."""
    session.pop(HALFWAY, None)
    form = SignInForm()
    form.refuse(Refusal())
    return _sign_in_page(form, 400)


def _sign_in_page(form: SignInForm, status: int) -> ResponseReturnValue:
    ended = permits.left_behind() and not form.is_submitted()
    wanted = request.args.get("next")
    page = render_template("access/sign_in.html", form=form, wanted=wanted, ended=ended)
    return page, status


def _code_page(form: CodeForm, who: Account, status: int) -> ResponseReturnValue:
    with reading(engine()) as conn:
        lost = not second_factor.readable(conn, _key(), who)
    return render_template("access/second_step.html", form=form, lost=lost), status


def _password_page(form: PasswordForm, who: Account, status: int) -> ResponseReturnValue:
    return render_template("access/password.html", form=form, forced=who.must_change), status


def _chosen(form: PasswordForm, who: Account) -> Account | None:
    try:
        return login.choose_password(engine(), who, form.current.data or "", form.new.data or "")
    except WeakPasswordError as weak:
        form.refuse_new(weak.reason)
    except Overtaken:  # somebody gave the account another password meanwhile
        form.refuse(Refusal())
    return None


def _halfway(who: Account, wanted: str | None) -> ResponseReturnValue:
    _leave()
    page = wanted if len(wanted or "") <= LONGEST_NEXT else None
    with reading(engine()) as conn:
        session[HALFWAY] = halfway.begin(conn, _half_key(), who, page, clock.now())
    return redirect(url_for("access.second_step"))


def _start_again() -> ResponseReturnValue:
    if session.pop(HALFWAY, None):
        flash(_("Đã quá 5 phút. Hãy đăng nhập lại."), "warn")
    return redirect(url_for("access.sign_in"))


def _in(who: Account, wanted: str | None) -> ResponseReturnValue:
    _enter(who)
    return local_redirect(wanted, permits.home(who))


def _enter(who: Account) -> None:
    begun = sessions.begin(engine(), who)
    _leave()  # a session that existed before is never the one that is signed in
    login_user(begun)


def _leave() -> None:
    present = permits.current()
    if present:
        sessions.end(engine(), present)
    _forget()


def _forget() -> None:
    logout_user()
    session.clear()


def _half_key() -> str:
    return str(current_app.extensions["kiosk.halfway"])


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])
