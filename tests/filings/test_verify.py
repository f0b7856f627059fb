"""Nobody can change a stored value, or take a row away, without being told on."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Integer,
    NullPool,
    Table,
    create_engine,
    delete,
    insert,
    literal_column,
    select,
    update,
)

from kiosk import clock
from kiosk.db import metadata, open_engine
from kiosk.filings import ledger
from kiosk.filings.models import (
    ROLLUPS,
    chain_base,
    device_epoch,
    filing,
    filing_event,
    retained,
    retained_day,
)
from kiosk.filings.retain import retain
from tests.filings.build import LAN, MINH, NOON, entry

LEFT: list[Table] = [retained, retained_day, chain_base]
TABLES: list[Table] = [filing_event, filing, device_epoch, *ROLLUPS.values(), *LEFT]
LONG_AGO = NOON - timedelta(days=800)
COLUMNS = [pytest.param(c, id=f"{t.name}.{c.name}") for t in TABLES for c in t.columns]
rowid: ColumnElement[int] = literal_column("rowid", Integer)
SOME_ROWS = (0, -1)

#: the column that names a row in a problem; rows of the others are named by their table
NAMED_BY = {filing_event: filing_event.c.id, filing: filing.c.filing_id}


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file in which a little of everything was done."""
    path = tmp_path_factory.mktemp("honest") / "kiosk.db"
    engine = open_engine(f"sqlite:///{path}")
    metadata.create_all(engine, tables=TABLES)
    old = [
        ledger.Act(entry(field=field, civil_date=LONG_AGO.date()), by, LONG_AGO)
        for field in ("residence", "vehicle")
        for by in (LAN, MINH)
    ]
    ledger.seed(engine, old)
    with clock.at(NOON):
        assert retain(engine, NOON.date() - timedelta(days=500)) == 4
        filings = [
            ledger.record(engine, entry(field=field, procedure=field), by).filing_id
            for by in (LAN, MINH)
            for field in ("residence", "citizen-id", "vehicle")
        ]
        ledger.correct(engine, filings[0], entry(quantity=3), MINH, "C04")
        ledger.void(engine, filings[1], "V02", LAN)
        ledger.new_epoch(engine, LAN.unit, LAN.device)
        ledger.record(engine, entry(outcome="not_submitted", reason="R01"), LAN)
    engine.dispose()
    return path


@contextmanager
def forged(honest: Path, copy: Path) -> Iterator[Connection]:
    """Copy the file and open the copy to a hand that does not ask the ledger."""
    shutil.copy(honest, copy)
    engine = create_engine(f"sqlite:///{copy}", poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA synchronous = OFF")  # a forgery need not last
        yield connection


def problems(path: Path) -> list[str]:
    engine = open_engine(f"sqlite:///{path}")
    try:
        return ledger.verify(engine)
    finally:
        engine.dispose()


def rows_of(hand: Connection, table: Table) -> list[int]:
    rows = select(rowid).select_from(table).order_by(rowid)
    return list(hand.execute(rows).scalars())


def name_of(hand: Connection, table: Table, row: int) -> str:
    """Return the word by which a problem would name a row."""
    if table not in NAMED_BY:
        return table.name
    return str(hand.execute(select(NAMED_BY[table]).where(rowid == row)).scalar_one())


def other(column: Column[Any]) -> str:
    """Return SQL for another value of a column, one that its type allows."""
    name = column.name
    if isinstance(column.type, Boolean):
        return f"1 - {name}"
    if isinstance(column.type, Integer):
        return f"coalesce({name}, 0) + 100"
    if isinstance(column.type, Date):
        return f"date({name}, '+1 day')"
    if name == "at" or name.endswith("_at"):
        return f"replace({name}, '2026-11-21', '2026-11-22')"
    return f"coalesce({name}, '') || 'x'"


def test_an_honest_ledger_has_no_problem(honest: Path) -> None:
    assert problems(honest) == []


@pytest.mark.parametrize("column", COLUMNS)
def test_no_value_can_be_changed(honest: Path, tmp_path: Path, column: Column[Any]) -> None:
    table = column.table
    assert isinstance(table, Table)
    for place in SOME_ROWS:
        path = tmp_path / f"{place}.db"
        with forged(honest, path) as hand:
            row = rows_of(hand, table)[place]
            change: dict[str, Any] = {column.name: literal_column(other(column))}
            hand.execute(update(table).where(rowid == row).values(change))
            name = name_of(hand, table, row)
        found = problems(path)
        assert any(name in line for line in found), found


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_row_can_be_taken_away(honest: Path, tmp_path: Path, table: Table) -> None:
    with forged(honest, tmp_path / "count.db") as hand:
        rows = rows_of(hand, table)
    for row in rows:
        path = tmp_path / f"{row}.db"
        with forged(honest, path) as hand:
            hand.execute(delete(table).where(rowid == row))
        assert problems(path) != []


@pytest.mark.parametrize(
    ("column", "rubbish"),
    [
        (filing_event.c.civil_date, "'rubbish'"),
        (filing_event.c.quantity, "'many'"),
        (filing.c.last_at, "'rubbish'"),
        (ROLLUPS["unit_day"].c.entries, "'many'"),
        (ROLLUPS["procedure_week"].c.week_start, "'rubbish'"),
        (device_epoch.c.seq, "'many'"),
        (chain_base.c.seq, "'many'"),
        (retained.c.before, "'rubbish'"),
        (retained_day.c.entries, "'many'"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_a_problem_too(
    honest: Path, tmp_path: Path, column: Column[Any], rubbish: str
) -> None:
    path, table = tmp_path / "kiosk.db", column.table
    assert isinstance(table, Table)
    with forged(honest, path) as hand:
        change: dict[str, Any] = {column.name: literal_column(rubbish)}
        hand.execute(update(table).where(rowid == rows_of(hand, table)[0]).values(change))
    line = f"{table.name}: a row of unit 31417 cannot be read"
    assert any(line in problem for problem in problems(path))


def test_an_invented_filing_is_a_problem(honest: Path, tmp_path: Path) -> None:
    path = tmp_path / "kiosk.db"
    with forged(honest, path) as hand:
        real = hand.execute(select(filing).limit(1)).one()
        hand.execute(insert(filing).values({**real._mapping, "filing_id": "invented"}))
    assert problems(path) == ["filing invented (unit 31417): follows from no event"]


def test_a_correction_without_its_record_counts_nowhere(honest: Path, tmp_path: Path) -> None:
    """One that came from elsewhere may be early; nothing derived may show it yet."""
    path, event = tmp_path / "kiosk.db", filing_event.c
    with forged(honest, path) as hand:
        early = hand.execute(select(event.filing_id).where(event.kind == "corrected")).scalar_one()
        hand.execute(delete(filing_event).where(event.kind == "recorded", event.filing_id == early))
    assert f"filing {early} (unit 31417): follows from no event" in problems(path)
