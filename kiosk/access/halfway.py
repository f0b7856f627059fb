"""Between password and code: who gave the password, when and for which page; not a session.

Its key is made anew each time the program starts: who has a copy of the database and of the key
file can make nobody half signed in on the machine that runs.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from kiosk.access.models import Account, account, account_of

LIFE = timedelta(minutes=5)
KEYS = {"unit", "id", "at", "next", "tie"}


@dataclass(frozen=True, slots=True)
class Halfway:
    """Somebody whose password was right a short while ago."""

    account: Account
    wanted: str | None


def begin(
    conn: Connection, key: str, who: Account, wanted: str | None, now: datetime
) -> dict[str, str]:
    """Return what the browser keeps, signed, until the code is given."""
    second = str(int(now.timestamp()))
    row = _open(conn, who.unit, who.id)
    tie = _tie(key, row, second) if row and row.password_hash == who.password else ""
    return {"unit": who.unit, "id": who.id, "at": second, "next": wanted or "", "tie": tie}


def resume(conn: Connection, key: str, kept: object, now: datetime) -> Halfway | None:
    """Return who is halfway in; None after five minutes, a new password, a reset, a closing."""
    if not isinstance(kept, dict) or kept.keys() != KEYS:
        return None
    row = _open(conn, kept["unit"], kept["id"])
    if row is None or not hmac.compare_digest(_tie(key, row, kept["at"]), kept["tie"]):
        return None
    if not 0 <= now.timestamp() - int(kept["at"]) < LIFE.total_seconds():
        return None
    return Halfway(account_of(row), kept["next"] or None)


def _open(conn: Connection, unit: str, name: str) -> Row[Any] | None:
    own = (account.c.unit == unit, account.c.id == name)
    ready = (account.c.disabled_at.is_(None), account.c.totp_secret.is_not(None))
    return conn.execute(select(account).where(*own, *ready)).first()


def _tie(key: str, row: Row[Any], second: str) -> str:
    # tied to the password and the secret of that moment: a change of either makes it worthless
    said = "\n".join((row.unit, row.id, second, row.password_hash, row.totp_secret))
    return hmac.new(key.encode(), f"halfway\n{said}".encode(), hashlib.sha256).hexdigest()
