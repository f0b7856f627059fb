"""The citizen's pages: GET only, the whole state in the address, nothing kept of anyone."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kiosk.content.model import Field, Procedure, Question
from kiosk.content.rules import Checklist, checklist, next_change
from kiosk.guide import page, search
from kiosk.guide.answers import about_person, before, changed, kept, next_open
from kiosk.guide.cases import case_words, fee_rows
from kiosk.guide.code import CodeError, answers_of, encode, spaced
from kiosk.guide.page import library, onward, ticked, today
from kiosk.i18n import LANGUAGES, SOURCE, content
from kiosk.web import public

guide = Blueprint("guide", __name__)
Answers = Mapping[str, str]
NONE: Answers = {}
OVERVIEW = (
    *("codes", "level", "old_level", "who", "papers", "fees", "time_limit", "authority"),
    *("channels", "forms", "result", "deadlines", "mistakes", "notes"),
)


page.init(guide)
guide.after_request(page.caching)


@guide.get("/")
@public
def front() -> BaseResponse:
    """Lead to the home page in the source language."""
    return redirect(url_for("guide.home", lang=SOURCE))


@guide.get("/<lang:lang>/")
@public
def home() -> str:
    """Show the fields, the search, and how things are done online."""
    return render_template("guide/home.html", fields=_guided())


def _guided() -> list[Field]:
    return [field for field in library().fields.values() if field.guided]


@guide.get("/<lang:lang>/bat-dau")
@guide.get("/<lang:lang>/bat-dau/<answers:answers>")
@public
def start(answers: Answers = NONE) -> str:
    """Ask about the person first; then show the fields."""
    known = about_person(answers, library().person)
    for question in _about_person():
        if question.id not in known:
            return render_template("guide/person.html", question=question, answers=known)
    return render_template("guide/fields.html", fields=_guided(), answers=known)


def _about_person() -> list[Question]:
    # What only some procedures need is asked on the way to their checklist.
    everybody = [{q.id for q in p.person} for p in library().procedures.values()]
    shared = set.intersection(*everybody) if everybody else set()
    return [question for name, question in library().person.items() if name in shared]


@guide.get("/<lang:lang>/linh-vuc/<slug>")
@guide.get("/<lang:lang>/linh-vuc/<slug>/<answers:answers>")
@public
def field(slug: str, answers: Answers = NONE) -> str:
    """Show the procedures of a field."""
    found = next((one for one in _guided() if one.slug == slug), None) or abort(404)
    procedures = [one for one in library().procedures.values() if one.field == found.id]
    known = about_person(answers, library().person)
    return render_template("guide/field.html", field=found, procedures=procedures, answers=known)


@guide.get("/<lang:lang>/tim")
@public
def find() -> str:
    """Search the procedures."""
    typed = request.args.get("q", "")[:100].strip()
    found = search.find(_index(), typed) if typed else ()
    return render_template("guide/search.html", typed=typed, found=found)


def _index() -> tuple[search.Entry, ...]:
    entries: tuple[search.Entry, ...] | None = current_app.extensions.get("kiosk.search")
    if entries is None:
        names = {
            procedure.id: tuple(
                content("procedure", procedure.name, lang).text for lang in LANGUAGES
            )
            for procedure in library().procedures.values()
        }
        entries = current_app.extensions["kiosk.search"] = search.index(library(), names)
    return entries


@guide.get("/<lang:lang>/muc-do")
@public
def levels() -> str:
    """Explain what can be done online, on each of the three scales."""
    levels = library().levels.on(today())
    labels = {item.id: item.label for scale in levels.scales for item in scale.items}
    return render_template("guide/levels.html", levels=levels, labels=labels)


@guide.get("/<lang:lang>/muc-do/<scale>")
@public
def scale(scale: str) -> str:
    """Explain one scale level by level."""
    found = next((one for one in library().levels.scales if one.id == scale), None) or abort(404)
    return render_template("guide/scale.html", scale=found)


@guide.get("/<lang:lang>/nop-truc-tuyen")
@public
def how() -> str:
    """Show the steps of filing online."""
    return render_template("guide/how.html", levels=library().levels.on(today()))


@guide.get("/<lang:lang>/thu-tuc/<slug>")
@guide.get("/<lang:lang>/thu-tuc/<slug>/<answers:answers>")
@public
def procedure(slug: str, answers: Answers = NONE) -> str:
    """Show what a procedure is, for whom, where, what it costs, how long it takes."""
    found = page.procedure(slug)
    known = kept(found, answers, today())
    return render_template(
        "guide/procedure.html",
        procedure=found,
        now=_whole(found),
        answers=known,
        first=next_open(found, known, today()),
        sources=library().sources,
        reviewed=slug in current_app.extensions["kiosk.reviewed"],
    )


def _whole(found: Procedure) -> dict[str, Any]:
    """What holds today: for everybody, and, apart from it, only in some cases."""
    on = today()
    lists = {name: [leaf for leaf in getattr(found, name) if leaf.valid(on)] for name in OVERVIEW}
    return {
        "recorded": on >= found.known_from,
        "field": library().fields[found.field],
        "next_change": next_change(found, on),
        "case": partial(case_words, found),
        "fee_rows": fee_rows(lists["fees"]),
        **lists,
    }


@guide.get("/<lang:lang>/thu-tuc/<slug>/cau-hoi/<question>")
@guide.get("/<lang:lang>/thu-tuc/<slug>/<answers:answers>/cau-hoi/<question>")
@public
def ask(slug: str, question: str, answers: Answers = NONE) -> Any:
    """Ask one question; a choice leads on, anything else asks again and says why."""
    found, on = page.procedure(slug), today()
    case = checklist(library(), slug, answers, on)
    asked = next((one for one in case.asked if one.id == question), None)
    if asked is None:
        return redirect(onward(found, answers))
    chosen = request.args.get("chon")
    if chosen is not None and asked.option(chosen):
        return redirect(onward(found, changed(found, answers, {question: chosen}, on)))
    shown = render_template(
        "guide/question.html",
        procedure=found,
        question=asked,
        case=case,
        leads={
            o.id: onward(found, changed(found, answers, {question: o.id}, on))
            for o in asked.options
        },
        back=_back(found, case, question),
        wrong=chosen is not None,
    )
    return shown, 400 if chosen is not None else 200


def _back(found: Procedure, case: Checklist, question: str) -> str:
    earlier = before(found, case.answers, question, case.on)
    if earlier is None:
        return url_for("guide.procedure", slug=found.id, answers=case.answers or None)
    return url_for("guide.ask", slug=found.id, answers=case.answers or None, question=earlier.id)


@guide.get("/<lang:lang>/thu-tuc/<slug>/giay-to")
@guide.get("/<lang:lang>/thu-tuc/<slug>/<answers:answers>/giay-to")
@public
def papers(slug: str, answers: Answers = NONE) -> Any:
    """Show the exact checklist of a case; an open question comes first."""
    found = page.procedure(slug)
    case = checklist(library(), slug, answers, today())
    if not case.recorded or case.open_questions or dict(case.answers) != dict(answers):
        return redirect(onward(found, answers))
    code = encode(found, case.answers)
    return render_template(
        "guide/checklist.html",
        procedure=found,
        case=case,
        ticked=ticked(case),
        code=spaced(code),
        plain_code=code,
        sources=_cited(case),
        reviewed=slug in current_app.extensions["kiosk.reviewed"],
    )


def _cited(case: Checklist) -> list[Any]:
    names: dict[str, None] = {}
    leaves = (*case.papers, *case.level, *case.fees, *case.time_limit, *case.authority)
    for leaf in (*leaves, *case.channels, *case.deadlines, *case.mistakes, *case.steps):
        names.update(dict.fromkeys(leaf.source))
    return [library().sources[name] for name in names]


@guide.get("/<lang:lang>/ma")
@public
def code() -> Any:
    """Reopen a checklist by its short code; a wrong code is shown again with what was typed."""
    typed = request.args.get("ma", "")[:20].strip()
    if not typed:
        return render_template("guide/code.html", typed="", wrong=False)
    try:
        found, answers = answers_of(library(), typed)
    except CodeError:
        return render_template("guide/code.html", typed=typed, wrong=True), 400
    return redirect(onward(found, answers))


@guide.get("/m/<typed>")
@public
def take_home(typed: str) -> Any:
    """Open the short address of a slip, in the visitor's own language."""
    try:
        found, answers = answers_of(library(), typed)
    except CodeError:
        return render_template("guide/code.html", typed=typed[:20], wrong=True), 404
    return redirect(onward(found, answers))
