"""Which official returns together speak of exactly the days that were asked for."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from kiosk.counts.figures import NIL, Figures, total
from kiosk.counts.official import NOTHING_AT_ALL, Official, Topic, prevailing
from kiosk.counts.periods import DAY


class Span(NamedTuple):
    """Civil days, both ends in it."""

    first: date
    last: date


def tile(spans: Collection[Span], asked: Span) -> tuple[Span, ...] | None:
    """Return spans that follow one another and fill exactly the asked one, the longest first."""
    dead: set[date] = set()

    def fill(first: date) -> tuple[Span, ...] | None:
        if first > asked.last:
            return ()
        fitting = (s for s in spans if s.first == first and s.last <= asked.last)
        for span in sorted(fitting, reverse=True):
            following = span.last + DAY
            rest = None if following in dead else fill(following)
            if rest is not None:
                return (span, *rest)
        dead.add(first)
        return None

    return fill(asked.first)


@dataclass(frozen=True, slots=True)
class Covered:
    """What official returns say of the asked days, and whose word it is."""

    figures: Figures
    sources: frozenset[str]


class Returns:
    """Official returns of several units, asked for the same days."""

    def __init__(self, returns: Iterable[Official], asked: Span) -> None:
        self._asked = asked
        self._said: dict[str, dict[Span, dict[Topic, Official]]] = defaultdict(
            lambda: defaultdict(dict)
        )
        for found in prevailing(returns).values():
            span = Span(found.period.start, found.period.end)
            self._said[found.unit][span][found.topic] = found

    @property
    def units(self) -> frozenset[str]:
        """The units that returned anything for any part of these days."""
        return frozenset(self._said)

    def topics(self, unit: str) -> frozenset[Topic]:
        """Return what a unit returned figures about, however few of the days."""
        said = self._said.get(unit, {})
        return frozenset(topic for topics in said.values() for topic in topics)

    def of(self, unit: str, field: str, procedure: str = "") -> Covered | None:
        """Return what is said of exactly these days; None if any of it is missing."""
        topic = Topic(field, procedure)
        said = {
            span: covered
            for span, topics in self._said.get(unit, {}).items()
            if (covered := _of(topics, topic)) is not None
        }
        spans = tile(said, self._asked)
        return None if spans is None else _together(said[span] for span in spans)


def _of(said: dict[Topic, Official], topic: Topic) -> Covered | None:
    if topic in said:
        return _covered(said[topic])
    if topic.procedure:
        return _none_received(said.get(Topic(topic.field))) or _nil(said)
    parts = [_covered(found) for about, found in said.items() if about.field == topic.field]
    return _together(parts) if parts else _nil(said)


def _none_received(whole: Official | None) -> Covered | None:
    """Return zeros for a procedure of a field in which nothing was received at all."""
    if whole is None or whole.figures.received != 0:
        return None
    return Covered(Figures(online_full=0, direct=0), frozenset({whole.source}))


def _nil(said: dict[Topic, Official]) -> Covered | None:
    found = said.get(NOTHING_AT_ALL)
    return None if found is None else Covered(NIL, frozenset({found.source}))


def _covered(found: Official) -> Covered:
    return Covered(found.figures, frozenset({found.source}))


def _together(several: Iterable[Covered]) -> Covered:
    parts = tuple(several)
    return Covered(
        total(part.figures for part in parts),
        frozenset(source for part in parts for source in part.sources),
    )
