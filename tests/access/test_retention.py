from datetime import timedelta

from sqlalchemy import Engine, func, select

from kiosk import clock
from kiosk.access import audit, login, recovery, sessions
from kiosk.access.backoff import Refusal
from kiosk.access.models import Account, login_session, recovery_code, sign_in_failure
from kiosk.db import reading, writing
from tests.access.people import NOON

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def count(engine: Engine, table: object) -> int:
    with reading(engine) as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def forget(engine: Engine, after: timedelta, before: timedelta) -> int:
    with clock.at(NOON + after), writing(engine) as conn:
        return sessions.forget(conn, NOON + before)


def test_ended_and_expired_sessions_are_forgotten_and_living_ones_stay(
    engine: Engine, officer: Account
) -> None:
    with clock.at(NOON):
        ended, left = (sessions.begin(engine, officer) for _ in range(2))
        sessions.end(engine, ended)
    with clock.at(NOON + 30 * DAY):
        living = sessions.begin(engine, officer)
        late = sessions.begin(engine, officer)
        sessions.end(engine, late)
    assert forget(engine, 30 * DAY, DAY) == 2
    with reading(engine) as conn:
        kept = set(conn.execute(select(login_session.c.id)).scalars())
        assert audit.verify(conn) == []
    assert kept == {living.id, late.id}
    assert left.id not in kept
    with clock.at(NOON + 30 * DAY):
        assert sessions.resume(engine, living.token)


def test_a_day_to_come_forgets_nothing_that_still_counts(engine: Engine, officer: Account) -> None:
    with clock.at(NOON):
        living = sessions.begin(engine, officer)
        sessions.lock(engine, living)
    for _ in range(5):
        login.verify(engine, officer.login, "wrong password", "10.0.0.9", NOON)
    counted = count(engine, sign_in_failure)
    assert forget(engine, HOUR, 400 * DAY) == 0
    with clock.at(NOON + HOUR):
        assert sessions.resume(engine, living.token)
    assert count(engine, sign_in_failure) == counted
    again = login.verify(engine, officer.login, "wrong password", "10.0.0.9", NOON)
    assert again == Refusal(timedelta(minutes=1))


def test_old_failures_and_used_codes_are_forgotten(engine: Engine, officer: Account) -> None:
    login.verify(engine, "nobody.here", "wrong password", "10.0.0.9", NOON)
    with clock.at(NOON), writing(engine) as conn:
        first, *_ = recovery.issue(conn, officer.unit, officer.id)
        recovery.use(conn, officer.unit, officer.id, first)
    counted = count(engine, sign_in_failure)
    forget(engine, HOUR, 0 * HOUR)
    assert (count(engine, sign_in_failure), count(engine, recovery_code)) == (counted, 10)
    forget(engine, 2 * DAY, DAY)
    assert (count(engine, sign_in_failure), count(engine, recovery_code)) == (0, 9)
    with reading(engine) as conn:
        assert recovery.left(conn, officer.unit, officer.id) == 9
