"""The table a lawyer signs: each path of answers with what it asks for; and what gets old."""

from collections.abc import Iterator
from datetime import date, timedelta

from kiosk.content.check import paths
from kiosk.content.library import Library
from kiosk.content.model import Dated, Fee, Procedure
from kiosk.content.rules import Checklist, checklist

HEAD = (
    *("procedure", "on", "answers", "papers", "in_database", "level"),
    *("fee_online", "fee_counter", "time_limit", "authority", "code", "qr", "sources"),
)
SOON = timedelta(days=60)
OLD = timedelta(days=180)


def rows(library: Library, procedure: Procedure, on: date) -> Iterator[tuple[str, ...]]:
    """Yield one row for each path of one day."""
    for answers in paths(procedure, on):
        yield _row(checklist(library, procedure.id, answers, on))


def _row(case: Checklist) -> tuple[str, ...]:
    sources = {
        name
        for leaf in (*case.papers, *case.level, *case.fees, *case.time_limit, *case.authority)
        for name in leaf.source
    }
    return (
        case.procedure.id,
        case.on.isoformat(),
        " ".join(f"{question}={option}" for question, option in case.answers.items()),
        " ".join(paper.id for paper in case.needed),
        " ".join(paper.id for paper in case.not_needed),
        " / ".join(dict.fromkeys(level.form for level in case.level)),
        _amounts(case.fees, "online"),
        _amounts(case.fees, "counter"),
        " / ".join(limit.text for limit in case.time_limit),
        " / ".join(fact.text for fact in case.authority),
        case.code or "",
        case.links[0].use if case.links else "",
        " ".join(sorted(sources)),
    )


def _amounts(fees: tuple[Fee, ...], channel: str) -> str:
    amounts = (fee.amount for fee in fees if fee.channel == channel)
    return " / ".join("?" if amount is None else str(amount) for amount in dict.fromkeys(amounts))


def stale(library: Library, on: date) -> list[str]:
    """Return one line for each fact that soon ends, and each source long not looked at or ended.

    A fact that has ended is history, kept for the days when it was the law.
    """
    lines = [
        f"{leaf.place}: ends on {leaf.end}"
        for leaf in _all_dated(library)
        if leaf.end and on <= leaf.end < on + SOON
    ]
    for source in library.sources.values():
        if on - source.checked_on > OLD:
            lines.append(f"{source.id}: last checked on {source.checked_on}")
        if source.ended and source.ended < on and _in_use(library, source.id, on):
            lines.append(f"{source.id}: ended on {source.ended}, still cited by facts in force")
    return lines


def _in_use(library: Library, source: str, on: date) -> bool:
    return any(
        source in leaf.source and leaf.valid(on) and leaf.start is not None
        for leaf in _all_dated(library)
    )


def _all_dated(library: Library) -> Iterator[Dated]:
    for procedure in library.procedures.values():
        yield from procedure.dated()
    yield from library.loose()
