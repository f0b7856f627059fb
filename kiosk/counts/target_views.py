"""The page of targets: which are in force, which are to come, and the form to set one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from kiosk.access import permits
from kiosk.access.unstored import unstored
from kiosk.clock import today
from kiosk.counts import asking, words
from kiosk.counts.overview import lineage
from kiosk.counts.target_forms import TargetForm, topics
from kiosk.counts.targets import (
    Target,
    TargetStands,
    assigned_from,
    refuse,
    replaced,
    set_target,
)
from kiosk.db import StoreError, engine, reading
from kiosk.units import all_units
from kiosk.web import needs

BAD, CONFLICT = 400, 409
STALE = _l("Chưa ghi: trang này đã cũ. Hãy xem lại rồi bấm Ghi chỉ tiêu lần nữa.")

targets = Blueprint("targets", __name__, url_prefix="/so-lieu")


@targets.context_processor
def _vocabulary() -> dict[str, object]:
    """Let the templates say what the targets hold."""
    return {"words": words, "address": asking.address}


@targets.get("/chi-tieu")
@needs("counts.read")
def listed() -> ResponseReturnValue:
    """Show the targets of a unit that are in force today or will be."""
    with reading(engine()) as connection:
        unit = asking.unit_asked(connection, request.args)
    return _page(unit, TargetForm(formdata=None, unit=unit, valid_from=today()))


@targets.post("/chi-tieu")
@needs("targets.set")
def keep() -> ResponseReturnValue:
    """Keep a target; what it would replace is shown first, and the password asked for."""
    unit, form = _unit_given(), _typed()
    if not form.validate():
        return _page(unit, form), BAD
    assigned = form.target(unit)
    if mistakes := refuse(assigned):
        form.show(mistakes)
        return _page(unit, form), BAD
    try:
        return _kept(assigned, form.replaces.data)
    except TargetStands as fault:
        form.replaces.data = fault.standing.words
        return _page(unit, form, stands=fault.standing), CONFLICT
    except StoreError as fault:
        refused, status = unstored(fault)
        return _page(unit, form, refused=refused), status


@targets.errorhandler(CSRFError)
def stale(error: CSRFError) -> ResponseReturnValue:
    """Show a target that came from a page no longer good once more, to be saved anew."""
    if not permits.welcome("targets.set"):
        return permits.stale(error)
    permits.speak()
    try:
        return _page(_unit_given(), _typed(), refused=STALE), BAD
    except HTTPException:  # no page of ours offers such a unit
        return permits.stale(error)


def _kept(assigned: Target, replacing: str | None) -> ResponseReturnValue:
    with reading(engine()) as connection:
        replaced(connection, assigned, replacing)
    permits.prove()
    who = permits.acting()
    new = set_target(engine(), assigned, who.id, replacing)
    flash(_("Đã ghi chỉ tiêu.") if new else _("Chỉ tiêu không thay đổi."), "ok")
    return redirect(url_for("targets.listed", **asking.at(assigned.unit)))


def _unit_given() -> str:
    with reading(engine()) as connection:
        return permits.asked_unit(connection, permits.acting(), request.form.get("unit"))


def _typed() -> TargetForm:
    form = TargetForm()
    form.offer({}, topics(asking.library()))
    return form


def _page(
    unit: str,
    form: TargetForm,
    refused: LazyString | None = None,
    stands: Target | None = None,
) -> str:
    with reading(engine()) as connection:
        reach = permits.reach(connection, permits.acting())
        names = {found.code: found.name for found in all_units(connection, today())}
        above = lineage(connection, unit, today())
        found = assigned_from(connection, above, today())
    form.offer({code: names.get(code, code) for code in reach}, topics(asking.library()))
    return render_template(
        "counts/targets.html",
        form=form,
        found=found,
        unit=unit,
        today=today(),
        above=[code for code in reversed(above[1:]) if code in reach],
        own=permits.acting().unit,
        named=words.names(asking.library(), names),
        refused=refused,
        stands=stands,
    )
