"""A ledger that was written before events had a cause: it verifies, reads and goes on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Engine, insert, inspect

from kiosk import clock, db
from kiosk.filings import ledger
from kiosk.filings.buckets import METRICS, change
from kiosk.filings.history import Filing, FilingEvent, fold, values
from kiosk.filings.models import ROLLUPS, device_epoch, filing, filing_event
from tests.conftest import ROOT
from tests.filings.build import LAN, NOON, event

#: the seal of the last of these events, as the program of that time made it
LAST = "cc7f07b75d56b18ec88fa66e2df124db2ba8fd1e06dec71dddb778b720c08821"


def written() -> list[FilingEvent]:
    """Return what was recorded, corrected and made void in version 1."""
    first = event(1, v=1, minutes=None)
    second = event(2, "corrected", first.hash, v=1, quantity=4)
    third = event(3, "recorded", second.hash, v=1, filing_id=event(3).id)
    void = event(4, "voided", third.hash, v=1, filing_id=third.id, reason="V03")
    return [first, second, third, void]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a database of the first revision that holds them."""
    url = f"sqlite:///{tmp_path / 'kiosk.db'}"
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(ROOT / "kiosk" / "migrations"))
    settings.attributes["url"] = url
    command.upgrade(settings, "0001")
    engine = db.open_engine(url)
    events = written()
    states = [fold(events[:2]), fold(events[2:])]
    for one in events:
        add(engine, filing_event.name, values(one))
    for state in states:
        assert isinstance(state, Filing)
        add(engine, filing.name, values(state))
        for place, gain in change(None, state).items():
            days = dict.fromkeys(("civil_date", "week_start", "month_start"), place.day)
            counts = dict(zip(METRICS, gain, strict=True))
            add(engine, ROLLUPS[place.level].name, place._asdict() | days | counts)
    head = {"unit": LAN.unit, "device": LAN.device, "epoch": 1, "seq": 4}
    add(engine, device_epoch.name, head | {"head_hash": events[-1].hash})
    engine.dispose()
    return url


def add(engine: Engine, table: str, row: dict[str, Any]) -> None:
    """Store what of a row the table had columns for at that time."""
    there = {column["name"] for column in inspect(engine).get_columns(table)}
    with db.writing(engine) as connection:
        kept = {name: value for name, value in row.items() if name in there}
        connection.execute(insert(db.metadata.tables[table]).values(kept))


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """The same, brought up to date."""
    db.migrate(url)
    opened = db.open_engine(url)
    yield opened
    opened.dispose()


def found(engine: Engine, filing_id: str) -> Filing:
    with db.reading(engine) as connection:
        present = ledger.find(connection, LAN.unit, filing_id)
    assert present is not None
    return present


def test_the_seals_are_those_of_that_time() -> None:
    assert written()[-1].hash == LAST


def test_it_verifies_and_says_the_same(engine: Engine) -> None:
    assert ledger.verify(engine) == []
    first, _changed, third, _void = written()
    corrected, void = found(engine, first.id), found(engine, third.id)
    assert (corrected.quantity, corrected.state, corrected.device) == (4, "corrected", "d-1")
    assert (void.state, void.void_reason, void.reason, void.doubtful) == (
        "voided",
        "V03",
        None,
        False,
    )


def test_everything_derived_can_be_made_anew(engine: Engine) -> None:
    assert ledger.rebuild(engine) == 2
    assert ledger.verify(engine) == []


def test_it_goes_on_in_the_same_chain(engine: Engine) -> None:
    first, *_others, last = written()
    with clock.at(NOON + timedelta(hours=1)):
        present = found(engine, first.id)
        changes = replace(present, client_id=first.client_id[:-1] + "9", quantity=2)
        after = ledger.correct(engine, first.id, changes, LAN, "C04")
    assert (after.v, after.seq, after.prev_hash, after.cause) == (2, 5, last.hash, "C04")
    assert found(engine, first.id).quantity == 2
    assert ledger.verify(engine) == []
