"""A question about numbers and its answer: rows, their total, and the state each is in."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from kiosk.counts.coverage import Covered
from kiosk.counts.duties import Competence
from kiosk.counts.figures import Figures, total
from kiosk.counts.official import UNKNOWN, Topic
from kiosk.counts.rates import percent

By = Literal["field", "procedure", "unit", "day", "outcome"]
State = Literal["counted", "zero", "silent", "not_competent"]
Pair = tuple[str, str]  # unit and field
Log = Counter[str]  # sums of what officers logged, by metric
Covers = Mapping[Pair, Covered | None]  # official figures that should be there; None is missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which units and civil days (both ends in it), and what the rows stand for."""

    units: tuple[str, ...]
    first: date
    last: date
    by: By = "field"
    fields: tuple[str, ...] = ()  # listed in this order, even where nothing happened
    field: str | None = None  # only this one
    competent: Competence | None = None  # None: nobody said who handles what
    due: datetime | None = None  # when the report of these days had to be in


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Numbers of one key: from the log, and official ones where they cover all that was asked."""

    key: str
    field: str = ""  # of a procedure
    assisted: int
    submitted_online: int
    help: int
    figures: Figures
    source: str
    state: State
    reported: int  # units whose official figures are complete,
    expected: int  # of those that should have some
    lacking: tuple[Pair, ...]  # whose figures are missing, or give no share
    partial: Figures  # of the units that are complete, be they all or only some

    @property
    def online(self) -> int | None:
        """Received online, by the official return."""
        return self.figures.online

    @property
    def received(self) -> int | None:
        """Received by every channel, by the official return."""
        return self.figures.received

    @property
    def rate(self) -> Decimal | None:
        """Online share in percent, two places; None where the denominator is not known."""
        return percent(self.online, self.received)

    @property
    def contradicts(self) -> bool:
        """Tell whether officers logged more online filings than were officially received."""
        return self.online is not None and self.submitted_online > self.online


@dataclass(frozen=True, slots=True)
class Late:
    """What officers did to the log of these days at or after the instant their report was due."""

    filings: int  # recorded then, and not void
    quantity: int  # what they add to `assisted`
    changed: int  # recorded in time, then corrected or voided


@dataclass(frozen=True, slots=True)
class Table:
    """Rows and their total, and the question they answer; `late` where it says when it is due."""

    query: Query
    rows: tuple[Row, ...]
    total: Row
    late: Late | None = None


def row(topic: Topic | str, log: Log, covers: Covers, *, rules_known: bool = False) -> Row:
    """Return the numbers of one key; an official sum exists only when no part of it is missing."""
    known = [covered for covered in covers.values() if covered is not None]
    complete = len(known) == len(covers)
    figures = _sum(known) if complete else UNKNOWN
    lacking = tuple(pair for pair, covered in covers.items() if _lacks(covered))
    units, behind = ({unit for unit, _field in pairs} for pairs in (covers, lacking))
    return Row(
        key=topic.procedure if isinstance(topic, Topic) else topic,
        field=topic.field if isinstance(topic, Topic) else "",
        assisted=log["assisted"],
        submitted_online=log["online"],
        help=log["help"],
        figures=figures,
        source=_source(known) if known and complete else "log",
        state=_state(log, covers, figures, rules_known=rules_known),
        reported=len(units - behind),
        expected=len(units),
        lacking=lacking,
        partial=_sum(c for (unit, _), c in covers.items() if c is not None and unit not in behind),
    )


def _sum(several: Iterable[Covered]) -> Figures:
    parts = [covered.figures for covered in several]
    return total(parts) if parts else UNKNOWN


def _lacks(covered: Covered | None) -> bool:
    return covered is None or covered.figures.received is None


def as_json(table: Table, unit: str, first: date, last: date) -> dict[str, Any]:
    """Return the document that `kiosk count --json` prints; null where there is no figure."""
    return {
        "unit": unit,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "rows": [_row_as_json(found) for found in table.rows],
        "total": _row_as_json(table.total),
    }


def _row_as_json(found: Row) -> dict[str, Any]:
    return {
        "key": found.key,
        "assisted": found.assisted,
        "received": found.received,
        "online": found.online,
        "rate": None if found.rate is None else float(found.rate),
        "source": found.source,
    }


def _source(known: list[Covered]) -> str:
    sources = sorted({source for covered in known for source in covered.sources})
    return sources[0] if len(sources) == 1 else "mixed"


def _state(log: Log, covers: Covers, figures: Figures, *, rules_known: bool) -> State:
    if figures.online == 0 and not log["online"]:
        return "zero"
    if log["entries"] or any(covers.values()):
        return "counted"
    return "not_competent" if rules_known and not covers else "silent"
