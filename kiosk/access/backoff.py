"""Durable patience: failures per name and per address lock further attempts for a while."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.access.models import sign_in_failure as table

ALLOWED_NAME = 5
ALLOWED_ADDRESS = 20  # the officers of a counter may share one address
LONGEST = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Subject:
    """A name or an address, known by its hash, and the failures it is allowed."""

    unit: str
    hash: str
    allowed: int


def name(unit: str, login: str) -> Subject:
    """Return the subject of a sign-in name, whether or not anybody has it."""
    return Subject(unit, hashlib.sha256(f"name {login}".encode()).hexdigest(), ALLOWED_NAME)


def address(remote: str) -> Subject:
    """Return the subject of a network address."""
    return Subject("", hashlib.sha256(f"address {remote}".encode()).hexdigest(), ALLOWED_ADDRESS)


def claim(conn: Connection, subjects: tuple[Subject, ...], now: datetime) -> timedelta | None:
    """Count an attempt before its password is looked at; return how long to wait if locked."""
    conn.execute(delete(table).where(table.c.last_at < now - FORGOTTEN))
    counts = [_held(conn, subject, now) for subject in subjects]
    locks = [until for _, until in counts if until is not None and until > now]
    if locks:
        return max(locks) - now
    for subject, (count, _) in zip(subjects, counts, strict=True):
        _set(conn, subject, count + 1, now)
    return None


def forgive(conn: Connection, known: Subject, shared: Subject, now: datetime) -> None:
    """Take an attempt back that was right: the name is clear, the address has one less."""
    conn.execute(delete(table).where(table.c.unit == known.unit, table.c.subject == known.hash))
    count, _ = _held(conn, shared, now)
    # no attempt passes a lock, so the only lock there can be is the one this attempt brought
    _write(conn, shared, count=max(count - 1, 0), locked_until=None)


def penalty(failures: int, allowed: int) -> timedelta | None:
    """Return how long this many failures lock: one minute, then doubling to fifteen."""
    if failures < allowed:
        return None
    return min(timedelta(minutes=2 ** min(failures - allowed, 10)), LONGEST)


def _held(conn: Connection, subject: Subject, now: datetime) -> tuple[int, datetime | None]:
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    first = {"unit": subject.unit, "subject": subject.hash, "count": 0, "last_at": now}
    conn.execute(insert(table).values(first).on_conflict_do_nothing())
    row = conn.execute(
        select(table.c.count, table.c.locked_until)
        .where(table.c.unit == subject.unit, table.c.subject == subject.hash)
        .with_for_update()
    ).one()
    return row[0], row[1]


def _set(conn: Connection, subject: Subject, count: int, now: datetime) -> None:
    locked = penalty(count, subject.allowed)
    until = now + locked if locked else None
    _write(conn, subject, count=count, last_at=now, locked_until=until)


def _write(conn: Connection, subject: Subject, **values: object) -> None:
    row = (table.c.unit == subject.unit, table.c.subject == subject.hash)
    conn.execute(update(table).where(*row).values(**values))
