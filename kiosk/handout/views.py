"""What a citizen takes away: the slip on screen, on A4, as a picture for the roll, and the QR."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request

from kiosk.content.rules import checklist
from kiosk.guide import page
from kiosk.guide.page import library, onward, ticked, today
from kiosk.handout import qr
from kiosk.handout.fill import slip_text
from kiosk.handout.slip import Slip, slip_of
from kiosk.i18n import content
from kiosk.web import public

handout = Blueprint("handout", __name__)
handout.after_request(page.caching)
Answers = Mapping[str, str]
NONE: Answers = {}
WIDTHS = ("384", "504", "512", "546", "576", "640")


@handout.get("/<lang:lang>/thu-tuc/<slug>/phieu")
@handout.get("/<lang:lang>/thu-tuc/<slug>/<answers:answers>/phieu")
@public
def slip(slug: str, answers: Answers = NONE) -> Any:
    """Show the slip as it will be printed."""
    found = page.procedure(slug)
    case = checklist(library(), slug, answers, today())
    if case.open_questions or not case.recorded:
        return redirect(onward(found, answers))
    return render_template("handout/slip.html", procedure=found, case=case, ticked=ticked(case))


@handout.get("/<lang:lang>/thu-tuc/<slug>/phieu.pdf")
@handout.get("/<lang:lang>/thu-tuc/<slug>/<answers:answers>/phieu.pdf")
@public
def pdf(slug: str, answers: Answers = NONE) -> Response:
    """Return the slip as an A4 sheet."""
    from kiosk.handout.pdf import a4

    return Response(
        a4(_slip(slug, answers)), mimetype="application/pdf", headers=_saved(slug, "pdf")
    )


@handout.get("/<lang:lang>/thu-tuc/<slug>/phieu.png")
@handout.get("/<lang:lang>/thu-tuc/<slug>/<answers:answers>/phieu.png")
@public
def picture(slug: str, answers: Answers = NONE) -> Response:
    """Return the slip as the picture a roll printer draws; `rong` is its width in dots."""
    from kiosk.handout.raster import raster

    width = request.args.get("rong", "576")
    if width not in WIDTHS:
        abort(404)
    drawn = BytesIO()
    raster(_slip(slug, answers), int(width)).save(drawn, "PNG", optimize=True)
    return Response(drawn.getvalue(), mimetype="image/png")


@handout.get("/<lang:lang>/thu-tuc/<slug>/qr.svg")
@handout.get("/<lang:lang>/thu-tuc/<slug>/<answers:answers>/qr.svg")
@public
def portal_qr(slug: str, answers: Answers = NONE) -> Response:
    """Return the QR that opens the national portal for a case."""
    found = page.procedure(slug)
    links = checklist(library(), slug, answers, today()).links
    if not links:
        abort(404)
    title = content("procedure", found.name).text
    return Response(qr.svg(links[0].url, title, library().hosts), mimetype="image/svg+xml")


def _slip(slug: str, answers: Answers) -> Slip:
    page.procedure(slug)
    case = checklist(library(), slug, answers, today())
    if case.open_questions or not case.recorded:
        abort(404)
    large = request.args.get("chu") == "lon"
    text = slip_text(case, current_app.extensions["kiosk.site"], ticked(case), large=large)
    return slip_of(text, library().hosts)


def _saved(slug: str, kind: str) -> dict[str, str]:
    return {"Content-Disposition": f'inline; filename="{slug}.{kind}"'}
