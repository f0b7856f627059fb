"""The one query that every number comes from: page, sheet, JSON."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, date
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, FromClause, case, func, literal, select

from kiosk.counts.coverage import Returns, Span
from kiosk.counts.duties import duties
from kiosk.counts.official import NOTHING_AT_ALL, Topic, within
from kiosk.counts.periods import DAY, PeriodError
from kiosk.counts.table import By, Covers, Late, Log, Pair, Query, Row, Table, row
from kiosk.filings.buckets import METRICS, month_start, week_start
from kiosk.filings.models import (
    counted,
    filing,
    rollup_procedure_month,
    rollup_procedure_week,
    rollup_unit_day,
)

OUTCOMES = ("submitted", "saved", "not_submitted")

V = TypeVar("V")


def count(connection: Connection, query: Query) -> Table:
    """Return the numbers of these units and days, and their total."""
    return tables(connection, query, (query.by,))[query.by]


def tables(connection: Connection, query: Query, sides: Iterable[By]) -> dict[By, Table]:
    """Return the same numbers from several sides, read once."""
    _accept(query)
    scope = Scope(connection, query)
    total = row("total", _sum(scope.log.values()), scope.covers, rules_known=scope.rules_known)
    late = _late(connection, query)
    return {by: Table(replace(query, by=by), tuple(_ROWS[by](scope)), total, late) for by in sides}


def _accept(query: Query) -> None:
    # Weeks and months reach beyond their days, and a calendar has two ends.
    for day in (query.first, query.last):
        if not MINYEAR < day.year < MAXYEAR:
            raise PeriodError(f"there are no numbers for the year {day.year}")


def submitted_online(
    connection: Connection, units: Sequence[str], first: date, last: date
) -> dict[Pair, int]:
    """Return how many filings were logged as submitted online, by unit and field."""
    query = Query(units=tuple(units), first=first, last=last)
    return {pair: log["online"] for pair, log in _by_pair(connection, query, ("online",)).items()}


class Scope:
    """What was asked, and all that log and official returns know of it."""

    def __init__(self, connection: Connection, query: Query) -> None:
        self.connection = connection
        self.query = query
        self.rules_known = query.competent is not None
        self.log = _by_pair(connection, query)
        found = within(connection, query.units, query.first, query.last)
        self.returns = Returns(found, Span(query.first, query.last))
        self.fields = self._fields()
        self.covers: Covers = {pair: self.returns.of(*pair) for pair in self._expected()}

    def _fields(self) -> tuple[str, ...]:
        if self.query.field is not None:
            return (self.query.field,)
        returned = {topic.field for unit in self.returns.units for topic in self._topics(unit)}
        found = returned.union((field for _, field in self.log), self.query.competent or ())
        return (*self.query.fields, *sorted(found.difference(self.query.fields)))

    def _topics(self, unit: str) -> frozenset[Topic]:
        return self.returns.topics(unit) - {NOTHING_AT_ALL}

    def _expected(self) -> Iterator[Pair]:
        """Yield each unit and field for which an official figure should be there."""
        query = self.query
        found = duties(self.connection, query.units, query.last, query.competent)
        busy = {unit for (unit, _), sums in self.log.items() if sums["assisted"]}
        for unit in query.units:
            said = {topic.field for topic in self._topics(unit)}
            # Without rules a unit that names some fields is taken to handle no other.
            open_question = self.rules_known or self._said_no_field(unit)
            at_work = unit in busy and found.stands(unit) and not self.rules_known
            for field in self.fields:
                if field in said or (open_question and (at_work or found.owes(unit, field))):
                    yield unit, field

    def _said_no_field(self, unit: str) -> bool:
        return unit not in self.returns.units or NOTHING_AT_ALL in self.returns.topics(unit)


def _field_rows(scope: Scope) -> Iterator[Row]:
    logs, covers = _grouped(scope.log, 1), _grouped(scope.covers, 1)
    for field in scope.fields:
        log = _sum(logs[field].values())
        yield row(field, log, covers[field], rules_known=scope.rules_known)


def _unit_rows(scope: Scope) -> Iterator[Row]:
    logs, covers = _grouped(scope.log, 0), _grouped(scope.covers, 0)
    for unit in scope.query.units:
        log = _sum(logs[unit].values())
        yield row(unit, log, covers[unit], rules_known=scope.rules_known)


def _procedure_rows(scope: Scope) -> Iterator[Row]:
    covers = _grouped(scope.covers, 1)
    logged = _by_procedure(scope.connection, scope.query)
    returned = {
        topic
        for unit in scope.returns.units
        for topic in scope.returns.topics(unit)
        if topic.procedure and topic.field in scope.fields
    }
    place = {field: n for n, field in enumerate(scope.fields)}
    for topic in sorted(logged.keys() | returned, key=lambda t: (place[t.field], t.procedure)):
        own = {
            (unit, field): scope.returns.of(unit, field, topic.procedure)
            if topic.procedure
            else None
            for unit, field in covers[topic.field]
        }
        log = logged.get(topic, Log())
        yield row(topic, log, own, rules_known=scope.rules_known)


def _day_rows(scope: Scope) -> Iterator[Row]:
    logged = _by_day(scope.connection, scope.query)
    for n in range((scope.query.last - scope.query.first).days + 1):
        day = scope.query.first + DAY * n
        yield row(day.isoformat(), logged.get(day, Log()), {})


def _outcome_rows(scope: Scope) -> Iterator[Row]:
    log = _sum(scope.log.values())
    for outcome in OUTCOMES:
        online = log["online"] if outcome == "submitted" else 0
        of = {"entries": log[outcome], "assisted": log[outcome], "online": online}
        yield row(outcome, Log(of), {})


_ROWS: Mapping[By, Callable[[Scope], Iterable[Row]]] = {
    "field": _field_rows,
    "procedure": _procedure_rows,
    "unit": _unit_rows,
    "day": _day_rows,
    "outcome": _outcome_rows,
}


def _grouped(of: Mapping[Pair, V], at: int) -> dict[str, dict[Pair, V]]:
    groups: dict[str, dict[Pair, V]] = defaultdict(dict)
    for pair, value in of.items():
        groups[pair[at]][pair] = value
    return groups


def _sum(several: Iterable[Log]) -> Log:
    found = Log()
    for log in several:
        found.update(log)
    return found


def _by_pair(
    connection: Connection, query: Query, metrics: Iterable[str] = METRICS
) -> dict[Pair, Log]:
    kept = _kept_by_month(query.first, query.last + DAY) or KEPT_BY_DAY
    found = _logged(connection, query, kept, ("unit", "field"), metrics)
    return {(unit, field): log for (unit, field), log in found.items()}


def _by_day(connection: Connection, query: Query) -> dict[date, Log]:
    found = _logged(connection, query, KEPT_BY_DAY, ("civil_date",))
    return {day: log for (day,), log in found.items()}


def _by_procedure(connection: Connection, query: Query) -> dict[Topic, Log]:
    first, after = query.first, query.last + DAY
    kept = _kept_by_month(first, after) or _kept_by_week(first, after)
    kept = kept or Kept(counted(first, after).subquery(), "civil_date")
    found = _logged(connection, query, kept, ("field", "procedure"))
    return {Topic(field, procedure): log for (field, procedure), log in found.items()}


class Kept(NamedTuple):
    """Rows that hold sums, and the column with the day on which each sum begins."""

    rows: FromClause
    begins: str


KEPT_BY_DAY = Kept(rollup_unit_day, "civil_date")


def _kept_by_month(first: date, after: date) -> Kept | None:
    whole = month_start(first) == first and month_start(after) == after
    return Kept(rollup_procedure_month, "month_start") if whole else None


def _kept_by_week(first: date, after: date) -> Kept | None:
    whole = week_start(first) == first and week_start(after) == after
    return Kept(rollup_procedure_week, "week_start") if whole else None


def _late(connection: Connection, query: Query) -> Late | None:
    if query.due is None:
        return None
    of = filing.c
    fresh = of.recorded_at >= query.due
    stands, filed = of.state != "voided", of.activity == "filing"
    asked = select(
        _sum_where(fresh & stands, literal(1)),
        _sum_where(fresh & stands & filed, of.quantity),
        _sum_where(~fresh & (of.state != "recorded"), literal(1)),
    ).where(
        of.unit.in_(query.units),
        of.civil_date.between(query.first, query.last),
        of.last_at >= query.due,
    )
    if query.field is not None:
        asked = asked.where(of.field == query.field)
    return Late(*map(int, connection.execute(asked).one()))


def _sum_where(holds: ColumnElement[bool], what: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((holds, what), else_=0)), 0)


def _logged(
    connection: Connection,
    query: Query,
    kept: Kept,
    by: tuple[str, ...],
    metrics: Iterable[str] = METRICS,
) -> dict[tuple[Any, ...], Log]:
    columns, names = kept.rows.c, tuple(metrics)
    begins, keys = columns[kept.begins], [columns[name] for name in by]
    asked = (
        select(*keys, *(func.sum(columns[name]) for name in names))
        .where(columns.unit.in_(query.units), begins.between(query.first, query.last))
        .group_by(*keys)
    )
    if query.field is not None:
        asked = asked.where(columns.field == query.field)
    split = len(by)
    return {
        tuple(found[:split]): Log(dict(zip(names, map(int, found[split:]), strict=True)))
        for found in connection.execute(asked)
    }
