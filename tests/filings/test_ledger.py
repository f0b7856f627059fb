"""Recording, correcting, voiding; what comes twice, and what cannot be."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, select
from uuid_utils import uuid7

from kiosk import clock
from kiosk.db import reading
from kiosk.filings import ledger
from kiosk.filings.chain import GENESIS
from kiosk.filings.history import Actor, Filing, FilingEvent, Mistake
from kiosk.filings.models import filing_event
from tests.filings.build import DAY, LAN, MINH, NOON, entry, help_entry


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def events(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(select(func.count()).select_from(filing_event)).scalar_one())


def found(engine: Engine, event: FilingEvent) -> Filing:
    with reading(engine) as connection:
        present = ledger.find(connection, event.unit, event.filing_id)
    assert present is not None
    return present


def listed(engine: Engine, officer: str | None = None, day: date = DAY) -> list[str]:
    with reading(engine) as connection:
        return [f.procedure for f in ledger.recent(connection, "31417", day, day, officer)]


def test_a_record_is_there_as_it_was_said(engine: Engine) -> None:
    said = entry(quantity=2, priority=True, competent_unit="31418")
    event = ledger.record(engine, said, LAN)
    present = found(engine, event)
    assert (event.filing_id, event.kind, event.seq, event.epoch) == (event.id, "recorded", 1, 1)
    assert (event.prev_hash, event.at) == (GENESIS, NOON)
    assert (present.state, present.recorded_by, present.recorded_at) == ("recorded", "o-lan", NOON)
    assert (present.quantity, present.priority, present.competent_unit) == (2, True, "31418")
    assert ledger.verify(engine) == []


def test_a_correction_replaces_what_was_said(engine: Engine) -> None:
    event = ledger.record(engine, entry(), LAN)
    changed = ledger.correct(engine, event.filing_id, entry(procedure="tach-ho"), MINH, "C01")
    present = found(engine, event)
    assert (changed.filing_id, changed.kind) == (event.filing_id, "corrected")
    assert (present.procedure, present.state) == ("tach-ho", "corrected")
    assert (present.recorded_by, present.officer) == ("o-lan", "o-minh")
    assert ledger.verify(engine) == []


def test_the_last_correction_wins_even_if_the_clock_goes_back(engine: Engine) -> None:
    event = ledger.record(engine, entry(), LAN)
    ledger.correct(engine, event.filing_id, entry(quantity=2), LAN, "C04")
    with clock.at(NOON - timedelta(hours=3)):
        last = ledger.correct(engine, event.filing_id, entry(quantity=3), LAN, "C04")
    assert found(engine, event).quantity == 3
    assert last.at == NOON + timedelta(microseconds=2)
    assert ledger.verify(engine) == []


def test_a_void_filing_stays_to_be_seen_and_counts_nowhere(engine: Engine) -> None:
    event = ledger.record(engine, entry(outcome="not_submitted", reason="R01"), LAN)
    void = ledger.void(engine, event.filing_id, "V03", MINH)
    present = found(engine, event)
    assert (void.kind, void.cause, void.reason) == ("voided", "V03", "R01")
    assert (present.state, present.void_reason, present.reason) == ("voided", "V03", "R01")
    assert ledger.verify(engine) == []


def test_a_form_sent_again_gets_the_first_answer(engine: Engine) -> None:
    said = entry()
    first = ledger.record(engine, said, LAN)
    with clock.at(NOON + timedelta(minutes=1)):
        assert ledger.record(engine, said, LAN) == first
    with clock.at(NOON + timedelta(days=1)):
        late = replace(said, civil_date=said.civil_date + timedelta(days=1))
        assert ledger.record(engine, late, LAN) == first
    changes = entry(quantity=2)
    changed = ledger.correct(engine, first.filing_id, changes, LAN, "C04")
    voided = ledger.void(engine, first.filing_id, "V01", LAN, client_id=(form := str(uuid7())))
    assert ledger.correct(engine, first.filing_id, changes, LAN, "C04") == changed
    assert ledger.void(engine, first.filing_id, "V01", LAN, client_id=form) == voided
    assert ledger.record(engine, said, LAN) == first
    assert events(engine) == 3
    assert ledger.verify(engine) == []


def test_a_form_cannot_answer_two_questions(engine: Engine) -> None:
    said = entry()
    first = ledger.record(engine, said, LAN)
    second = ledger.record(engine, entry(), LAN)
    changes = entry()
    ledger.correct(engine, first.filing_id, changes, LAN, "C04")
    third = ledger.record(engine, entry(), LAN)
    ledger.void(engine, third.filing_id, "V01", LAN, form := str(uuid7()))
    others: list[Callable[[], FilingEvent]] = [
        partial(ledger.correct, engine, first.filing_id, said, LAN, "C04"),
        partial(ledger.correct, engine, second.filing_id, changes, LAN, "C04"),
        partial(ledger.correct, engine, first.filing_id, changes, LAN, "C01"),
        partial(ledger.void, engine, first.filing_id, "V01", LAN, said.client_id),
        partial(ledger.record, engine, changes, LAN),
        partial(ledger.record, engine, replace(said, quantity=9), LAN),
        partial(ledger.correct, engine, first.filing_id, replace(changes, minutes=5), LAN, "C04"),
        partial(ledger.void, engine, third.filing_id, "V02", LAN, form),
    ]
    for again in others:
        with pytest.raises(ledger.InvalidEntry) as refused:
            again()
        assert refused.value.mistakes == (Mistake("client_id", "used"),)
    assert events(engine) == 5


def test_two_units_may_use_the_same_form_id(engine: Engine) -> None:
    said = entry()
    first = ledger.record(engine, said, LAN)
    assert ledger.record(engine, said, Actor("99999", "o-hoa", "d-9")) != first


def test_what_is_void_or_unknown_cannot_be_changed(engine: Engine) -> None:
    event = ledger.record(engine, entry(), LAN)
    ledger.void(engine, event.filing_id, "V01", LAN)
    with pytest.raises(ledger.AlreadyVoided):
        ledger.correct(engine, event.filing_id, entry(), LAN, "C01")
    with pytest.raises(ledger.AlreadyVoided):
        ledger.void(engine, event.filing_id, "V01", LAN)
    with pytest.raises(ledger.UnknownFiling):
        ledger.correct(engine, str(uuid7()), entry(), LAN, "C01")
    with pytest.raises(ledger.UnknownFiling):
        ledger.void(engine, event.filing_id, "V01", Actor("99999", "o-lan", "d-1"))
    assert events(engine) == 2


def test_a_contradiction_is_not_written(engine: Engine) -> None:
    event = ledger.record(engine, entry(), LAN)
    with pytest.raises(ledger.InvalidEntry, match="quantity: out_of_range") as refused:
        ledger.record(engine, entry(quantity=0), LAN)
    assert refused.value.mistakes == (Mistake("quantity", "out_of_range"),)
    with pytest.raises(ledger.InvalidEntry, match="reason: required"):
        ledger.correct(engine, event.filing_id, entry(outcome="not_submitted"), LAN, "C03")
    with pytest.raises(ledger.InvalidEntry, match="cause: unknown"):
        ledger.void(engine, event.filing_id, "R01", LAN)
    for cause, code in (("", "required"), ("V01", "unknown"), ("B01", "unknown")):
        with pytest.raises(ledger.InvalidEntry, match=f"cause: {code}"):
            ledger.correct(engine, event.filing_id, entry(), LAN, cause)
    with pytest.raises(ledger.InvalidEntry, match="civil_date: future"):
        ledger.record(engine, entry(civil_date=date(2026, 11, 22)), LAN)
    assert events(engine) == 1


def test_midnight_is_that_of_viet_nam(engine: Engine) -> None:
    just_after = datetime(2026, 11, 22, 0, 1, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    with clock.at(just_after):
        event = ledger.record(engine, entry(civil_date=date(2026, 11, 22)), LAN)
    assert event.at == just_after
    assert ledger.verify(engine) == []


def test_the_list_is_newest_first_for_one_officer_or_all(engine: Engine) -> None:
    for procedure, by in (("a", LAN), ("b", MINH), ("c", LAN)):
        ledger.record(engine, entry(procedure=procedure), by)
    ledger.record(engine, entry(procedure="d", civil_date=DAY - timedelta(days=1)), LAN, "B02")
    ledger.record(engine, entry(procedure="e"), Actor("99999", "o-lan", "d-1"))
    assert listed(engine) == ["c", "b", "a"]
    assert listed(engine, "o-lan") == ["c", "a"]
    assert listed(engine, day=DAY - timedelta(days=1)) == ["d"]


def test_habits_of_an_officer_and_of_a_unit(engine: Engine) -> None:
    long_ago = DAY - timedelta(days=120)
    for procedure, by in (("b", LAN), ("a", LAN), ("b", LAN), ("a", MINH), ("a", MINH)):
        ledger.record(engine, entry(procedure=procedure), by)
    wrong = ledger.record(engine, entry(procedure="x"), LAN)
    ledger.void(engine, wrong.filing_id, "V03", LAN)
    ledger.record(engine, help_entry(procedure=""), LAN)
    then = datetime.combine(long_ago, time(3), UTC)
    past = [entry(procedure="z", civil_date=long_ago) for _ in range(4)]
    ledger.seed(engine, [ledger.Act(said, LAN, then) for said in past])
    with reading(engine) as connection:
        assert ledger.frequent(connection, "31417", "o-lan", 5) == ("b", "a")
        assert ledger.frequent(connection, "31417", None, 5) == ("a", "b")
        assert ledger.frequent(connection, "31417", None, 1) == ("a",)
        assert ledger.frequent(connection, "99999", None, 5) == ()


def test_the_last_entry_of_an_officer(engine: Engine) -> None:
    ledger.record(engine, entry(procedure="a"), LAN)
    wrong = ledger.record(engine, entry(procedure="b"), LAN)
    ledger.record(engine, entry(procedure="c"), MINH)
    with reading(engine) as connection:
        last = ledger.last_entry(connection, "31417", "o-lan")
        assert last is not None
        assert last.procedure == "b"
        assert ledger.last_entry(connection, "31417", "o-hoa") is None
    ledger.void(engine, wrong.filing_id, "V01", LAN)
    with reading(engine) as connection:
        last = ledger.last_entry(connection, "31417", "o-lan")
        assert last is not None
        assert last.procedure == "a"


def test_each_device_has_its_chain_and_a_restored_one_a_new_one(engine: Engine) -> None:
    first = ledger.record(engine, entry(), LAN)
    assert ledger.record(engine, entry(), MINH).seq == 1
    assert ledger.new_epoch(engine, "31417", "d-1") == 2
    after = ledger.record(engine, entry(), LAN)
    assert (after.epoch, after.seq, after.prev_hash) == (2, 1, GENESIS)
    with reading(engine) as connection:
        heads = ledger.heads(connection)
        assert heads == ledger.heads(connection, "31417")
        assert ledger.heads(connection, "99999") == ()
    assert [head[1:4] for head in heads] == [("d-1", 1, 1), ("d-1", 2, 1), ("d-2", 1, 1)]
    assert (heads[0].head_hash, heads[1].head_hash) == (first.hash, after.hash)
    assert ledger.verify(engine) == []


def test_made_up_history_keeps_its_instants_and_its_chain(engine: Engine) -> None:
    days = [DAY - timedelta(days=n) for n in range(60, 0, -1)]
    acts = [
        ledger.Act(entry(civil_date=day), by, datetime.combine(day, time(3), UTC))
        for day in days
        for by in (LAN, MINH)
    ]
    assert ledger.seed(engine, acts) == 120
    after = ledger.record(engine, entry(), LAN)
    assert after.seq == 61
    with reading(engine) as connection:
        (_, oldest) = ledger.recent(connection, "31417", days[0], days[0])
    assert oldest.recorded_at == acts[0].at
    assert ledger.verify(engine) == []


def test_made_up_history_is_all_or_nothing(engine: Engine) -> None:
    acts = [ledger.Act(entry(), LAN, NOON), ledger.Act(entry(quantity=0), LAN, NOON)]
    with pytest.raises(ledger.InvalidEntry):
        ledger.seed(engine, acts)
    assert events(engine) == 0
    assert ledger.verify(engine) == []
