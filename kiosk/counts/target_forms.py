"""The form of a target: for whom, about what, how much, from when, by which document."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Optional

from kiosk.content.library import Library
from kiosk.counts.figures import Mistake
from kiosk.counts.targets import LONGEST_BASIS, Target, TargetError, hundredths
from kiosk.i18n import content

FIRST, LAST = 2000, 2100  # a year beyond is a slip of the finger
DAYS = ["%Y-%m-%d", "%d/%m/%Y"]
NOT_A_DAY = _l("Hãy chọn một ngày, ví dụ 01/01/2026.")
NOT_OFFERED = _l("Hãy chọn một mục trong danh sách.")
SHARE = _l("Chỉ tiêu là số từ 0 đến 100, nhiều nhất hai chữ số sau dấu phẩy, ví dụ 62,5.")
CITIZEN = _l(
    "Ô này chỉ ghi tên văn bản, không ghi số giấy tờ, số điện thoại, biển số hay mã hồ sơ."
)
WRONG: Mapping[str, LazyString] = {
    "not_a_share": SHARE,
    "ends_before_it_begins": _l("Ngày kết thúc phải từ ngày bắt đầu trở đi."),
    "no_basis": _l("Hãy ghi văn bản giao chỉ tiêu."),
    "too_long": _l("Tên văn bản dài nhất 200 ký tự."),
    "unseen": _l("Tên văn bản chỉ gồm một dòng chữ."),
    **dict.fromkeys(("dossier", "phone", "number", "plate"), CITIZEN),
}
Topics = dict[str, str | dict[str, str]]  # name by value; of a field with procedures a group


class DayField(DateField):
    """A civil day, as a browser sends it or as people write it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(NOT_A_DAY) from None
        if self.data is not None and not FIRST <= self.data.year <= LAST:
            self.data = None
            raise ValueError(NOT_A_DAY)


class TargetForm(FlaskForm):  # type: ignore[misc] # the library has no types
    """One target; `replaces` says which one the officer saw that it takes the place of."""

    unit = SelectField(_l("Đơn vị được giao"), validate_choice=False)
    about = SelectField(  # type: ignore[call-arg] # the stubs are older
        _l("Áp dụng cho"), invalid_choice_message=NOT_OFFERED
    )
    percent = StringField(
        _l("Tỷ lệ trực tuyến phải đạt (%)"),
        [InputRequired(SHARE)],
        render_kw={"inputmode": "decimal", "autocomplete": "off", "maxlength": 8},
    )
    valid_from = DayField(_l("Từ ngày"), [InputRequired(NOT_A_DAY)], format=DAYS)
    valid_to = DayField(
        _l("Đến hết ngày"),
        [Optional()],
        format=DAYS,
        description=_l("Để trống nếu chưa biết."),
    )
    basis = StringField(
        _l("Văn bản giao chỉ tiêu"),
        [InputRequired(WRONG["no_basis"])],
        description=_l("Số, ký hiệu và ngày của văn bản, ví dụ: Kế hoạch 104/KH-CAH."),
        render_kw={"autocomplete": "off", "maxlength": LONGEST_BASIS},
    )
    replaces = HiddenField()

    def offer(self, units: Mapping[str, str], topics: Topics) -> None:
        """Set what may be chosen: units by code and name, and what a target may be about."""
        self.unit.choices = dict(units)
        self.about.choices = topics

    def validate_percent(self, field: StringField) -> None:
        """Refuse what is no share."""
        try:
            hundredths(field.data or "")
        except TargetError:
            raise ValidationError(SHARE) from None

    def target(self, unit: str) -> Target:
        """Return what was typed, once it is valid, for a unit that may be given targets."""
        field, _slash, procedure = (self.about.data or "").partition("/")
        return Target(
            unit=unit,
            field=field,
            procedure=procedure,
            percent_times_100=hundredths(self.percent.data or ""),
            valid_from=self.valid_from.data or date.min,
            valid_to=self.valid_to.data,
            basis=(self.basis.data or "").strip(),
        )

    def show(self, mistakes: list[Mistake]) -> None:
        """Say each mistake beside the field it is about."""
        for mistake in mistakes:
            field = self[mistake.field]
            field.errors = [*field.errors, str(WRONG[mistake.code])]


def topics(library: Library) -> Topics:
    """Return what a target may be about: everything, a field, or one of its procedures."""
    offered: Topics = {"": _("Mọi lĩnh vực")}
    for field in library.fields.values():
        name = content("field", field.name).text
        within = {
            f"{field.id}/{one.id}": content("procedure", one.name).text
            for one in library.procedures.values()
            if one.field == field.id
        }
        whole = {field.id: _("Cả lĩnh vực: %(name)s", name=name)}
        offered |= {name: whole | within} if within else {field.id: name}
    return offered
