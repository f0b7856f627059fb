"""Machines that may write: each holds a key, the database its hash; a key can be revoked."""

import base64
import hashlib
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from kiosk import clock, notes
from kiosk.access import audit
from kiosk.access.models import device, opaque_id
from kiosk.db import reading, storing

BOX = "box"  #: what the ledger calls a machine that was never enrolled
LONGEST_NAME = 60
KEY_BYTES = 32
GROUP = 4


class DeviceRevoked(Exception):  # noqa: N818 - says what happened
    """The key of this machine is revoked or unknown: nothing may be written with it."""


class DeviceError(ValueError):
    """A machine cannot be enrolled or found; the message says why, `reason` in one word."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Device:
    """One enrolled machine; its key is known to itself alone."""

    unit: str
    id: str
    name: str
    created_at: datetime
    created_by: str
    revoked_at: datetime | None = None

    @property
    def revoked(self) -> bool:
        """Tell whether its key is no longer good."""
        return self.revoked_at is not None


def enrol(engine: Engine, unit: str, name: str, by: str = audit.CONSOLE) -> tuple[Device, str]:
    """Enrol a machine of a unit; return it and its key, which is kept nowhere else."""
    said = checked_name(name)
    key = _new_key()
    made = Device(unit, opaque_id(), said, clock.now(), by)
    row = {"unit": unit, "id": made.id, "name": said, "key_hash": _hash(key)}
    with storing(engine) as conn:
        conn.execute(insert(device).values(**row, created_at=made.created_at, created_by=by))
        audit.write(conn, audit.DeviceEnrolled(unit, by, made.id))
    return made, key


def checked_name(name: str) -> str:
    """Return a name for a machine, tidied; raise DeviceError for none, a long or a personal one."""
    said = " ".join(unicodedata.normalize("NFC", name).split())
    if not said or not said.isprintable():
        raise DeviceError("empty", "a machine needs a name")
    if len(said) > LONGEST_NAME:
        raise DeviceError("long", f"a name has at most {LONGEST_NAME} letters")
    if notes.personal(said):
        raise DeviceError("personal", "a name must not hold a number, phone or plate of anybody")
    return said


def identify(conn: Connection, key: str) -> Device | None:
    """Return the machine that holds this key, revoked or not; None for a key nobody was given."""
    row = conn.execute(select(device).where(device.c.key_hash == _hash(key))).first()
    return _device(row) if row else None


def here(engine: Engine, key: str | None) -> str:
    """Return what the ledger calls this machine; raise DeviceRevoked when its key is not good."""
    if key is None:
        return BOX
    with reading(engine) as conn:
        found = identify(conn, key)
    if found is None or found.revoked:
        raise DeviceRevoked("the key of this machine is revoked or unknown")
    return found.id


def revoke(engine: Engine, unit: str, device_id: str, by: str = audit.CONSOLE) -> None:
    """Make a key worthless from now on; a second time changes nothing."""
    which = (device.c.unit == unit, device.c.id == device_id)
    with storing(engine) as conn:
        changed = conn.execute(
            update(device)
            .where(*which, device.c.revoked_at.is_(None))
            .values(revoked_at=clock.now())
        )
        if changed.rowcount:
            audit.write(conn, audit.DeviceRevoked(unit, by, device_id))


def listed(
    conn: Connection, units: tuple[str, ...] | None, limit: int | None = None, offset: int = 0
) -> tuple[Device, ...]:
    """Return a page of the machines of these units (None: all), the working ones first."""
    query = select(device) if units is None else select(device).where(device.c.unit.in_(units))
    order = (device.c.revoked_at.is_not(None), device.c.unit, device.c.created_at, device.c.id)
    rows = conn.execute(query.order_by(*order).limit(limit).offset(offset))
    return tuple(_device(row) for row in rows)


def names(conn: Connection, units: tuple[str, ...], ids: Iterable[str]) -> dict[str, str]:
    """Return what these machines are called, as far as they are of these units."""
    which = (device.c.unit.in_(units), device.c.id.in_(set(ids)))
    rows = conn.execute(select(device.c.id, device.c.name).where(*which))
    return {row.id: row.name for row in rows}


def find(conn: Connection, device_id: str) -> Device | None:
    """Return the machine of an id, of whichever unit."""
    row = conn.execute(select(device).where(device.c.id == device_id)).first()
    return _device(row) if row else None


def _device(row: Row[Any]) -> Device:
    return Device(row.unit, row.id, row.name, row.created_at, row.created_by, row.revoked_at)


def _new_key() -> str:
    letters = base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode().rstrip("=")
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def _hash(key: str) -> str:
    # typed or scanned: neither spaces, dashes nor small letters make it another key
    plain = "".join(key.upper().split()).replace("-", "")
    return hashlib.sha256(plain.encode()).hexdigest()
