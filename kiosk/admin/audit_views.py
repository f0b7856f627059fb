"""The journal of everything that is not a filing: read, checked on demand, handed out as a file."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from kiosk.access import audit as trail
from kiosk.admin import journal, journal_csv, words
from kiosk.admin.reach import PER_PAGE
from kiosk.clock import today
from kiosk.db import engine, reading
from kiosk.web import needs, page_asked

READ = "audit.read"
CSV = "text/csv; charset=utf-8"

audit = Blueprint("audit", __name__, url_prefix="/quan-tri")


@audit.get("/nhat-ky")
@needs(READ)
def listed() -> ResponseReturnValue:
    """Show the events within reach, newest first; say whether the chains hold if asked."""
    page, checked = page_asked(), "kiem-tra" in request.args
    with reading(engine()) as conn:
        wanted = journal.wanted(conn)
        asked = (wanted.units, wanted.first, wanted.last, wanted.kind)
        found = trail.entries(conn, *asked, limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE)
        known = journal.known(conn, wanted.within, found)
        problems = journal.problems(conn, wanted.within) if checked else []
    return render_template(
        "admin/journal.html",
        wanted=wanted,
        within=wanted.within,
        found=found[:PER_PAGE],
        page=page,
        more=len(found) > PER_PAGE,
        known=known,
        checked=checked,
        problems=problems,
        words=words,
    )


@audit.get("/nhat-ky.csv")
@needs(READ)
def table() -> ResponseReturnValue:
    """Hand the same events out as a table, each chain in its order."""
    with reading(engine()) as conn:
        wanted = journal.wanted(conn)
    lines = journal_csv.lines(engine(), wanted.units, wanted.first, wanted.last, wanted.kind)
    answer = Response(lines, mimetype="text/csv", content_type=CSV)
    name = f"nhat-ky-{today().isoformat()}.csv"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer
