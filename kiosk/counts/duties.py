"""Which unit owes figures on which field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from kiosk.units import all_units

Competence = Mapping[str, frozenset[str]]  # field: levels of unit; a field not named: every level


@dataclass(frozen=True, slots=True)
class Duties:
    """By rule where there is one, else every unit that is no mere group of the others asked for.

    A unit that has been merged into another owes nothing any more; what it said still counts.
    """

    levels: Mapping[str, str]
    groups: frozenset[str]
    rules: Competence | None

    def owes(self, unit: str, field: str) -> bool:
        """Tell whether a unit has to report on a field."""
        if self.rules is None:
            return self.stands(unit) and unit not in self.groups
        level = self.levels.get(unit)
        return level is not None and (field not in self.rules or level in self.rules[field])

    def stands(self, unit: str) -> bool:
        """Tell whether a unit is one of today's; without a list of units, each is."""
        return unit in self.levels or not self.levels


def duties(
    connection: Connection, units: Sequence[str], on: date, rules: Competence | None
) -> Duties:
    """Return who of these units owes what on a day."""
    asked = [unit for unit in all_units(connection, on) if unit.code in set(units)]
    groups = frozenset(unit.parent for unit in asked if unit.parent is not None)
    return Duties({unit.code: unit.level for unit in asked}, groups, rules)
