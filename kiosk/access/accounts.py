"""Accounts as those who answer for them see them: who there is; made, closed, reset."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, insert, select, update

from kiosk import clock, units
from kiosk.access import audit, passwords, permits, second_factor, sessions
from kiosk.access.models import ROLES, account, login_session, opaque_id
from kiosk.db import storing

NO_UNIT = ""  #: whose chain holds what belongs to no unit: unknown names, imports, reviews
MANAGE = "accounts.manage"
MANAGERS = tuple(role for role, may in permits.PERMISSIONS.items() if MANAGE in may)
GRANTS: Mapping[str, tuple[str, ...]] = {"head": ("officer", "head"), "admin": ROLES}
LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,31}")
SHORT = 6


class AccountError(ValueError):
    """An account cannot be made; the message says why."""


class NotFirst(Exception):  # noqa: N818 - says what happened
    """Somebody has an account already: there is no first run any more."""


class KeptOpen(Exception):  # noqa: N818 - says what happened
    """An account stays open; `reason` is own or last."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Listed:
    """One account as a list shows it."""

    unit: str
    id: str
    login: str
    role: str
    created_at: datetime
    disabled_at: datetime | None
    second_factor: bool
    last_seen: datetime | None

    @property
    def closed(self) -> bool:
        """Tell whether nobody signs in with it."""
        return self.disabled_at is not None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who begins: the name, the role and the password."""

    unit: str
    login: str
    role: str
    password: str
    place: str = ""  #: what the unit is called: no password is made of it


def normalise(login: str) -> str:
    """Return a sign-in name as it is stored and compared."""
    return login.strip().lower()


def grantable(role: str) -> tuple[str, ...]:
    """Return the roles that somebody in this role may give and take away."""
    return GRANTS.get(role, ())


def listed(
    conn: Connection, codes: Iterable[str] | None, limit: int | None = None, offset: int = 0
) -> tuple[Listed, ...]:
    """Return a page of the accounts of these units (None: all), a unit's open ones first."""
    order = (account.c.unit, account.c.disabled_at.is_not(None), account.c.login)
    query = _query() if codes is None else _query().where(account.c.unit.in_(tuple(codes)))
    rows = conn.execute(query.order_by(*order).limit(limit).offset(offset))
    return tuple(map(_listed, rows))


def find(conn: Connection, codes: Iterable[str], account_id: str) -> Listed | None:
    """Return an account of these units by its id; None when it is not among them."""
    which = (account.c.unit.in_(tuple(codes)), account.c.id == account_id)
    row = conn.execute(_query().where(*which)).first()
    return _listed(row) if row else None


def named(conn: Connection, name: str) -> Listed | None:
    """Return the account with this sign-in name; None when nobody has it."""
    row = conn.execute(_query().where(account.c.login == name)).first()
    return _listed(row) if row else None


def logins(conn: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return the sign-in names of these accounts, as far as there are such accounts."""
    rows = conn.execute(select(account.c.id, account.c.login).where(account.c.id.in_(set(ids))))
    return {row.id: row.login for row in rows}


def called(account_id: str, names: Mapping[str, str]) -> str:
    """Return what an account is called: its sign-in name where it has one, else its short id."""
    return names.get(account_id) or short(account_id)


def short(opaque: str) -> str:
    """Return the beginning of an id, enough to tell two apart."""
    return opaque if len(opaque) <= SHORT else f"{opaque[:SHORT]}…"


def nobody(conn: Connection) -> bool:
    """Tell whether there is no account at all, open or closed."""
    return conn.execute(select(account.c.id).limit(1)).first() is None


def create(
    engine: Engine,
    unit: str,
    login: str,
    role: str,
    password: str | None = None,
    by: str = audit.CONSOLE,
) -> str:
    """Make an account and return its one-time password; raise AccountError if it cannot be."""
    name, issued = normalise(login), password or passwords.one_time()
    if not LOGIN.fullmatch(name):
        raise AccountError("a sign-in name is 3 to 32 of a-z 0-9 . _ - and begins with a letter")
    if role not in ROLES:
        raise AccountError(f"“{role}” is not one of {', '.join(ROLES)}")
    row = _row(Newcomer(unit, name, role, issued), must_change=True)
    with storing(engine) as conn:
        if named(conn, name) is not None:
            raise AccountError(f"“{name}” is taken")
        conn.execute(insert(account).values(row))
        audit.write(conn, audit.AccountCreated(unit, by, str(row["id"]), role))
    return issued


def reset(engine: Engine, found: Listed, by: str = audit.CONSOLE) -> str:
    """Return a new one-time password that opens an account again, without its second factor."""
    issued = passwords.one_time()
    anew = {"password_hash": passwords.digest(issued), "must_change": True, "disabled_at": None}
    with storing(engine) as conn:
        conn.execute(update(account).where(_is(found)).values(anew))
        sessions.end_all(conn, found.unit, found.id)
        audit.write(conn, audit.AccountReset(found.unit, by, found.id))
        if second_factor.clear(conn, found.unit, found.id):
            audit.write(conn, audit.SecondFactorReset(found.unit, by, found.id))
    return issued


def close(engine: Engine, found: Listed, by: str = audit.CONSOLE) -> None:
    """Close an account and its sessions; raise KeptOpen for one's own and the last that manages."""
    if found.id == by:
        raise KeptOpen("own")
    this, still = _is(found), account.c.disabled_at.is_(None)
    with storing(engine) as conn:
        others = select(account.c.id).where(account.c.role.in_(MANAGERS), still, ~this).limit(1)
        if found.role in MANAGERS and conn.execute(others).first() is None:
            raise KeptOpen("last")
        closed = conn.execute(update(account).where(this, still).values(disabled_at=clock.now()))
        if closed.rowcount:
            sessions.end_all(conn, found.unit, found.id)
            audit.write(conn, audit.AccountDisabled(found.unit, by, found.id))


def open_first(engine: Engine, first: Newcomer, new_units: Iterable[str] | None = None) -> None:
    """Make the first account, and its unit from lines of a list; raise NotFirst, UnitsError.

    Also raises WeakPasswordError; whatever it raises, nothing was made.
    """
    passwords.refuse_weak(first.password, first.login, first.place)
    row = _row(first, must_change=False)
    with storing(engine) as conn:
        if not nobody(conn):
            raise NotFirst
        if new_units is not None:
            made = units.import_csv(conn, new_units)
            audit.write(conn, audit.UnitsImported(first.unit, audit.CONSOLE, made))
        conn.execute(insert(account).values(row))
        audit.write(conn, audit.SetUp(first.unit, audit.CONSOLE, str(row["id"])))


def _row(who: Newcomer, *, must_change: bool) -> dict[str, object]:
    return {
        "unit": who.unit,
        "id": opaque_id(),
        "login": who.login,
        "role": who.role,
        "password_hash": passwords.digest(who.password),
        "must_change": must_change,
        "created_at": clock.now(),
        "language": "vi",
    }


def _is(found: Listed) -> ColumnElement[bool]:
    return (account.c.unit == found.unit) & (account.c.id == found.id)


def _query() -> Any:
    same = (login_session.c.unit == account.c.unit, login_session.c.account == account.c.id)
    seen = select(func.max(login_session.c.last_seen)).where(*same).scalar_subquery()
    return select(
        *(account.c[name] for name in ("unit", "id", "login", "role", "created_at", "disabled_at")),
        account.c.totp_secret.is_not(None).label("second_factor"),
        seen.label("last_seen"),
    )


def _listed(row: Row[Any]) -> Listed:
    return Listed(**row._mapping)
