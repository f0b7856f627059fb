"""Calls for an officer: a visitor's, or a machine's; nothing about the visitor is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Update,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)
from uuid_utils import uuid7

from kiosk import clock
from kiosk.db import storing
from kiosk.station.models import KINDS, call

SCREEN = "lobby"  #: the source of whatever is pressed on the lobby's one screen
VISITORS = ("help", "no_paper_came")
ALARMS = tuple(kind for kind in KINDS if kind not in VISITORS)
PATIENCE = timedelta(hours=2)  # nobody stands at a screen for longer
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody or something waits for an officer since an instant."""

    id: str
    source: str
    kind: str
    at: datetime


def ring(engine: Engine, unit: str, source: str, kind: str) -> Call:
    """Return the open call of a source, durable; a new one if there is none.

    A machine rings when its condition begins, and from time to time while it lasts: an officer who
    answered has not yet mended it.
    """
    if kind not in KINDS:
        raise ValueError(f"no such kind of call: {kind}")
    now = clock.now()
    with storing(engine) as conn:
        for known in waiting(conn, unit):
            if (known.source, known.kind) == (source, kind):
                return known
        begun = Call(str(uuid7()), source, kind, now)
        row = {"id": begun.id, "source": source, "kind": kind, "at": now}
        conn.execute(insert(call).values(unit=unit, **row))
    return begun


def waiting(conn: Connection, unit: str) -> tuple[Call, ...]:
    """Return the open calls of a unit, the first to call first."""
    columns = (call.c.id, call.c.source, call.c.kind, call.c.at)
    wanted = select(*columns).where(call.c.unit == unit, call.c.ended_at.is_(None), _not_given_up())
    rows = conn.execute(wanted.order_by(call.c.at, call.c.id))
    return tuple(Call(*row) for row in rows)


def answer(engine: Engine, unit: str, call_id: str, officer: str) -> bool:
    """Close a call because an officer goes there; False if it was closed before, or is no call."""
    ended = {"ended_at": clock.now(), "ended_by": officer}
    with storing(engine) as conn:
        return bool(conn.execute(_open(unit).where(call.c.id == call_id).values(ended)).rowcount)


def over(engine: Engine, unit: str, source: str, kind: str) -> None:
    """Close the call of a source because what it rang for is over; nothing happens if none is."""
    same = (call.c.source == source, call.c.kind == kind)
    with storing(engine) as conn:
        conn.execute(_open(unit).where(*same).values(ended_at=clock.now()))


def forget(conn: Connection, before: datetime) -> int:
    """Delete what was closed, or given up, before an instant; return how many calls that were."""
    given_up = and_(
        call.c.ended_at.is_(None), call.c.kind.in_(VISITORS), call.c.at < before - PATIENCE
    )
    return conn.execute(delete(call).where(or_(call.c.ended_at < before, given_up))).rowcount


def _open(unit: str) -> Update:
    return update(call).where(call.c.unit == unit, call.c.ended_at.is_(None))


def _not_given_up() -> ColumnElement[bool]:
    # A visitor whom nobody answered has gone; the next one's call must not look hours old.
    return or_(call.c.kind.not_in(VISITORS), call.c.at > clock.now() - PATIENCE)
