"""Pages of numbers: a unit's overview of a period, and the entry of official figures."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kiosk.access.permits import acting
from kiosk.clock import now, today
from kiosk.counts import asking, words
from kiosk.counts.alerts import alert
from kiosk.counts.figures import NIL
from kiosk.counts.forms import FiguresForm
from kiosk.counts.official import (
    ENTERED,
    NOTHING_AT_ALL,
    Official,
    Origin,
    Topic,
    enter,
    faults,
    latest,
)
from kiosk.counts.overview import numbers
from kiosk.counts.periods import Period, PeriodError, following, previous
from kiosk.db import StoreFull, engine, reading
from kiosk.units import all_units
from kiosk.web import needs

BAD, FULL = 400, 507
NO_ROOM = _l(
    "Máy đã hết chỗ lưu nên chưa ghi được. Biểu mẫu vẫn còn nguyên: báo người quản lý máy."
)
KEPT = _l("Đã ghi số liệu.")
SAME = _l("Số liệu không thay đổi.")

counts = Blueprint("counts", __name__, url_prefix="/so-lieu")


@counts.context_processor
def _vocabulary() -> dict[str, object]:
    """Let the templates say what the tables hold."""
    return {"words": words, "address": asking.address, "TABS": asking.TABS}


@counts.get("")
@needs("counts.read")
def overview() -> ResponseReturnValue:
    """Show the numbers of a unit, and of all under it, in a period."""
    return _numbers()


def _numbers(refused: LazyString | None = None) -> str:
    own = acting().unit
    with reading(engine()) as connection:
        asked = asking.asked(connection, request.args, own)
        found = numbers(connection, asked)
        units = {unit.code: unit.name for unit in all_units(connection, asked.period.end)}
    return render_template(
        "counts/overview.html",
        found=found,
        period=asked.period,
        unit=asked.unit,
        own=own,
        refused=refused,
        named=words.names(asking.library(), units),
        neighbours=_neighbours(asked.period),
        call=alert(asked.period.kind, now(), rules=asked.rules),
    )


@counts.get("/nhap/<field>")
@needs("official.enter")
def figures(field: str) -> ResponseReturnValue:
    """Show the form with what was entered last."""
    topic, period = _topic(field), asking.period_asked(request.args)
    last = _entered(topic, period)
    return _form(FiguresForm(obj=last.figures if last else None), topic, period)


@counts.post("/nhap/<field>")
@needs("official.enter")
def keep(field: str) -> ResponseReturnValue:
    """Keep what was typed, as a new revision; or show it again with what is wrong."""
    topic, period = _topic(field), asking.period_meant(request.args)
    form = FiguresForm()
    if not form.validate():
        return _form(form, topic, period), BAD
    typed = {topic: form.figures}
    if mistakes := faults(typed, ENTERED):
        form.show(mistakes[topic])
        return _form(form, topic, period), BAD
    who = acting()
    try:
        kept = enter(engine(), who.unit, period, typed, Origin(ENTERED, who.id))
    except StoreFull:
        return _form(form, topic, period, refused=NO_ROOM), FULL
    flash(str(KEPT if kept else SAME))
    return redirect(url_for("counts.overview", **asking.address(period)))


@counts.post("/khong-phat-sinh")
@needs("official.enter")
def nothing() -> ResponseReturnValue:
    """Keep that nothing came in, in any field."""
    period, who = asking.period_meant(request.args), acting()
    try:
        enter(engine(), who.unit, period, {NOTHING_AT_ALL: NIL}, Origin(ENTERED, who.id))
    except StoreFull:
        return _numbers(refused=NO_ROOM), FULL
    flash(_("Đã ghi: trong kỳ không phát sinh hồ sơ nào."))
    return redirect(url_for("counts.overview", **asking.address(period)))


def _form(
    form: FiguresForm, topic: Topic, period: Period, refused: LazyString | None = None
) -> str:
    library = asking.library()
    procedures = [found for found in library.procedures.values() if found.field == topic.field]
    return render_template(
        "counts/figures.html",
        form=form,
        refused=refused,
        topic=topic,
        period=period,
        procedures=procedures,
        named=words.names(library, {}),
        last=_entered(topic, period),
    )


def _topic(field: str) -> Topic:
    library, procedure = asking.library(), request.args.get("thu-tuc", "")
    known = {found.id for found in library.procedures.values() if found.field == field}
    if field not in library.fields or (procedure and procedure not in known):
        abort(404)
    return Topic(field, procedure)


def _entered(topic: Topic, period: Period) -> Official | None:
    with reading(engine()) as connection:
        known = latest(connection, (acting().unit,), period)
    return next((one for one in known if (one.topic, one.source) == (topic, ENTERED)), None)


def _neighbours(period: Period) -> tuple[Period | None, Period | None]:
    after = following(period, asking.rules())
    return _before(period), after if after.start <= today() else None


def _before(period: Period) -> Period | None:
    try:
        return previous(period, asking.rules())
    except PeriodError:  # the first one that is kept
        return None
