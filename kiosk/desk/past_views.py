"""What was recorded: see it, correct it, make it void."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import NotFound

from kiosk.access import permits
from kiosk.access.unstored import unstored
from kiosk.db import engine, reading
from kiosk.desk import entries, page, past_list
from kiosk.desk.faults import BAD, BUSY, BUSY_PRESS, CONFLICT, FINAL, STALE
from kiosk.desk.forms import EntryForm, new_id
from kiosk.desk.past import known, usual_time
from kiosk.desk.past_change import (
    Standing,
    asking_page,
    back,
    corrected,
    same,
    standing,
)
from kiosk.desk.past_forms import CorrectForm, VoidForm
from kiosk.filings import ledger
from kiosk.web import needs

SAVED = _l("Đã lưu bản sửa.")
VOIDED = _l("Đã hủy lần ghi.")
CHANGED = _l(
    "Chưa lưu: cán bộ khác vừa sửa lần ghi này. Hãy xem lần ghi hiện có và lịch sử; "
    "nếu vẫn cần, hãy bấm lần nữa."
)
CHANGED_HERE = _l(
    "Chưa lưu: lần ghi này vừa được sửa ở cửa sổ khác. Hãy xem lần ghi hiện có và lịch sử; "
    "nếu vẫn cần, hãy bấm lần nữa."
)
SAME = _l("Chưa lưu: biểu mẫu giống lần ghi hiện có, không có gì để sửa.")

UNSEEN = "-"  #: what no entry stands at: a form that says nothing has seen nothing

past = Blueprint("past", __name__)


@past.get("/ban/da-ghi")
@needs("filings.own")
def listed() -> ResponseReturnValue:
    """Show what was recorded in a day or a week: an officer's own, a head's whole unit."""
    who, works = permits.acting(), page.works()
    with reading(engine()) as conn:
        wanted = past_list.asked(conn, who)
        seen = known(conn, who, wanted.unit)
        sheet = past_list.sheet(conn, wanted, works, seen)
        units = past_list.units(conn, who, seen)
    return render_template(
        "desk/past.html",
        wanted=wanted,
        sheet=sheet,
        seen=seen,
        units=units,
        officers=past_list.officers(who, wanted, seen),
        spans=past_list.SPANS,
        time=usual_time(sheet.sums),
    )


@past.route("/ban/sua/<uuid:filing_id>", methods=["GET", "POST"])
@needs("filings.own")
def correct(filing_id: UUID) -> ResponseReturnValue:
    """Show an entry as it stands; store what it should have said."""
    at = standing(filing_id)
    if at.void:
        return _done(FINAL, "warn")
    form = _form(at)
    if not form.is_submitted():
        return _correction(at, form)
    if not form.validate():
        return _correction(at, form), BAD
    return _correct(at, form)


@past.route("/ban/huy/<uuid:filing_id>", methods=["GET", "POST"])
@needs("filings.own")
def void(filing_id: UUID) -> ResponseReturnValue:
    """Ask for one of the closed reasons; make an entry void."""
    at = standing(filing_id)
    form = VoidForm(data={"client_id": new_id(), "seen": at.last})
    if at.void:
        again = form.is_submitted() and at.answered(form.client_id.data)
        return _done(VOIDED) if again else _done(FINAL, "warn")
    if not form.validate_on_submit():
        return _void_page(at, form), BAD if form.is_submitted() else 200
    if at.old:
        permits.prove()
    return _void(at, form)


@past.errorhandler(CSRFError)
def stale(error: CSRFError) -> ResponseReturnValue:
    """Show a correction that came from a page no longer good once more, to be saved anew."""
    if request.endpoint != "past.correct" or not permits.welcome("filings.own"):
        return permits.stale(error)
    permits.speak()
    try:
        at = standing((request.view_args or {})["filing_id"])
    except NotFound:
        return permits.stale(error)
    return _done(FINAL, "warn") if at.void else (_correction(at, _form(at), refused=STALE), BAD)


def _form(at: Standing) -> EntryForm:
    filled = entries.filled(at.present) | {"seen": at.last}
    return page.form(at.present, CorrectForm, **filled)


def _correct(at: Standing, form: EntryForm) -> ResponseReturnValue:
    filing_id, seen = at.present.filing_id, _seen()
    meant, refused, status = corrected(at.present, form), None, BAD
    if same(at.present, meant) and not at.answered(meant.client_id):
        return _correction(at, form, refused=SAME), BAD
    try:
        ledger.correct(engine(), filing_id, meant, page.actor(), form.cause.data, seen)
    except ledger.AlreadyVoided:
        return _done(FINAL, "warn")
    except ledger.Changed:
        now = _seen_anew(at, form)
        return _correction(now, form, refused=_by_whom(now), changed=True), CONFLICT
    except ledger.InvalidEntry as fault:
        entries.refuse(form, fault.mistakes)
    except ledger.StoreError as fault:
        refused, status = unstored(fault, BUSY)
    else:
        return _done(SAVED)
    return _correction(at, form, refused=refused), status


def _void(at: Standing, form: VoidForm) -> ResponseReturnValue:
    filing_id, reason = at.present.filing_id, form.reason.data
    client_id = form.client_id.data
    try:
        ledger.void(engine(), filing_id, reason, page.actor(), client_id, _seen())
    except ledger.AlreadyVoided:
        return _done(FINAL, "warn")
    except ledger.Changed:
        now = _seen_anew(at, form)
        return _void_page(now, form, refused=_by_whom(now)), CONFLICT
    except ledger.InvalidEntry:  # this form did its work on another entry before
        form.client_id.data = new_id()
        return _void_page(_seen_anew(at, form), form, refused=STALE), BAD
    except ledger.StoreError as fault:
        refused, status = unstored(fault, BUSY_PRESS)
        return _void_page(at, form, refused=refused), status
    return _done(VOIDED)


def _seen() -> str:
    # not what the form holds: one that was sent without it would hold the latest event
    return request.form.get("seen") or UNSEEN


def _seen_anew(at: Standing, form: EntryForm | VoidForm) -> Standing:
    # what was typed stays; from now on the form knows what the other one did
    now = standing(UUID(at.present.filing_id))
    form.seen.data = now.last
    return now


def _by_whom(now: Standing) -> LazyString:
    return CHANGED_HERE if now.events[-1].officer == permits.acting().id else CHANGED


def _correction(at: Standing, form: EntryForm, **more: Any) -> str:
    shelf = page.shelf(at.present, form)
    return asking_page("desk/correct.html", at, form, shelf=shelf, **more)


def _void_page(at: Standing, form: VoidForm, **more: Any) -> str:
    return asking_page("desk/void.html", at, form, **more)


def _done(words: LazyString, how: str = "ok") -> ResponseReturnValue:
    flash(str(words), how)
    return redirect(back())
