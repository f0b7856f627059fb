from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from kiosk.access import backoff
from kiosk.access.backoff import Refusal
from kiosk.access.login import verify
from kiosk.access.models import Account, sign_in_failure
from kiosk.db import open_engine, reading
from tests.access.people import CHOSEN, NOON

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, None), (4, None), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (10, 15), (10_000, 15)],
)
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(failures: int, minutes: int | None) -> None:
    assert backoff.penalty(failures, 5) == (MINUTE * minutes if minutes else None)


def waits(engine: Engine, name: str, address: str, times: int) -> list[timedelta | None]:
    """Fail again as soon as it is allowed; return each wait that was met."""
    met: list[timedelta | None] = []
    now = NOON
    while len(met) < times:
        answer = verify(engine, name, "wrong", address, now)
        assert isinstance(answer, Refusal)
        met.append(answer.wait)
        now += answer.wait or timedelta(0)
    return met


@pytest.mark.parametrize("name", ["lan.tran", "nobody.here"])
def test_names_that_exist_and_names_that_do_not_lock_alike(
    engine: Engine, officer: Account, name: str
) -> None:
    assert officer
    met = waits(engine, name, "10.0.0.9", 16)
    assert met[:5] == [None] * 5
    assert [wait for wait in met if wait] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE] + [
        15 * MINUTE
    ] * 2


def test_an_address_is_locked_after_many_names(engine: Engine) -> None:
    for n in range(20):
        assert verify(engine, f"name{n}", "wrong", "10.0.0.9", NOON) == Refusal()
    assert verify(engine, "another", "wrong", "10.0.0.9", NOON) == Refusal(MINUTE)
    assert verify(engine, "another", "wrong", "10.0.0.8", NOON) == Refusal()


def test_a_lock_outlives_the_program(engine: Engine, officer: Account) -> None:
    waits(engine, officer.login, "10.0.0.9", 5)
    restarted = open_engine(engine.url.render_as_string(hide_password=False))
    assert verify(restarted, officer.login, CHOSEN, "10.0.0.7", NOON) == Refusal(MINUTE)
    restarted.dispose()


def test_coming_in_clears_the_name_and_not_the_address(engine: Engine, officer: Account) -> None:
    waits(engine, officer.login, "10.0.0.9", 4)
    assert verify(engine, officer.login, CHOSEN, "10.0.0.9", NOON) == officer
    with reading(engine) as conn:
        counts = conn.execute(
            select(sign_in_failure.c.count).where(
                sign_in_failure.c.subject == backoff.address("10.0.0.9").hash
            )
        )
        assert list(counts.scalars()) == [4]
    assert waits(engine, officer.login, "10.0.0.9", 5) == [None] * 5


def test_half_a_day_later_all_is_forgotten(engine: Engine) -> None:
    waits(engine, "nobody.here", "10.0.0.9", 9)
    later = NOON + timedelta(hours=13)
    assert verify(engine, "nobody.here", "wrong", "10.0.0.9", later) == Refusal()
    with reading(engine) as conn:
        assert list(conn.execute(select(sign_in_failure.c.count)).scalars()) == [1, 1]


def test_neither_names_nor_addresses_are_stored(engine: Engine) -> None:
    verify(engine, "mat-khau-go-nham", "wrong", "10.0.0.9", NOON)
    with reading(engine) as conn:
        stored = str(conn.execute(select(sign_in_failure)).all())
    assert "mat-khau-go-nham" not in stored
    assert "10.0.0.9" not in stored


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 50))
def test_one_failure_more_never_waits_less(failures: int, allowed: int) -> None:
    none = timedelta(0)
    now = backoff.penalty(failures, allowed) or none
    then = backoff.penalty(failures + 1, allowed) or none
    assert now <= then <= backoff.LONGEST
    assert isinstance(NOON + then, datetime)


def test_guessing_all_at_once_gains_nothing(engine: Engine, officer: Account) -> None:
    def guess(n: int) -> object:
        return verify(engine, officer.login, f"guess {n}", "10.0.0.9", NOON)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(16)))
    assert answers.count(Refusal()) == 5
    assert answers.count(Refusal(MINUTE)) == 11


def test_a_right_sign_in_never_locks_the_colleagues_out(engine: Engine, officer: Account) -> None:
    for n in range(20):
        verify(engine, f"name{n}", "wrong", "10.0.0.9", NOON)
    assert verify(engine, officer.login, CHOSEN, "10.0.0.9", NOON) == Refusal(MINUTE)
    for minute in (1, 2, 3):
        now = NOON + minute * MINUTE
        for _ in range(3):
            assert verify(engine, officer.login, CHOSEN, "10.0.0.9", now) == officer
    later = NOON + 4 * MINUTE
    assert verify(engine, "another", "wrong", "10.0.0.9", later) == Refusal()
    assert isinstance(verify(engine, "another", "wrong", "10.0.0.9", later), Refusal)
    assert verify(engine, officer.login, CHOSEN, "10.0.0.9", later) != officer
