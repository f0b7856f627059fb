"""From a procedure, answers and a day to the checklist: total, pure, always the same."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote

from kiosk.content.library import Library, Pattern
from kiosk.content.masks import Alphabet, Clauses, met
from kiosk.content.model import (
    FEE_STRENGTH,
    Channel,
    Code,
    Fact,
    Fee,
    Form,
    Level,
    OldLevel,
    Paper,
    Procedure,
    Question,
    TimeLimit,
)

Answers = Mapping[str, str]
LINK_ORDER = ("procedure", "search", "home")


@dataclass(frozen=True, slots=True)
class Link:
    """An address a citizen may be sent to, and the day a person last clicked it through."""

    url: str
    use: str
    tested_on: date | None


@dataclass(frozen=True, slots=True)
class Checklist:
    """All that one case asks for on one day; lists are empty before the content is known."""

    procedure: Procedure
    on: date
    recorded: bool
    answers: Answers
    asked: tuple[Question, ...]
    open_questions: tuple[str, ...]
    codes: tuple[Code, ...]
    level: tuple[Level, ...]
    old_level: tuple[OldLevel, ...]
    who: tuple[Fact, ...]
    papers: tuple[Paper, ...]
    fees: tuple[Fee, ...]
    time_limit: tuple[TimeLimit, ...]
    authority: tuple[Fact, ...]
    channels: tuple[Channel, ...]
    forms: tuple[Form, ...]
    result: tuple[Fact, ...]
    deadlines: tuple[Fact, ...]
    mistakes: tuple[Fact, ...]
    steps: tuple[Fact, ...]
    notes: tuple[Fact, ...]
    links: tuple[Link, ...]
    next_change: date | None

    @property
    def code(self) -> str | None:
        """The code at the nearest authority on that day, None where none is known."""
        order = {"commune": 0, "province": 1, "central": 2}
        found = sorted(self.codes, key=lambda code: order[code.at])
        return found[0].code if found else None

    @property
    def needed(self) -> tuple[Paper, ...]:
        """The papers the citizen has to do something about."""
        return tuple(paper for paper in self.papers if paper.needed)

    @property
    def not_needed(self) -> tuple[Paper, ...]:
        """What is in a database already."""
        return tuple(paper for paper in self.papers if not paper.needed)

    @property
    def with_officer(self) -> bool:
        """Tell whether this citizen is better served at the officer's desk."""
        return self.answers.get("vneid") in {"khong", "khong-ro"}


LISTS = (
    *("codes", "level", "old_level", "who", "papers", "fees", "time_limit", "authority"),
    *("channels", "forms", "result", "deadlines", "mistakes", "notes", "steps"),
)


@dataclass(frozen=True, slots=True)
class Era:
    """The law of one procedure between two days on which it changes, ready to be asked."""

    alphabet: Alphabet
    questions: tuple[tuple[Question, Clauses], ...]
    lists: dict[str, tuple[tuple[Any, Clauses], ...]]
    next_change: date | None


_ERAS: dict[tuple[str, str, date | None], Era] = {}


def era(procedure: Procedure, on: date) -> Era:
    """Return the law of a procedure on a day; made once for all days between two changes."""
    change = next_change(procedure, on)
    key = (procedure.id, procedure.hash, change)
    if key not in _ERAS:
        _ERAS[key] = _era(procedure, on, change)
    return _ERAS[key]


def _era(procedure: Procedure, on: date, change: date | None) -> Era:
    alphabet = Alphabet(procedure.asked)

    def valid(leaves: Iterable[Any]) -> tuple[tuple[Any, Clauses], ...]:
        return tuple((leaf, alphabet.clauses(leaf.when)) for leaf in leaves if leaf.valid(on))

    lists = {name: valid(getattr(procedure, name)) for name in LISTS}
    return Era(alphabet, valid(procedure.asked), lists, change)


def asked(procedure: Procedure, answers: Answers, on: date) -> tuple[tuple[Question, ...], Answers]:
    """Return the questions this case meets, in order, and the answers that count."""
    questions, kept, _case = _asked(era(procedure, on), answers)
    return questions, kept


def _asked(law: Era, answers: Answers) -> tuple[tuple[Question, ...], dict[str, str], int]:
    kept: dict[str, str] = {}
    questions: list[Question] = []
    case = law.alphabet.nothing
    for question, clauses in law.questions:
        if not met(clauses, case):
            continue
        questions.append(question)
        chosen = answers.get(question.id)
        if chosen is not None and question.option(chosen):
            kept[question.id] = chosen
            case = law.alphabet.answered(case, question.id, chosen)
    return tuple(questions), kept, case


def checklist(library: Library, procedure_id: str, answers: Answers, on: date) -> Checklist:
    """Return the checklist of a case on a day; raise KeyError for an unknown procedure."""
    procedure = library.procedures[procedure_id]
    if on < procedure.known_from:
        return _not_recorded(library, procedure, on)
    law = era(procedure, on)
    questions, kept, case = _asked(law, answers)
    lists = {name: _now(leaves, case) for name, leaves in law.lists.items()}
    return Checklist(
        procedure=procedure,
        on=on,
        recorded=True,
        answers=kept,
        asked=questions,
        open_questions=tuple(one.id for one in questions if one.id not in kept),
        links=links(library, procedure, lists["codes"]),
        next_change=law.next_change,
        **{**lists, "fees": strongest(lists["fees"])},
    )


def _now(leaves: tuple[tuple[Any, Clauses], ...], case: int) -> tuple[Any, ...]:
    found = []
    for leaf, clauses in leaves:
        for mask in clauses:
            if not case & mask:
                break
        else:
            found.append(leaf)
    return tuple(found)


def _not_recorded(library: Library, procedure: Procedure, on: date) -> Checklist:
    nothing: dict[str, tuple[Any, ...]] = dict.fromkeys(LISTS, ())
    return Checklist(
        procedure=procedure,
        on=on,
        recorded=False,
        answers={},
        asked=(),
        open_questions=(),
        links=links(library, procedure, ()),
        next_change=procedure.known_from,
        **nothing,
    )


def strongest(fees: tuple[Fee, ...]) -> tuple[Fee, ...]:
    """Return, per channel, the rows that decide: waiver over exempt over reduction over base.

    Several different amounts of one strength stay, which is a dispute.
    """
    kept: list[Fee] = []
    for channel in ("online", "counter"):
        here = [fee for fee in fees if fee.channel in {channel, "any"}]
        ranks = [FEE_STRENGTH.index(fee.why) for fee in here]
        kept.extend(
            replace(fee, channel=channel)
            for fee, rank in zip(here, ranks, strict=True)
            if rank == min(ranks)
        )
    return tuple(kept)


def fee_state(fees: tuple[Fee, ...], channel: str) -> str:
    """Say what is known of the fee at one channel: free, known, disputed, unknown or none."""
    amounts = {fee.amount for fee in fees if fee.channel == channel}
    if not amounts:
        return "none"
    if None in amounts:
        return "unknown"
    if len(amounts) > 1:
        return "disputed"
    return "free" if amounts == {0} else "known"


def next_change(procedure: Procedure, on: date) -> date | None:
    """Return the next day on which anything of the procedure changes."""
    at = bisect_right(procedure.change_dates, on)
    return procedure.change_dates[at] if at < len(procedure.change_dates) else None


def links(library: Library, procedure: Procedure, codes: tuple[Code, ...] = ()) -> tuple[Link, ...]:
    """Return the tested addresses for a procedure, the best first; the last is the home page."""
    code = next((found.code for found in codes if found.at == "commune"), None) or next(
        (found.code for found in codes), None
    )
    tested = [pattern for pattern in library.patterns if pattern.status == "tested"]
    usable = [
        pattern
        for use in LINK_ORDER
        for pattern in tested
        if pattern.use == use and not (code is None and "{code}" in pattern.url)
    ]
    return tuple(_link(pattern, procedure.keyword, code) for pattern in usable)


def _link(pattern: Pattern, keyword: str, code: str | None) -> Link:
    url = pattern.url.replace("{keyword}", quote(keyword)).replace("{code}", code or "")
    return Link(url=url, use=pattern.use, tested_on=pattern.tested_on)
