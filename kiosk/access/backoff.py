"""Durable patience: failures per name and per address lock further attempts for a while."""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.access.models import sign_in_failure as table

ALLOWED_NAME = 5
ALLOWED_SESSION = 5
ALLOWED_ADDRESS = 20  # the officers of a counter may share one address
LONGEST = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=12)
SLACK = timedelta(minutes=1)  # that the clock may be put back without anything being odd


@dataclass(frozen=True, slots=True)
class Refusal:
    """An attempt was refused: it was wrong, or it must wait, or it was the last of a session."""

    wait: timedelta | None = None
    last: bool = False

    @property
    def minutes(self) -> int | None:
        """Return the whole minutes to wait, if any."""
        return math.ceil(self.wait / timedelta(minutes=1)) if self.wait else None


@dataclass(frozen=True, slots=True)
class Subject:
    """A name, a session or an address, known by its hash, and the failures it is allowed."""

    unit: str
    hash: str
    allowed: int


def name(unit: str, login: str) -> Subject:
    """Return the subject of a sign-in name, whether or not anybody has it."""
    return Subject(unit, hashlib.sha256(f"name {login}".encode()).hexdigest(), ALLOWED_NAME)


def session(unit: str, session_id: str) -> Subject:
    """Return the subject of a session inside of which the password is asked for again."""
    hashed = hashlib.sha256(f"session {session_id}".encode()).hexdigest()
    return Subject(unit, hashed, ALLOWED_SESSION)


def address(remote: str) -> Subject:
    """Return the subject of a network address."""
    return Subject("", hashlib.sha256(f"address {remote}".encode()).hexdigest(), ALLOWED_ADDRESS)


def claim(conn: Connection, subjects: tuple[Subject, ...], now: datetime) -> timedelta | None:
    """Count an attempt before its password is looked at; return how long to wait if locked."""
    counts = [_held(conn, subject, now) for subject in subjects]
    locks = [until for _, until in counts if until is not None and until > now]
    if locks:
        return max(locks) - now
    for subject, (failures, _) in zip(subjects, counts, strict=True):
        _set(conn, subject, failures + 1, now)
    return None


def count(conn: Connection, subjects: tuple[Subject, ...], now: datetime) -> None:
    """Count a failure that was met elsewhere; it locks as any other does."""
    for subject in subjects:
        failures, _ = _held(conn, subject, now)
        _set(conn, subject, failures + 1, now)


def forgive(conn: Connection, known: tuple[Subject, ...], shared: Subject, now: datetime) -> None:
    """Take an attempt back that was right: what is known is clear, the address has one less."""
    for subject in known:
        forget(conn, subject)
    take_back(conn, (shared,), now)


def take_back(conn: Connection, subjects: tuple[Subject, ...], now: datetime) -> None:
    """Uncount an attempt that was neither wrong nor yet enough to come in."""
    for subject in subjects:
        failures, _ = _held(conn, subject, now)
        # no attempt passes a lock, so the only lock there can be is the one this attempt brought
        _write(conn, subject, count=max(failures - 1, 0), locked_until=None)


def forget(conn: Connection, subject: Subject) -> None:
    """Forget every failure of a subject."""
    conn.execute(delete(table).where(table.c.unit == subject.unit, table.c.subject == subject.hash))


def spent(conn: Connection, subject: Subject, now: datetime) -> bool:
    """Tell whether a subject has used up the failures it is allowed."""
    return _held(conn, subject, now)[0] >= subject.allowed


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
        select(table.c.count, table.c.locked_until, table.c.last_at)
        .where(table.c.unit == subject.unit, table.c.subject == subject.hash)
        .with_for_update()
    ).one()
    # a row of long ago stays until retention takes it: to look for all of them here costs a scan
    if not now - FORGOTTEN <= row.last_at <= now + SLACK:
        return 0, None
    # no lock is longer than the longest: such a one comes from a clock that was ahead
    until = row.locked_until
    return row[0], None if until is not None and until > now + LONGEST else until


def _set(conn: Connection, subject: Subject, failures: int, now: datetime) -> None:
    locked = penalty(failures, subject.allowed)
    until = now + locked if locked else None
    _write(conn, subject, count=failures, last_at=now, locked_until=until)


def _write(conn: Connection, subject: Subject, **values: object) -> None:
    row = (table.c.unit == subject.unit, table.c.subject == subject.hash)
    conn.execute(update(table).where(*row).values(**values))
