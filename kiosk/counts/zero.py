"""Units that have received nothing online yet, by field; and units that have not said."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from sqlalchemy import Connection

from kiosk.clock import VIETNAM
from kiosk.counts.duties import Competence, duties
from kiosk.counts.official import NOTHING_AT_ALL, Official, begun, prevailing
from kiosk.counts.periods import (
    DAY,
    DEFAULT,
    Period,
    PeriodError,
    Rules,
    due_next,
    kept,
    period_of,
)
from kiosk.counts.table import Pair
from kiosk.counts.totals import submitted_online

Horizon = Literal["period", "year"]
LONGEST_WAIT = DAY * 92  # between the end of a period and the day its report is due


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeroQuery:
    """As of which day, of which units; `kind` keeps to returns for periods of that kind."""

    on: date
    units: tuple[str, ...]
    horizon: Horizon = "period"
    fields: tuple[str, ...] = ()  # in this order; those found elsewhere follow
    competent: Competence | None = None
    kind: str | None = None
    rules: Rules = DEFAULT


@dataclass(frozen=True, slots=True)
class ZeroList:
    """Fields with their units, the same by unit, and the units that returned nothing at all."""

    on: date
    horizon: Horizon
    fields: tuple[tuple[str, tuple[str, ...]], ...]
    units: tuple[tuple[str, tuple[str, ...]], ...]
    silent: tuple[str, ...]


def zero_list(connection: Connection, query: ZeroQuery) -> ZeroList:
    """Return who is competent, has reported, and has received nothing online."""
    first = _first_day(query)
    returns = tuple(_returns(connection, query, first))
    fields = _fields(query, returns)
    reported = {found.unit for found in returns}
    owed = duties(connection, query.units, query.on, query.competent)
    zeros = {
        (unit, field)
        for (unit, field), online in _online(returns, fields).items()
        if online == 0 and (query.competent is None or owed.owes(unit, field))
    }
    since = min((found.period.start for found in returns), default=first)
    zeros -= _logged_online(connection, {unit for unit, _ in zeros}, since, query.on)
    silent = (
        unit
        for unit in query.units
        if unit not in reported and any(owed.owes(unit, field) for field in fields or ("",))
    )
    return ZeroList(
        query.on,
        query.horizon,
        _lines(fields, query.units, {(field, unit) for unit, field in zeros}),
        _lines(query.units, fields, zeros),
        tuple(silent),
    )


def as_json(found: ZeroList) -> dict[str, Any]:
    """Return the document that `kiosk zero-list --json` prints."""
    return {
        "on": found.on.isoformat(),
        "horizon": found.horizon,
        "fields": [{"field": field, "units": list(units)} for field, units in found.fields],
        "units": [{"unit": unit, "fields": list(fields)} for unit, fields in found.units],
        "silent": list(found.silent),
    }


def _first_day(query: ZeroQuery) -> date:
    if query.horizon == "period":
        return kept(query.on) - LONGEST_WAIT
    midnight = datetime.combine(kept(query.on), time(), VIETNAM)
    special = [period for period in query.rules.special if _live(period, query)]
    year = special[0] if special else due_next("year", midnight, query.rules)
    return year.start


def _returns(connection: Connection, query: ZeroQuery, first: date) -> Iterator[Official]:
    found = begun(connection, query.units, first, query.on)
    for official in prevailing(found).values():
        period = official.period
        inside = first <= period.start if query.horizon == "year" else _live(period, query)
        if inside and query.kind in (None, period.kind):
            yield official


def _live(period: Period, query: ZeroQuery) -> bool:
    """Tell whether a period is under way, or over with its report still due."""
    if period.holds(query.on):
        return True
    due = _due(period, query.rules)
    midnight = datetime.combine(query.on, time(), VIETNAM)
    return period.end < query.on and due is not None and midnight < due


def _due(period: Period, rules: Rules) -> datetime | None:
    try:
        return period_of(period.kind, period.end, rules).due_at
    except PeriodError:  # a special period that is no longer in the rules
        return None


def _fields(query: ZeroQuery, returns: Iterable[Official]) -> tuple[str, ...]:
    found = {official.topic.field for official in returns}.union(query.competent or ())
    return (*query.fields, *sorted(found.difference(query.fields, {NOTHING_AT_ALL.field})))


def _logged_online(connection: Connection, units: set[str], first: date, last: date) -> set[Pair]:
    if not units:
        return set()
    found = submitted_online(connection, sorted(units), first, last)
    return {pair for pair, online in found.items() if online}


def _online(returns: Iterable[Official], fields: Iterable[str]) -> dict[Pair, int]:
    """Return what is known to have come online; a nil return speaks of every field."""
    known: dict[Pair, int] = defaultdict(int)
    for official in returns:
        online = official.figures.online
        about = fields if official.topic == NOTHING_AT_ALL else (official.topic.field,)
        for field in about if online is not None else ():
            known[official.unit, field] += online or 0
    return known


def _lines(
    keys: Iterable[str], others: Iterable[str], pairs: set[Pair]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    lines = ((key, tuple(other for other in others if (key, other) in pairs)) for key in keys)
    return tuple((key, found) for key, found in lines if found)
