"""Targets a superior unit assigns: a share of dossiers to be received online, with its dates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Date,
    Engine,
    Integer,
    String,
    Table,
    delete,
    insert,
    or_,
    select,
)

from kiosk.access import audit
from kiosk.counts.figures import Mistake
from kiosk.counts.official import Topic
from kiosk.db import metadata, storing
from kiosk.notes import personal

WHOLE = 10_000  # 100.00 %
LONGEST_BASIS = 200
SHARE = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?\s?%?")
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

target = Table(
    "target",
    metadata,
    Column("unit", String(32), primary_key=True),
    Column("field", String(64), primary_key=True),  # '' is every field
    Column("procedure", String(64), primary_key=True),  # '' is the whole field
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("percent_times_100", Integer, nullable=False),
    Column("basis", String(LONGEST_BASIS), nullable=False),
    CheckConstraint("percent_times_100 between 0 and 10000", name="percent"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A share in hundredths of a percent, and the document that assigns it."""

    unit: str
    percent_times_100: int
    valid_from: date
    basis: str
    field: str = ""
    procedure: str = ""
    valid_to: date | None = None

    @property
    def percent(self) -> Decimal:
        """The share in percent, with two places."""
        return Decimal(self.percent_times_100).scaleb(-2)

    @property
    def words(self) -> str:
        """What it says besides what it is for: whoever replaces it shows that this was read."""
        return f"{self.percent} {self.valid_to or ''} {self.basis}"


class TargetError(ValueError):
    """A target that cannot be; nothing was kept."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(WRONG[mistake.code] for mistake in mistakes))


class TargetStands(ValueError):  # noqa: N818 - says what happened
    """Another target for the same thing begins the same day: it is replaced only knowingly."""

    def __init__(self, standing: Target) -> None:
        self.standing = standing
        super().__init__(
            f"from {standing.valid_from} there is a target of {standing.percent} %"
            f" already, by {standing.basis}"
        )


WRONG = {
    "not_a_share": "a target is 0 to 100 %, with two places at most",
    "ends_before_it_begins": "a target cannot end before it begins",
    "no_basis": "a target needs its basis: the document that assigns it",
    "too_long": f"the basis of a target is at most {LONGEST_BASIS} characters long",
    "unseen": "the basis of a target is one line without control characters",
    "dossier": "the basis of a target seems to hold a dossier code: it only names a document",
    "phone": "the basis of a target seems to hold a phone number: it only names a document",
    "number": "the basis of a target seems to hold an identity number: it only names a document",
    "plate": "the basis of a target seems to hold a plate: it only names a document",
}


def hundredths(text: str) -> int:
    """Return a share such as 50 or 62,5 in hundredths of a percent; raise TargetError."""
    found = SHARE.fullmatch(text.strip())
    if found is None:
        raise TargetError([Mistake("percent", "not_a_share")])
    whole, part = found.groups()
    return int(whole) * 100 + int((part or "").ljust(2, "0"))


def refuse(assigned: Target) -> list[Mistake]:
    """Return why a target cannot be, at most one mistake a field; nothing if it can."""
    mistakes = []
    if not 0 <= assigned.percent_times_100 <= WHOLE:
        mistakes.append(Mistake("percent", "not_a_share"))
    if assigned.valid_to is not None and assigned.valid_to < assigned.valid_from:
        mistakes.append(Mistake("valid_to", "ends_before_it_begins"))
    if code := _wrong_basis(assigned.basis):
        mistakes.append(Mistake("basis", code))
    return mistakes


def _wrong_basis(basis: str) -> str | None:
    if not basis.strip():
        return "no_basis"
    if len(basis) > LONGEST_BASIS:
        return "too_long"
    return "unseen" if UNSEEN.search(basis) else personal(basis)


def set_target(
    engine: Engine, assigned: Target, by: str = audit.CONSOLE, replacing: str | None = None
) -> bool:
    """Keep a target and say so in the audit, both or neither; tell whether it was new.

    Raise TargetError for one that cannot be, TargetStands as `replaced` does; a full or held
    database is a StoreError.
    """
    if mistakes := refuse(assigned):
        raise TargetError(mistakes)
    with storing(engine) as connection:
        standing = replaced(connection, assigned, replacing)
        if standing == assigned:
            return False
        connection.execute(delete(target).where(*_key(assigned)))
        connection.execute(insert(target).values(asdict(assigned)))
        audit.write(connection, _event(assigned, by, standing))
    return True


def replaced(connection: Connection, assigned: Target, replacing: str | None) -> Target | None:
    """Return what begins the same day for the same thing, and would be replaced.

    Raise TargetStands unless it says the same, or is `replacing`: known by its `Target.words`.
    """
    row = connection.execute(select(target).where(*_key(assigned))).first()
    standing = Target(**row._mapping) if row else None
    if standing is not None and standing != assigned and standing.words != replacing:
        raise TargetStands(standing)
    return standing


def _event(assigned: Target, by: str, standing: Target | None) -> audit.TargetSet:
    return audit.TargetSet(
        assigned.unit,
        by,
        assigned.field,
        assigned.procedure or None,
        assigned.percent_times_100,
        assigned.valid_from.isoformat(),
        standing.percent_times_100 if standing else None,
    )


def _key(assigned: Target) -> tuple[ColumnElement[bool], ...]:
    columns = target.c
    return (
        columns.unit == assigned.unit,
        columns.field == assigned.field,
        columns.procedure == assigned.procedure,
        columns.valid_from == assigned.valid_from,
    )


def assigned_from(connection: Connection, lineage: Sequence[str], on: date) -> tuple[Target, ...]:
    """Return the targets in force on a day and those still to come, nearest unit first."""
    columns = target.c
    asked = select(target).where(
        columns.unit.in_(lineage), or_(columns.valid_to.is_(None), columns.valid_to >= on)
    )
    rows = connection.execute(asked.order_by(columns.valid_from))
    kept: dict[tuple[str, ...], Target] = {}
    for found in (Target(**row._mapping) for row in rows):
        # One that has begun gives way to the next that has begun; those to come stand side by side.
        day = "" if found.valid_from <= on else found.valid_from.isoformat()
        kept[found.unit, found.field, found.procedure, day] = found
    return tuple(sorted(kept.values(), key=lambda one: _place(one, lineage)))


def _place(one: Target, lineage: Sequence[str]) -> tuple[int, str, str, date]:
    return lineage.index(one.unit), one.field, one.procedure, one.valid_from


def target_for(
    connection: Connection, lineage: Sequence[str], topic: Topic, on: date
) -> Target | None:
    """Return the target of a day: of the procedure, else the field, else all; nearest unit first.

    `lineage` is the unit itself, its parent, and so on up.
    """
    return targets_for(connection, lineage, {"": topic}, on).get("")


def targets_for(
    connection: Connection, lineage: Sequence[str], topics: Mapping[str, Topic], on: date
) -> dict[str, Target]:
    """Return the target of each topic that has one, by the key of the topic, as `target_for`."""
    valid = _valid(connection, lineage, on)
    found = {
        key: min(
            (assigned for assigned in valid if _covers(assigned, topic)),
            key=lambda assigned: _distance(assigned, lineage),
            default=None,
        )
        for key, topic in topics.items()
    }
    return {key: nearest for key, nearest in found.items() if nearest is not None}


def _valid(connection: Connection, lineage: Sequence[str], on: date) -> list[Target]:
    columns = target.c
    asked = select(target).where(
        columns.unit.in_(lineage),
        columns.valid_from <= on,
        or_(columns.valid_to.is_(None), columns.valid_to >= on),
    )
    rows = connection.execute(asked.order_by(columns.valid_from.desc()))
    return [Target(**row._mapping) for row in rows]


def _covers(assigned: Target, topic: Topic) -> bool:
    return assigned.field in ("", topic.field) and assigned.procedure in ("", topic.procedure)


def _distance(assigned: Target, lineage: Sequence[str]) -> tuple[bool, bool, int]:
    return not assigned.procedure, not assigned.field, lineage.index(assigned.unit)
