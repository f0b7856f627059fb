"""What was done that is not a filing: append-only, one hash chain a unit, one class a kind."""

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, insert, select, tuple_

from kiosk import clock
from kiosk.access.events import (
    CONSOLE,
    AccountCreated,
    AccountDisabled,
    AccountReset,
    ContentReviewed,
    DeviceEnrolled,
    DeviceRevoked,
    Event,
    PasswordChanged,
    ProofRefused,
    RecoveryRenewed,
    RecoveryUsed,
    ReportWritten,
    Retained,
    Retaining,
    SecondFactorReset,
    SecondFactorSet,
    SessionRevoked,
    SetUp,
    SignedIn,
    SignedOut,
    SignInRefused,
    TargetSet,
    UnitsImported,
)
from kiosk.access.lenient import lenient
from kiosk.access.models import audit_event
from kiosk.db import reading

__all__ = [
    "CONSOLE",
    "PAGE",
    "START",
    "AccountCreated",
    "AccountDisabled",
    "AccountReset",
    "ContentReviewed",
    "DeviceEnrolled",
    "DeviceRevoked",
    "Entry",
    "Event",
    "Head",
    "PasswordChanged",
    "ProofRefused",
    "RecoveryRenewed",
    "RecoveryUsed",
    "ReportWritten",
    "Retained",
    "Retaining",
    "SecondFactorReset",
    "SecondFactorSet",
    "SessionRevoked",
    "SetUp",
    "SignInRefused",
    "SignedIn",
    "SignedOut",
    "TargetSet",
    "UnitsImported",
    "entries",
    "heads",
    "rows",
    "verify",
    "write",
]

START = "0" * 64
PAGE = 100
BLOCK = 500
CHAINED = (audit_event.c.unit, audit_event.c.seq)
#: every column; of a row that was spoilt, what can be read of it
COLUMNS = [col if col.name in {"unit", "seq"} else lenient(col) for col in audit_event.c]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it stands in the chain of its unit; what cannot be read of it is left out."""

    at: datetime | None
    unit: str
    seq: int
    kind: str
    actor: str
    detail: dict[str, Any]
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a chain: whoever keeps its hash can tell later whether any was altered."""

    unit: str
    seq: int
    hash: str


def write(conn: Connection, event: Event) -> None:
    """Append an event to the chain of its unit, inside the caller's transaction."""
    table = audit_event
    last = conn.execute(
        select(table.c.seq, table.c.hash)
        .where(table.c.unit == event.unit)
        .order_by(table.c.seq.desc())
        .limit(1)
        .with_for_update()
    ).first()
    values = asdict(event)
    row = {
        "unit": values.pop("unit"),
        "seq": last.seq + 1 if last else 1,
        "kind": event.kind,
        "actor": values.pop("actor"),
        "at": clock.now(),
        "detail": values,
        "prev_hash": last.hash if last else START,
    }
    conn.execute(insert(table).values(**row, hash=_hash(row)))


def verify(conn: Connection, units: Collection[str] | None = None) -> list[str]:
    """Return what is wrong with the chains of units (None: all); an empty list says nothing is."""
    which = () if units is None else (audit_event.c.unit.in_(units),)
    found = conn.execute(select(*COLUMNS).where(*which).order_by(*CHAINED))
    chains = groupby(found, key=lambda row: str(row.unit))
    return [problem for _, chain in chains for problem in _problems(chain)]


def heads(conn: Connection) -> tuple[Head, ...]:
    """Return the last event of each chain, by unit."""
    table = audit_event
    last = select(table.c.unit, func.max(table.c.seq).label("seq")).group_by(table.c.unit)
    ends = last.subquery()
    same = (table.c.unit == ends.c.unit) & (table.c.seq == ends.c.seq)
    rows = conn.execute(
        select(table.c.unit, table.c.seq, table.c.hash).join(ends, same).order_by(table.c.unit)
    )
    return tuple(Head(*row) for row in rows)


def entries(  # noqa: PLR0913 - a filter and a page of it
    conn: Connection,
    units: Collection[str],
    first: date,
    last: date,
    kind: str | None = None,
    *,
    limit: int = PAGE,
    offset: int = 0,
) -> tuple[Entry, ...]:
    """Return the events of units from the first to the last day, newest first."""
    table = audit_event
    query = select(*COLUMNS).where(*_asked(units, first, last, kind))
    newest = query.order_by(table.c.at.desc(), table.c.unit, table.c.seq.desc())
    return tuple(_entry(row) for row in conn.execute(newest.limit(limit).offset(offset)))


def rows(
    engine: Engine, units: Collection[str] | None, first: date, last: date, kind: str | None = None
) -> Iterator[Row[Any]]:
    """Yield the events of units, None being all, from the first to the last day, chain by chain.

    Read page by page: a slow download holds no transaction open, and what was said never changes.
    """
    query = select(*COLUMNS).where(*_asked(units, first, last, kind)).order_by(*CHAINED)
    after: tuple[str, int] = ("", 0)
    while True:
        with reading(engine) as conn:
            page = conn.execute(query.where(tuple_(*after) < tuple_(*CHAINED)).limit(BLOCK)).all()
        yield from page
        if len(page) < BLOCK:
            return
        after = page[-1].unit, page[-1].seq


def _entry(row: Row[Any]) -> Entry:
    said = (row.unit, row.seq, row.kind or "", row.actor or "", row.detail or {})
    return Entry(row.at, *said, readable=None not in row)


def _asked(
    units: Collection[str] | None, first: date, last: date, kind: str | None
) -> Iterator[ColumnElement[bool]]:
    table = audit_event.c
    yield table.at >= clock.midnight(first)
    yield table.at < clock.midnight(last + timedelta(days=1))
    if units is not None:
        yield table.unit.in_(units)
    if kind:
        yield table.kind == kind


def _problems(chain: Iterator[Row[Any]]) -> Iterator[str]:
    previous = START
    for expected, row in enumerate(chain, start=1):
        where = f"audit {row.unit or '-'} {row.seq}"
        said = {key: value for key, value in row._mapping.items() if key != "hash"}
        if row.seq != expected:
            yield f"{where}: event {expected} should stand here"
            return
        if None in row:  # no column may be empty
            yield f"{where}: cannot be read"
            previous = row.hash
            continue
        if row.prev_hash != previous:
            yield f"{where}: does not follow the event before it"
        if row.hash != _hash(said):
            yield f"{where}: was altered"
        previous = row.hash


def _hash(row: dict[str, Any]) -> str:
    spoken = {key: _spell(value) for key, value in row.items()}
    text = json.dumps(spoken, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _spell(value: object) -> object:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
