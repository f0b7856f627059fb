"""Who is in: revocable rows; the browser holds a random token, the database its hash."""

import hashlib
import logging
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import OperationalError

from kiosk import clock
from kiosk.access import audit
from kiosk.access.models import Account, account, login_session, opaque_id
from kiosk.db import reading, writing

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=10)
COARSE = timedelta(minutes=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser, in the shape that flask-login asks for."""

    id: str
    account: Account
    token: str

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return what the browser's cookie holds: the token, never the account."""
        return self.token


def begin(engine: Engine, who: Account) -> Session:
    """Open a session with a new random token."""
    token, name, now = secrets.token_urlsafe(32), opaque_id(), clock.now()
    row = {"unit": who.unit, "id": name, "account": who.id, "token_hash": _hash(token)}
    with writing(engine) as conn:
        conn.execute(insert(login_session).values(**row, created_at=now, last_seen=now))
        audit.write(conn, audit.SignedIn(who.unit, who.id, name))
    return Session(name, who, token)


def resume(engine: Engine, token: str) -> Session | None:
    """Return the living session of a token: not ended, not idle, not too old, not disabled."""
    now = clock.now()
    join = login_session.join(
        account,
        (account.c.unit == login_session.c.unit) & (account.c.id == login_session.c.account),
    )
    query = select(
        login_session.c.id.label("session"), login_session.c.last_seen, *account.c
    ).select_from(join)
    with reading(engine) as conn:
        row = conn.execute(
            query.where(
                login_session.c.token_hash == _hash(token),
                login_session.c.ended_at.is_(None),
                login_session.c.last_seen > now - IDLE,
                login_session.c.created_at > now - ABSOLUTE,
                account.c.disabled_at.is_(None),
            )
        ).first()
    if row is None:
        return None
    if now - row.last_seen >= COARSE:
        _touch(engine, row.unit, row.session, now)
    who = Account(row.id, row.login, row.unit, row.role, row.language, row.must_change)
    return Session(row.session, who, token)


def end(engine: Engine, session: Session) -> None:
    """Close a session for good; a second time does nothing."""
    who = session.account
    with writing(engine) as conn:
        closed = conn.execute(
            update(login_session)
            .where(
                login_session.c.unit == who.unit,
                login_session.c.id == session.id,
                login_session.c.ended_at.is_(None),
            )
            .values(ended_at=clock.now())
        )
        if closed.rowcount:
            audit.write(conn, audit.SignedOut(who.unit, who.id, session.id))


def end_all(conn: Connection, unit: str, account_id: str) -> None:
    """Close every session of an account."""
    conn.execute(
        update(login_session)
        .where(
            login_session.c.unit == unit,
            login_session.c.account == account_id,
            login_session.c.ended_at.is_(None),
        )
        .values(ended_at=clock.now())
    )


def _touch(engine: Engine, unit: str, name: str, now: datetime) -> None:
    seen = update(login_session).where(login_session.c.unit == unit, login_session.c.id == name)
    try:
        with writing(engine) as conn:
            conn.execute(seen.values(last_seen=now))
    except (OperationalError, sqlite3.OperationalError):
        # a full or busy disk must not throw the officer out; the session only ends sooner
        log.warning("a session could not be touched")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
