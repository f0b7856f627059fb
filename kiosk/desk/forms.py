"""The forms of the desk: closed lists, a count and check boxes; nothing can hold free text."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from uuid_utils import UUID, uuid7
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    ValidationError,
)
from wtforms.validators import AnyOf, InputRequired, StopValidation

from kiosk import clock
from kiosk.desk import words
from kiosk.desk.days import Day
from kiosk.desk.words import Words
from kiosk.filings.history import MOST_AT_ONCE

MANY = 5
SECOND = 1_000_000_000
FOLDED = frozenset(
    {"operated_by", "place", "competent_unit", "language", "minutes", "civil_date", "cause"}
)
CHOOSE = _l("Hãy chọn một mục trong danh sách.")
TOO_OLD = _l("Chỉ ghi lùi được 3 ngày. Hãy chọn lại ngày.")
COUNT = _l("Số hồ sơ là số từ 1 đến 50.")


def spoken(known: Words) -> Callable[[], dict[str, Any]]:
    """Return what makes the choices of a field in the page's language."""
    return lambda: {value: str(label) for value, label in known.items()}


def _one_of(label: LazyString, known: Words, default: str) -> RadioField:
    return RadioField(
        label,
        choices=spoken(known),
        default=default,
        validate_choice=False,
        validators=[AnyOf([*known, default], message=CHOOSE)],
    )


def _whole(_form: object, field: IntegerField) -> None:
    if field.data is None or not 1 <= field.data <= MOST_AT_ONCE:
        field.errors = []
        raise StopValidation(COUNT)


class EntryForm(FlaskForm):  # type: ignore[misc] # the library has no types
    """One piece of help, as an officer records or corrects it."""

    client_id = HiddenField()
    procedure = RadioField(
        _l("Thủ tục"),
        validate_choice=False,
        validators=[InputRequired(_l("Hãy chọn thủ tục."))],
    )
    channel = _one_of(_l("Nộp qua đâu?"), words.CHANNEL, "national_portal")
    direct_reason = _one_of(
        _l("Nộp trực tiếp: vì sao không nộp trực tuyến?"), words.DIRECT_REASON, ""
    )
    activity = _one_of(_l("Việc đã làm"), words.ACTIVITY, "filing")
    operated_by = _one_of(_l("Ai thao tác?"), words.OPERATED_BY, "citizen_helped")
    place = _one_of(_l("Ở đâu?"), words.PLACE, "counter")
    outcome = _one_of(_l("Kết quả"), words.OUTCOME, "submitted")
    reason = _one_of(_l("Vì sao không nộp được?"), words.REASON, "")
    language = _one_of(_l("Ngôn ngữ của công dân"), words.LANGUAGE, "vi")
    minutes = _one_of(_l("Thời gian hỗ trợ"), words.MINUTES, "")
    priority = BooleanField(_l("Người được ưu tiên (cao tuổi, khuyết tật, mang thai…)"))
    quantity = IntegerField(
        _l("Số hồ sơ"),
        default=1,
        validators=[_whole],
        render_kw={"inputmode": "numeric", "min": 1, "max": MOST_AT_ONCE, "data-many": MANY},
    )
    confirmed = BooleanField(_l("Đúng là hơn 5 hồ sơ cùng loại"))
    competent_unit = SelectField(_l("Đơn vị có thẩm quyền"), default="", validate_choice=False)

    @property
    def is_filing(self) -> bool:
        """Tell whether a dossier was to be filed; other help has no outcome and no reasons."""
        return bool(self.activity.data == "filing")

    @property
    def why_direct(self) -> bool:
        """Tell whether it still has to be said why nothing is done online."""
        return self.is_filing and self.channel.data == "direct" and not self.direct_reason.data

    @property
    def many(self) -> bool:
        """Tell whether the count is one that is rarely meant."""
        return (self.quantity.data or 0) > MANY

    def offer(self, procedures: Iterable[str], units: Mapping[str, str]) -> None:
        """Set what may be chosen: procedures by id, units by code and name."""
        self.procedure.choices = {procedure: procedure for procedure in procedures}
        self.competent_unit.choices = {"": str(_l("Đơn vị này")), **units}

    def validate_client_id(self, field: HiddenField) -> None:
        """Refuse what is not a UUID, and give the form one; only a page of ours makes them."""
        try:
            field.data = str(UUID(field.data or ""))
        except ValueError:
            field.data = new_id()
            raise ValidationError(_l("Biểu mẫu đã cũ. Hãy lưu lại.")) from None

    def validate_procedure(self, field: RadioField) -> None:
        """Refuse a procedure that is not offered."""
        _offered(field)

    def validate_competent_unit(self, field: SelectField) -> None:
        """Refuse a unit that is not offered."""
        _offered(field)

    def validate_direct_reason(self, _field: RadioField) -> None:
        """Ask why not online, for a direct intake alone."""
        if self.why_direct:
            raise ValidationError(_l("Nộp trực tiếp phải có lý do."))

    def validate_reason(self, field: RadioField) -> None:
        """Ask why nothing was submitted, for such an outcome alone."""
        if self.is_filing and self.outcome.data == "not_submitted" and not field.data:
            raise ValidationError(_l("Không nộp được phải có lý do."))

    def validate_confirmed(self, field: BooleanField) -> None:
        """Ask twice about a count that is rarely meant."""
        if self.many and not field.data:
            raise ValidationError(_l("Hơn 5 hồ sơ: hãy đánh dấu xác nhận."))


class DeskForm(EntryForm):
    """An entry about to be recorded: of today, or of a day before with the reason why so late."""

    civil_date = RadioField(_l("Ngày làm"), default="", validate_choice=False)
    cause = _one_of(_l("Vì sao ghi lùi ngày?"), words.BACKDATE_REASON, "")

    def offer_days(self, days: Iterable[Day]) -> None:
        """Set the days for which an entry may be recorded."""
        self.civil_date.choices = {day.value: day.name for day in days}

    def take(self, answers: Mapping[str, str]) -> None:
        """Let some answers be these, whatever was chosen before."""
        for name, value in answers.items():
            self[name].data = value

    def validate_civil_date(self, field: RadioField) -> None:
        """Refuse a day that is not offered."""
        _offered(field, TOO_OLD)

    def validate_cause(self, field: RadioField) -> None:
        """Ask why an entry of another day is recorded today."""
        if self.civil_date.data and not field.data:
            raise ValidationError(_l("Ghi lùi ngày phải có lý do."))

    @property
    def unfolded(self) -> bool:
        """Tell whether the folded part holds a mistake, or a day that must be seen."""
        return bool(self.civil_date.data) or not FOLDED.isdisjoint(self.errors)


def new_id() -> str:
    """Return the identity of an entry yet to be saved; it says when its form was opened."""
    return str(uuid7(nanoseconds=int(clock.now().timestamp() * SECOND)))


def _offered(field: RadioField | SelectField, otherwise: LazyString = CHOOSE) -> None:
    if not isinstance(field.choices, dict) or field.data not in field.choices:
        raise ValidationError(otherwise)
