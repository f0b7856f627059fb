"""Who is in: revocable rows; the browser holds a random token, the database its hash."""

import hashlib
import logging
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, delete, insert, select, update
from sqlalchemy.exc import OperationalError

from kiosk import clock
from kiosk.access import audit, backoff
from kiosk.access.models import (
    Account,
    account,
    account_of,
    login_session,
    opaque_id,
    recovery_code,
    sign_in_failure,
)
from kiosk.db import reading, storing

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=10)
PROVED = timedelta(minutes=10)
COARSE = timedelta(minutes=1)
SLACK = timedelta(minutes=15)  # that the clock may be put back without anything being odd

log = logging.getLogger(__name__)


class Overtaken(Exception):  # noqa: N818 - says what happened
    """The account was closed, or its password changed, since the password was proved."""


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser, in the shape that flask-login asks for."""

    id: str
    account: Account
    token: str
    proved_at: datetime
    locked: bool = False

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return what the browser's cookie holds: the token, never the account."""
        return self.token

    def proved(self, now: datetime) -> bool:
        """Tell whether the password was given a short while ago."""
        return not self.locked and abs(now - self.proved_at) < PROVED


@dataclass(frozen=True, slots=True)
class Living:
    """A session as its owner sees it in a list."""

    id: str
    since: datetime
    seen: datetime
    locked: bool


def begin(engine: Engine, who: Account) -> Session:
    """Open a session with a new random token; raise Overtaken if its proof is worth nothing now."""
    token, name, now = secrets.token_urlsafe(32), opaque_id(), clock.now()
    row = {"unit": who.unit, "id": name, "account": who.id, "token_hash": _hash(token)}
    times = {"created_at": now, "last_seen": now, "proved_at": now}
    with storing(engine) as conn:
        if who.password and not _stands(conn, who):
            raise Overtaken
        conn.execute(insert(login_session).values(**row, **times))
        audit.write(conn, audit.SignedIn(who.unit, who.id, name))
    return Session(name, who, token, now)


def resume(engine: Engine, token: str, quietly: bool = False) -> Session | None:
    """Return the session of a token unless it ended, is too old or disabled; it may be locked."""
    now = clock.now()
    with reading(engine) as conn:
        row = conn.execute(
            _with_account().where(
                login_session.c.token_hash == _hash(token),
                *_alive(now),
                account.c.disabled_at.is_(None),
            )
        ).first()
    if row is None:
        return None
    locked = _locked(row, now)
    if not (locked or quietly) and now - row.last_seen >= COARSE:
        _touch(engine, row.unit, row.session, now)
    return Session(row.session, account_of(row), token, row.proved_at, locked)


def lock(engine: Engine, session: Session) -> None:
    """Lock the screen until the password is given."""
    with storing(engine) as conn:
        conn.execute(update(login_session).where(_is(session)).values(locked_at=clock.now()))


def unlock(engine: Engine, session: Session) -> Session:
    """Return the session as it goes on after its password was given: with a new token."""
    now = clock.now()
    times = {"locked_at": None, "last_seen": now, "proved_at": now}
    return _renewed(engine, replace(session, proved_at=now, locked=False), **times)


def renew(engine: Engine, session: Session) -> Session:
    """Return the session with a new token; the old one is worth nothing."""
    return _renewed(engine, session)


def living(conn: Connection, who: Account) -> tuple[Living, ...]:
    """Return the sessions of an account that have not ended, the last used first."""
    now = clock.now()
    rows = conn.execute(
        select(login_session)
        .where(_of(who.unit, who.id), *_alive(now))
        .order_by(login_session.c.last_seen.desc(), login_session.c.id)
    )
    return tuple(Living(row.id, row.created_at, row.last_seen, _locked(row, now)) for row in rows)


def end(engine: Engine, session: Session) -> None:
    """Close a session for good; a second time does nothing."""
    who = session.account
    with storing(engine) as conn:
        if _close(conn, _is(session)):
            audit.write(conn, audit.SignedOut(who.unit, who.id, session.id))


def revoke(conn: Connection, who: Account, name: str) -> bool:
    """Close one session of an account; tell whether there was such a one."""
    found = _close(conn, _of(who.unit, who.id), login_session.c.id == name)
    if found:
        audit.write(conn, audit.SessionRevoked(who.unit, who.id, name))
    return bool(found)


def revoke_others(conn: Connection, kept: Session) -> int:
    """Close every other session of the account of one; return how many there were."""
    who = kept.account
    others = [one.id for one in living(conn, who) if one.id != kept.id]
    _close(conn, _of(who.unit, who.id), login_session.c.id != kept.id)
    for name in others:
        audit.write(conn, audit.SessionRevoked(who.unit, who.id, name))
    return len(others)


def end_all(conn: Connection, unit: str, account_id: str) -> None:
    """Close every session of an account."""
    _close(conn, _of(unit, account_id))


def forget(conn: Connection, before: datetime) -> int:
    """Remove sessions over before an instant, old failures, used codes; return how many sessions.

    A session that may still be used and a failure that still counts stay, whatever the instant.
    """
    now = clock.now()
    long_over = login_session.c.created_at < min(before, now) - ABSOLUTE
    ended = (login_session.c.ended_at < before) | long_over
    failed = sign_in_failure.c.last_at < min(before, now - backoff.FORGOTTEN)
    conn.execute(delete(sign_in_failure).where(failed))
    conn.execute(delete(recovery_code).where(recovery_code.c.used_at < before))
    return conn.execute(delete(login_session).where(ended)).rowcount


def _stands(conn: Connection, who: Account) -> bool:
    own = (account.c.unit == who.unit, account.c.id == who.id, account.c.disabled_at.is_(None))
    stored = select(account.c.id).where(*own, account.c.password_hash == who.password)
    return conn.execute(stored.with_for_update()).first() is not None


def _with_account() -> Any:
    join = login_session.join(
        account,
        (account.c.unit == login_session.c.unit) & (account.c.id == login_session.c.account),
    )
    times = (login_session.c[name] for name in ("last_seen", "proved_at", "locked_at"))
    return select(login_session.c.id.label("session"), *times, *account.c).select_from(join)


def _renewed(engine: Engine, session: Session, **times: datetime | None) -> Session:
    token = secrets.token_urlsafe(32)
    with storing(engine) as conn:
        row = update(login_session).where(_is(session), login_session.c.ended_at.is_(None))
        conn.execute(row.values(token_hash=_hash(token), **times))
    return replace(session, token=token)


def _alive(now: datetime) -> tuple[ColumnElement[bool], ...]:
    # one that begins later than now is of a clock that was ahead: nobody knows how old it is
    begun = (login_session.c.created_at > now - ABSOLUTE, login_session.c.created_at <= now + SLACK)
    return login_session.c.ended_at.is_(None), *begun


def _locked(row: Row[Any], now: datetime) -> bool:
    # an idle hour needs no write: the row that nobody touched says it; so does a clock put back
    return row.locked_at is not None or abs(now - row.last_seen) >= IDLE


def _is(session: Session) -> ColumnElement[bool]:
    return _of(session.account.unit, session.account.id) & (login_session.c.id == session.id)


def _of(unit: str, account_id: str) -> ColumnElement[bool]:
    return (login_session.c.unit == unit) & (login_session.c.account == account_id)


def _close(conn: Connection, *which: ColumnElement[bool]) -> int:
    living_rows = update(login_session).where(*which, login_session.c.ended_at.is_(None))
    return conn.execute(living_rows.values(ended_at=clock.now())).rowcount


def _touch(engine: Engine, unit: str, name: str, now: datetime) -> None:
    seen = update(login_session).where(login_session.c.unit == unit, login_session.c.id == name)
    try:
        with _at_once(engine) as conn:
            conn.execute(seen.values(last_seen=now))
    except (OperationalError, sqlite3.OperationalError):
        # a full or busy disk must not throw the officer out; the session only ends sooner
        log.warning("a session could not be touched")


@contextmanager
def _at_once(engine: Engine) -> Iterator[Connection]:
    """Hold the write transaction if it is free this moment: no page waits for a sign of life."""
    writer = engine.connect().execution_options(writes=True)
    with writer as conn, _no_patience(conn), conn.begin():
        yield conn


@contextmanager
def _no_patience(conn: Connection) -> Iterator[None]:
    raw = conn.connection.driver_connection
    if conn.dialect.name != "sqlite" or raw is None:
        yield
        return
    (usual,) = raw.execute("PRAGMA busy_timeout").fetchone()
    raw.execute("PRAGMA busy_timeout=0")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA busy_timeout={usual}")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
