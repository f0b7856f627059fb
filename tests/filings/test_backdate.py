"""An entry of an earlier day: three days back and with a reason, and what comes of it twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from kiosk import clock
from kiosk.db import reading
from kiosk.filings import history, ledger
from kiosk.filings.history import Mistake
from tests.filings.build import DAY, LAN, NOON, entry

ONE_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def day_of(engine: Engine, filing_id: str) -> object:
    with reading(engine) as connection:
        found = ledger.find(connection, LAN.unit, filing_id)
    assert found is not None
    return found.civil_date


@pytest.mark.parametrize("cause", history.BACKDATE_REASONS)
@pytest.mark.parametrize("back", [1, 2, 3])
def test_three_days_back_with_a_reason(engine: Engine, back: int, cause: str) -> None:
    day = DAY - back * ONE_DAY
    event = ledger.record(engine, entry(civil_date=day), LAN, cause)
    assert (event.cause, event.civil_date, event.at) == (cause, day, NOON)
    assert day_of(engine, event.filing_id) == day
    assert ledger.verify(engine) == []


@pytest.mark.parametrize(
    ("back", "cause", "mistake"),
    [
        (1, None, Mistake("cause", "required")),
        (1, "", Mistake("cause", "required")),
        (1, "C01", Mistake("cause", "unknown")),
        (0, "B01", Mistake("cause", "not_allowed")),
        (4, "B01", Mistake("civil_date", "too_old")),
        (400, None, Mistake("civil_date", "too_old")),
    ],
)
def test_nothing_else(engine: Engine, back: int, cause: str | None, mistake: Mistake) -> None:
    with pytest.raises(ledger.InvalidEntry) as refused:
        ledger.record(engine, entry(civil_date=DAY - back * ONE_DAY), LAN, cause)
    assert refused.value.mistakes == (mistake,)
    with reading(engine) as connection:
        assert ledger.heads(connection) == ()


def test_every_other_mistake_is_told_first(engine: Engine) -> None:
    with pytest.raises(ledger.InvalidEntry) as refused:
        ledger.record(engine, entry(civil_date=DAY - ONE_DAY, quantity=0), LAN)
    assert refused.value.mistakes == (Mistake("quantity", "out_of_range"),)


def test_it_is_the_day_in_viet_nam_that_counts_back(engine: Engine) -> None:
    with clock.at(NOON + timedelta(hours=13)):  # 01:00 of the next day
        with pytest.raises(ledger.InvalidEntry, match="civil_date: too_old"):
            ledger.record(engine, entry(civil_date=DAY - 3 * ONE_DAY), LAN, "B01")
        ledger.record(engine, entry(civil_date=DAY - 2 * ONE_DAY), LAN, "B01")
    assert ledger.verify(engine) == []


def test_a_form_sent_again_gets_the_first_answer(engine: Engine) -> None:
    said = entry(civil_date=DAY - 3 * ONE_DAY)
    first = ledger.record(engine, said, LAN, "B02")
    assert ledger.record(engine, said, LAN, "B02") == first
    with clock.at(NOON + 5 * ONE_DAY):  # it may not be recorded any more, but it was
        assert ledger.record(engine, said, LAN, "B02") == first
    assert day_of(engine, first.filing_id) == DAY - 3 * ONE_DAY


def test_a_form_of_today_sent_again_past_midnight_needs_no_reason(engine: Engine) -> None:
    said = entry()
    first = ledger.record(engine, said, LAN)
    with clock.at(NOON + ONE_DAY):
        assert ledger.record(engine, said, LAN) == first
        assert ledger.record(engine, replace(said, civil_date=DAY + ONE_DAY), LAN) == first


def test_a_form_sent_again_past_midnight_may_have_become_doubtful(engine: Engine) -> None:
    said = entry(civil_date=NOON.date(), minutes=5)
    with clock.at(NOON):
        first = ledger.record(engine, said, LAN)
    with clock.at(NOON + timedelta(days=1)):
        late = replace(said, civil_date=clock.today(), doubtful=True)
        assert ledger.record(engine, late, LAN) == first


def test_a_form_that_says_yesterday_means_another_day_past_midnight(engine: Engine) -> None:
    said = entry(civil_date=DAY - ONE_DAY)
    first = ledger.record(engine, said, LAN, "B01")
    with clock.at(NOON + ONE_DAY):
        assert ledger.record(engine, replace(said, civil_date=DAY), LAN, "B01") == first


@pytest.mark.parametrize(("back", "cause"), [(2, "B01"), (1, "B02"), (0, None), (3, "B01")])
def test_a_form_sent_again_cannot_name_another_day_or_reason(
    engine: Engine, back: int, cause: str | None
) -> None:
    said = entry(civil_date=DAY - ONE_DAY)
    ledger.record(engine, said, LAN, "B01")
    with pytest.raises(ledger.InvalidEntry) as refused:
        ledger.record(engine, replace(said, civil_date=DAY - back * ONE_DAY), LAN, cause)
    assert refused.value.mistakes == (Mistake("client_id", "used"),)


def test_a_correction_keeps_the_day_or_names_one_that_could_have_been_recorded(
    engine: Engine,
) -> None:
    filing_id = ledger.record(engine, entry(), LAN).filing_id
    with clock.at(NOON + 9 * ONE_DAY):
        ledger.correct(engine, filing_id, entry(quantity=2), LAN, "C04")
        ledger.correct(engine, filing_id, entry(civil_date=DAY - 3 * ONE_DAY), LAN, "C99")
        assert day_of(engine, filing_id) == DAY - 3 * ONE_DAY
        ledger.correct(engine, filing_id, entry(), LAN, "C99")
        for day, code in ((DAY - 4 * ONE_DAY, "too_old"), (DAY + ONE_DAY, "future")):
            with pytest.raises(ledger.InvalidEntry) as refused:
                ledger.correct(engine, filing_id, entry(civil_date=day), LAN, "C99")
            assert refused.value.mistakes[0] == Mistake("civil_date", code)
    assert day_of(engine, filing_id) == DAY
    assert ledger.verify(engine) == []
