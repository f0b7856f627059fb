"""Who may come in, who is in, who tried, which machines, and what was done: and the account."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Index, Integer, Row, String, Table

from kiosk.db import Instant, metadata

ROLES = ("officer", "head", "viewer", "admin")
LETTERS = "abcdefghijkmnopqrstuvwxyz"

account = Table(
    "account",
    metadata,
    Column("unit", String(32), primary_key=True),  #: code of the unit that the officer works for
    Column("id", String(16), primary_key=True),  #: opaque; the ledger knows the officer by it
    Column("login", String(32), nullable=False),  #: normalised sign-in name, one of its kind here
    Column("role", String(16), nullable=False),  #: one of ROLES; the last two are the province's
    Column("password_hash", String(255), nullable=False),  #: argon2id with its parameters
    Column("must_change", Boolean, nullable=False),  #: the password was issued, not chosen
    Column("disabled_at", Instant),  #: since when nobody signs in with it
    Column("created_at", Instant, nullable=False),
    Column("language", String(8), nullable=False),  #: language of the officer's pages
    Column("totp_secret", String(255)),  #: encrypted; empty until a second factor is set up
    Column("totp_step", Integer),  #: the last time step that was used: a code is good once
    Index(None, "unit", "login", unique=True),
    Index(None, "login"),
)

login_session = Table(
    "login_session",
    metadata,
    Column("unit", String(32), primary_key=True),
    Column("id", String(16), primary_key=True),  #: what audit events call the session
    Column("account", String(16), nullable=False),
    Column("token_hash", String(64), nullable=False),  #: SHA-256 of what the browser holds
    Column("created_at", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),  #: to the minute
    Column("proved_at", Instant, nullable=False),  #: when the password was last given
    Column("locked_at", Instant),  #: the screen is locked until the password is given again
    Column("ended_at", Instant),  #: signed out or revoked
    Index(None, "token_hash"),
    Index(None, "unit", "account"),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("unit", String(32), primary_key=True),
    Column("account", String(16), primary_key=True),
    Column("code_hash", String(64), primary_key=True),  #: SHA-256; the codes are random
    Column("used_at", Instant),
)

device = Table(
    "device",
    metadata,
    Column("unit", String(32), primary_key=True),
    Column("id", String(16), primary_key=True),  #: what the ledger calls the machine
    Column("name", String(60), nullable=False),  #: what people call it
    Column("key_hash", String(64), nullable=False),  #: SHA-256 of what the machine holds
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(32), nullable=False),
    Column("revoked_at", Instant),
    Index(None, "key_hash"),
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("unit", String(32), primary_key=True),  #: empty for an address or an unknown name
    Column("subject", String(64), primary_key=True),  #: SHA-256 of the name or the address
    Column("count", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("locked_until", Instant),
)

audit_event = Table(
    "audit_event",
    metadata,
    Column("unit", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  #: 1, 2, 3 … within the unit
    Column("kind", String(32), nullable=False),
    Column("actor", String(32), nullable=False),  #: account id, or “console”
    Column("at", Instant, nullable=False),
    Column("detail", JSON, nullable=False),  #: ids only
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "unit", "at"),
)


@dataclass(frozen=True, slots=True)
class Account:
    """One officer as the rest of the program may know him or her."""

    id: str
    login: str
    unit: str
    role: str
    language: str
    must_change: bool = False
    second_factor: bool = False  #: a second factor is set up
    #: the hash of its password when it was read; empty where nobody asked for the password
    password: str = field(default="", repr=False, compare=False)


def account_of(row: Row[Any]) -> Account:
    """Return the account that a row of its table says."""
    second = row.totp_secret is not None
    said = (row.id, row.login, row.unit, row.role, row.language, row.must_change, second)
    return Account(*said, row.password_hash)


def opaque_id() -> str:
    """Return a random id of letters alone: no search for identity numbers stumbles over it."""
    return "".join(secrets.choice(LETTERS) for _ in range(12))
