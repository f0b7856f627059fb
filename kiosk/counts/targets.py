"""Targets a superior unit assigns: a share of dossiers to be received online, with its dates."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    Column,
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

from kiosk.counts.official import Topic
from kiosk.db import metadata, writing

WHOLE = 10_000  # 100.00 %
LONGEST_BASIS = 200

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


def set_target(engine: Engine, assigned: Target) -> None:
    """Keep a target; one that begins the same day for the same thing is replaced."""
    _accept(assigned)
    columns = target.c
    same = delete(target).where(
        columns.unit == assigned.unit,
        columns.field == assigned.field,
        columns.procedure == assigned.procedure,
        columns.valid_from == assigned.valid_from,
    )
    with writing(engine) as connection:
        connection.execute(same)
        connection.execute(insert(target).values(asdict(assigned)))


def _accept(assigned: Target) -> None:
    if not 0 <= assigned.percent_times_100 <= WHOLE:
        raise ValueError(f"a target is 0 to 100 %, not {assigned.percent} %")
    if assigned.valid_to is not None and assigned.valid_to < assigned.valid_from:
        raise ValueError("a target cannot end before it begins")
    if not assigned.basis.strip():
        raise ValueError("a target needs its basis: the document that assigns it")
    if len(assigned.basis) > LONGEST_BASIS:
        raise ValueError(f"the basis of a target is at most {LONGEST_BASIS} characters long")


def target_for(
    connection: Connection, lineage: Sequence[str], topic: Topic, on: date
) -> Target | None:
    """Return the target of a day: of the procedure, else the field, else all; nearest unit first.

    `lineage` is the unit itself, its parent, and so on up.
    """
    found = [assigned for assigned in _valid(connection, lineage, on) if _covers(assigned, topic)]
    return min(found, key=lambda assigned: _distance(assigned, lineage), default=None)


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
