from datetime import timedelta
from time import perf_counter

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import OperationalError

from kiosk import clock
from kiosk.access import sessions
from kiosk.access.models import Account, audit_event, login_session
from kiosk.db import BUSY_MS, reading, writing
from tests.access.people import NOON

MINUTE = timedelta(minutes=1)


def test_a_session_is_resumed_by_its_token_alone(engine: Engine, officer: Account) -> None:
    with clock.at(NOON):
        entered = sessions.begin(engine, officer)
        assert sessions.resume(engine, entered.token) == entered
        assert sessions.resume(engine, entered.id) is None
        assert sessions.resume(engine, officer.id) is None
        assert sessions.resume(engine, "") is None
    assert entered.get_id() == entered.token
    assert entered.account == officer


def test_the_token_is_not_in_the_database(engine: Engine, officer: Account) -> None:
    entered = sessions.begin(engine, officer)
    with reading(engine) as conn:
        stored = str(conn.execute(select(login_session)).all())
        stored += str(conn.execute(select(audit_event)).all())
    assert entered.token not in stored


def test_an_idle_hour_locks_it(engine: Engine, officer: Account) -> None:
    with clock.at(NOON):
        entered = sessions.begin(engine, officer)
    with clock.at(NOON + 59 * MINUTE):
        assert sessions.resume(engine, entered.token)
    with clock.at(NOON + 118 * MINUTE):
        assert not locked(engine, entered)
    with clock.at(NOON + 178 * MINUTE):
        assert locked(engine, entered)
        assert locked(engine, entered), "looking at a locked screen does not unlock it"
        opened = sessions.unlock(engine, entered)
        assert sessions.resume(engine, entered.token) is None, "the old token is worth nothing"
        assert sessions.resume(engine, opened.token) == opened
    with clock.at(NOON + 237 * MINUTE):
        assert not locked(engine, opened)


def test_it_is_locked_by_hand_at_once(engine: Engine, officer: Account) -> None:
    with clock.at(NOON):
        entered = sessions.begin(engine, officer)
        sessions.lock(engine, entered)
        assert locked(engine, entered)
        assert not locked(engine, sessions.unlock(engine, entered))


def test_what_a_page_asks_by_itself_keeps_nobody_awake(engine: Engine, officer: Account) -> None:
    with clock.at(NOON):
        entered = sessions.begin(engine, officer)
    for minute in range(0, 60, 2):
        with clock.at(NOON + minute * MINUTE):
            assert sessions.resume(engine, entered.token, quietly=True) == entered
    with clock.at(NOON + 60 * MINUTE):
        assert locked(engine, entered)


def test_a_proof_is_good_for_ten_minutes(engine: Engine, officer: Account) -> None:
    with clock.at(NOON):
        entered = sessions.begin(engine, officer)
    assert entered.proved(NOON + 9 * MINUTE)
    assert not entered.proved(NOON + 10 * MINUTE)
    assert not entered.proved(NOON - 10 * MINUTE), "a clock set back proves nothing"
    with clock.at(NOON + 30 * MINUTE):
        assert sessions.unlock(engine, entered).proved(NOON + 39 * MINUTE)
        renewed = sessions.renew(engine, entered)
        assert renewed.token != entered.token
        assert not renewed.proved(NOON + 30 * MINUTE)
        sessions.lock(engine, renewed)
        held = sessions.resume(engine, renewed.token)
        assert held
        assert not held.proved(NOON + 30 * MINUTE), "a locked screen proves nothing"


def test_others_are_ended_and_this_one_stays(engine: Engine, officer: Account) -> None:
    with clock.at(NOON):
        here, there, third = (sessions.begin(engine, officer) for _ in range(3))
        with writing(engine) as conn:
            assert not sessions.revoke(conn, Account("x", "x", "A", "head", "vi"), there.id)
            assert sessions.revoke(conn, officer, there.id)
            assert not sessions.revoke(conn, officer, there.id)
            assert sessions.revoke_others(conn, here) == 1
        with reading(engine) as conn:
            assert [one.id for one in sessions.living(conn, officer)] == [here.id]
            kinds = list(conn.execute(select(audit_event.c.kind)).scalars())
        assert sessions.resume(engine, third.token) is None
    assert kinds.count("session_revoked") == 2


def locked(engine: Engine, entered: sessions.Session) -> bool:
    found = sessions.resume(engine, entered.token)
    assert found
    return found.locked


def test_ten_hours_end_it_however_busy(engine: Engine, officer: Account) -> None:
    with clock.at(NOON):
        entered = sessions.begin(engine, officer)
    for half_hours in range(1, 20):
        with clock.at(NOON + half_hours * 30 * MINUTE):
            assert not locked(engine, entered)
    with clock.at(NOON + timedelta(hours=10)):
        assert sessions.resume(engine, entered.token) is None


def test_it_ends_once_and_for_good(engine: Engine, officer: Account) -> None:
    with clock.at(NOON):
        entered, other = sessions.begin(engine, officer), sessions.begin(engine, officer)
        sessions.end(engine, entered)
        sessions.end(engine, entered)
        assert sessions.resume(engine, entered.token) is None
        assert sessions.resume(engine, other.token) == other
    with reading(engine) as conn:
        kinds = list(conn.execute(select(audit_event.c.kind)).scalars())
    assert kinds.count("signed_out") == 1


def test_a_full_disk_does_not_throw_anybody_out(
    engine: Engine, officer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(NOON):
        entered = sessions.begin(engine, officer)

    def full(_engine: Engine) -> None:
        raise OperationalError("UPDATE", {}, OSError("database or disk is full"))

    monkeypatch.setattr(sessions, "_at_once", full)
    with clock.at(NOON + 30 * MINUTE):
        assert sessions.resume(engine, entered.token) == entered


def test_a_page_a_second_writes_once_a_minute(engine: Engine, officer: Account) -> None:
    with clock.at(NOON):
        entered = sessions.begin(engine, officer)
    with engine.connect() as conn:
        before = conn.execute(text("PRAGMA data_version")).scalar_one()
        for second in range(60):
            with clock.at(NOON + timedelta(seconds=second)):
                assert sessions.resume(engine, entered.token)
        assert conn.execute(text("PRAGMA data_version")).scalar_one() == before


def test_a_held_database_keeps_no_page_waiting(
    engine: Engine, officer: Account, caplog: pytest.LogCaptureFixture
) -> None:
    with clock.at(NOON):
        entered = sessions.begin(engine, officer)
    begun = perf_counter()
    with clock.at(NOON + 30 * MINUTE):
        with writing(engine):
            assert sessions.resume(engine, entered.token) == entered
        assert perf_counter() - begun < 1
        assert "could not be touched" in caplog.text
        with engine.connect() as conn:
            assert conn.execute(text("PRAGMA busy_timeout")).scalar_one() == BUSY_MS
        sessions.resume(engine, entered.token)
    with clock.at(NOON + 80 * MINUTE):
        assert not locked(engine, entered)
