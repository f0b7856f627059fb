"""One YAML mapping to one leaf of the model; a fault is remembered, never raised."""

from datetime import date
from typing import Any

from kiosk.content import model
from kiosk.content.conditions import ALWAYS, Condition, condition
from kiosk.content.model import Dispute, Question
from kiosk.content.reader import Mapping

FACTS = ("who", "authority", "result", "deadlines", "mistakes", "steps", "notes")


def procedure(given: Mapping, person: dict[str, Question], digest: str) -> model.Procedure:
    """Return the procedure a file describes; `digest` is the hash of that file."""
    names = given.words("person")
    for name in names:
        if name not in person:
            given.wrong("person", f"“{name}” is not a question of person.yaml")
    summary = given.one("summary", fact)
    known_from = given.day("known_from")
    if summary is None:
        given.wrong("summary", "say in a sentence what the procedure is for")
    if known_from is None:
        given.wrong("known_from", "the first day for which the content speaks is needed")
    return model.Procedure(
        id=given.slug("id"),
        n=given.number("n", 1, 255),
        field=given.slug("field"),
        name=given.text("name"),
        aliases=given.words("aliases"),
        known_from=known_from or date.min,
        keyword=given.text("keyword"),
        summary=summary or model.Fact(text="", source=(), sure="unverified"),
        person=tuple(person[name] for name in names if name in person),
        legal_basis=given.words("legal_basis"),
        **_lists(given),
        hash=digest,
        place=given.place,
    )


def _lists(given: Mapping) -> dict[str, Any]:
    return {
        "codes": given.each("codes", _code),
        "level": given.each("level", _level),
        "old_level": given.each("old_level", _old_level),
        "questions": given.each("questions", question),
        "papers": given.each("papers", _paper),
        "fees": given.each("fees", _fee),
        "time_limit": given.each("time_limit", _time_limit),
        "channels": given.each("channels", _channel),
        "forms": given.each("forms", _form),
        **{name: given.each(name, fact) for name in FACTS},
    }


def question(given: Mapping) -> Question:
    """Return the question a mapping describes."""
    bits = given.number("bits", 1, 5, default=3)
    options = given.each("options", _option)
    for option in options:
        if option.n >= 2**bits:
            given.wrong(
                "bits", f"option {option.id} has n {option.n}: {bits} bits hold {2**bits - 1}"
            )
    given.plain("source"), given.plain("sure")
    return Question(
        id=given.slug("id"),
        n=given.number("n", 1, 99),
        bits=bits,
        ask=given.text("ask"),
        options=options,
        why=given.maybe("why"),
        when=_when(given),
        start=given.day("from"),
        end=given.day("to"),
        place=given.place,
    )


def _option(given: Mapping) -> model.Option:
    return model.Option(
        id=given.slug("id"),
        n=given.number("n", 1, 31),
        label=given.text("label"),
        hint=given.maybe("hint"),
        short=given.maybe("short"),
    )


def dated(given: Mapping) -> dict[str, Any]:
    """Return what every leaf of law has: source, sureness, condition, dates, dispute."""
    start, end = given.day("from"), given.day("to")
    if start and end and end < start:
        given.wrong("to", f"ends on {end}, before it begins on {start}")
    return {
        "source": _cited(given),
        "sure": given.one_of("sure", model.SURE),
        "when": _when(given),
        "start": start,
        "end": end,
        "dispute": given.one("dispute", _dispute),
        "place": given.place,
    }


def _cited(given: Mapping) -> tuple[str, ...]:
    source = given.words("source")
    if not source:
        given.wrong("source", "no fact without a source")
    return source


def _dispute(given: Mapping) -> Dispute:
    sure = given.one_of("sure", model.SURE)
    return Dispute(
        text=given.text("text"),
        source=_cited(given),
        sure="full" if sure == "full" else "secondary" if sure == "secondary" else "unverified",
    )


def fact(given: Mapping) -> model.Fact:
    """Return the fact a mapping describes."""
    return model.Fact(text=given.text("text"), note=given.maybe("note"), **dated(given))


def _code(given: Mapping) -> model.Code:
    return model.Code(code=given.text("code"), at=given.one_of("at", model.AT), **dated(given))


def _level(given: Mapping) -> model.Level:
    return model.Level(
        form=given.one_of("form", model.LEVEL_FORMS), why=given.maybe("why"), **dated(given)
    )


def _old_level(given: Mapping) -> model.OldLevel:
    return model.OldLevel(level=given.number("level", 1, 4), **dated(given))


def _paper(given: Mapping) -> model.Paper:
    return model.Paper(
        id=given.slug("id"),
        name=given.text("name"),
        kind=given.one_of("kind", model.PAPER_KINDS),
        copies=given.number("copies", 1, 20, default=1),
        note=given.maybe("note"),
        replaced_by=given.maybe("replaced_by"),
        **dated(given),
    )


def _fee(given: Mapping) -> model.Fee:
    unknown = given.has("amount") and given.plain("amount") is None
    return model.Fee(
        amount=None if unknown else given.number("amount", 0, 10**9),
        channel=given.one_of("channel", model.FEE_CHANNELS),
        per=given.one_of("per", model.FEE_UNITS),
        why=given.one_of("why", model.FEE_STRENGTH),
        needs=given.maybe("needs"),
        **dated(given),
    )


def _time_limit(given: Mapping) -> model.TimeLimit:
    return model.TimeLimit(
        text=given.text("text"),
        note=given.maybe("note"),
        of=given.text("of", "giai-quyet"),
        days=given.number("days", 0, 400) if given.has("days") else None,
        unit=given.one_of("unit", model.TIME_UNITS) if given.has("unit") else None,
        **dated(given),
    )


def _channel(given: Mapping) -> model.Channel:
    return model.Channel(
        id=given.one_of("id", model.CHANNELS),
        text=given.text("text"),
        note=given.maybe("note"),
        **dated(given),
    )


def _form(given: Mapping) -> model.Form:
    return model.Form(
        code=given.text("code"),
        name=given.text("name"),
        text=given.text("text"),
        note=given.maybe("note"),
        **dated(given),
    )


def _when(given: Mapping) -> Condition:
    written = given.plain("when")
    if written is None:
        return ALWAYS
    try:
        return condition(written)
    except ValueError as fault:
        given.wrong("when", str(fault))
        return ALWAYS
