"""Recovery codes: ten random codes, each good once, for whoever has lost the telephone."""

import hashlib
import secrets

from sqlalchemy import Connection, delete, func, insert, select, update

from kiosk import clock
from kiosk.access.models import recovery_code as table

MANY = 10
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that is misread on paper
LENGTH, GROUP = 24, 4  # 120 bits
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


def issue(conn: Connection, unit: str, account: str) -> tuple[str, ...]:
    """Return new codes in groups, to be shown once; those before them are void."""
    drop(conn, unit, account)
    codes = tuple(_new() for _ in range(MANY))
    rows = [{"unit": unit, "account": account, "code_hash": _hash(code)} for code in codes]
    conn.execute(insert(table), rows)
    return codes


def use(conn: Connection, unit: str, account: str, typed: str) -> bool:
    """Use a code up; tell whether it was one of the account's that nobody had used."""
    own = (table.c.unit == unit, table.c.account == account, table.c.used_at.is_(None))
    used = update(table).where(*own, table.c.code_hash == _hash(typed))
    return conn.execute(used.values(used_at=clock.now())).rowcount == 1


def left(conn: Connection, unit: str, account: str) -> int:
    """Return how many codes nobody has used yet."""
    own = (table.c.unit == unit, table.c.account == account, table.c.used_at.is_(None))
    return conn.execute(select(func.count()).select_from(table).where(*own)).scalar_one()


def drop(conn: Connection, unit: str, account: str) -> None:
    """Make every code of an account void."""
    conn.execute(delete(table).where(table.c.unit == unit, table.c.account == account))


def _new() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def _hash(code: str) -> str:
    return hashlib.sha256(code.upper().translate(MISREAD).encode()).hexdigest()
