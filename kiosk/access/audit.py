"""What was done that is not a filing: append-only, one hash chain a unit, one class a kind."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, ClassVar

from sqlalchemy import Connection, Row, insert, select

from kiosk import clock
from kiosk.access.models import audit_event

START = "0" * 64
CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Event:
    """Something an actor did in a unit; a kind adds the ids it is about."""

    kind: ClassVar[str]
    unit: str
    actor: str


@dataclass(frozen=True, slots=True)
class SignedIn(Event):
    """An officer came in; the actor is the account."""

    kind = "signed_in"
    session: str


@dataclass(frozen=True, slots=True)
class SignInRefused(Event):
    """A name and password were refused; the actor is the account, or empty for an unknown name."""

    kind = "sign_in_refused"


@dataclass(frozen=True, slots=True)
class SignedOut(Event):
    """An officer left."""

    kind = "signed_out"
    session: str


@dataclass(frozen=True, slots=True)
class PasswordChanged(Event):
    """An officer chose a new password."""

    kind = "password_changed"


@dataclass(frozen=True, slots=True)
class AccountCreated(Event):
    """An account was made and a one-time password issued."""

    kind = "account_created"
    account: str
    role: str


@dataclass(frozen=True, slots=True)
class AccountDisabled(Event):
    """An account was closed."""

    kind = "account_disabled"
    account: str


@dataclass(frozen=True, slots=True)
class AccountReset(Event):
    """A new one-time password was issued."""

    kind = "account_reset"
    account: str


def write(conn: Connection, event: Event) -> None:
    """Append an event to the chain of its unit, inside the caller's transaction."""
    table = audit_event
    last = conn.execute(
        select(table.c.seq, table.c.hash)
        .where(table.c.unit == event.unit)
        .order_by(table.c.seq.desc())
        .limit(1)
        .with_for_update()
    ).first()
    values = asdict(event)
    row = {
        "unit": values.pop("unit"),
        "seq": last.seq + 1 if last else 1,
        "kind": event.kind,
        "actor": values.pop("actor"),
        "at": clock.now(),
        "detail": values,
        "prev_hash": last.hash if last else START,
    }
    conn.execute(insert(table).values(**row, hash=_hash(row)))


def verify(conn: Connection) -> list[str]:
    """Return what is wrong with the chains; an empty list says that nothing was altered."""
    rows = conn.execute(select(audit_event).order_by(audit_event.c.unit, audit_event.c.seq))
    chains = groupby(rows, key=lambda row: str(row.unit))
    return [problem for _, chain in chains for problem in _problems(chain)]


def _problems(chain: Iterator[Row[Any]]) -> Iterator[str]:
    previous = START
    for expected, row in enumerate(chain, start=1):
        where = f"audit {row.unit or '-'} {row.seq}"
        said = {key: value for key, value in row._mapping.items() if key != "hash"}
        if row.seq != expected:
            yield f"{where}: event {expected} should stand here"
            return
        if row.prev_hash != previous:
            yield f"{where}: does not follow the event before it"
        if row.hash != _hash(said):
            yield f"{where}: was altered"
        previous = row.hash


def _hash(row: dict[str, Any]) -> str:
    spoken = {key: _spell(value) for key, value in row.items()}
    text = json.dumps(spoken, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _spell(value: object) -> object:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
