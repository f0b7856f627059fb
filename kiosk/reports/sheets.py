"""The annex of a report: which sheets it has, and what stands in each cell."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kiosk.clock import local
from kiosk.counts.figures import add
from kiosk.counts.gaps import partly
from kiosk.counts.official import Official
from kiosk.counts.overview import Overview
from kiosk.counts.rates import percent
from kiosk.counts.table import Row, Table
from kiosk.counts.words import (
    SOURCE,
    Name,
    Names,
    assessment,
    late,
    silent_sentence,
    source,
    unit_assessment,
    zero_sentences,
)

Cell = str | int | Decimal | None
Sort = Literal["text", "count", "percent", "points"]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, what kind of cell stands under it, and how wide it is in characters."""

    heading: str | LazyString
    sort: Sort = "count"
    width: int = 11


@dataclass(frozen=True, slots=True)
class Sheet:
    """A titled table; a cell without a figure is None and shows a dash."""

    tab: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    remarks: tuple[str, ...] = ()


NUMBERS = (
    Column(_l("Kỳ trước chuyển sang")),
    Column(_l("Tiếp nhận trong kỳ")),
    Column(_l("Trong đó trực tuyến")),
    Column(_l("Trực tuyến toàn trình")),
    Column(_l("Trực tuyến một phần")),
    Column(_l("Trực tiếp")),
    Column(_l("Bưu chính công ích")),
    Column(_l("Được hỗ trợ tại đơn vị")),
    Column(_l("Được hỗ trợ nộp trực tuyến")),
    Column(_l("Tỷ lệ trực tuyến"), "percent"),
    Column(_l("Chỉ tiêu giao"), "percent"),
    Column(_l("Chênh lệch (điểm %)"), "points"),
    Column(_l("Đánh giá"), "text", 18),
    Column(_l("Đã giải quyết")),
    Column(_l("Trước hạn")),
    Column(_l("Đúng hạn")),
    Column(_l("Quá hạn")),
    Column(_l("Đang giải quyết")),
    Column(_l("Trong hạn")),
    Column(_l("Đã quá hạn")),
    Column(_l("Tỷ lệ trước và đúng hạn"), "percent"),
    Column(_l("Trả lại, từ chối, rút")),
    Column(_l("Nguồn"), "text", 14),
)
ORDER = Column(_l("STT"), "text", 5)


def sheets(overview: Overview, names: Names) -> tuple[Sheet, ...]:
    """Return the sheets of a report: by field, procedure and unit, who has none, and sources."""
    targets = {field: found.percent for field, found in overview.targets.items()}
    return (
        _numbers(_("PL1 Lĩnh vực"), _("Lĩnh vực"), overview.by_field, _by(names.field), targets),
        _numbers(_("PL2 Thủ tục"), _("Thủ tục"), overview.by_procedure, _of_procedure(names)),
        _numbers(_("PL3 Đơn vị"), _("Đơn vị"), overview.by_unit, _by(names.unit)),
        _zeros(overview, names),
        _sources(overview, names),
    )


def _by(name: Name) -> Callable[[Row], str]:
    return lambda row: name(row.key)


def _of_procedure(names: Names) -> Callable[[Row], str]:
    return lambda row: f"{names.field(row.field)} – {names.procedure(row.key)}"


def _numbers(
    tab: str,
    what: str,
    table: Table,
    name: Callable[[Row], str],
    targets: Mapping[str, Decimal] = MappingProxyType({}),
) -> Sheet:
    def cells(row: Row) -> tuple[Cell, ...]:
        target = targets.get(row.key)
        of_unit = table.query.by == "unit" and row is not table.total
        return _cells(row, target, unit_assessment(row) if of_unit else assessment(row, target))

    remarks = (
        _("Dấu — là chưa có số liệu. Tỷ lệ chỉ tính khi có đủ số liệu chính thức cả kỳ."),
        partly(table.total),
        late(table.late),
    )
    return Sheet(
        tab=tab,
        columns=(ORDER, Column(what, "text", 42), *NUMBERS),
        rows=tuple((str(n), name(row), *cells(row)) for n, row in enumerate(table.rows, 1)),
        total=("", _("Tổng cộng"), *cells(table.total)),
        remarks=tuple(filter(None, remarks)),
    )


def _cells(row: Row, target: Decimal | None, said: str) -> tuple[Cell, ...]:
    figures = row.figures
    received = (
        figures.carried_over,
        row.received,
        row.online,
        figures.online_full,
        figures.online_partial,
        figures.direct,
        figures.post,
    )
    gap = None if row.rate is None or target is None else row.rate - target
    share = (row.rate, target, gap, said)
    return (*received, row.assisted, row.submitted_online, *share, *_progress(row))


def _progress(row: Row) -> tuple[Cell, ...]:
    figures = row.figures
    return (
        figures.resolved,
        figures.early,
        figures.on_time,
        figures.late,
        figures.open,
        figures.open_in_time,
        figures.open_overdue,
        percent(add(figures.early, figures.on_time), figures.resolved),
        figures.returned,
        source(row),
    )


def _zeros(overview: Overview, names: Names) -> Sheet:
    found = overview.zero
    so_far = zero_sentences(overview.zero_this_year, names)
    remarks = [
        silent_sentence(found, names),
        *([_("Từ đầu năm báo cáo đến nay:"), *so_far] if so_far else []),
    ]
    return Sheet(
        tab=_("PL4 Chưa phát sinh"),
        columns=(
            ORDER,
            Column(_("Lĩnh vực chưa phát sinh hồ sơ trực tuyến trong kỳ"), "text", 42),
            Column(_("Số đơn vị")),
            Column(_("Đơn vị"), "text", 80),
        ),
        rows=tuple(
            (str(n), names.field(field), len(units), ", ".join(map(names.unit, units)))
            for n, (field, units) in enumerate(found.fields, 1)
        ),
        remarks=tuple(filter(None, remarks)),
    )


def _sources(overview: Overview, names: Names) -> Sheet:
    return Sheet(
        tab=_("Nguồn và kiểm tra"),
        columns=(
            Column(_("Đơn vị"), "text", 36),
            Column(_("Lĩnh vực"), "text", 36),
            Column(_("Thủ tục"), "text", 36),
            Column(_("Nguồn"), "text", 16),
            Column(_("Lần nhập")),
            Column(_("Thời điểm nhập"), "text", 18),
            Column(_("Nơi nhập"), "text", 36),
        ),
        rows=tuple(_source(found, names) for found in overview.returns),
        remarks=(_("Số được hỗ trợ lấy từ sổ ghi nhận của đơn vị."), *_checks(overview, names)),
    )


def _source(found: Official, names: Names) -> tuple[Cell, ...]:
    field, procedure = found.topic
    return (
        names.unit(found.unit),
        names.field(field) if field else _("Không phát sinh ở mọi lĩnh vực"),
        names.procedure(procedure) if procedure else "",
        str(SOURCE[found.source]),
        found.revision,
        local(found.entered_at).strftime("%d/%m/%Y %H:%M"),
        names.unit(found.entered_in),
    )


def _checks(overview: Overview, names: Names) -> Iterator[str]:
    for row in overview.by_field.rows:
        field = names.field(row.key)
        if row.contradicts:
            yield _(
                "%(field)s: sổ ghi nhiều hồ sơ trực tuyến (%(n)s) hơn số tiếp nhận (%(m)s).",
                field=field,
                n=row.submitted_online,
                m=row.online,
            )
        if row.figures.unclassified:
            yield _(
                "%(field)s: chưa phân loại %(n)s hồ sơ.", field=field, n=row.figures.unclassified
            )
