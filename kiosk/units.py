"""Police units: a tree with dates and successors, of as many levels as the law makes."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Index,
    String,
    Table,
    bindparam,
    delete,
    insert,
    or_,
    select,
)

from kiosk.db import metadata
from kiosk.notes import personal

AREA_TYPES = ("general", "rural", "remote")
DAY = timedelta(days=1)
LONGEST_NAME = 120
SIGNS = {
    "dossier": "a dossier code",
    "phone": "a phone number",
    "number": "an identity number",
    "plate": "a vehicle plate",
}

_UNSEEN = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"  # controls, breaks, halves of characters
_CODE = r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}"
_PATTERNS = {
    "code": re.compile(_CODE),
    "name": re.compile(rf"[^{_UNSEEN}]{{1,{LONGEST_NAME}}}"),
    "level": re.compile(r"[a-z][a-z0-9_-]{0,31}"),
    "parent": re.compile(f"({_CODE})?"),
    "successor": re.compile(f"({_CODE})?"),
}

unit = Table(
    "unit",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("level", String(32), nullable=False),  #: id of the level: province, commune …
    Column("parent", String(32)),  #: None at the top
    Column("area_type", String(16), nullable=False),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),  #: its last day; None while it stands
    Column("successor", String(32)),  #: the unit that took over after the last day
    Index(None, "parent"),
    Index(None, "successor"),
)


class UnitsError(Exception):
    """A list of units cannot be taken; every mistake is named with its line."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(self.mistakes))


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it stands from its first to its last day, both included."""

    code: str
    name: str
    level: str
    parent: str | None
    area_type: str
    valid_from: date
    valid_to: date | None
    successor: str | None

    def stands(self, on: date) -> bool:
        """Tell whether this is how the unit is on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


COLUMNS = tuple(field.name for field in fields(Unit))
Versions = dict[str, list[Unit]]
Key = tuple[str, date]


def all_units(connection: Connection, on: date) -> tuple[Unit, ...]:
    """Return every unit that stands on a day, by code."""
    return _read(connection, _standing(on))


def find(connection: Connection, code: str, on: date) -> Unit | None:
    """Return a unit as it is on a day; None when it does not stand then."""
    found = _read(connection, unit.c.code == code, _standing(on))
    return found[0] if found else None


def children(connection: Connection, code: str, on: date) -> tuple[str, ...]:
    """Return the codes of a unit and of all below it on a day, itself first."""
    tree = select(unit.c.code).where(unit.c.code == code, _standing(on)).cte(recursive=True)
    below = select(unit.c.code).where(unit.c.parent == tree.c.code, _standing(on))
    codes = set(connection.execute(select(tree.union(below).c.code)).scalars())
    return (code, *sorted(codes - {code})) if codes else ()


def territory(connection: Connection, code: str, first: date, last: date) -> tuple[str, ...]:
    """Return `children` on the last day, and the units merged into them since the first."""
    found = dict.fromkeys(children(connection, code, last))
    taken_over = list(found)
    while taken_over:
        wanted = select(unit.c.code).where(
            unit.c.successor.in_(taken_over), unit.c.valid_to >= first, unit.c.valid_to < last
        )
        merged = set(connection.execute(wanted).scalars())
        taken_over = sorted(merged - found.keys())
        found |= dict.fromkeys(taken_over)
    return tuple(found)


def import_csv(connection: Connection, lines: Iterable[str]) -> int:
    """Take a list of units with a heading line, all of it or, with UnitsError, nothing of it."""
    read = _Reading(lines)
    stored = {(u.code, u.valid_from): u for u in _read(connection)}
    mistakes = [*read.mistakes, *_contradictions(stored | read.units, read)]
    if mistakes:
        raise UnitsError(mistakes)
    _save(connection, list(read.units.values()))
    return len(read.units)


def _standing(on: date) -> ColumnElement[bool]:
    still = or_(unit.c.valid_to.is_(None), unit.c.valid_to >= on)
    return (unit.c.valid_from <= on) & still


def _read(connection: Connection, *which: ColumnElement[bool]) -> tuple[Unit, ...]:
    rows = select(unit).where(*which).order_by(unit.c.code, unit.c.valid_from)
    return tuple(Unit(**row._mapping) for row in connection.execute(rows))


def _save(connection: Connection, units: list[Unit]) -> None:
    if units:
        same = (unit.c.code == bindparam("of"), unit.c.valid_from == bindparam("since"))
        keys = [{"of": u.code, "since": u.valid_from} for u in units]
        connection.execute(delete(unit).where(*same), keys)
        connection.execute(insert(unit), [asdict(u) for u in units])


class _Reading:
    """A list as it was read: units, the lines they stand on, what is wrong with single lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.units: dict[Key, Unit] = {}
        self.lines: dict[Key, int] = {}
        self.mistakes: list[str] = []
        self.unread: set[str] = set()  # codes on lines with mistakes: no ground to blame others
        rows = csv.reader(line.removeprefix("\ufeff") for line in lines)
        if tuple(next(rows, ())) != COLUMNS:
            self.mistakes.append(f"line 1: the heading must be {','.join(COLUMNS)}")
            return
        try:
            for row in rows:
                if any(row):
                    self._take(rows.line_num, [cell.strip() for cell in row])
        except csv.Error as error:
            self.mistakes.append(f"line {rows.line_num}: cannot be read: {error}")

    def _take(self, line: int, row: list[str]) -> None:
        cells = dict(zip(COLUMNS, row, strict=False))
        wrong = list(_faults(cells) if len(row) == len(COLUMNS) else ["a column too many or few"])
        if wrong:
            self.mistakes += [f"line {line}: {fault}" for fault in wrong]
            self.unread.update(row[:1])
        else:
            self._keep(line, _unit(cells))

    def _keep(self, line: int, read: Unit) -> None:
        key = read.code, read.valid_from
        if key in self.units:
            first = self.lines[key]
            self.mistakes.append(f"line {line}: the same unit and first day as line {first}")
        self.units[key], self.lines[key] = read, line


def _faults(cells: Mapping[str, str]) -> Iterator[str]:
    for column, pattern in _PATTERNS.items():
        if not pattern.fullmatch(cells[column]):
            yield f"{column} cannot be “{_shown(cells[column])}”"
    if sign := personal(cells["name"]):
        yield f"name seems to hold {SIGNS[sign]}, which no name of a unit does"
    if cells["area_type"] not in AREA_TYPES:
        yield f"area_type must be one of {', '.join(AREA_TYPES)}"
    for column in ("valid_from", "valid_to"):
        if not _is_day(cells[column]) and (cells[column] or column == "valid_from"):
            yield f"{column} must be a day such as 2026-07-01"
    if cells["valid_to"] == date.max.isoformat():
        yield "valid_to must be empty while the unit stands"


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unit(cells: Mapping[str, str]) -> Unit:
    last = cells["valid_to"]
    return Unit(
        cells["code"],
        cells["name"],
        cells["level"],
        cells["parent"] or None,
        cells["area_type"],
        date.fromisoformat(cells["valid_from"]),
        date.fromisoformat(last) if last else None,
        cells["successor"] or None,
    )


def _contradictions(units: Mapping[Key, Unit], read: _Reading) -> Iterator[str]:
    """Yield what is wrong with units taken together: those read and those that were there."""
    versions: Versions = {}
    for key in sorted(units):
        versions.setdefault(key[0], []).append(units[key])
    for key in sorted(units, key=lambda key: (read.lines.get(key, 0), key)):
        line = read.lines.get(key)
        place = f"line {line}" if line else f"stored unit {key[0]} of {key[1]}"
        yield from (f"{place}: {fault}" for fault in _conflicts(units[key], versions, read.unread))


def _conflicts(one: Unit, versions: Versions, unread: set[str]) -> Iterator[str]:
    if one.valid_to and one.valid_to < one.valid_from:
        yield "valid_to is before valid_from"
    following = [other for other in versions[one.code] if other.valid_from > one.valid_from]
    if following and one.stands(following[0].valid_from):
        yield f"still stands on {following[0].valid_from}, when the unit is given anew"
    if one.parent and one.parent not in unread:
        yield from _wrong_parent(one, versions)
    if one.successor and one.successor not in unread:
        yield from _wrong_successor(one, versions)


def _wrong_parent(one: Unit, versions: Versions) -> Iterator[str]:
    if not _stands_throughout(one, versions.get(str(one.parent), [])):
        yield f"parent {one.parent} does not stand all that time"
    elif _goes_round(one, versions):
        yield "the units above it go round in a circle"


def _stands_throughout(child: Unit, parents: list[Unit]) -> bool:
    day = child.valid_from
    for parent in parents:
        if parent.stands(day):
            if parent.valid_to in (None, date.max) or (
                child.valid_to and child.valid_to <= parent.valid_to
            ):
                return True
            day = parent.valid_to + DAY
    return False


def _goes_round(one: Unit, versions: Versions) -> bool:
    seen: set[str] = set()
    code: str | None = one.code
    while code and code not in seen:
        seen.add(code)
        standing = [other for other in versions.get(code, []) if other.stands(one.valid_from)]
        code = standing[0].parent if standing else None
    return code is not None


def _wrong_successor(one: Unit, versions: Versions) -> Iterator[str]:
    if one.valid_to is None:
        yield "a unit that still stands has no successor"
    elif not any(heir.stands(one.valid_to + DAY) for heir in versions.get(str(one.successor), [])):
        yield f"successor {one.successor} does not stand on the next day"
