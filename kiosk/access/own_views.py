"""One's own security: the second factor, recovery codes, sessions; lock the screen, unlock it."""

from dataclasses import replace

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user

from kiosk import clock
from kiosk.access import (
    audit,
    gate,
    permits,
    picture,
    proof,
    recovery,
    second_factor,
    sessions,
    unstored,
)
from kiosk.access.forms import ProofForm, SecondFactorForm
from kiosk.access.second_factor import Offer
from kiosk.access.sessions import Session
from kiosk.db import engine, reading, storing
from kiosk.web import local_redirect, needs

GROUP = 4
ISSUER = "Kiosk"

own = Blueprint("own", __name__)
unstored.said_by(own)


@own.get("/bao-mat")
@needs(permits.OWN_ACCOUNT)
def security() -> ResponseReturnValue:
    """Show the state of the second factor and the living sessions."""
    here = permits.entered()
    who = here.account
    with reading(engine()) as conn:
        return render_template(
            "access/security.html",
            who=who,
            needed=who.role in permits.TWO_FACTORS,
            readable=second_factor.readable(conn, _key(), who),
            left=recovery.left(conn, who.unit, who.id),
            sessions=sessions.living(conn, who),
            here=here.id,
            local=clock.local,
        )


@own.route("/bao-mat/hai-lop", methods=["GET", "POST"])
@needs(permits.OWN_ACCOUNT)
def factor() -> ResponseReturnValue:
    """Offer a secret to a telephone; take it as the second factor once a code proves it."""
    here, form, now = permits.entered(), SecondFactorForm(), clock.now()
    if here.account.must_change:
        return redirect(url_for("access.password"))
    permits.prove()
    if not here.account.second_factor:
        del form.present
    sent = second_factor.offered(_key(), here.id, form.offer.data or "", now)
    made = sent or second_factor.offer(_key(), here.id, now)
    if not form.validate_on_submit():
        return _offer_page(form, here, made, 400 if form.is_submitted() else 200)
    used = second_factor.step(made.secret, form.code.data or "", now)
    if sent is None or used is None:
        form.refuse_code(old=sent is None)
        return _offer_page(form, here, made, 400)
    return _kept_as_is(form, here, made) or _set_up(here, made, used)


@own.post("/bao-mat/ma-du-phong")
@needs(permits.OWN_ACCOUNT)
def new_codes() -> ResponseReturnValue:
    """Make ten new recovery codes and show them once; the old ones are void."""
    permits.prove()
    who = permits.acting()
    if not who.second_factor:
        return redirect(url_for("own.factor"))
    with storing(engine()) as conn:
        codes = recovery.issue(conn, who.unit, who.id)
        audit.write(conn, audit.RecoveryRenewed(who.unit, who.id))
    return render_template("access/recovery.html", codes=codes)


@own.post("/bao-mat/phien/<session_id>/ket-thuc")
@needs(permits.OWN_ACCOUNT)
def end_session(session_id: str) -> ResponseReturnValue:
    """End one of one's own sessions; of anybody else's it is not said whether it exists."""
    permits.prove()
    here = permits.entered()
    with storing(engine()) as conn:
        found = sessions.revoke(conn, here.account, session_id)
    if not found:
        abort(404)
    flash(_("Đã kết thúc phiên làm việc."), "ok")
    return redirect(url_for("own.security"))


@own.post("/bao-mat/phien/khac/ket-thuc")
@needs(permits.OWN_ACCOUNT)
def end_others() -> ResponseReturnValue:
    """End every session of one's own but this."""
    permits.prove()
    with storing(engine()) as conn:
        n = sessions.revoke_others(conn, permits.entered())
    flash(_("Đã kết thúc %(n)s phiên làm việc khác.", n=n), "ok")
    return redirect(url_for("own.security"))


@own.post("/khoa")
@needs(permits.OWN_ACCOUNT)
def lock() -> ResponseReturnValue:
    """Lock the screen; the session goes on once the password is given."""
    sessions.lock(engine(), permits.entered())
    return redirect(url_for("own.unlock", next=gate.onward(request.form.get("next"))))


@own.route("/mo-khoa", methods=["GET", "POST"])
@needs(permits.OWN_ACCOUNT)
def unlock() -> ResponseReturnValue:
    """Take the password again; go on to the page, or send the kept form where it was going."""
    here, form = permits.entered(), ProofForm()
    home = permits.home(here.account)
    wanted = gate.onward(request.args.get("next"))
    target = gate.onward(request.form.get(gate.TARGET))
    if not form.is_submitted() and here.proved(clock.now()):
        return local_redirect(wanted, home)
    if not form.validate_on_submit():
        return gate.page(form, here, target), 400 if form.is_submitted() else 200
    typed, remote = form.password.data or "", request.remote_addr or ""
    refusal = proof.confirm(engine(), here, typed, remote, clock.now())
    if refusal and refusal.last:
        return gate.ended()
    if refusal:
        form.refuse(refusal)
        return gate.page(form, here, target), 429 if refusal.wait else 400
    login_user(sessions.unlock(engine(), here))
    return redirect(target, 307) if target else local_redirect(wanted, home)


def _offer_page(
    form: SecondFactorForm, here: Session, made: Offer, status: int
) -> ResponseReturnValue:
    who, site = here.account, current_app.extensions["kiosk.site"]
    address = second_factor.address(made.secret, who.login, site.name or ISSUER)
    form.offer.data = made.sealed
    groups = [made.secret[at : at + GROUP] for at in range(0, len(made.secret), GROUP)]
    page = render_template(
        "access/second_factor.html",
        form=form,
        picture=picture.qr(address),
        secret=" ".join(groups),
        forced=permits.due(who) == "own.factor",
        again=who.second_factor,
    )
    return page, status


def _kept_as_is(form: SecondFactorForm, here: Session, made: Offer) -> ResponseReturnValue | None:
    """Refuse to replace a second factor without a code of it: a password alone may be stolen."""
    if not here.account.second_factor:
        return None
    typed, remote = form.present.data or "", request.remote_addr or ""
    refusal = proof.confirm_code(engine(), _key(), here, typed, remote, clock.now())
    if refusal is None:
        return None
    if refusal.last:
        return gate.ended()
    form.refuse(refusal)
    return _offer_page(form, here, made, 429 if refusal.wait else 400)


def _set_up(here: Session, made: Offer, used: int) -> ResponseReturnValue:
    who = replace(here.account, second_factor=True)
    with storing(engine()) as conn:
        second_factor.store(conn, _key(), who, made.secret, used)
        codes = recovery.issue(conn, who.unit, who.id)
        sessions.revoke_others(conn, here)
        audit.write(conn, audit.SecondFactorSet(who.unit, who.id))
    login_user(sessions.renew(engine(), replace(here, account=who)))
    return render_template("access/recovery.html", codes=codes)


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])
