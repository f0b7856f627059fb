"""Machines: which may write, each with its own key; enrolled and revoked."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.access import accounts, permits, unstored
from kiosk.access import devices as machines
from kiosk.access.permits import acting
from kiosk.admin import reach, words
from kiosk.admin.forms import DeviceForm
from kiosk.admin.reach import PER_PAGE
from kiosk.db import engine, reading
from kiosk.web import needs, page_asked

MANAGE = "devices.manage"
BAD = 400

devices = Blueprint("devices", __name__, url_prefix="/quan-tri")
unstored.said_by(devices)


@devices.get("/may")
@needs(MANAGE)
def listed() -> ResponseReturnValue:
    """Show the machines within reach and the form for another."""
    return _page(DeviceForm(formdata=None))


@devices.post("/may")
@needs(MANAGE)
def enrol() -> ResponseReturnValue:
    """Enrol a machine and show its key, once."""
    form, who = DeviceForm(), acting()
    with reading(engine()) as conn:
        permits.asked_unit(conn, who, request.form.get("unit"))
        form.offer(reach.asked(conn).names, who.unit)
    if not form.validate():
        return _page(form), BAD
    permits.prove()
    made, key = machines.enrol(engine(), form.unit.data, form.name.data or "", who.id)
    return render_template("admin/enrolled.html", made=made, key=key)


@devices.post("/may/<device_id>/thu-hoi")
@needs(MANAGE)
def revoke(device_id: str) -> ResponseReturnValue:
    """Make the key of a machine worthless at once."""
    with reading(engine()) as conn:
        found = machines.find(conn, device_id)
        if found is None or found.unit not in permits.reach(conn, acting()):
            abort(404)
    permits.prove()
    machines.revoke(engine(), found.unit, found.id, acting().id)
    flash(_("Đã thu hồi khóa của máy %(name)s.", name=found.name), "ok")
    return redirect(url_for("devices.listed"))


def _page(form: DeviceForm) -> str:
    page = page_asked()
    with reading(engine()) as conn:
        within = reach.asked(conn)
        found = machines.listed(conn, within.codes, PER_PAGE + 1, (page - 1) * PER_PAGE)
        shown = found[:PER_PAGE]
        known = words.Known(accounts.logins(conn, {one.created_by for one in shown}))
    form.offer(within.names, within.chosen or acting().unit)
    return render_template(
        "admin/devices.html",
        form=form,
        within=within,
        found=shown,
        page=page,
        more=len(found) > PER_PAGE,
        known=known,
        words=words,
    )
