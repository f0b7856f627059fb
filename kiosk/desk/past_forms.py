"""The forms that change what was recorded: why it is corrected, why it is void."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField
from wtforms.validators import AnyOf

from kiosk.desk import words
from kiosk.desk.forms import FOLDED, EntryForm, new_id, spoken
from kiosk.filings.rules import UUID


class CorrectForm(EntryForm):
    """What an entry should have said, and why it did not."""

    seen = HiddenField()
    cause = RadioField(
        _l("Vì sao sửa?"),
        choices=spoken(words.CORRECT_REASON),
        validate_choice=False,
        validators=[AnyOf([*words.CORRECT_REASON], message=_l("Hãy chọn lý do sửa."))],
    )

    @property
    def folded_is_wrong(self) -> bool:
        """Tell whether a mistake hides in the part that is folded."""
        return not FOLDED.isdisjoint(self.errors)


class VoidForm(FlaskForm):  # type: ignore[misc] # the library has no types
    """Why an entry is void."""

    client_id = HiddenField()
    seen = HiddenField()
    reason = RadioField(
        _l("Lý do hủy"),
        id="void_reason",  # not the reason of an entry, which a page may fold away
        choices=spoken(words.VOID_REASON),
        validate_choice=False,
        validators=[AnyOf([*words.VOID_REASON], message=_l("Hãy chọn lý do hủy."))],
    )

    def validate_client_id(self, field: HiddenField) -> None:
        """Give the form an identity where it lost its own; only a page of ours makes them."""
        if not UUID.fullmatch(field.data or ""):
            field.data = new_id()
