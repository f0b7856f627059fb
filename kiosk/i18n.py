"""Three languages: which one a page speaks, its numbers and days, and the content's own words."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.mofile import read_mo
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, format_date, format_decimal, get_translations
from flask_babel import gettext as _untyped
from markupsafe import Markup, escape

LANGUAGES = ("vi", "en", "km")
NAMES = {"vi": "Tiếng Việt", "en": "English", "km": "ខ្មែរ"}
SOURCE = "vi"

Words = dict[tuple[str, str], str]


class Said(NamedTuple):
    """A sentence and the language it is really in."""

    text: str
    lang: str


def init(app: Flask, folder: Path) -> None:
    """Give an application its languages; `folder` holds en/ and km/."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder)
    app.config["BABEL_DEFAULT_LOCALE"] = SOURCE
    app.extensions["kiosk.translations"] = folder
    Babel(app, locale_selector=language)
    app.context_processor(_page_words)


def language() -> str:
    """Return the language of the page being made; Vietnamese outside of any page."""
    if not has_request_context():
        return SOURCE
    chosen = g.get("language")
    if chosen is None:
        chosen = g.language = _asked_for()
    return str(chosen)


def _asked_for() -> str:
    first = request.path.split("/", 2)[1]
    if first in LANGUAGES:
        return first
    return request.accept_languages.best_match(LANGUAGES, SOURCE)


def _page_words() -> dict[str, Any]:
    one, many = _bound()
    return {
        "_": one,
        "gettext": one,
        "ngettext": many,
        "c": content_markup,
        "number": number,
        "day": day,
        "money": money,
        "language": language(),
        "language_names": NAMES,
    }


def _bound() -> tuple[Callable[..., str], Callable[..., str]]:
    # Bound once a page: asking for the catalogue at every word is most of a page's cost.
    found = get_translations()
    lookup, plural = found.gettext, found.ngettext

    def say(text: str, /, **values: Any) -> str:
        return str(lookup(text)) % values

    def count(one: str, many: str, num: int, /, **values: Any) -> str:
        return str(plural(one, many, num)) % {"num": num, **values}

    return say, count


def content(kind: str, text: str, lang: str | None = None) -> Said:
    """Return a sentence of the content in the page's language, else in Vietnamese."""
    wanted = lang or language()
    if wanted == SOURCE:
        return Said(text, SOURCE)
    words = _content_words(current_app.extensions["kiosk.translations"], wanted)
    found = words.get((kind, text))
    return Said(found, wanted) if found else Said(text, SOURCE)


def content_markup(kind: str, text: str | None) -> Markup:
    """Return a sentence of the content for a page; one not yet translated says so."""
    if not text:
        return Markup("")
    said = content(kind, text)
    if said.lang == language():
        return escape(said.text)
    return Markup('<span class="vi-only" lang="vi">{}</span>').format(said.text)


@lru_cache(maxsize=8)
def _content_words(folder: Path, lang: str) -> Words:
    path = folder / lang / "LC_MESSAGES" / "content.mo"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalog = read_mo(file)
    return {
        (_decoded(message.context), str(message.id)): str(message.string)
        for message in catalog
        if message.id and message.string
    }


def _decoded(context: object) -> str:
    # A context comes out of an .mo file as bytes, a sentence as text.
    return context.decode() if isinstance(context, bytes) else str(context)


def gettext(text: str, /, **values: Any) -> str:
    """Return an interface sentence in the page's language."""
    return str(_untyped(text, **values))


_ = gettext


def number(value: int) -> str:
    """Return a whole number as the page's language writes it."""
    return str(format_decimal(value))


def day(value: date) -> str:
    """Return a date as day/month/year; no language here writes it another way round."""
    return str(format_date(value, "d/M/yyyy"))


def money(amount: int) -> str:
    """Return an amount of đồng."""
    return _("%(amount)s đồng", amount=number(amount))
