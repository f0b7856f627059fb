"""The one-time code of the first run: said on the console, known here by its hash alone."""

import hashlib
import hmac
import secrets
from threading import Lock

from sqlalchemy import Engine

from kiosk.access.accounts import nobody
from kiosk.db import reading

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("OIL", "011")
GROUPS, GROUP = 3, 4
TRIES = 5


class SetupCode:
    """A code that opens the first run once; before it is issued nothing opens it."""

    def __init__(self) -> None:
        self._hash: bytes | None = None
        self._wrong = 0
        self._one_at_a_time = Lock()

    def issue(self) -> str:
        """Return a new code; the one before is worthless."""
        groups = ["".join(secrets.choice(CROCKFORD) for _ in range(GROUP)) for _ in range(GROUPS)]
        with self._one_at_a_time:
            self._hash, self._wrong = _hash("".join(groups)), 0
        return "-".join(groups)

    @property
    def alive(self) -> bool:
        """Tell whether some code would be taken."""
        return self._hash is not None

    def check(self, typed: str) -> bool:
        """Tell whether this is the code; the fifth wrong one kills it until it is issued anew."""
        with self._one_at_a_time:
            right = hmac.compare_digest(self._hash or b"", _hash(typed))
            if not right:
                self._wrong += 1
            if self._wrong >= TRIES:
                self._hash = None
        return right

    def spend(self) -> None:
        """Make the code worthless: it has been used."""
        with self._one_at_a_time:
            self._hash = None


def needed(engine: Engine) -> bool:
    """Tell whether nobody has an account yet."""
    with reading(engine) as conn:
        return nobody(conn)


def offer(engine: Engine, code: SetupCode) -> str | None:
    """Issue the code when nobody has an account yet, to be said once; else None."""
    return code.issue() if needed(engine) else None


def _hash(typed: str) -> bytes:
    plain = "".join(mark for mark in typed.upper() if mark.isalnum()).translate(MISREAD)
    return hashlib.sha256(plain.encode()).digest()
