"""Sign in, sign out, choose a password."""

import math
import sqlite3
from datetime import timedelta

from flask import Blueprint, Flask, flash, redirect, render_template, request, session, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address
from flask_login import login_user, logout_user
from sqlalchemy.exc import OperationalError

from kiosk import clock
from kiosk.access import login, permits, sessions
from kiosk.access.forms import PasswordForm, SignInForm
from kiosk.access.models import Account
from kiosk.access.passwords import WeakPasswordError
from kiosk.db import engine
from kiosk.web import local_redirect, needs, public

HOME = "/"
TRIES = "30 per minute"  # of all officers behind one address
GUESSES = "10 per minute; 60 per hour"

access = Blueprint("access", __name__)
limiter = Limiter(get_remote_address, storage_uri="memory://")


@access.record
def _limit(state: BlueprintSetupState) -> None:
    if isinstance(state.app, Flask):
        limiter.init_app(state.app)


@access.route("/dang-nhap", methods=["GET", "POST"])
@public
@limiter.limit(TRIES, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form; let in whoever has the name and the password."""
    if permits.signed_in() and request.method == "GET":
        return redirect(HOME)
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form, 400 if form.is_submitted() else 200)
    answer = login.verify(
        engine(),
        form.login.data or "",
        form.password.data or "",
        request.remote_addr or "",
        clock.now(),
    )
    if isinstance(answer, Account):
        _enter(answer)
        return local_redirect(request.args.get("next"), HOME)
    form.refuse(_minutes(answer.wait))
    return _sign_in_page(form, 429 if answer.wait else 400)


@access.post("/dang-xuat")
@needs(permits.OWN_ACCOUNT)
def sign_out() -> ResponseReturnValue:
    """Close the session on the server and forget it in the browser."""
    _leave()
    flash(_("Đã đăng xuất."), "ok")
    return redirect(url_for("access.sign_in"))


@access.route("/mat-khau", methods=["GET", "POST"])
@needs(permits.OWN_ACCOUNT)
@limiter.limit(GUESSES, methods=["POST"])
def password() -> ResponseReturnValue:
    """Let an officer choose a new password; every other session of the account ends."""
    form, who = PasswordForm(), permits.acting()
    if form.validate_on_submit() and _changed(form, who):
        _enter(who)
        flash(_("Đã đổi mật khẩu."), "ok")
        return redirect(HOME)
    return _password_page(form, who, 400 if form.is_submitted() else 200)


@access.errorhandler(RateLimitExceeded)
def too_many(_error: RateLimitExceeded) -> ResponseReturnValue:
    """Say on the sign-in page that there were too many attempts."""
    who = permits.signed_in()
    if who:
        unchanged = PasswordForm()
        unchanged.refuse_current(1)
        return _password_page(unchanged, who, 429)
    form = SignInForm()
    form.refuse(1)
    return _sign_in_page(form, 429)


@access.errorhandler(OperationalError)
@access.errorhandler(sqlite3.OperationalError)
def unwritable(_error: Exception) -> ResponseReturnValue:
    """Say that nothing can be stored now, which a sign-in needs."""
    return render_template("access/unwritable.html"), 503


def _sign_in_page(form: SignInForm, status: int) -> ResponseReturnValue:
    ended = permits.left_behind() and not form.is_submitted()
    wanted = request.args.get("next")
    page = render_template("access/sign_in.html", form=form, wanted=wanted, ended=ended)
    return page, status


def _password_page(form: PasswordForm, who: Account, status: int) -> ResponseReturnValue:
    return render_template("access/password.html", form=form, forced=who.must_change), status


def _changed(form: PasswordForm, who: Account) -> bool:
    try:
        login.change_password(engine(), who, form.current.data or "", form.new.data or "")
    except login.WrongPasswordError:
        form.refuse_current()
        return False
    except WeakPasswordError as weak:
        form.refuse_new(weak.reason)
        return False
    return True


def _enter(who: Account) -> None:
    # a session that existed before is never the one that is signed in
    _leave()
    login_user(sessions.begin(engine(), who))


def _leave() -> None:
    present = permits.current()
    if present:
        sessions.end(engine(), present)
    logout_user()
    session.clear()


def _minutes(wait: timedelta | None) -> int | None:
    return math.ceil(wait / timedelta(minutes=1)) if wait else None
