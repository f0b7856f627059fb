"""The second factor: time-based codes of a telephone (RFC 6238); its secret is stored encrypted."""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, or_, select, update

from kiosk.access import recovery
from kiosk.access.models import Account, account

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

STEP = 30  # seconds
SKEW = (-1, 0, 1)  # steps that a telephone's clock may be off
DIGITS = 6
OFFERED = timedelta(minutes=30)
CONTEXT = b"kiosk second factor 1"


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret that a telephone may take over, and what the page hands back of it."""

    secret: str
    sealed: str


def offer(key: str, session: str, now: datetime) -> Offer:
    """Return a new secret, sealed for one session: nothing is stored until a code proves it."""
    import pyotp

    secret = pyotp.random_base32()
    return Offer(secret, _seal(key, f"offer {session}", secret, now))


def offered(key: str, session: str, sealed: str, now: datetime) -> Offer | None:
    """Return the offer that this session was made a short while ago; None for any other text."""
    secret = _unseal(key, f"offer {session}", sealed, now)
    return Offer(secret, sealed) if secret else None


def step(secret: str, typed: str, now: datetime) -> int | None:
    """Return the time step whose code was typed, of those near to now; None for a wrong code."""
    import pyotp

    code = "".join(typed.split())
    if not (code.isascii() and code.isdecimal() and len(code) == DIGITS):
        return None
    present = int(now.timestamp()) // STEP
    right = [
        present + skew
        for skew in SKEW
        if hmac.compare_digest(pyotp.TOTP(secret).generate_otp(present + skew), code)
    ]
    return right[0] if right else None


def store(conn: Connection, key: str, who: Account, secret: str, used: int) -> None:
    """Give an account its second factor; the code that proved it is used."""
    sealed = _seal(key, _place(who.unit, who.id), secret)
    own = (account.c.unit == who.unit, account.c.id == who.id)
    conn.execute(update(account).where(*own).values(totp_secret=sealed, totp_step=used))


def use(conn: Connection, key: str, who: Account, typed: str, now: datetime) -> bool:
    """Use a code up; tell whether it was right and of a later step than any used before."""
    own = (account.c.unit == who.unit, account.c.id == who.id)
    sealed = conn.execute(select(account.c.totp_secret).where(*own)).scalar()
    secret = _unseal(key, _place(who.unit, who.id), sealed or "")
    found = step(secret, typed, now) if secret else None
    if found is None:
        return False
    fresh = or_(account.c.totp_step.is_(None), account.c.totp_step < found)
    return conn.execute(update(account).where(*own, fresh).values(totp_step=found)).rowcount == 1


def readable(conn: Connection, key: str, who: Account) -> bool:
    """Tell whether the stored secret can be decrypted: not after the key was lost."""
    own = (account.c.unit == who.unit, account.c.id == who.id)
    sealed = conn.execute(select(account.c.totp_secret).where(*own)).scalar()
    return _unseal(key, _place(who.unit, who.id), sealed or "") is not None


def clear(conn: Connection, unit: str, account_id: str) -> bool:
    """Take the second factor and its recovery codes away; tell whether there was one."""
    own = (account.c.unit == unit, account.c.id == account_id, account.c.totp_secret.is_not(None))
    taken = conn.execute(update(account).where(*own).values(totp_secret=None, totp_step=None))
    recovery.drop(conn, unit, account_id)
    return taken.rowcount == 1


def address(secret: str, login: str, issuer: str) -> str:
    """Return the otpauth: address that a telephone reads from a QR code."""
    import pyotp

    return str(pyotp.TOTP(secret).provisioning_uri(login, issuer))


def _place(unit: str, account_id: str) -> str:
    return f"account {unit} {account_id}"


def _seal(key: str, place: str, secret: str, now: datetime | None = None) -> str:
    # the place is inside: what was sealed for one account opens nothing in another's row
    text = f"{place}\n{secret}".encode()
    return _box(key).encrypt_at_time(text, int(now.timestamp()) if now else 0).decode()


def _unseal(key: str, place: str, sealed: str, now: datetime | None = None) -> str | None:
    from cryptography.fernet import InvalidToken

    box = _box(key)
    try:
        if now is None:
            text = box.decrypt(sealed)
        else:
            text = box.decrypt_at_time(sealed, OFFERED.seconds, int(now.timestamp()))
    except (InvalidToken, ValueError):  # a letter that is not ASCII is a ValueError
        return None
    found, _, secret = text.decode().partition("\n")
    return secret if found == place else None


def _box(key: str) -> "Fernet":
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(SHA256(), 32, salt=None, info=CONTEXT).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
