"""Accounts: made, verified, closed; an answer never tells whether a name exists."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from kiosk import clock, units
from kiosk.access import audit, backoff, passwords, second_factor, sessions
from kiosk.access.backoff import Refusal
from kiosk.access.models import ROLES, Account, account, account_of, opaque_id
from kiosk.db import reading, writing

__all__ = [
    "LOGIN",
    "AccountError",
    "Refusal",
    "WrongPasswordError",
    "change_password",
    "choose_password",
    "create_account",
    "disable",
    "normalise",
    "reset",
    "verify",
]

LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,31}")


class AccountError(ValueError):
    """An account cannot be made or found; the message says why."""


class WrongPasswordError(ValueError):
    """The present password was not given."""


def normalise(login: str) -> str:
    """Return a sign-in name as it is stored and compared."""
    return login.strip().lower()


def create_account(
    engine: Engine,
    unit: str,
    login: str,
    role: str,
    password: str | None = None,
    by: str = audit.CONSOLE,
) -> str:
    """Make an account and return its one-time password; raise AccountError if it cannot be."""
    name = normalise(login)
    if not LOGIN.fullmatch(name):
        raise AccountError("a sign-in name is 3 to 32 of a-z 0-9 . _ - and begins with a letter")
    if role not in ROLES:
        raise AccountError(f"“{role}” is not one of {', '.join(ROLES)}")
    issued = password or passwords.one_time()
    row = {
        "unit": unit,
        "id": opaque_id(),
        "login": name,
        "role": role,
        "password_hash": passwords.digest(issued),
        "must_change": True,
        "created_at": clock.now(),
        "language": "vi",
    }
    with writing(engine) as conn:
        if _find(conn, name) is not None:
            raise AccountError(f"“{name}” is taken")
        conn.execute(insert(account).values(row))
        audit.write(conn, audit.AccountCreated(unit, by, str(row["id"]), role))
    return issued


def verify(
    engine: Engine, login: str, password: str, address: str, now: datetime
) -> Account | Refusal:
    """Return whose name and password these are, or a refusal that tells nothing about the name.

    An account with a second factor is not in yet: `proof.second_step` decides.
    """
    name, remote = normalise(login), backoff.address(address)
    with writing(engine) as conn:
        row = _find(conn, name)
        unit = row.unit if row else ""
        known = backoff.name(unit, name)
        wait = backoff.claim(conn, (known, remote), now)
    if wait is not None:
        return Refusal(wait)
    stored = row.password_hash if row and row.disabled_at is None else None
    right = passwords.matches(stored, password)
    with writing(engine) as conn:
        if row is None or not right:
            audit.write(conn, audit.SignInRefused(unit, row.id if row else ""))
            return Refusal()
        if row.totp_secret is None:
            backoff.forgive(conn, (known,), remote, now)
        else:  # earlier failures stay: whoever has the password must not guess codes without end
            backoff.take_back(conn, (known, remote), now)
        if passwords.outdated(row.password_hash):
            _store(conn, row.unit, row.id, passwords.digest(password), row.must_change)
    return account_of(row)


def change_password(engine: Engine, who: Account, current: str, new: str) -> None:
    """Store a chosen password and end all sessions; raise for a wrong present or a weak new one."""
    with reading(engine) as conn:
        row = _find(conn, who.login)
    if row is None or not passwords.matches(row.password_hash, current):
        raise WrongPasswordError("the present password is not this one")
    choose_password(engine, who, current, new)


def choose_password(engine: Engine, who: Account, current: str, new: str) -> None:
    """Store a chosen password where the present one is proved; raise if it is weak or the same."""
    with reading(engine) as conn:
        own = units.find(conn, who.unit, clock.today())
    passwords.refuse_weak(new, who.login, f"{own.name} {own.code}" if own else who.unit)
    if new == current:
        raise passwords.WeakPasswordError("same")
    hashed = passwords.digest(new)
    with writing(engine) as conn:
        _store(conn, who.unit, who.id, hashed, must_change=False)
        sessions.end_all(conn, who.unit, who.id)
        audit.write(conn, audit.PasswordChanged(who.unit, who.id))


def disable(engine: Engine, login: str, by: str = audit.CONSOLE) -> None:
    """Close an account and all its sessions; what it recorded stays."""
    with writing(engine) as conn:
        row = _known(conn, login)
        _change(conn, row.unit, row.id, disabled_at=clock.now())
        sessions.end_all(conn, row.unit, row.id)
        audit.write(conn, audit.AccountDisabled(row.unit, by, row.id))


def reset(engine: Engine, login: str, by: str = audit.CONSOLE) -> str:
    """Return a new one-time password that opens an account again, without its second factor."""
    issued = passwords.one_time()
    hashed = passwords.digest(issued)
    with writing(engine) as conn:
        row = _known(conn, login)
        _store(conn, row.unit, row.id, hashed, must_change=True)
        _change(conn, row.unit, row.id, disabled_at=None)
        sessions.end_all(conn, row.unit, row.id)
        audit.write(conn, audit.AccountReset(row.unit, by, row.id))
        if second_factor.clear(conn, row.unit, row.id):
            audit.write(conn, audit.SecondFactorReset(row.unit, by, row.id))
    return issued


def _find(conn: Connection, name: str) -> Row[Any] | None:
    return conn.execute(select(account).where(account.c.login == name)).first()


def _known(conn: Connection, login: str) -> Row[Any]:
    row = _find(conn, normalise(login))
    if row is None:
        raise AccountError(f"“{login}” is not the sign-in name of anybody")
    return row


def _store(conn: Connection, unit: str, name: str, hashed: str, must_change: bool) -> None:
    _change(conn, unit, name, password_hash=hashed, must_change=must_change)


def _change(conn: Connection, unit: str, name: str, **values: object) -> None:
    conn.execute(
        update(account).where(account.c.unit == unit, account.c.id == name).values(**values)
    )
