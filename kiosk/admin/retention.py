"""What was kept long enough goes: old sessions, old calls, and filings folded into their sums."""

from dataclasses import dataclass
from datetime import date, datetime, time

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
    day = asked.ledger_before
    events = ledger.retain(engine, day) if day and not dry_run else 0
    with storing(engine) as conn:
        trial = conn.begin_nested()
        gone = _sweep(conn, asked.before, events)
        if dry_run:
            trial.rollback()
        else:
            audit.write(conn, _said(asked, gone))
    return gone


def _sweep(conn: Connection, before: date, events: int) -> Gone:
    midnight = datetime.combine(before, time(), clock.VIETNAM)
    return Gone(sessions.forget(conn, midnight), calls.forget(conn, midnight), events)


def _said(asked: Asked, gone: Gone) -> audit.Event:
    before = asked.before.isoformat()
    return audit.Retained(NO_UNIT, audit.CONSOLE, before, gone.sessions, gone.events)
