"""What still keeps a share from being given, and what is known all the same."""

from flask_babel import gettext as _

from kiosk.counts.table import Row
from kiosk.counts.words import Names, figure

MOST_NAMES = 3


def partly(row: Row) -> str:
    """Return how many units of how many are complete, and their sums; empty when all are."""
    if row.expected in {row.reported, 1}:
        return ""
    if not row.reported:
        return str(_("Chưa đơn vị nào đủ số liệu (0/%(m)s).", m=row.expected))
    return str(
        _(
            "%(n)s/%(m)s đơn vị đã đủ số liệu: tiếp nhận %(received)s, trực tuyến %(online)s.",
            n=row.reported,
            m=row.expected,
            received=figure(row.partial.received),
            online=figure(row.partial.online),
        )
    )


def missing_units(row: Row, named: Names) -> str:
    """Return which units lack figures, by name if they are few; empty when none does."""
    units = list(dict.fromkeys(unit for unit, _field in row.lacking))
    if len(units) > MOST_NAMES:
        return str(_("Còn thiếu %(n)s đơn vị.", n=len(units)))
    names = ", ".join(map(named.unit, units))
    return str(_("Còn thiếu: %(names)s.", names=names)) if units else ""


def missing_fields(row: Row, named: Names) -> str:
    """Return in which fields a unit lacks figures, by name if they are few; empty when in none."""
    fields = [field for _unit, field in row.lacking]
    if len(fields) > MOST_NAMES:
        return str(_("Còn thiếu %(n)s lĩnh vực.", n=len(fields)))
    names = ", ".join(map(named.field, fields))
    return str(_("Còn thiếu: %(names)s.", names=names)) if fields else ""
