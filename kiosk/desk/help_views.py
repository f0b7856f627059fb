"""Help for officers: ten steps, pitfalls, what must not be refused; each with a QR to show."""

from collections.abc import Mapping
from typing import NamedTuple

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import LazyString

from kiosk import clock
from kiosk.content.model import Source
from kiosk.content.officers import HelpPage, advice
from kiosk.desk import words
from kiosk.desk.page import library
from kiosk.desk.showing import Shown, shown
from kiosk.guide.words import SURE
from kiosk.i18n import LANGUAGES, content, language
from kiosk.web import needs

desk_help = Blueprint("help", __name__)
REASONS = words.REASON | words.DIRECT_REASON


class Lead(NamedTuple):
    """A reason that can be recorded, and where it says what to do."""

    code: str
    words: LazyString
    address: str


@desk_help.get("/ban/huong-dan")
@needs("help.read")
def pages() -> str:
    """List the pages, and where each reason for not filing online leads."""
    found = _today()
    return render_template(
        "desk/help.html",
        pages=found,
        unfiled=_leads(found, words.REASON),
        direct=_leads(found, words.DIRECT_REASON),
    )


@desk_help.get("/ban/huong-dan/<slug>")
@needs("help.read")
def page(slug: str) -> str:
    """Show one page with the QR for a citizen; `cho` is the language the citizen reads."""
    found, lang = _page(slug), _citizens_language()
    return render_template(
        "desk/help_page.html",
        page=found,
        shown=_shown(found, lang),
        portal=_portal(found.link.portal),
        citizens=lang,
        reasons=REASONS,
        sources=_cited(found),
        languages=LANGUAGES,
        SURE=SURE,
    )


@desk_help.get("/ban/huong-dan/<slug>/qr.svg")
@needs("help.read")
def picture(slug: str) -> Response:
    """Return the QR code of a page's address for citizens."""
    found = _page(slug)
    address = _shown(found, _citizens_language()) or abort(404)
    title = content("help-title", found.title).text
    return Response(address.svg(title), mimetype="image/svg+xml")


@desk_help.get("/ban/huong-dan/ly-do/<code>")
@needs("help.read")
def reason(code: str) -> ResponseReturnValue:
    """Lead to what to do about a recorded reason."""
    found = advice(_today(), code) or abort(404)
    return redirect(url_for("help.page", slug=found[0].id, _anchor=found[1].id))


def _today() -> tuple[HelpPage, ...]:
    return tuple(page.on(clock.today()) for page in library().help)


def _page(slug: str) -> HelpPage:
    return next((page for page in _today() if page.id == slug), None) or abort(404)


def _leads(pages: tuple[HelpPage, ...], known: Mapping[str, LazyString]) -> list[Lead]:
    found = {code: advice(pages, code) for code in known}
    return [
        Lead(code, known[code], url_for("help.page", slug=lead[0].id, _anchor=lead[1].id))
        for code, lead in found.items()
        if lead
    ]


def _citizens_language() -> str:
    asked = request.args.get("cho", "")
    return asked if asked in LANGUAGES else language()


def _shown(found: HelpPage, lang: str) -> Shown | None:
    return shown(library(), current_app.extensions["kiosk.site"], found.link, lang)


def _portal(name: str) -> str:
    found = next(portal for portal in library().portals if portal.id == name)
    return content("portal", found.name).text


def _cited(found: HelpPage) -> list[Source]:
    names = dict.fromkeys(name for leaf in found.dated() for name in leaf.source)
    return [library().sources[name] for name in names]
