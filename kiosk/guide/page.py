"""What the pages of the guide share: the day, the content, the language in the address."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, g, request, url_for

from kiosk import clock
from kiosk.cache import seconds_left
from kiosk.content.library import Library
from kiosk.content.model import Procedure
from kiosk.content.rules import Answers, Checklist
from kiosk.guide.answers import kept, next_open
from kiosk.guide.words import page_words
from kiosk.i18n import LANGUAGES, language

CITIZEN = ("guide.", "handout.")


def library() -> Library:
    """Return the content this listener serves."""
    found: Library = current_app.extensions["kiosk.library"]
    return found


def procedure(slug: str) -> Procedure:
    """Return a procedure; an unknown one is a page not found."""
    return library().procedures.get(slug) or abort(404)


def today() -> date:
    """Return the day whose law is shown."""
    asked: date | None = g.get("asked_day")
    return asked or clock.today()


def init(blueprint: Blueprint) -> None:
    """Give the pages of a listener their addresses, their words and their caching."""
    blueprint.app_url_defaults(_carry)
    blueprint.app_url_value_preprocessor(_take)
    blueprint.app_context_processor(_words)


def _carry(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint.startswith(CITIZEN):
        if current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values.setdefault("lang", language())
        if g.get("asked_day"):
            values.setdefault("on", g.asked_day.isoformat())


def _take(endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "lang" in values:
        g.language = values.pop("lang")
    if request.args.get("on") and endpoint and endpoint.startswith(CITIZEN):
        g.asked_day = _day(request.args["on"])


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        abort(404)


def _words() -> dict[str, Any]:
    return {
        **page_words(),
        "asked_day": g.get("asked_day"),
        "same_page": same_page,
        "languages": LANGUAGES,
    }


def same_page(lang: str) -> str:
    """Return this page's address in another language; all answers are kept."""
    endpoint = request.endpoint or "guide.home"
    if not current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        return url_for("guide.home", lang=lang)
    # Only what the address itself holds is built; a query may name anything, even “endpoint”.
    address = url_for(endpoint, **{**(request.view_args or {}), "lang": lang, "on": None})
    query = urlencode(list(request.args.items(multi=True)))
    return f"{address}?{query}" if query else address


def caching(response: Response) -> Response:
    """Let the web keep a page until midnight, when the law may change; the lobby keeps none."""
    if current_app.config["SURFACE"] == "lobby" or response.status_code != 200:  # noqa: PLR2004
        return response
    response.cache_control.public = True
    response.cache_control.max_age = seconds_left()
    response.add_etag()
    response.make_conditional(request)
    return response


def onward(found: Procedure, answers: Answers) -> str:
    """Return the address of the next open question, or of the checklist when none is left."""
    if today() < found.known_from:
        return url_for("guide.procedure", slug=found.id)
    known = kept(found, answers, today())
    question = next_open(found, known, today())
    if question is None:
        return url_for("guide.papers", slug=found.id, answers=known or None)
    return url_for("guide.ask", slug=found.id, answers=known or None, question=question.id)


def ticked(case: Checklist) -> list[str]:
    """Return the papers this visitor says are at hand; others named are dropped."""
    given = request.args.getlist("co")
    return [paper.id for paper in case.needed if paper.id in given]
