"""All that a head sees of one unit in one period: the same numbers for the page and the sheet."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from kiosk.clock import today
from kiosk.counts.duties import Competence
from kiosk.counts.official import Official, Topic, latest
from kiosk.counts.periods import DEFAULT, Period, Rules
from kiosk.counts.table import Query, Table
from kiosk.counts.targets import Target, target_for
from kiosk.counts.totals import tables
from kiosk.counts.zero import ZeroList, ZeroQuery, zero_list
from kiosk.units import Unit, all_units, children, territory


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
    by_field: Table
    by_procedure: Table
    by_unit: Table
    zero: ZeroList
    zero_this_year: ZeroList
    targets: Mapping[str, Target]  # by field
    returns: tuple[Official, ...]


def numbers(connection: Connection, asked: Asked) -> Overview:
    """Return the numbers of a unit and all under it in a period."""
    period = asked.period
    units = territory(connection, asked.unit, period.start, period.end) or (asked.unit,)
    query = Query(
        units=units,
        first=period.start,
        last=period.end,
        fields=asked.fields,
        competent=asked.competent,
    )
    seen = tables(connection, query, ("field", "procedure", "unit"))
    zeros = ZeroQuery(
        on=max(period.start, min(period.end, today())),
        units=children(connection, asked.unit, period.end) or (asked.unit,),
        fields=asked.fields,
        competent=asked.competent,
        kind=period.kind,
        rules=asked.rules,
    )
    return Overview(
        asked=asked,
        units=units,
        by_field=seen["field"],
        by_procedure=seen["procedure"],
        by_unit=seen["unit"],
        zero=zero_list(connection, zeros),
        zero_this_year=zero_list(connection, replace(zeros, horizon="year", kind=None)),
        targets=_targets(connection, asked),
        returns=latest(connection, units, period),
    )


def lineage(connection: Connection, unit: str, period: Period) -> tuple[str, ...]:
    """Return a unit, its parent, and so on up, as they stand at the end of a period."""
    units = {found.code: found for found in all_units(connection, period.end)}
    found = [unit]
    while parent := _parent(units, found[-1]):
        if parent in found:
            break
        found.append(parent)
    return tuple(found)


def _parent(units: Mapping[str, Unit], code: str) -> str | None:
    return units[code].parent if code in units else None


def _targets(connection: Connection, asked: Asked) -> dict[str, Target]:
    above = lineage(connection, asked.unit, asked.period)
    found = {
        field: target_for(connection, above, Topic(field), asked.period.end)
        for field in asked.fields
    }
    return {field: assigned for field, assigned in found.items() if assigned is not None}
