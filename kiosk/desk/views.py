"""The officer's page: record help in three taps, take it back, correct it, see the day."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kiosk import clock
from kiosk.db import engine, reading
from kiosk.desk import entries, page, screen
from kiosk.desk.forms import EntryForm, VoidForm
from kiosk.filings import ledger
from kiosk.filings.history import Entry, Filing
from kiosk.guide.code import CodeError, decode
from kiosk.web import needs

UNDO_REASON = "V99"
BAD, FULL = 400, 507
NO_ROOM = _l(
    "Máy đã hết chỗ lưu nên chưa ghi được. Biểu mẫu vẫn còn nguyên: báo người quản lý máy."
)
FINAL = _l("Lần ghi này đã hủy nên không sửa hay hủy được nữa.")

desk = Blueprint("desk", __name__)


@desk.get("/")
@needs("filings.record")
def front() -> ResponseReturnValue:
    """Lead to the desk."""
    return redirect(url_for("desk.today"))


@desk.get("/ban")
@needs("filings.record")
def today() -> ResponseReturnValue:
    """Show the form as this officer's habits fill it, and the day's list."""
    return page.desk(page.fresh())


@desk.get("/ban/ma")
@needs("filings.record")
def code() -> ResponseReturnValue:
    """Fill the form from the short code of a slip."""
    typed = request.args.get("ma", "")
    try:
        procedure, _answers = decode(page.library(), typed)
    except CodeError:
        return page.desk(page.fresh(), code=typed, wrong_code=True), BAD
    return page.desk(page.fresh(procedure=procedure), code=typed)


@desk.post("/ban")
@needs("filings.record")
def record() -> ResponseReturnValue:
    """Record what the form says; the same form sent twice is one entry."""
    form = page.form()
    refused, status = None, BAD
    if form.validate():
        said = entries.entry(form, page.works()[form.procedure.data], clock.today())
        try:
            return _recorded(said)
        except ledger.InvalidEntry as fault:
            entries.refuse(form, fault.mistakes)
        except ledger.StoreFull:
            refused, status = NO_ROOM, FULL
    return page.desk(form, refused=refused), status


@desk.post("/ban/nhu-truoc")
@needs("filings.record")
def again() -> ResponseReturnValue:
    """Record the officer's last work once more, for another citizen."""
    by = page.actor()
    with reading(engine()) as conn:
        last = ledger.last_entry(conn, by.unit, by.officer)
    if last is None or not entries.repeatable(last):
        flash(_("Chưa có lần ghi nào để lặp lại."), "warn")
        return redirect(url_for("desk.today"))
    try:
        return _recorded(entries.repeated(last, request.form.get("client_id", ""), clock.today()))
    except ledger.InvalidEntry:
        abort(BAD)
    except ledger.StoreFull:
        return page.desk(page.fresh(), refused=NO_ROOM), FULL


@desk.post("/ban/huy-nhanh/<uuid:filing_id>")
@needs("filings.record")
def undo(filing_id: UUID) -> ResponseReturnValue:
    """Take back what the same officer recorded less than half a minute ago."""
    present, by = page.filing(filing_id), page.actor()
    if present.recorded_by != by.officer:
        abort(404)
    if clock.now() - present.recorded_at > screen.UNDO:
        flash(_("Đã quá 30 giây. Hãy chọn lý do để hủy."), "warn")
        return redirect(url_for("desk.void", filing_id=filing_id))
    return _voided(present, UNDO_REASON)


@desk.route("/ban/sua/<uuid:filing_id>", methods=["GET", "POST"])
@needs("filings.own")
def correct(filing_id: UUID) -> ResponseReturnValue:
    """Show an entry as it stands; store what it should have said."""
    present = page.filing(filing_id)
    if present.state == "voided":
        return _final()
    form = page.form(present, **entries.filled(present))
    if not form.is_submitted():
        return _correction(present, form)
    refused, status = None, BAD
    if form.validate():
        work = page.works(present)[form.procedure.data]
        try:
            said = entries.entry(form, work, present.civil_date)
            return _corrected(present, said)
        except ledger.InvalidEntry as fault:
            entries.refuse(form, fault.mistakes)
        except ledger.StoreFull:
            refused, status = NO_ROOM, FULL
    return _correction(present, form, refused=refused), status


@desk.route("/ban/huy/<uuid:filing_id>", methods=["GET", "POST"])
@needs("filings.own")
def void(filing_id: UUID) -> ResponseReturnValue:
    """Ask for one of the closed reasons; make an entry void."""
    present, form = page.filing(filing_id), VoidForm()
    if present.state == "voided":
        return _final()
    refused = None
    if form.validate_on_submit():
        try:
            return _voided(present, form.reason.data)
        except ledger.StoreFull:
            refused = NO_ROOM
    status = FULL if refused else BAD if form.is_submitted() else 200
    row = page.line(present)
    return render_template("desk/void.html", form=form, row=row, refused=refused), status


def _recorded(said: Entry) -> ResponseReturnValue:
    event = ledger.record(engine(), said, page.actor())
    return redirect(url_for("desk.today", moi=event.filing_id))


def _corrected(present: Filing, said: Entry) -> ResponseReturnValue:
    try:
        ledger.correct(engine(), present.filing_id, said, page.actor())
    except ledger.AlreadyVoided:
        return _final()
    flash(_("Đã lưu bản sửa."), "ok")
    return redirect(url_for("desk.today"))


def _voided(present: Filing, reason: str) -> ResponseReturnValue:
    try:
        ledger.void(engine(), present.filing_id, reason, page.actor())
    except ledger.AlreadyVoided:
        return _final()
    flash(_("Đã hủy lần ghi."), "ok")
    return redirect(url_for("desk.today"))


def _final() -> ResponseReturnValue:
    flash(str(FINAL), "warn")
    return redirect(url_for("desk.today"))


def _correction(present: Filing, form: EntryForm, **more: Any) -> str:
    shelf, row = page.shelf(present, form), page.line(present)
    return render_template("desk/correct.html", form=form, shelf=shelf, row=row, **more)
