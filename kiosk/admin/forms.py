"""The forms of the administration: sign-in names, roles, units, names of machines."""

from collections.abc import Iterable, Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, ValidationError
from wtforms.validators import AnyOf, InputRequired

from kiosk.access import accounts, devices
from kiosk.admin.words import DEVICE_NAME, ROLE

NAME_FORM = _l(
    "Tên đăng nhập dài 3 đến 32 ký tự, bắt đầu bằng chữ cái; chỉ dùng chữ không dấu, số và . _ -"
)
TAKEN = _l("Tên đăng nhập này đã có người dùng.")
CHOOSE_UNIT = _l("Hãy chọn một đơn vị trong danh sách.")
CHOOSE_ROLE = _l("Hãy chọn vai trò.")
AS_TYPED = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


def tidy(text: str | None) -> str:
    """Return what was typed without blanks around it."""
    return (text or "").strip()


def login_field(hint: LazyString | None = None) -> StringField:
    """Return the field of a sign-in name, read as it is stored and compared."""
    return StringField(
        _l("Tên đăng nhập"),
        description=hint or "",
        filters=[lambda typed: accounts.normalise(typed or "")],
        validators=[InputRequired(_l("Hãy nhập tên đăng nhập.")), _wellformed],
        render_kw=AS_TYPED,
    )


def _preset(field: SelectField, units: Mapping[str, str], own: str) -> None:
    # where there is one unit alone the page does not ask for it
    if field.raw_data is None or len(units) == 1:
        field.data = own


def _wellformed(_form: object, field: StringField) -> None:
    if not accounts.LOGIN.fullmatch(field.data or ""):
        raise ValidationError(NAME_FORM)


class AccountForm(FlaskForm):  # type: ignore[misc] # the library has no types
    """A new account: its name, its role, its unit."""

    login = login_field(_l("Ví dụ: canbo.tiepnhan1"))
    role = RadioField(_l("Vai trò"), default="officer", validate_choice=False)
    unit = SelectField(_l("Đơn vị"), validate_choice=False)

    def offer(self, roles: Iterable[str], units: Mapping[str, str], own: str) -> None:
        """Set what may be chosen; the own unit stands chosen."""
        self.role.choices = [(role, str(ROLE[role])) for role in roles]
        self.unit.choices = [*units.items()]
        self.role.validators = [AnyOf([*roles], message=CHOOSE_ROLE)]
        self.unit.validators = [AnyOf([*units], message=CHOOSE_UNIT)]
        _preset(self.unit, units, own)

    def refuse_login(self) -> None:
        """Say that somebody has this name."""
        self.login.errors = [TAKEN]


class DeviceForm(FlaskForm):  # type: ignore[misc] # the library has no types
    """A machine to be enrolled."""

    name = StringField(
        _l("Tên máy"),
        description=_l("Tên nơi đặt máy, ví dụ: Máy quầy 1. Không ghi tên hay số điện thoại ai."),
        filters=[tidy],
        render_kw={"autocomplete": "off"},
    )
    unit = SelectField(_l("Đơn vị"), validate_choice=False)

    def offer(self, units: Mapping[str, str], own: str) -> None:
        """Set which units may be chosen; the own one stands chosen."""
        self.unit.choices = [*units.items()]
        self.unit.validators = [AnyOf([*units], message=CHOOSE_UNIT)]
        _preset(self.unit, units, own)

    def validate_name(self, field: StringField) -> None:
        """Refuse no name, a long one, and one that says something of a person."""
        try:
            devices.checked_name(field.data or "")
        except devices.DeviceError as fault:
            raise ValidationError(str(DEVICE_NAME[fault.reason])) from None
