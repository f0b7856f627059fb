"""The officer's page: record help in three taps, take it back, correct it, see the day."""

from uuid import UUID

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import NotFound

from kiosk import clock
from kiosk.access import permits
from kiosk.access.devices import DeviceRevoked
from kiosk.access.unstored import unstored
from kiosk.db import engine
from kiosk.desk import codes, days, entries, page, screen
from kiosk.desk.faults import BAD, BUSY, BUSY_PRESS, CHANGED, FINAL, STALE
from kiosk.desk.forms import DeskForm
from kiosk.filings import ledger
from kiosk.filings.history import TAKEN_BACK, Entry, Filing, Mistake
from kiosk.guide.code import CodeError
from kiosk.web import needs

FORBIDDEN = 403
USED = Mistake("client_id", "used")

desk = Blueprint("desk", __name__)


@desk.get("/")
@needs(permits.OWN_ACCOUNT)
def front() -> ResponseReturnValue:
    """Lead to where the work of whoever is in begins."""
    return redirect(permits.home(permits.acting()))


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
    return _told(page.fresh(), typed)


@desk.post("/ban")
@needs("filings.record")
def record() -> ResponseReturnValue:
    """Record what the form says; the same form sent twice is one entry.

    What was newly typed into the boxes for a code or a name is looked up first: nothing is
    recorded then, and the form stays as it was filled.
    """
    form = page.sent()
    if asked := _looked_up(form):
        return asked
    refused, status = None, BAD
    if form.validate():
        try:
            return _recorded(_entry(form), entries.cause(form))
        except ledger.InvalidEntry as fault:
            entries.refuse(form, fault.mistakes)
        except ledger.StoreError as fault:
            refused, status = unstored(fault, BUSY)
    return page.desk(form, refused=refused), status


@desk.post("/ban/nhu-truoc")
@needs("filings.record")
def again() -> ResponseReturnValue:
    """Record the officer's last work once more, for another citizen."""
    last = page.last()
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
        refused, status = unstored(fault, BUSY_PRESS)
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
        return redirect(url_for("past.void", filing_id=filing_id))
    try:
        return _taken_back(present)
    except ledger.StoreError as fault:
        refused, status = unstored(fault, BUSY_PRESS)
        return page.desk(page.fresh(), refused=refused), status


@desk.errorhandler(CSRFError)
def stale(error: CSRFError) -> ResponseReturnValue:
    """Show an entry that came from a page no longer good once more, to be saved anew."""
    if request.endpoint != "desk.record" or not permits.welcome("filings.record"):
        return permits.stale(error)
    permits.speak()
    return page.desk(page.sent(), refused=STALE), BAD


@desk.app_errorhandler(DeviceRevoked)
def revoked(_fault: DeviceRevoked) -> ResponseReturnValue:
    """Say that this machine may not write any more; nothing was recorded."""
    return render_template("desk/revoked.html"), FORBIDDEN


@desk.app_errorhandler(ledger.UnknownFiling)
def unknown(_fault: ledger.UnknownFiling) -> ResponseReturnValue:
    """Answer about an entry that left the ledger meanwhile as about any that is not there."""
    return current_app.handle_http_exception(NotFound())


def _looked_up(form: DeskForm) -> ResponseReturnValue | None:
    said = request.form
    typed, pressed = said.get("ma", "").strip(), said.get("tra")
    if typed and pressed != "q":
        return _told(form, typed)
    if pressed or said.get("q", "") != said.get("q_cu", ""):
        return page.desk(form, code=typed)
    return None


def _told(form: DeskForm, typed: str) -> ResponseReturnValue:
    try:
        answers = codes.told(page.library(), typed, clock.today(), form.channel.data)
    except CodeError:
        return page.desk(form, code=typed, wrong_code=True, focus="ma"), BAD
    form.take(answers)
    return page.desk(form, told_by=typed, focus="direct_reason" if form.why_direct else "save")


def _entry(form: DeskForm) -> Entry:
    return entries.entry(
        form,
        page.works()[form.procedure.data],
        days.meant(form.civil_date.data, clock.today()),
        entries.lay_open(form.client_id.data, clock.now()),
    )


def _recorded(said: Entry, cause: str | None = None) -> ResponseReturnValue:
    event = ledger.record(engine(), said, page.actor(), cause)
    return redirect(url_for("desk.today", moi=event.filing_id))


def _taken_back(present: Filing) -> ResponseReturnValue:
    record = present.filing_id  # the event that recorded it: nothing may have come after
    try:
        ledger.void(engine(), present.filing_id, TAKEN_BACK, page.actor(), expected=record)
    except ledger.AlreadyVoided:
        flash(str(FINAL), "warn")
    except ledger.Changed:
        flash(str(CHANGED), "warn")
    else:
        flash(_("Đã hủy lần ghi."), "ok")
    return redirect(url_for("desk.today"))
