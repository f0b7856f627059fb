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
from wtforms.validators import AnyOf, InputRequired, NumberRange, StopValidation

from kiosk.desk import words
from kiosk.desk.words import Words

MOST = 50
MANY = 5
NONE = {"": _l("Không có")}
CHOOSE = _l("Hãy chọn một mục trong danh sách.")
COUNT = _l("Số hồ sơ là số từ 1 đến 50.")


def _spoken(known: Words) -> Callable[[], dict[str, Any]]:
    return lambda: {value: str(label) for value, label in known.items()}


def _one_of(label: LazyString, known: Words, default: str) -> RadioField:
    return RadioField(
        label,
        choices=_spoken(known),
        default=default,
        validate_choice=False,
        validators=[AnyOf([*known], message=CHOOSE)],
    )


def _whole(_form: object, field: IntegerField) -> None:
    if field.data is None:
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
        _l("Nộp trực tiếp: vì sao không nộp trực tuyến?"), NONE | words.DIRECT_REASON, ""
    )
    activity = _one_of(_l("Việc đã làm"), words.ACTIVITY, "filing")
    operated_by = _one_of(_l("Ai thao tác?"), words.OPERATED_BY, "citizen_helped")
    place = _one_of(_l("Ở đâu?"), words.PLACE, "counter")
    outcome = _one_of(_l("Kết quả"), words.OUTCOME, "submitted")
    reason = _one_of(_l("Vì sao không nộp được?"), NONE | words.REASON, "")
    language = _one_of(_l("Ngôn ngữ của người dân"), words.LANGUAGE, "vi")
    minutes = _one_of(_l("Thời gian hỗ trợ"), words.MINUTES, "")
    priority = BooleanField(_l("Người được ưu tiên (cao tuổi, khuyết tật, mang thai…)"))
    quantity = IntegerField(
        _l("Số hồ sơ"),
        default=1,
        validators=[_whole, NumberRange(1, MOST, COUNT)],
        render_kw={"inputmode": "numeric", "min": 1, "max": MOST},
    )
    confirmed = BooleanField(_l("Đúng là hơn 5 hồ sơ cùng loại"))
    competent_unit = SelectField(_l("Đơn vị có thẩm quyền"), default="", validate_choice=False)

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

    def validate_direct_reason(self, field: RadioField) -> None:
        """Ask why not online, for a direct intake alone."""
        if self.channel.data == "direct" and not field.data:
            raise ValidationError(_l("Nộp trực tiếp phải có lý do."))

    def validate_reason(self, field: RadioField) -> None:
        """Ask why nothing was submitted, for such an outcome alone."""
        if self.outcome.data == "not_submitted" and not field.data:
            raise ValidationError(_l("Không nộp được phải có lý do."))

    def validate_confirmed(self, field: BooleanField) -> None:
        """Ask twice about a count that is rarely meant."""
        if (self.quantity.data or 0) > MANY and not field.data:
            raise ValidationError(_l("Hơn 5 hồ sơ: hãy đánh dấu xác nhận."))

    @property
    def more_is_wrong(self) -> bool:
        """Tell whether a mistake hides in the part that is usually folded."""
        return bool(set(self.errors) - {"procedure", "channel", "client_id"})


class VoidForm(FlaskForm):  # type: ignore[misc] # the library has no types
    """Why an entry is void."""

    reason = RadioField(
        _l("Lý do hủy"),
        choices=_spoken(words.VOID_REASON),
        validate_choice=False,
        validators=[AnyOf([*words.VOID_REASON], message=_l("Hãy chọn lý do hủy."))],
    )


def new_id() -> str:
    """Return the identity of an entry yet to be saved."""
    return str(uuid7())


def _offered(field: RadioField | SelectField) -> None:
    if not isinstance(field.choices, dict) or field.data not in field.choices:
        raise ValidationError(CHOOSE)
