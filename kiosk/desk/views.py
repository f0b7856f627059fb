"""The officer's page: record help in three taps, take it back, correct it, see the day."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError

from kiosk import clock
from kiosk.access import permits
from kiosk.db import engine, reading
from kiosk.desk import entries, page, screen
from kiosk.desk.forms import EntryForm, VoidForm
from kiosk.filings import ledger
from kiosk.filings.history import Entry, Filing, Mistake
from kiosk.guide.code import CodeError, decode
from kiosk.web import needs

UNDO_REASON = "V99"
BAD, UNABLE, FULL = 400, 503, 507
NO_ROOM = _l(
    "Máy đã hết chỗ lưu nên chưa ghi được. Biểu mẫu vẫn còn nguyên: báo người quản lý máy."
)
BUSY = _l("Máy đang bận, lần ghi này chưa được lưu. Hãy bấm Lưu lần nữa.")
BUSY_PRESS = _l("Máy đang bận nên chưa ghi được. Hãy bấm lại lần nữa.")
STALE = _l("Chưa lưu: trang này đã cũ. Hãy xem lại rồi bấm Lưu lần nữa.")
FINAL = _l("Lần ghi này đã hủy nên không sửa hay hủy được nữa.")
USED = Mistake("client_id", "used")

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
    if not typed.strip():
        return redirect(url_for("desk.today"))
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
        except ledger.StoreError as fault:
            refused, status = _unstored(fault, BUSY)
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
    except ledger.InvalidEntry as fault:
        if USED not in fault.mistakes:
            abort(BAD)
        flash(str(entries.MISTAKES[USED.code]), "warn")
        return redirect(url_for("desk.today"))
    except ledger.StoreError as fault:
        refused, status = _unstored(fault, BUSY_PRESS)
        return page.desk(page.fresh(), refused=refused), status


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
    try:
        return _voided(present, UNDO_REASON)
    except ledger.StoreError as fault:
        return _void_page(present, VoidForm(), *_unstored(fault, BUSY_PRESS))


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
        except ledger.StoreError as fault:
            refused, status = _unstored(fault, BUSY)
    return _correction(present, form, refused=refused), status


@desk.route("/ban/huy/<uuid:filing_id>", methods=["GET", "POST"])
@needs("filings.own")
def void(filing_id: UUID) -> ResponseReturnValue:
    """Ask for one of the closed reasons; make an entry void."""
    present, form = page.filing(filing_id), VoidForm()
    if present.state == "voided":
        return _final()
    if not form.validate_on_submit():
        return _void_page(present, form, None, BAD if form.is_submitted() else 200)
    try:
        return _voided(present, form.reason.data)
    except ledger.StoreError as fault:
        return _void_page(present, form, *_unstored(fault, BUSY_PRESS))


@desk.errorhandler(CSRFError)
def stale(error: CSRFError) -> ResponseReturnValue:
    """Show an entry that came from a page no longer good once more, to be saved anew."""
    who = permits.signed_in()
    welcome = who is not None and not who.must_change and permits.may(who, "filings.record")
    if request.endpoint != "desk.record" or not welcome:
        return permits.stale(error)
    permits.speak()
    return page.desk(page.form(), refused=STALE), BAD


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


def _unstored(fault: ledger.StoreError, busy: LazyString) -> tuple[LazyString, int]:
    return (NO_ROOM, FULL) if isinstance(fault, ledger.StoreFull) else (busy, UNABLE)


def _void_page(
    present: Filing, form: VoidForm, refused: LazyString | None, status: int
) -> ResponseReturnValue:
    row = page.line(present)
    return render_template("desk/void.html", form=form, row=row, refused=refused), status


def _final() -> ResponseReturnValue:
    flash(str(FINAL), "warn")
    return redirect(url_for("desk.today"))


def _correction(present: Filing, form: EntryForm, **more: Any) -> str:
    shelf, row = page.shelf(present, form), page.line(present)
    return render_template("desk/correct.html", form=form, shelf=shelf, row=row, **more)
