"""Proofs beyond the first: the code after the password, and the password once more."""

from datetime import datetime

from sqlalchemy import Connection, Engine, select

from kiosk.access import audit, backoff, passwords, recovery, second_factor, sessions
from kiosk.access.backoff import Refusal
from kiosk.access.models import Account, account
from kiosk.access.sessions import Session
from kiosk.db import storing

CODE, RECOVERY = "code", "recovery"


def second_step(
    engine: Engine, key: str, who: Account, typed: str, remote: str, now: datetime
) -> str | Refusal:
    """Return which kind of code let an account in after its password, or a refusal."""
    known, shared = backoff.name(who.unit, who.login), backoff.address(remote)
    with storing(engine) as conn:
        wait = backoff.claim(conn, (known, shared), now)
        if wait is not None:
            return Refusal(wait)
        kind = _code(conn, key, who, typed, now)
        if kind is None:
            audit.write(conn, audit.SignInRefused(who.unit, who.id))
            return Refusal()
        backoff.forgive(conn, (known,), shared, now)
        if kind == RECOVERY:
            audit.write(conn, audit.RecoveryUsed(who.unit, who.id))
    return kind


def confirm(
    engine: Engine, entered: Session, password: str, remote: str, now: datetime
) -> Refusal | None:
    """Return None for the right password; a session in which it was wrong too often ends."""
    who = entered.account
    own = (account.c.unit == who.unit, account.c.id == who.id)
    with storing(engine) as conn:
        # only the session's own failures are in the way: nobody locks an officer's desk from afar
        wait = backoff.claim(conn, (_inside(entered),), now)
        stored = conn.execute(select(account.c.password_hash).where(*own)).scalar()
    if wait is not None:
        return Refusal(wait)
    right = passwords.matches(stored, password)
    with storing(engine) as conn:
        return _judged(conn, entered, right, remote, now)


def confirm_code(
    engine: Engine, key: str, entered: Session, typed: str, remote: str, now: datetime
) -> Refusal | None:
    """Return None for a right code of the second factor that is in use, as `confirm` does."""
    with storing(engine) as conn:
        wait = backoff.claim(conn, (_inside(entered),), now)
        if wait is not None:
            return Refusal(wait)
        right = _code(conn, key, entered.account, typed, now) is not None
        return _judged(conn, entered, right, remote, now)


def _inside(entered: Session) -> backoff.Subject:
    return backoff.session(entered.account.unit, entered.id)


def _judged(
    conn: Connection, entered: Session, right: bool, remote: str, now: datetime
) -> Refusal | None:
    who, inside = entered.account, _inside(entered)
    if right:
        backoff.forget(conn, inside)
        return None
    backoff.count(conn, (backoff.name(who.unit, who.login), backoff.address(remote)), now)
    audit.write(conn, audit.ProofRefused(who.unit, who.id, entered.id))
    last = backoff.spent(conn, inside, now)
    if last:
        sessions.revoke(conn, who, entered.id)
    return Refusal(last=last)


def _code(conn: Connection, key: str, who: Account, typed: str, now: datetime) -> str | None:
    if second_factor.use(conn, key, who, typed, now):
        return CODE
    return RECOVERY if recovery.use(conn, who.unit, who.id, typed) else None
