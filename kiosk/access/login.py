"""Sign-in by password: an answer never tells whether a name exists; a new one chosen."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, select, update

from kiosk import clock, units
from kiosk.access import audit, backoff, passwords, sessions
from kiosk.access.accounts import normalise
from kiosk.access.backoff import Refusal
from kiosk.access.models import Account, account, account_of
from kiosk.db import reading, storing


def verify(
    engine: Engine, login: str, password: str, address: str, now: datetime
) -> Account | Refusal:
    """Return whose name and password these are, or a refusal that tells nothing about the name.

    An account with a second factor is not in yet: `proof.second_step` decides.
    """
    name, remote = normalise(login), backoff.address(address)
    with storing(engine) as conn:
        row = _find(conn, name)
        known = backoff.name(row.unit if row else "", name)
        wait = backoff.claim(conn, (known, remote), now)
    if wait is not None:
        return Refusal(wait)
    stored = row.password_hash if row and row.disabled_at is None else None
    right = passwords.matches(stored, password)
    if row is None or not right:
        with storing(engine) as conn:
            audit.write(conn, audit.SignInRefused(known.unit, row.id if row else ""))
        return Refusal()
    who = account_of(row)
    fresh = passwords.digest(password) if passwords.outdated(who.password) else who.password
    with storing(engine) as conn:
        if not who.second_factor:
            backoff.forgive(conn, (known,), remote, now)
        else:  # earlier failures stay: whoever has the password must not guess codes without end
            backoff.take_back(conn, (known, remote), now)
        kept = fresh == who.password or not _swap(conn, who, fresh, who.must_change)
    return who if kept else replace(who, password=fresh)


def choose_password(engine: Engine, who: Account, current: str, new: str) -> Account:
    """Store a chosen password, the present one being proved, and return the account as it is then.

    Raises WeakPasswordError for a weak one or the same, Overtaken if it was changed meanwhile.
    """
    with reading(engine) as conn:
        own = units.find(conn, who.unit, clock.today())
    passwords.refuse_weak(new, who.login, f"{own.name} {own.code}" if own else who.unit)
    if new == current:
        raise passwords.WeakPasswordError("same")
    hashed = passwords.digest(new)
    with storing(engine) as conn:
        if not _swap(conn, who, hashed, must_change=False):
            raise sessions.Overtaken
        sessions.end_all(conn, who.unit, who.id)
        audit.write(conn, audit.PasswordChanged(who.unit, who.id))
    return replace(who, must_change=False, password=hashed)


def _find(conn: Connection, name: str) -> Row[Any] | None:
    return conn.execute(select(account).where(account.c.login == name)).first()


def _swap(conn: Connection, who: Account, hashed: str, must_change: bool) -> bool:
    """Store a hash in the place of the one that was read; tell whether that still stood there."""
    own = (account.c.unit == who.unit, account.c.id == who.id, account.c.disabled_at.is_(None))
    stood = update(account).where(*own, account.c.password_hash == who.password)
    return conn.execute(stood.values(password_hash=hashed, must_change=must_change)).rowcount == 1
