"""From a procedure, answers and a day to the checklist: total, pure, always the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar
from urllib.parse import quote

from kiosk.content.conditions import holds
from kiosk.content.library import Library
from kiosk.content.model import (
    FEE_STRENGTH,
    Channel,
    Code,
    Dated,
    Fact,
    Fee,
    Form,
    Level,
    OldLevel,
    Paper,
    Pattern,
    Procedure,
    Question,
    TimeLimit,
)

Answers = Mapping[str, str]
Leaf = TypeVar("Leaf", bound=Dated)
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


def asked(procedure: Procedure, answers: Answers, on: date) -> tuple[tuple[Question, ...], Answers]:
    """Return the questions this case meets, in order, and the answers that count."""
    kept: dict[str, str] = {}
    met: list[Question] = []
    for question in procedure.asked:
        if not (question.valid(on) and holds(question.when, kept)):
            continue
        met.append(question)
        chosen = answers.get(question.id)
        if chosen is not None and question.option(chosen):
            kept[question.id] = chosen
    return tuple(met), kept


def checklist(library: Library, procedure_id: str, answers: Answers, on: date) -> Checklist:
    """Return the checklist of a case on a day; raise KeyError for an unknown procedure."""
    procedure = library.procedures[procedure_id]
    met, kept = asked(procedure, answers, on)
    if on < procedure.known_from:
        return _not_recorded(library, procedure, on)

    def now(leaves: Iterable[Leaf]) -> tuple[Leaf, ...]:
        return tuple(leaf for leaf in leaves if leaf.valid(on) and holds(leaf.when, kept))

    codes = now(procedure.codes)
    return Checklist(
        procedure=procedure,
        on=on,
        recorded=True,
        answers=kept,
        asked=met,
        open_questions=tuple(question.id for question in met if question.id not in kept),
        codes=codes,
        level=now(procedure.level),
        old_level=now(procedure.old_level),
        who=now(procedure.who),
        papers=now(procedure.papers),
        fees=strongest(now(procedure.fees)),
        time_limit=now(procedure.time_limit),
        authority=now(procedure.authority),
        channels=now(procedure.channels),
        forms=now(procedure.forms),
        result=now(procedure.result),
        deadlines=now(procedure.deadlines),
        mistakes=now(procedure.mistakes),
        steps=now(procedure.steps),
        notes=now(procedure.notes),
        links=links(library, procedure, codes),
        next_change=next_change(procedure, on),
    )


def _not_recorded(library: Library, procedure: Procedure, on: date) -> Checklist:
    empty: tuple[()] = ()
    return Checklist(
        procedure=procedure,
        on=on,
        recorded=False,
        answers={},
        asked=empty,
        open_questions=empty,
        codes=empty,
        level=empty,
        old_level=empty,
        who=empty,
        papers=empty,
        fees=empty,
        time_limit=empty,
        authority=empty,
        channels=empty,
        forms=empty,
        result=empty,
        deadlines=empty,
        mistakes=empty,
        steps=empty,
        notes=empty,
        links=links(library, procedure, ()),
        next_change=procedure.known_from,
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
    return min((day for day in change_dates(procedure) if day > on), default=None)


def change_dates(procedure: Procedure) -> tuple[date, ...]:
    """Return every day on which anything of the procedure begins or has just ended."""
    days = {procedure.known_from}
    for start, end in [
        *((leaf.start, leaf.end) for leaf in procedure.dated()),
        *((question.start, question.end) for question in procedure.asked),
    ]:
        if start:
            days.add(start)
        if end:
            days.add(end + timedelta(days=1))
    return tuple(sorted(days))


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
