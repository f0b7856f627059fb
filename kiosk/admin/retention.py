"""What was kept long enough goes: old sessions, old calls, and filings folded into their sums."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine

from kiosk import clock
from kiosk.access import audit, sessions
from kiosk.access.accounts import NO_UNIT
from kiosk.db import storing
from kiosk.filings import retain as ledger
from kiosk.station import calls


@dataclass(frozen=True, slots=True)
class Asked:
    """Before which day things go; filings stay unless their own day is given."""

    before: date
    ledger_before: date | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """How much went, or would go."""

    sessions: int
    calls: int
    events: int


def retain(engine: Engine, asked: Asked, *, dry_run: bool = False) -> Gone:
    """Remove what is older than asked and return how much.

    A dry run counts sessions and calls only: which filings may leave is found while they do.
    """
    events = 0 if dry_run else _leave(engine, asked.ledger_before)
    with storing(engine) as conn:
        trial = conn.begin_nested()
        gone = _sweep(conn, asked.before, events)
        if dry_run:
            trial.rollback()
        else:
            audit.write(conn, _said(asked, gone))
    return gone


def _leave(engine: Engine, before: date | None) -> int:
    """Let filings leave; they go in transactions of their own, so the journal says it first."""
    if before is None:
        return 0
    with storing(engine) as conn:
        audit.write(conn, audit.Retaining(NO_UNIT, audit.CONSOLE, before.isoformat()))
    return ledger.retain(engine, before)


def _sweep(conn: Connection, before: date, events: int) -> Gone:
    midnight = clock.midnight(before)
    return Gone(sessions.forget(conn, midnight), calls.forget(conn, midnight), events)


def _said(asked: Asked, gone: Gone) -> audit.Event:
    day = asked.ledger_before
    return audit.Retained(
        NO_UNIT,
        audit.CONSOLE,
        before=asked.before.isoformat(),
        sessions=gone.sessions,
        calls=gone.calls,
        ledger_before=day.isoformat() if day else None,
        events=gone.events,
    )
