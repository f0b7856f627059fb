"""Filings whose time is over leave; every count stays, and so does every proof."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count as numbers
from itertools import product
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, select, update

from kiosk import clock
from kiosk.counts.table import By, Query
from kiosk.counts.totals import count
from kiosk.db import metadata, open_engine, reading, writing
from kiosk.filings import history, ledger
from kiosk.filings.chain import Chain
from kiosk.filings.history import Entry, Mistake
from kiosk.filings.models import (
    ROLLUPS,
    chain_base,
    filing,
    filing_event,
    retained,
    retained_day,
    rollup_unit_day,
)
from kiosk.filings.retain import Damaged, Link, TooYoung, leaving, retain
from tests.filings.build import LAN, MINH, NOON, entry
from tests.filings.entries import entries

TODAY = NOON.date()
YEAR = timedelta(days=366)
THEN = NOON - 3 * YEAR
SIDES: tuple[By, ...] = get_args(By)
ONE_DAY = timedelta(days=1)


def said_at(instant: datetime, **changes: Any) -> Entry:
    """Return what a form of that instant says about the same day."""
    stamp, chance = f"{int(instant.timestamp() * 1000):012x}", uuid4().hex
    form = f"{stamp[:8]}-{stamp[8:]}-7{chance[:3]}-8{chance[3:6]}-{chance[6:18]}"
    return entry(**{"client_id": form, "civil_date": clock.civil_date(instant), **changes})


def record(engine: Engine, instant: datetime, **changes: Any) -> str:
    with clock.at(instant):
        return ledger.record(engine, said_at(instant, **changes), LAN).filing_id


def counts(engine: Engine, first: date, last: date) -> list[object]:
    """Return every number that there is for these days."""
    with reading(engine) as connection:
        query = Query(units=(LAN.unit,), first=first, last=last)
        return [count(connection, replace(query, by=by)) for by in SIDES]


def held(engine: Engine) -> tuple[int, int]:
    """Return how many events and filings there are."""
    with reading(engine) as connection:
        return tuple(  # type: ignore[return-value] # two of them
            connection.scalar(select(func.count()).select_from(table))
            for table in (filing_event, filing)
        )


def rollups(engine: Engine) -> dict[str, list[Any]]:
    """Return all rows of the roll-ups but those that say nothing."""
    with reading(engine) as connection:
        return {
            level: sorted(
                tuple(row)
                for row in connection.execute(select(table))
                if any(n for n in row if isinstance(n, int))
            )
            for level, table in ROLLUPS.items()
        }


# --- which events leave -------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("pqrs"), st.integers(0, 4)), max_size=8
)


def links(steps: list[tuple[str, str, int]]) -> list[Link]:
    """Return events of filings p, q, r, s on two devices; the last number is the day of each."""
    numbered: dict[str, Iterator[int]] = {"a": numbers(1), "b": numbers(1)}
    seen: set[str] = set()
    made = []
    for device, name, day in steps:
        kind = "corrected" if name in seen else "recorded"
        seen.add(name)
        at = THEN + day * ONE_DAY
        chain = (LAN.unit, device, 1)
        made.append(Link(chain, next(numbered[device]), "", name, kind, at.date(), at))
    return made


@settings(max_examples=150, deadline=None)
@given(STEPS, st.integers(0, 5))
def test_as_much_leaves_as_may(steps: list[tuple[str, str, int]], days: int) -> None:
    """Of all ways to take first links of both chains, the one that takes most is taken."""
    made, before = links(steps), THEN.date() + days * ONE_DAY
    chains = [[link for link in made if link.chain[1] == device] for device in "ab"]
    best = 0
    for a, b in product(range(len(chains[0]) + 1), range(len(chains[1]) + 1)):
        going = chains[0][:a] + chains[1][:b]
        names = {link.filing_id for link in going}
        whole = all(link in going for link in made if link.filing_id in names)
        if whole and all(link.civil_date < before for link in going):
            best = max(best, len(going))
    found: dict[Chain, list[Link]] = leaving(made, before)
    assert sum(map(len, found.values())) == best
    for first in found.values():
        assert [link.seq for link in first] == list(range(1, len(first) + 1))


def test_a_filing_without_its_record_stays_and_all_after_it() -> None:
    first, second, third = links([("a", "p", 0), ("a", "q", 0), ("a", "r", 0)])
    orphan = second._replace(kind="corrected")
    assert leaving([first, orphan, third], TODAY) == {first.chain: [first]}


def test_midnight_is_that_of_viet_nam(engine: Engine) -> None:
    late = datetime.combine(THEN.date(), datetime.min.time(), clock.VIETNAM)
    record(engine, late - timedelta(seconds=1))
    record(engine, late)
    with clock.at(NOON):
        assert retain(engine, THEN.date()) == 1


# --- what stays ---------------------------------------------------------------------------------


DAYS = st.integers(0, 4 * 366)
SPANS = st.sampled_from([0, 6, 10, 30])


class Past:
    """Three years of random deeds of a unit on two devices."""

    def __init__(self, engine: Engine, data: st.DataObject) -> None:
        self.engine, self.draw = engine, data.draw
        self.living: list[str] = []

    def live(self, deeds: int) -> None:
        """Do so many things, one after another in time."""
        days = self.draw(st.lists(st.integers(0, 3 * 366), min_size=deeds, max_size=deeds))
        for n, day in enumerate(sorted(days)):
            with clock.at(THEN + timedelta(days=day, seconds=n)):
                self.act()

    def act(self) -> None:
        by = self.draw(st.sampled_from([LAN, MINH]))
        deed = self.draw(st.sampled_from(["record"] * 5 + ["correct", "void", "epoch"]))
        if deed == "epoch":
            ledger.new_epoch(self.engine, by.unit, by.device)
        elif deed == "record" or not self.living:
            made = ledger.record(self.engine, self.form(), by)
            self.living.append(made.filing_id)
        else:
            chosen = self.draw(st.sampled_from(self.living))
            self.change(deed, chosen, by)

    def change(self, deed: str, filing_id: str, by: history.Actor) -> None:
        if deed == "void":
            ledger.void(self.engine, filing_id, "V01", by)
            self.living.remove(filing_id)
            return
        with reading(self.engine) as connection:
            present = ledger.find(connection, by.unit, filing_id)
        if present is not None:  # or it left
            said = replace(self.form(), civil_date=present.civil_date)
            ledger.correct(self.engine, filing_id, said, by, "C99")

    def form(self) -> Entry:
        form = said_at(clock.now()).client_id
        return replace(self.draw(entries()), client_id=form, civil_date=clock.today())


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_every_count_stays(tmp_path: Path, data: st.DataObject) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / uuid4().hex}.db")
    metadata.create_all(engine)
    Past(engine, data).live(data.draw(st.integers(1, 14)))
    firsts = [THEN.date() + timedelta(days=data.draw(DAYS)) for _ in range(3)]
    spans = [(day, day + timedelta(days=data.draw(SPANS))) for day in firsts]
    with clock.at(NOON + 5 * YEAR):
        for _ in range(data.draw(st.integers(1, 3))):
            before = [counts(engine, *span) for span in spans]
            kept, stored = held(engine), rollups(engine)
            gone = retain(engine, THEN.date() + timedelta(days=data.draw(DAYS)))
            assert held(engine)[0] == kept[0] - gone
            assert [counts(engine, *span) for span in spans] == before
            assert ledger.verify(engine) == []
            ledger.rebuild(engine)
            assert rollups(engine) == stored
            assert ledger.verify(engine) == []
            ledger.record(engine, said_at(clock.now()), LAN)
        assert ledger.verify(engine) == []
    engine.dispose()


@pytest.fixture
def lived(engine: Engine) -> Engine:
    """Three old filings, one of them corrected and one void; one of last month."""
    first, second, _third = (record(engine, THEN + n * ONE_DAY) for n in range(3))
    with clock.at(THEN + 9 * ONE_DAY):
        changes = said_at(THEN + 9 * ONE_DAY, quantity=4, civil_date=THEN.date())
        ledger.correct(engine, first, changes, MINH, "C04")
        ledger.void(engine, second, "V01", LAN)
    record(engine, NOON - 30 * ONE_DAY)
    return engine


def test_what_left_is_gone_but_for_its_sums(lived: Engine) -> None:
    before = counts(lived, THEN.date(), TODAY)
    with clock.at(NOON):
        assert retain(lived, TODAY - YEAR) == 5
        assert retain(lived, TODAY - YEAR) == 0
    assert held(lived) == (1, 1)
    assert counts(lived, THEN.date(), TODAY) == before
    with reading(lived) as connection:
        assert ledger.recent(connection, LAN.unit, THEN.date(), THEN.date()) == ()
        sums = connection.execute(
            select(
                retained_day.c.civil_date, retained_day.c.entries, retained_day.c.assisted
            ).order_by(retained_day.c.civil_date)
        ).all()
        bases = connection.execute(select(chain_base.c.device, chain_base.c.seq)).all()
    assert [tuple(row) for row in sums] == [
        (THEN.date(), 1, 4),
        (THEN.date() + 2 * ONE_DAY, 1, 1),
    ]
    assert {row.device: row.seq for row in bases} == {"d-1": 4, "d-2": 1}
    assert ledger.verify(lived) == []


def test_what_is_corrected_late_stays_and_holds_what_follows(engine: Engine) -> None:
    first, second, third = (record(engine, THEN + n * ONE_DAY) for n in range(3))
    with clock.at(NOON - ONE_DAY):
        ledger.void(engine, second, "V01", LAN)
    with clock.at(NOON):
        assert retain(engine, TODAY - YEAR) == 1
    with reading(engine) as connection:
        there = [ledger.find(connection, LAN.unit, one) for one in (first, second, third)]
    assert [one is not None for one in there] == [False, True, True]
    assert ledger.verify(engine) == []


def test_the_last_year_stays(engine: Engine) -> None:
    with clock.at(NOON):
        with pytest.raises(TooYoung):
            retain(engine, TODAY - YEAR + ONE_DAY)
        assert retain(engine, TODAY - YEAR) == 0
        assert ledger.verify(engine) == []


def test_nothing_leaves_a_ledger_that_is_not_what_it_was(lived: Engine) -> None:
    with writing(lived) as connection:
        connection.execute(update(filing_event).values(quantity=9))
    with clock.at(NOON), pytest.raises(Damaged, match="not what was sealed"):
        retain(lived, TODAY - YEAR)
    assert held(lived) == (6, 4)


def test_a_filing_that_left_is_unknown(lived: Engine) -> None:
    with reading(lived) as connection:
        (old,) = ledger.recent(connection, LAN.unit, THEN.date(), THEN.date())
    with clock.at(NOON):
        retain(lived, TODAY - YEAR)
        with pytest.raises(ledger.UnknownFiling):
            ledger.void(lived, old.filing_id, "V01", LAN)


@pytest.mark.parametrize("table", [retained, retained_day, chain_base])
def test_what_is_kept_of_them_cannot_be_taken_away(lived: Engine, table: Any) -> None:
    with clock.at(NOON):
        retain(lived, TODAY - YEAR)
    with writing(lived) as connection:
        connection.execute(delete(table))
    assert ledger.verify(lived) != []


def test_sums_and_counts_changed_alike_are_found_by_the_seal(lived: Engine) -> None:
    with clock.at(NOON):
        retain(lived, TODAY - YEAR)
    with writing(lived) as connection:
        for table in (retained_day, *ROLLUPS.values()):
            connection.execute(
                update(table).where(table.c.unit == LAN.unit).values(help=table.c.help + 1)
            )
    assert any("retained" in line for line in ledger.verify(lived))


# --- forms that come again ----------------------------------------------------------------------


def test_a_form_whose_filing_left_records_nothing_again(engine: Engine) -> None:
    said = said_at(THEN)
    with clock.at(THEN):
        ledger.record(engine, said, LAN)
    today = replace(said, civil_date=TODAY)
    with clock.at(NOON):
        retain(engine, TODAY - YEAR)
        with pytest.raises(ledger.InvalidEntry) as refused:
            ledger.record(engine, today, LAN)
        assert refused.value.mistakes == (Mistake("client_id", "used"),)
        with reading(engine) as connection:
            counted = connection.scalar(select(func.sum(rollup_unit_day.c.entries)))
    assert (held(engine), counted) == ((0, 0), 1)


def test_a_form_that_does_not_say_its_age_is_taken_until_something_left(engine: Engine) -> None:
    with clock.at(NOON):
        ledger.record(engine, entry(client_id=str(uuid4())), LAN)
    record(engine, THEN)
    with clock.at(NOON + 3 * YEAR):
        assert retain(engine, TODAY + ONE_DAY) == 2
        with pytest.raises(ledger.InvalidEntry, match="client_id: used"):
            ledger.record(engine, said_at(clock.now(), client_id=str(uuid4())), LAN)
        ledger.record(engine, said_at(NOON + 2 * YEAR, civil_date=clock.today()), LAN)
        ledger.record(engine, said_at(clock.now()), LAN)
        elsewhere = replace(LAN, unit="99999")
        ledger.record(engine, said_at(clock.now(), client_id=str(uuid4())), elsewhere)
    assert ledger.verify(engine) == []
