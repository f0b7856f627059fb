"""The annex of a unit's report, from the database to the file."""

from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from flask_babel import gettext as _
from sqlalchemy import Connection

from kiosk.content.library import Library
from kiosk.counts import words
from kiosk.counts.overview import Asked, lineage, numbers, unit_names
from kiosk.reports.sheets import sheets
from kiosk.reports.workbook import Header, write_table


def write_annex(
    out: Path | BinaryIO, connection: Connection, library: Library, asked: Asked, made_at: datetime
) -> None:
    """Write the report of a unit and all under it; needs an application for its words."""
    units = unit_names(connection, asked.period.start, asked.period.end)
    above = lineage(connection, asked.unit, asked.period.end)[1:2]
    named = words.names(library, units)
    header = Header(
        superior=" ".join(map(named.unit, above)).upper(),
        unit=named.unit(asked.unit).upper(),
        title=_("SỐ LIỆU HỒ SƠ DỊCH VỤ CÔNG TRỰC TUYẾN"),
        period=_("Kỳ báo cáo: %(period)s", period=words.period_name(asked.period)),
        made_at=made_at,
    )
    write_table(out, sheets(numbers(connection, asked), named), header)
