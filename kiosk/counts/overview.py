"""All that a head sees of one unit in one period: the same numbers for the page and the sheet."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from kiosk.clock import now, today
from kiosk.counts.duties import Competence
from kiosk.counts.official import Official, Topic, latest
from kiosk.counts.periods import DEFAULT, Period, Rules
from kiosk.counts.table import Query, Table
from kiosk.counts.targets import Target, targets_for
from kiosk.counts.totals import tables
from kiosk.counts.zero import ZeroList, ZeroQuery, zero_list
from kiosk.units import all_units, children, find, territory

EVERYTHING = Topic("")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which unit, with all under it, and which period; fields in the order to list them."""

    unit: str
    period: Period
    fields: tuple[str, ...] = ()
    competent: Competence | None = None
    rules: Rules = DEFAULT


@dataclass(frozen=True, slots=True)
class Overview:
    """Three tables of the same dossiers, who has none, and where the official figures are from."""

    asked: Asked
    units: tuple[str, ...]
    below: tuple[str, ...]  # the unit and all under it on the last day; `units` has the merged too
    by_field: Table
    by_procedure: Table
    by_unit: Table
    zero: ZeroList
    zero_this_year: ZeroList
    targets: Mapping[str, Target]  # by field; of all of them under "total"
    returns: tuple[Official, ...]

    @property
    def group(self) -> bool:
        """Tell whether there are units under it, whose figures it gathers."""
        return len(self.below) > 1


def numbers(connection: Connection, asked: Asked) -> Overview:
    """Return the numbers of a unit and all under it in a period."""
    period = asked.period
    units = territory(connection, asked.unit, period.start, period.end) or (asked.unit,)
    below = children(connection, asked.unit, period.end) or (asked.unit,)
    query = Query(
        units=units,
        first=period.start,
        last=period.end,
        fields=asked.fields,
        competent=asked.competent,
        due=_passed(period.due_at),
    )
    seen = tables(connection, query, ("field", "procedure", "unit"))
    zeros = ZeroQuery(
        on=max(period.start, min(period.end, today())),
        units=below,
        fields=asked.fields,
        competent=asked.competent,
        kind=period.kind,
        rules=asked.rules,
    )
    return Overview(
        asked=asked,
        units=units,
        below=below,
        by_field=seen["field"],
        by_procedure=seen["procedure"],
        by_unit=seen["unit"],
        zero=zero_list(connection, zeros),
        zero_this_year=zero_list(connection, replace(zeros, horizon="year", kind=None)),
        targets=_targets(connection, asked),
        returns=latest(connection, units, period),
    )


def lineage(connection: Connection, unit: str, on: date) -> tuple[str, ...]:
    """Return a unit, its parent, and so on up, as they stand on a day."""
    found = [unit]
    while (here := find(connection, found[-1], on)) and here.parent and here.parent not in found:
        found.append(here.parent)
    return tuple(found)


def unit_names(connection: Connection, first: date, last: date) -> dict[str, str]:
    """Return what the units of these days are called, by code; the name of the last day counts."""
    days = dict.fromkeys((first, last))
    return {unit.code: unit.name for on in days for unit in all_units(connection, on)}


def _passed(due: datetime | None) -> datetime | None:
    return due if due is not None and due <= now() else None


def _targets(connection: Connection, asked: Asked) -> dict[str, Target]:
    above = lineage(connection, asked.unit, asked.period.end)
    topics = {field: Topic(field) for field in asked.fields} | {"total": EVERYTHING}
    return targets_for(connection, above, topics, asked.period.end)
