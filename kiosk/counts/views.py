"""Pages of numbers: a unit's overview of a period, and the entry of official figures."""

from typing import NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from kiosk.access import permits
from kiosk.access.accounts import logins
from kiosk.access.unstored import unstored
from kiosk.clock import now, today
from kiosk.counts import asking, gaps, words
from kiosk.counts.alerts import alert
from kiosk.counts.figures import NIL
from kiosk.counts.forms import FiguresForm
from kiosk.counts.official import (
    ENTERED,
    NOTHING_AT_ALL,
    Official,
    Topic,
    enter,
    faults,
    latest,
)
from kiosk.counts.overview import lineage, numbers, unit_names
from kiosk.counts.periods import Period, PeriodError, following, previous
from kiosk.db import StoreError, engine, reading
from kiosk.units import children
from kiosk.web import needs

BAD = 400
KEPT = _l("Đã ghi số liệu.")
SAME = _l("Số liệu không thay đổi.")
STALE = _l("Chưa ghi: trang này đã cũ. Hãy xem lại rồi bấm Ghi số liệu lần nữa.")

counts = Blueprint("counts", __name__, url_prefix="/so-lieu")


class Return(NamedTuple):
    """What an official return is for: a unit, a field or procedure, a period."""

    unit: str
    topic: Topic
    period: Period


@counts.context_processor
def _vocabulary() -> dict[str, object]:
    """Let the templates say what the tables hold."""
    return {"words": words, "gaps": gaps, "address": asking.address, "TABS": asking.TABS}


@counts.get("")
@needs("counts.read")
def overview() -> ResponseReturnValue:
    """Show the numbers of a unit, and of all under it, in a period."""
    return _numbers()


def _numbers(refused: LazyString | None = None) -> str:
    who = permits.acting()
    with reading(engine()) as connection:
        asked = asking.asked(connection, request.args)
        found = numbers(connection, asked)
        named = unit_names(connection, asked.period.start, asked.period.end)
        reach = permits.reach(connection, who)
        above = lineage(connection, asked.unit, today())[1:]
    return render_template(
        "counts/overview.html",
        found=found,
        period=asked.period,
        unit=asked.unit,
        own=who.unit,
        reach=reach,
        above=[code for code in reversed(above) if code in reach],
        refused=refused,
        named=words.names(asking.library(), named),
        neighbours=_neighbours(asked.period),
        call=alert(asked.period.kind, now(), rules=asked.rules),
    )


@counts.get("/nhap/<field>")
@needs("official.enter")
def figures(field: str) -> ResponseReturnValue:
    """Show the form with what was entered last."""
    about = _about(_topic(field), asking.period_asked(request.args))
    last = _last(about)
    return _form(FiguresForm(obj=last.figures if last else None), about)


@counts.post("/nhap/<field>")
@needs("official.enter")
def keep(field: str) -> ResponseReturnValue:
    """Keep what was typed, as a new revision; or show it again with what is wrong."""
    about = _about(_topic(field), asking.period_meant(request.args))
    form = FiguresForm()
    if not form.validate():
        return _form(form, about), BAD
    typed = {about.topic: form.figures}
    if mistakes := faults(typed, ENTERED):
        form.show(mistakes[about.topic])
        return _form(form, about), BAD
    try:
        kept = enter(engine(), about.unit, about.period, typed, asking.typed_for(about.unit))
    except StoreError as fault:
        refused, status = unstored(fault)
        return _form(form, about, refused), status
    flash(str(KEPT if kept else SAME), "ok")
    return _back(about)


@counts.post("/khong-phat-sinh")
@needs("official.enter")
def nothing() -> ResponseReturnValue:
    """Keep that nothing came in, in any field."""
    about = _about(NOTHING_AT_ALL, asking.period_meant(request.args))
    nil, by = {NOTHING_AT_ALL: NIL}, asking.typed_for(about.unit)
    try:
        enter(engine(), about.unit, about.period, nil, by)
    except StoreError as fault:
        refused, status = unstored(fault)
        return _numbers(refused), status
    flash(_("Đã ghi: trong kỳ không phát sinh hồ sơ nào."), "ok")
    return _back(about)


@counts.errorhandler(CSRFError)
def stale(error: CSRFError) -> ResponseReturnValue:
    """Show figures that came from a page no longer good once more, to be saved anew."""
    if request.endpoint != "counts.keep" or not permits.welcome("official.enter"):
        return permits.stale(error)
    permits.speak()
    try:
        topic = _topic((request.view_args or {})["field"])
        about = _about(topic, asking.period_meant(request.args))
    except HTTPException:  # nothing of ours leads to such an address
        return permits.stale(error)
    return _form(FiguresForm(), about, STALE), BAD


def _about(topic: Topic, period: Period) -> Return:
    with reading(engine()) as connection:
        return Return(asking.unit_asked(connection, request.args), topic, period)


def _back(about: Return) -> ResponseReturnValue:
    at = None if about.unit == permits.acting().unit else about.unit
    return redirect(url_for("counts.overview", **asking.address(about.period, at)))


def _last(about: Return) -> Official | None:
    with reading(engine()) as connection:
        known = latest(connection, (about.unit,), about.period)
    return next((one for one in known if (one.topic, one.source) == (about.topic, ENTERED)), None)


def _form(form: FiguresForm, about: Return, refused: LazyString | None = None) -> str:
    library, period, last = asking.library(), about.period, _last(about)
    with reading(engine()) as connection:
        named = unit_names(connection, period.start, today())
        below = children(connection, about.unit, period.end)
        known = logins(connection, [last.account] if last else ())
    return render_template(
        "counts/figures.html",
        form=form,
        refused=refused,
        about=about,
        own=permits.acting().unit,
        group=len(below) > 1,
        procedures=[one for one in library.procedures.values() if one.field == about.topic.field],
        named=words.names(library, named),
        last=last,
        login=known.get(last.account) if last else None,
    )


def _topic(field: str) -> Topic:
    library, procedure = asking.library(), request.args.get("thu-tuc", "")
    known = {found.id for found in library.procedures.values() if found.field == field}
    if field not in library.fields or (procedure and procedure not in known):
        abort(404)
    return Topic(field, procedure)


def _neighbours(period: Period) -> tuple[Period | None, Period | None]:
    after = following(period, asking.rules())
    return _before(period), after if after.start <= today() else None


def _before(period: Period) -> Period | None:
    try:
        return previous(period, asking.rules())
    except PeriodError:  # the first one that is kept
        return None
