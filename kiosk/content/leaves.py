"""Every sentence of the content that a visitor may read, with the kind of leaf it is."""

from collections.abc import Iterator

from kiosk.content.levels import Compared, Levels, Step
from kiosk.content.library import Library, Portal
from kiosk.content.model import (
    Channel,
    Dated,
    Fact,
    Fee,
    Form,
    Level,
    Paper,
    Procedure,
    Question,
    TimeLimit,
)
from kiosk.content.officers import FILE, HelpItem, HelpPage

Leaf = tuple[str, str, str]
SENTENCE = (("text", "text"), ("note", "note"))
SAID: dict[type[Dated], tuple[tuple[str, str], ...]] = {
    Paper: (("name", "paper"), ("note", "paper-note"), ("replaced_by", "replaced-by")),
    Level: (("why", "text"),),
    Fee: (("needs", "text"),),
    Fact: SENTENCE,
    TimeLimit: SENTENCE,
    Channel: SENTENCE,
    Form: (("name", "form"), *SENTENCE),
    Step: (("title", "step-title"), *SENTENCE),
    Portal: (("name", "portal"), *SENTENCE),
    Compared: (("note", "text"),),
}


def leaves(library: Library) -> Iterator[Leaf]:
    """Yield (kind, sentence, file); the kind is the context of its translation."""
    for field in library.fields.values():
        yield "field", field.name, "fields.yaml"
        yield "field-intro", field.intro, "fields.yaml"
    for source in library.sources.values():
        yield "source", source.name, "sources.yaml"
    for question in library.person.values():
        yield from _question(question)
    for procedure in library.procedures.values():
        yield from _procedure(procedure)
    yield from _levels(library.levels)
    for portal in library.portals:
        yield "portal", portal.name, "portals.yaml"
    for page in library.help:
        yield from _help(page)


def _procedure(procedure: Procedure) -> Iterator[Leaf]:
    file = procedure.place.file
    yield "procedure", procedure.name, file
    for question in procedure.questions:
        yield from _question(question)
    for leaf in procedure.dated():
        for kind, text in _dated(leaf, procedure):
            yield kind, text, file


def _question(question: Question) -> Iterator[Leaf]:
    file = question.place.file
    yield "ask", question.ask, file
    if question.why:
        yield "why", question.why, file
    for option in question.options:
        yield "option", option.label, file
        if option.hint:
            yield "hint", option.hint, file
        if option.short:
            yield "option", option.short, file


def _dated(leaf: Dated, procedure: Procedure | None = None) -> Iterator[tuple[str, str]]:
    if leaf.dispute:
        yield "dispute", leaf.dispute.text
    if procedure and leaf is procedure.summary:
        yield "summary", procedure.summary.text
        return
    for name, kind in SAID.get(type(leaf), ()):
        text = getattr(leaf, name)
        if text:
            yield kind, text


def _levels(levels: Levels) -> Iterator[Leaf]:
    file = "levels.yaml"
    for leaf in levels.dated():
        for kind, text in _dated(leaf):
            yield kind, text, file
    for scale in levels.scales:
        yield "level-name", scale.name, file
        for label in scale.columns.values():
            yield "column", label, file
        for item in scale.items:
            yield "level-name", item.label, file
            yield "level-name", item.name, file


def _help(page: HelpPage) -> Iterator[Leaf]:
    yield "help-title", page.title, FILE
    yield "help-intro", page.intro, FILE
    yield "help-label", page.more, FILE
    yield "help-link", page.link.say, FILE
    for item in page.items:
        for kind, text in _help_item(item):
            yield kind, text, FILE


def _help_item(item: HelpItem) -> Iterator[tuple[str, str]]:
    yield "help-item", item.title
    if item.law is None:
        yield "text", item.text
    for sentence in item.more:
        yield "help-more", sentence
    for leaf in item.dated():
        yield from _dated(leaf)
