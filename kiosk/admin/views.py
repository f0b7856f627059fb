"""Accounts: who there is within reach; made, closed, given a new one-time password."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.access import accounts, permits, unstored
from kiosk.access.accounts import AccountError, KeptOpen, Listed
from kiosk.access.permits import acting
from kiosk.admin import reach, words
from kiosk.admin.forms import AccountForm
from kiosk.admin.reach import PER_PAGE
from kiosk.db import engine, reading
from kiosk.web import needs, page_asked

BAD, CONFLICT = 400, 409

admin = Blueprint("admin", __name__, url_prefix="/quan-tri")
unstored.said_by(admin)


@admin.get("/tai-khoan")
@needs(accounts.MANAGE)
def listed() -> ResponseReturnValue:
    """Show the accounts within reach and the form for another."""
    return _page(AccountForm(formdata=None))


@admin.post("/tai-khoan")
@needs(accounts.MANAGE)
def create() -> ResponseReturnValue:
    """Make an account and show its one-time password, once."""
    form, who = AccountForm(), acting()
    _offer(form)
    if not form.validate():
        return _page(form), BAD
    permits.prove()
    name = form.login.data or ""
    try:
        issued = accounts.create(engine(), form.unit.data, name, form.role.data, by=who.id)
    except AccountError:  # all else that it refuses, the form has refused
        form.refuse_login()
        return _page(form), BAD
    return _issued(name, issued)


@admin.post("/tai-khoan/<account_id>/dong")
@needs(accounts.MANAGE)
def close(account_id: str) -> ResponseReturnValue:
    """Close an account and end its sessions."""
    found = _granted(account_id)
    permits.prove()
    try:
        accounts.close(engine(), found, acting().id)
    except KeptOpen as kept:
        return _page(AccountForm(formdata=None), refused=kept.reason), CONFLICT
    flash(_("Đã đóng tài khoản %(login)s.", login=found.login), "ok")
    return redirect(url_for("admin.listed"))


@admin.post("/tai-khoan/<account_id>/dat-lai")
@needs(accounts.MANAGE)
def reset(account_id: str) -> ResponseReturnValue:
    """Give an account a new one-time password, shown once; its second factor is gone."""
    found = _granted(account_id)
    if found.id == acting().id:
        return _page(AccountForm(formdata=None), refused="own"), CONFLICT
    permits.prove()
    return _issued(found.login, accounts.reset(engine(), found, by=acting().id))


def _granted(account_id: str) -> Listed:
    """Return an account within reach that one may change; 404 and 403 for others."""
    with reading(engine()) as conn:
        found = accounts.find(conn, permits.reach(conn, acting()), account_id)
    if found is None:
        abort(404)
    if found.role not in accounts.grantable(acting().role):
        abort(403)
    return found


def _offer(form: AccountForm) -> None:
    who = acting()
    with reading(engine()) as conn:
        # also where one unit alone is offered: what was asked for is never made elsewhere
        permits.asked_unit(conn, who, request.form.get("unit"))
        form.offer(accounts.grantable(who.role), reach.asked(conn).names, who.unit)


def _page(form: AccountForm, refused: str = "") -> str:
    who, page = acting(), page_asked()
    with reading(engine()) as conn:
        within = reach.asked(conn)
        found = accounts.listed(conn, within.codes, PER_PAGE + 1, (page - 1) * PER_PAGE)
    form.offer(accounts.grantable(who.role), within.names, within.chosen or who.unit)
    return render_template(
        "admin/accounts.html",
        form=form,
        within=within,
        found=found[:PER_PAGE],
        page=page,
        more=len(found) > PER_PAGE,
        grantable=accounts.grantable(who.role),
        refused=words.KEPT_OPEN.get(refused),
        words=words,
    )


def _issued(name: str, password: str) -> str:
    return render_template("admin/issued.html", login=name, password=password)
