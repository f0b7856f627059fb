"""Across files: what no single file can promise, and every path of answers walked to its end."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kiosk.content.conditions import holds, mentioned
from kiosk.content.library import Library
from kiosk.content.model import Dated, Place, Procedure, Question
from kiosk.content.officers import HelpItem, HelpPage
from kiosk.content.reader import Mistakes
from kiosk.content.rules import Answers, Checklist, checklist

SHORT_CODE_BITS = 27  # what 7 base32 digits leave beside the procedure's own number
LAW_WORDS = re.compile(
    r"\b(?:luật|nghị định|thông tư|nghị quyết|quy định|nghiêm cấm|ngày làm việc"
    r"|(?:quyết định|chỉ thị|điều) \d)|\d đồng",
    re.IGNORECASE,
)
LONG_NUMBER = re.compile(r"\d{9,}")


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many ends were reached, on how many days."""

    procedure: str
    days: int
    paths: int


def inconsistencies(library: Library) -> list[str]:
    """Return every mistake between files: names that lead nowhere, numbers used twice."""
    mistakes = Mistakes()
    _numbers(library, mistakes)
    for procedure in library.procedures.values():
        _references(library, procedure, mistakes)
        _questions(procedure, mistakes)
    for leaf in library.loose():
        _sources(library, leaf, mistakes)
        _normal(leaf, mistakes)
    _help(library, mistakes)
    return sorted(mistakes)


def check(library: Library) -> tuple[list[str], tuple[Coverage, ...]]:
    """Return every mistake that a walk along every path finds too, and what was walked."""
    found = inconsistencies(library)
    if found:
        return found, ()
    mistakes = Mistakes()
    walked = tuple(_walk(library, procedure, mistakes) for procedure in library.procedures.values())
    return sorted(mistakes), walked


def paths(procedure: Procedure, on: date) -> Iterator[Answers]:
    """Every complete set of answers that a citizen can give on that day."""
    yield from _onward(procedure.asked, 0, {}, on)


def _onward(
    questions: tuple[Question, ...], index: int, given: dict[str, str], on: date
) -> Iterator[Answers]:
    while index < len(questions):
        question = questions[index]
        index += 1
        if question.valid(on) and holds(question.when, given):
            for option in question.options:
                yield from _onward(questions, index, {**given, question.id: option.id}, on)
            return
    yield given


def _numbers(library: Library, mistakes: Mistakes) -> None:
    seen: dict[int, str] = {}
    for procedure in library.procedures.values():
        if procedure.n in seen:
            mistakes.add(procedure.place, "n", f"{procedure.n} belongs to {seen[procedure.n]}")
        seen[procedure.n] = procedure.id
        if procedure.field not in library.fields:
            mistakes.add(procedure.place, "field", f"“{procedure.field}” is not in fields.yaml")


def _references(library: Library, procedure: Procedure, mistakes: Mistakes) -> None:
    for leaf in procedure.dated():
        _sources(library, leaf, mistakes)
        _conditions(procedure, leaf, mistakes)
        _normal(leaf, mistakes)
    for name in procedure.legal_basis:
        if name not in library.sources:
            mistakes.add(procedure.place, "legal_basis", f"“{name}” is not a known source")


def _sources(library: Library, leaf: Dated, mistakes: Mistakes) -> None:
    for name in leaf.source + (leaf.dispute.source if leaf.dispute else ()):
        if name not in library.sources:
            mistakes.add(leaf.place, "source", f"“{name}” is not a known source")


def _conditions(procedure: Procedure, leaf: Dated | Question, mistakes: Mistakes) -> None:
    known = {question.id: question for question in procedure.asked}
    for part in mentioned(leaf.when):
        question = known.get(part.question)
        if question is None:
            mistakes.add(leaf.place, "when", f"“{part.question}” is not a question here")
            continue
        for option in sorted(part.options):
            if question.option(option) is None:
                text = f"“{option}” is not an answer to {part.question}"
                mistakes.add(leaf.place, "when", text)


def _normal(leaf: Dated, mistakes: Mistakes) -> None:
    for name in ("text", "name", "note", "why", "needs"):
        text = getattr(leaf, name, None)
        if isinstance(text, str) and text != unicodedata.normalize("NFC", text):
            mistakes.add(leaf.place, name, "is not in NFC; type it again")


def _questions(procedure: Procedure, mistakes: Mistakes) -> None:
    bits = sum(question.bits for question in procedure.asked)
    if bits > SHORT_CODE_BITS:
        text = f"need {bits} bits together, the short code holds {SHORT_CODE_BITS}"
        mistakes.add(procedure.place, "questions", text)
    asked: set[str] = set()
    numbers: dict[int, str] = {}
    for question in procedure.asked:
        _conditions(procedure, question, mistakes)
        _options(question, mistakes)
        for part in mentioned(question.when):
            if part.question not in asked:
                text = f"“{part.question}” is asked later"
                mistakes.add(question.place, "when", text)
        if question.id in asked:
            mistakes.add(question.place, "id", f"“{question.id}” is asked twice")
        if question.n in numbers:
            mistakes.add(question.place, "n", f"{question.n} belongs to {numbers[question.n]}")
        asked.add(question.id)
        numbers[question.n] = question.id


def _options(question: Question, mistakes: Mistakes) -> None:
    if not question.options:
        mistakes.add(question.place, "options", "a question needs answers")
    for name in ("id", "n"):
        values = [getattr(option, name) for option in question.options]
        if len(values) != len(set(values)):
            mistakes.add(question.place, "options", f"an {name} is used twice")


def _walk(library: Library, procedure: Procedure, mistakes: Mistakes) -> Coverage:
    days = list(procedure.change_dates)
    unmet = {(q.id, option.id): q.place for q in procedure.asked for option in q.options}
    unseen = {(paper.id, paper.place): paper.place for paper in procedure.papers}
    missing: dict[str, str] = {}
    ends = 0
    for found in _outcomes(library, procedure, days):
        ends += 1
        for pair in found.answers.items():
            unmet.pop(pair, None)
        for paper in found.papers:
            unseen.pop((paper.id, paper.place), None)
        for name, text in _gaps(found):
            missing.setdefault(name, text)
    for name, text in missing.items():
        mistakes.add(procedure.place, name, text)
    for (question, option), place in unmet.items():
        mistakes.add(place, "questions", f"nobody can reach {question} = {option}")
    for (paper_id, _), place in unseen.items():
        mistakes.add(place, "papers", f"no path asks for {paper_id}")
    return Coverage(procedure.id, len(days), ends)


def _outcomes(library: Library, procedure: Procedure, days: list[date]) -> Iterator[Checklist]:
    for day in days:
        for answers in paths(procedure, day):
            yield checklist(library, procedure.id, answers, day)


def _gaps(found: Checklist) -> Iterator[tuple[str, str]]:
    """What this outcome leaves unsaid: the list that is short, and the path as an example."""
    given = {
        "papers": found.needed,
        "level": found.level,
        "authority": found.authority,
        "time_limit": found.time_limit,
        "channels": found.channels,
        "links": found.links,
        "fees (online)": [fee for fee in found.fees if fee.channel == "online"],
        "fees (counter)": [fee for fee in found.fees if fee.channel == "counter"],
    }
    for name, leaves in given.items():
        if not leaves:
            yield name, f"nothing for {_spelled(found)}"
    ids = [paper.id for paper in found.papers]
    for twice in sorted({name for name in ids if ids.count(name) > 1}):
        yield f"papers ({twice})", f"stands twice for {_spelled(found)}"


def _spelled(found: Checklist) -> str:
    pairs = " ".join(f"{question}={option}" for question, option in found.answers.items())
    return f"{found.on} {pairs}".strip()


def _help(library: Library, mistakes: Mistakes) -> None:
    """The pages for officers: ids, reasons, addresses that lead somewhere, no bare law."""
    reasons: dict[str, str] = {}
    pages: set[str] = set()
    for page in library.help:
        if page.id in pages:
            mistakes.add(page.place, "id", f"“{page.id}” is used twice")
        pages.add(page.id)
        _help_link(library, page, mistakes)
        _help_day(library, page, mistakes)
        ids = [item.id for item in page.items]
        for item in page.items:
            if ids.count(item.id) > 1:
                mistakes.add(item.place, "id", f"“{item.id}” is used twice")
            _help_item(item, mistakes)
            for reason in item.reasons:
                if reason in reasons:
                    mistakes.add(item.place, "reasons", f"{reason} leads to {reasons[reason]}")
                reasons[reason] = item.id


def _help_link(library: Library, page: HelpPage, mistakes: Mistakes) -> None:
    portal = next((one for one in library.portals if one.id == page.link.portal), None)
    if portal is None or not any(one.portal == page.link.portal for one in library.patterns):
        mistakes.add(page.place, "link", f"“{page.link.portal}” is no portal with an address")
    code = page.link.code
    if code and not any(code in fact.text for one in library.help for fact in one.dated()):
        mistakes.add(page.place, "link", f"no sentence with a source names {code}")


def _help_day(library: Library, page: HelpPage, mistakes: Mistakes) -> None:
    cited = {name for leaf in page.dated() for name in leaf.source}
    days = [library.sources[name].checked_on for name in cited if name in library.sources]
    if days and page.as_of > max(days):
        mistakes.add(page.place, "as_of", f"its sources were last checked on {max(days)}")


def _help_item(item: HelpItem, mistakes: Mistakes) -> None:
    practice = item.more if item.law else (item.text, *item.more)
    for text in practice:
        if LAW_WORDS.search(text):
            mistakes.add(item.place, "kind", f"speaks of law without a source: {text}")
    sourced = [said for leaf in item.dated() for said in (leaf.text, leaf.note) if said]
    for text in (item.title, item.text, *item.more, *sourced):
        _help_text(item.place, text, mistakes)
    if any(not leaf.always for leaf in item.dated()):
        mistakes.add(item.place, "when", "nobody answers questions here")
    if item.reasons and item.law and item.law.end:
        mistakes.add(item.place, "to", "a reason leads here, so it may not end")


def _help_text(place: Place, text: str, mistakes: Mistakes) -> None:
    if LONG_NUMBER.search(text):
        mistakes.add(place, "text", "a number as long as a person's has no place here")
    if text != unicodedata.normalize("NFC", text):
        mistakes.add(place, "text", "is not in NFC; type it again")
