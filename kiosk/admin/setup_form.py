"""The form of the first run: code, unit, name, role, a chosen password."""

import csv
from collections.abc import Mapping
from io import StringIO

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import AnyOf, DataRequired, EqualTo, InputRequired, Length, Regexp

from kiosk import notes
from kiosk.access import passwords
from kiosk.access.accounts import Newcomer
from kiosk.access.forms import WEAK
from kiosk.access.passwords import WeakPasswordError
from kiosk.admin.forms import CHOOSE_ROLE, CHOOSE_UNIT, login_field, tidy
from kiosk.admin.words import ROLE
from kiosk.units import COLUMNS, LONGEST_NAME

LONGEST_CODE = 64
SINCE = "2025-07-01"  # a province's list begins its units this day: it then replaces this one
LEVEL = {"commune": _l("Công an cấp xã"), "province": _l("Công an cấp tỉnh")}
WRONG = _l("Mã thiết lập không đúng.")
DEAD = _l(
    "Mã thiết lập không còn dùng được. Hãy khởi động lại chương trình để có mã mới, "
    "hoặc dùng lệnh “kiosk user add”."
)
PERSONAL = _l("Có số giống giấy tờ, điện thoại hoặc biển số. Hãy ghi tên và mã đơn vị.")
UNIT_CODE = _l(
    "Mã đơn vị gồm chữ không dấu, số và . _ - ; dài nhất 32 ký tự, bắt đầu bằng chữ hay số."
)
UNIT_REFUSED = _l("Danh sách đơn vị không nhận mã và tên này. Hãy sửa lại.")


def _impersonal(_form: object, field: StringField) -> None:
    if notes.personal(field.data or ""):
        raise ValidationError(PERSONAL)


class SetupForm(FlaskForm):  # type: ignore[misc] # the library has no types
    """Who begins, where, and the proof of standing at the machine."""

    code = StringField(
        _l("Mã thiết lập"),
        description=_l("Mã in trên cửa sổ dòng lệnh khi khởi động chương trình."),
        validators=[
            InputRequired(_l("Hãy nhập mã thiết lập.")),
            Length(max=LONGEST_CODE, message=WRONG),
        ],
        render_kw={"class": "input--code", "autocomplete": "off", "spellcheck": "false"},
    )
    unit = SelectField(_l("Đơn vị"), validate_choice=False)
    unit_code = StringField(
        _l("Mã đơn vị"),
        description=_l("Theo danh mục mã đơn vị; nếu chưa có, đặt mã ngắn như AN-BINH."),
        filters=[tidy],
        validators=[Regexp(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}\Z", message=UNIT_CODE), _impersonal],
    )
    unit_name = StringField(
        _l("Tên đơn vị"),
        description=_l("Ví dụ: Công an xã An Bình"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Hãy nhập tên đơn vị.")),
            Length(max=LONGEST_NAME, message=_l("Tên đơn vị quá dài: nhiều nhất 120 ký tự.")),
            _impersonal,
        ],
    )
    unit_level = RadioField(
        _l("Cấp"),
        choices=lambda: [(level, str(label)) for level, label in LEVEL.items()],
        default="commune",
        validate_choice=False,
        validators=[AnyOf([*LEVEL], message=_l("Hãy chọn cấp."))],
    )
    login = login_field()
    role = RadioField(
        _l("Vai trò"),
        choices=lambda: [(role, str(ROLE[role])) for role in ("head", "admin")],
        default="head",
        validate_choice=False,
        validators=[AnyOf(["head", "admin"], message=CHOOSE_ROLE)],
    )
    password = PasswordField(
        _l("Mật khẩu"),
        description=_l("Ít nhất 12 ký tự; vài từ không liên quan với nhau là tốt nhất."),
        validators=[InputRequired(_l("Hãy nhập mật khẩu."))],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("Nhập lại mật khẩu"),
        validators=[
            InputRequired(_l("Hãy nhập lại mật khẩu.")),
            EqualTo("password", _l("Hai lần nhập mật khẩu không giống nhau.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )

    def offer(self, units: Mapping[str, str]) -> None:
        """Ask which of these units it is; where there are none, ask for code, name and level."""
        self.units = units
        if units:
            self.unit.choices = [*units.items()]
            self.unit.validators = [AnyOf([*units], message=CHOOSE_UNIT)]
            del self.unit_code, self.unit_name, self.unit_level
        else:
            del self.unit

    def validate_password(self, field: PasswordField) -> None:
        """Refuse a weak one."""
        try:
            passwords.refuse_weak(field.data or "", self.login.data or " ", self.place)
        except WeakPasswordError as weak:
            raise ValidationError(str(WEAK[weak.reason])) from None

    def refuse_code(self, alive: bool) -> None:
        """Say that the code is wrong, or that no code is any good."""
        self.code.errors = [str(WRONG if alive else DEAD)]

    def refuse_unit(self) -> None:
        """Say that the table of units does not take the unit."""
        self.unit_code.errors = [str(UNIT_REFUSED)]

    @property
    def place(self) -> str:
        """Return what the unit is called."""
        if "unit" in self:
            return f"{self.units.get(self.unit.data, '')} {self.unit.data}"
        return f"{self.unit_name.data} {self.unit_code.data}"

    @property
    def first(self) -> Newcomer:
        """Return who begins."""
        unit = self.unit.data if "unit" in self else self.unit_code.data
        said = (unit, self.login.data, self.role.data, self.password.data, self.place)
        return Newcomer(*map(str, said))

    @property
    def new_units(self) -> list[str] | None:
        """Return the own unit as the lines of a list; None when it was chosen among many."""
        if "unit" in self:
            return None
        text = StringIO()
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        own = (self.unit_code.data, self.unit_name.data, self.unit_level.data)
        writer.writerow((*own, "", "general", SINCE, "", ""))
        return text.getvalue().splitlines(keepends=True)
