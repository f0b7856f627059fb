"""Lists and their figures: pages of them, of one officer or all, and what is void."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from kiosk import clock
from kiosk.db import reading
from kiosk.filings import ledger
from kiosk.filings.buckets import METRICS, figures
from kiosk.filings.history import Actor, Entry
from kiosk.filings.ledger import Summary
from tests.filings.build import DAY, LAN, MINH, NOON, entry, help_entry
from tests.filings.entries import entries

YESTERDAY = DAY - timedelta(days=1)
NONE_AT_ALL = Summary(
    entries=0,
    assisted=0,
    submitted=0,
    online=0,
    direct=0,
    help=0,
    voided=0,
    timed={},
    doubtful=0,
)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def summary(engine: Engine, officer: str | None = None, unit: str = LAN.unit) -> Summary:
    with reading(engine) as connection:
        return ledger.summary(connection, unit, YESTERDAY, DAY, officer)


def test_pages_of_a_list_are_the_list(engine: Engine) -> None:
    for n in range(7):
        ledger.record(engine, entry(quantity=n + 1), MINH if n == 3 else LAN)
    with reading(engine) as connection:
        whole = ledger.recent(connection, LAN.unit, DAY, DAY)
        pages = [
            ledger.recent(connection, LAN.unit, DAY, DAY, limit=3, offset=n) for n in (0, 3, 6, 9)
        ]
        mine = ledger.recent(connection, LAN.unit, DAY, DAY, "o-lan", limit=4, offset=2)
    assert [filing.quantity for filing in whole] == [7, 6, 5, 4, 3, 2, 1]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert tuple(filing for page in pages for filing in page) == whole
    assert [filing.quantity for filing in mine] == [5, 3, 2, 1]


def test_nothing_recorded_is_nothing_at_all(engine: Engine) -> None:
    assert summary(engine) == NONE_AT_ALL


def test_figures_of_a_list(engine: Engine) -> None:
    ledger.record(engine, entry(quantity=3, minutes=5), LAN)
    ledger.record(engine, entry(minutes=5, outcome="saved"), MINH)
    ledger.record(engine, entry(minutes=60, doubtful=True), LAN)
    ledger.record(engine, entry(minutes=None, channel="direct", direct_reason="D01"), LAN)
    ledger.record(engine, entry(minutes=20, civil_date=YESTERDAY), LAN, "B01")
    ledger.record(engine, help_entry(minutes=20, quantity=2), LAN)
    ledger.record(engine, entry(), Actor("99999", "o-lan", "d-1"))
    assert summary(engine) == Summary(
        entries=6,
        assisted=7,
        submitted=6,
        online=5,
        direct=1,
        help=2,
        voided=0,
        timed={5: 2, 20: 2},
        doubtful=1,
    )
    own = summary(engine, "o-minh")
    assert (own.entries, own.assisted, own.submitted, own.timed) == (1, 1, 0, {5: 1})


def test_what_is_void_is_counted_as_void_alone(engine: Engine) -> None:
    filings = [
        ledger.record(engine, entry(minutes=minutes, doubtful=doubtful, quantity=4), LAN).filing_id
        for minutes, doubtful in ((5, False), (60, True), (None, False))
    ]
    for filing_id in filings:
        ledger.void(engine, filing_id, "V02", MINH)
    assert summary(engine) == replace(NONE_AT_ALL, voided=3)
    assert summary(engine, "o-minh") == NONE_AT_ALL


def test_a_correction_changes_the_figures_of_the_officer_who_recorded(engine: Engine) -> None:
    filing_id = ledger.record(engine, entry(quantity=2, minutes=60, doubtful=True), LAN).filing_id
    ledger.correct(engine, filing_id, entry(quantity=5, minutes=20), MINH, "C04")
    own = summary(engine, "o-lan")
    assert (own.assisted, own.timed, own.doubtful) == (5, {20: 1}, 0)
    assert summary(engine, "o-minh") == NONE_AT_ALL


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(entries(days=[YESTERDAY, DAY]), max_size=8))
def test_figures_are_what_python_counts(engine: Engine, said: list[Entry]) -> None:
    """Two ways to the same sums: in SQL here, in kiosk.filings.buckets for the roll-ups."""
    by = Actor(f"u-{uuid4().hex[:12]}", "o-lan", "d-1")  # a unit of its own in one database
    for one in said:
        ledger.record(engine, one, by, None if one.civil_date == DAY else "B01")
    found = summary(engine, unit=by.unit)
    sums: Counter[str] = Counter()
    for one in said:
        sums.update(dict(zip(METRICS, figures(one), strict=True)))
    for name in ("entries", "assisted", "submitted", "online", "direct", "help"):
        assert getattr(found, name) == sums[name]
    timed = [one.minutes for one in said if one.minutes is not None and not one.doubtful]
    assert found.timed == Counter(timed)
    assert found.doubtful == sum(one.doubtful for one in said)
