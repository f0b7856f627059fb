"""Files that leave the unit."""

from io import BytesIO

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from kiosk.clock import now
from kiosk.counts import asking
from kiosk.db import engine, reading
from kiosk.reports.annex import write_annex
from kiosk.reports.workbook import XLSX, file_name
from kiosk.web import needs

reports = Blueprint("reports", __name__, url_prefix="/so-lieu")


@reports.get("/bang.xlsx")
@needs("counts.read")
def workbook() -> ResponseReturnValue:
    """Hand out the numbers of the page as an Excel file."""
    file = BytesIO()
    with reading(engine()) as connection:
        asked = asking.asked(connection, request.args)
        write_annex(file, connection, asking.library(), asked, now())
    file.seek(0)
    name = file_name(asked.unit, asked.period)
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=name)
