"""Who may come in, who is in, who tried, and what was done: four tables, and the account itself."""

import secrets
from dataclasses import dataclass

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table

from kiosk.db import Instant, metadata

ROLES = ("officer", "head")
LETTERS = "abcdefghijkmnopqrstuvwxyz"

account = Table(
    "account",
    metadata,
    Column("unit", String(32), primary_key=True),  #: code of the unit that the officer works for
    Column("id", String(16), primary_key=True),  #: opaque; the ledger knows the officer by it
    Column("login", String(32), nullable=False),  #: normalised sign-in name, one of its kind here
    Column("role", String(16), nullable=False),  #: officer or head
    Column("password_hash", String(255), nullable=False),  #: argon2id with its parameters
    Column("must_change", Boolean, nullable=False),  #: the password was issued, not chosen
    Column("disabled_at", Instant),  #: since when nobody signs in with it
    Column("created_at", Instant, nullable=False),
    Column("language", String(8), nullable=False),  #: language of the officer's pages
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
    Column("ended_at", Instant),  #: signed out or revoked
    Index(None, "token_hash"),
    Index(None, "unit", "account"),
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


def opaque_id() -> str:
    """Return a random id of letters alone: no search for identity numbers stumbles over it."""
    return "".join(secrets.choice(LETTERS) for _ in range(12))
