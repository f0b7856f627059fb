"""How counts are said: names of periods, states, sources and figures, and whole sentences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import LazyString, format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kiosk.clock import civil_date, local
from kiosk.content.library import Library
from kiosk.counts.official import Official
from kiosk.counts.periods import Period
from kiosk.counts.rates import SCREEN_PLACES, percent
from kiosk.counts.table import Late, Row
from kiosk.counts.zero import ZeroList
from kiosk.i18n import content, day, number

Words = Mapping[str, LazyString]
Name = Callable[[str], str]

NO_FIGURE = "—"

KIND: Words = {
    "week": _l("Tuần"),
    "month": _l("Tháng"),
    "quarter": _l("Quý"),
    "half_year": _l("Sáu tháng"),
    "year": _l("Năm"),
    "special": _l("Kỳ riêng"),
}
STATE: Words = {
    "counted": _l("Có số liệu"),
    "zero": _l("Chưa phát sinh hồ sơ trực tuyến"),
    "silent": _l("Chưa có số liệu"),
    "not_competent": _l("Không thuộc thẩm quyền"),
}
SOURCE: Words = {
    "log": _l("Sổ ghi nhận"),
    "entered": _l("Đơn vị nhập"),
    "imported": _l("Nhập từ tệp"),
    "mixed": _l("Nhiều nguồn"),
}
FIGURE: Words = {
    "carried_over": _l("Kỳ trước chuyển sang"),
    "online_full": _l("Trực tuyến toàn trình"),
    "online_partial": _l("Trực tuyến một phần"),
    "direct": _l("Nộp trực tiếp"),
    "post": _l("Bưu chính công ích"),
    "early": _l("Giải quyết trước hạn"),
    "on_time": _l("Giải quyết đúng hạn"),
    "late": _l("Giải quyết quá hạn"),
    "open_in_time": _l("Đang giải quyết, trong hạn"),
    "open_overdue": _l("Đang giải quyết, quá hạn"),
    "returned": _l("Trong đó trả lại, từ chối hoặc rút"),
}
MISTAKE: Words = {
    "negative": _l("Số hồ sơ không thể nhỏ hơn 0."),
    "too_large": _l("Số hồ sơ lớn quá mức có thể."),
    "more_late_than_handled": _l(
        "Số quá hạn lớn hơn số phải giải quyết (kỳ trước chuyển sang cộng tiếp nhận)."
    ),
    "more_resolved_than_handled": _l(
        "Số đã giải quyết lớn hơn số phải giải quyết (kỳ trước chuyển sang cộng tiếp nhận)."
    ),
    "does_not_close": _l(
        "Kỳ trước chuyển sang cộng tiếp nhận phải bằng đã giải quyết cộng đang giải quyết."
    ),
    "more_returned_than_resolved": _l("Số trả lại lớn hơn số đã giải quyết."),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids of fields, procedures and units are called."""

    field: Name
    procedure: Name
    unit: Name


def names(library: Library, units: Mapping[str, str]) -> Names:
    """Return what the content and the table of units call things; the unknown keeps its id."""
    return Names(
        field=lambda field: _field(library, field),
        procedure=lambda procedure: _procedure(library, procedure),
        unit=lambda unit: units.get(unit, unit),
    )


def period_name(period: Period) -> str:
    """Return a period as it is named in a report, with both its days."""
    return str(
        _(
            "%(kind)s, từ ngày %(first)s đến ngày %(last)s",
            kind=KIND[period.kind],
            first=day(period.start),
            last=day(period.end),
        )
    )


def due(period: Period) -> str:
    """Return by when the report of a period must be in; empty where no time is set."""
    if period.due_at is None:
        return ""
    moment = local(period.due_at)
    return str(_("trước %(hour)s ngày %(day)s", hour=f"{moment:%H:%M}", day=day(moment.date())))


def share(percentage: Decimal) -> str:
    """Return a percentage, without its sign, as the page writes it."""
    return str(format_decimal(percentage, "0.0"))


def exact(percentage: Decimal) -> str:
    """Return a percentage that somebody set, without its sign, with the places it was given."""
    return str(format_decimal(percentage, "0.##"))


def about(field: str, procedure: str, named: Names) -> str:
    """Return what a target is about: everything, a field, or one of its procedures."""
    if procedure:
        return named.procedure(procedure)
    return named.field(field) if field else str(_("Mọi lĩnh vực"))


def rate(row: Row) -> str:
    """Return an online share with the two numbers it is made of, or a dash."""
    found = percent(row.online, row.received, SCREEN_PLACES)
    if found is None or row.online is None or row.received is None:
        return NO_FIGURE
    return str(
        _(
            "%(share)s%% (%(part)s/%(whole)s)",
            share=share(found),
            part=number(row.online),
            whole=number(row.received),
        )
    )


def figure(count: int | None) -> str:
    """Return a count as the page writes it, or a dash."""
    return NO_FIGURE if count is None else number(count)


def source(row: Row) -> str:
    """Return where the numbers of a row are from, or a dash where there are none."""
    return NO_FIGURE if row.state in ("silent", "not_competent") else str(SOURCE[row.source])


def assessment(row: Row, target: Decimal | None) -> str:
    """Return whether a rate meets its target, or why there is nothing to compare."""
    if row.state == "counted" and row.received is None:
        return str(_("Chưa đủ số liệu chính thức"))
    if row.rate is None or target is None:
        return str(STATE[row.state])
    return str(_("Đạt") if row.rate >= target else _("Chưa đạt"))


def unit_assessment(row: Row) -> str:
    """Return what is to be said of a unit; one that only gathers others owes no figures."""
    if row.state == "silent" and not row.expected:
        return str(_("Không có số liệu riêng"))
    return assessment(row, None)


def late(found: Late | None) -> str:
    """Return what was done to the log once the report was due; empty if nothing was."""
    if found is None or not (found.quantity or found.changed):
        return ""
    return str(
        _(
            "Ghi sau hạn báo cáo: %(n)s hồ sơ; sửa hoặc hủy sau hạn: %(m)s lượt.",
            n=number(found.quantity),
            m=number(found.changed),
        )
    )


def zero_sentences(found: ZeroList, named: Names) -> list[str]:
    """Return one sentence a field: how many units have received nothing online, and which."""
    return [
        str(
            _(
                "Lĩnh vực %(field)s: Có %(n)s địa phương chưa phát sinh hồ sơ (%(units)s).",
                field=_within_sentence(named.field(key)),
                n=f"{len(units):02d}",
                units=", ".join(map(named.unit, units)),
            )
        )
        for key, units in found.fields
    ]


def entered(found: Official, named: Names, login: str | None) -> str:
    """Return which revision an official return is, of which day, and who entered it."""
    said = {
        "n": found.revision,
        "day": day(civil_date(found.entered_at)),
        "unit": named.unit(found.entered_in),
    }
    if login is None:
        return str(_("Lần nhập gần nhất: lần %(n)s, ngày %(day)s, tại %(unit)s.", **said))
    return str(
        _(
            "Lần nhập gần nhất: lần %(n)s, ngày %(day)s, do %(login)s (%(unit)s).",
            login=login,
            **said,
        )
    )


def silent_sentence(found: ZeroList, named: Names) -> str:
    """Return which units have returned no official figures; empty when all have."""
    if not found.silent:
        return ""
    return str(
        _(
            "Có %(n)s đơn vị chưa có số liệu chính thức (%(units)s).",
            n=f"{len(found.silent):02d}",
            units=", ".join(map(named.unit, found.silent)),
        )
    )


def _field(library: Library, field: str) -> str:
    found = library.fields.get(field)
    return content("field", found.name).text if found else field


def _procedure(library: Library, procedure: str) -> str:
    for found in library.procedures.values():
        if found.id == procedure:
            return content("procedure", found.name).text
    return str(_("Thủ tục khác") if procedure else _("Không riêng thủ tục nào"))


def _within_sentence(name: str) -> str:
    return name[:1].lower() + name[1:]
