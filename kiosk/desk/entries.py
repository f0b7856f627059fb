"""Between the form and the ledger: what a filled form says, and how a form is filled."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from uuid_utils import UUID

from kiosk.clock import civil_date
from kiosk.content.site import Preset
from kiosk.desk.catalogue import Work
from kiosk.desk.forms import MANY, TOO_OLD, DeskForm, EntryForm, new_id
from kiosk.filings.history import ONLINE, Entry, Filing, Mistake, said

MISTAKES: dict[str, LazyString] = {
    "required": _l("Hãy chọn một mục."),
    "unknown": _l("Hãy chọn một mục trong danh sách."),
    "not_allowed": _l("Mục này không hợp với các mục đã chọn khác."),
    "out_of_range": _l("Số này ngoài khoảng cho phép."),
    "future": _l("Ngày này chưa tới."),
    "too_old": TOO_OLD,
    "used": _l("Biểu mẫu này đã được ghi rồi. Hãy mở trang mới."),
}
WHY: dict[str, LazyString] = {
    "required": _l("Hãy chọn lý do."),
    "unknown": _l("Hãy chọn lý do trong danh sách."),
    "not_allowed": _l("Lần ghi của hôm nay không cần lý do này."),
}
KEPT = ("place", "channel", "operated_by")
AHEAD = timedelta(minutes=5)
OPEN_LONG = timedelta(hours=4)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIMED = 7  #: the version of an identity that says when it was made


def entry(form: EntryForm, work: Work, day: date, doubtful: bool = False) -> Entry:
    """Return what a valid form says; answers to questions that do not arise are left out."""
    filing = form.is_filing
    channel = form.channel.data if filing or form.channel.data in ONLINE else None
    outcome = form.outcome.data if filing else None
    return Entry(
        client_id=form.client_id.data or "",
        procedure=work.procedure,
        field=work.field,
        activity=form.activity.data,
        channel=channel,
        operated_by=form.operated_by.data,
        place=form.place.data,
        competent_unit=form.competent_unit.data or None,
        outcome=outcome,
        reason=form.reason.data if outcome == "not_submitted" else None,
        direct_reason=form.direct_reason.data if channel == "direct" else None,
        priority=form.priority.data,
        language=form.language.data,
        quantity=form.quantity.data or 0,
        minutes=int(form.minutes.data) if form.minutes.data else None,
        civil_date=day,
        doubtful=doubtful and bool(form.minutes.data),
    )


def cause(form: DeskForm) -> str | None:
    """Return why an entry is dated back; an entry of today needs no reason and keeps none."""
    return form.cause.data or None if form.civil_date.data else None


def lay_open(client_id: str | None, now: datetime) -> bool:
    """Tell whether a form was opened on another day or hours ago: its minutes are no measure."""
    identity = UUID(client_id or "")
    if identity.version != TIMED:  # none of ours: nobody knows
        return True
    age = now - EPOCH - timedelta(milliseconds=identity.timestamp)
    if age < -AHEAD:  # the clock was put back meanwhile
        return True
    return age > OPEN_LONG or civil_date(now - age) != civil_date(now)


def refuse(form: EntryForm, mistakes: Iterable[Mistake]) -> None:
    """Say the ledger's refusal beside the fields it is about; an identity is used but once."""
    fields = {field.name: field for field in form}
    for mistake in mistakes:
        said = WHY.get(mistake.code) if mistake.field == "cause" else None
        fields.get(mistake.field, form.procedure).errors = [said or MISTAKES[mistake.code]]
        if mistake.code == "used":
            form.client_id.data = new_id()


def presets(last: Filing | None, usual: Preset) -> dict[str, Any]:
    """Return what a fresh form begins with: the counter's habits, nothing of the last citizen."""
    begun = {"place": usual.place, "channel": usual.channel}
    if last is None:
        return begun
    habits = {name: getattr(last, name) for name in KEPT}
    if last.channel not in ONLINE:
        del habits["channel"]
    return begun | habits


def filled(filing: Filing) -> dict[str, Any]:
    """Return the answers of a form that says what a filing says."""
    answers = {name: "" if value is None else value for name, value in said(filing).items()}
    return answers | {
        "client_id": new_id(),
        "minutes": str(filing.minutes or ""),
        "channel": filing.channel or "national_portal",
        "outcome": filing.outcome or "submitted",
        "confirmed": filing.quantity > MANY,
    }


def repeatable(last: Filing | None) -> bool:
    """Tell whether one tap may repeat an entry; a direct intake needs its own reason each time."""
    return last is not None and last.channel != "direct"


def repeated(last: Filing, client_id: str, day: date) -> Entry:
    """Return the last work once more, for another citizen: what was about a person is not kept."""
    return Entry(
        client_id=client_id,
        procedure=last.procedure,
        field=last.field,
        activity=last.activity,
        channel=last.channel,
        operated_by=last.operated_by,
        place=last.place,
        competent_unit=last.competent_unit,
        outcome="submitted" if last.activity == "filing" else None,
        reason=None,
        direct_reason=None,
        priority=False,
        language="vi",
        quantity=1,
        minutes=None,
        civil_date=day,
    )
