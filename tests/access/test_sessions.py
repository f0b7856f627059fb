from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import OperationalError

from kiosk import clock
from kiosk.access import sessions
from kiosk.access.models import Account, audit_event, login_session
from kiosk.db import reading
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


def test_an_idle_hour_ends_it(engine: Engine, officer: Account) -> None:
    with clock.at(NOON):
        entered = sessions.begin(engine, officer)
    with clock.at(NOON + 59 * MINUTE):
        assert sessions.resume(engine, entered.token)
    with clock.at(NOON + 118 * MINUTE):
        assert sessions.resume(engine, entered.token)
    with clock.at(NOON + 178 * MINUTE):
        assert sessions.resume(engine, entered.token) is None


def test_ten_hours_end_it_however_busy(engine: Engine, officer: Account) -> None:
    with clock.at(NOON):
        entered = sessions.begin(engine, officer)
    for half_hours in range(1, 20):
        with clock.at(NOON + half_hours * 30 * MINUTE):
            assert sessions.resume(engine, entered.token)
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

    monkeypatch.setattr(sessions, "writing", full)
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
