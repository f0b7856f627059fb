"""Calls for an officer: rung once, seen by their unit alone, answered or over, then forgotten."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from kiosk import clock, db
from kiosk.db import StoreBusy, reading, writing
from kiosk.station import calls
from kiosk.station.calls import Call, answer, forget, over, ring, waiting
from kiosk.station.models import KINDS, call

NOON = datetime(2026, 11, 21, 12, tzinfo=clock.VIETNAM)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Let it be noon."""
    with clock.at(NOON):
        yield


def open_calls(engine: Engine, unit: str = "A") -> tuple[Call, ...]:
    with reading(engine) as conn:
        return waiting(conn, unit)


def rows(engine: Engine) -> int:
    with reading(engine) as conn:
        return conn.scalar(select(func.count()).select_from(call)) or 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_waits_until_it_is_answered(engine: Engine, kind: str) -> None:
    rung = ring(engine, "A", "lobby", kind)
    assert (rung.source, rung.kind, rung.at) == ("lobby", kind, NOON)
    assert open_calls(engine) == (rung,)
    assert answer(engine, "A", rung.id, "lan")
    assert open_calls(engine) == ()
    assert not answer(engine, "A", rung.id, "huy"), "the first to go is the one who went"
    with reading(engine) as conn:
        kept = conn.execute(select(call)).one()
    assert (kept.ended_at, kept.ended_by) == (NOON, "lan")


def test_ringing_on_and_on_is_one_call(engine: Engine) -> None:
    first = ring(engine, "A", "lobby", "help")
    with clock.at(NOON + MINUTE):
        assert ring(engine, "A", "lobby", "help") == first
    assert rows(engine) == 1


def test_each_unit_source_and_kind_rings_by_itself_and_the_first_comes_first(
    engine: Engine,
) -> None:
    rung = []
    for minute, (source, kind) in enumerate(
        [("lobby", "no_paper_came"), ("lobby", "help"), ("lobby-2", "help")]
    ):
        with clock.at(NOON + minute * MINUTE):
            rung.append(ring(engine, "A", source, kind))
    other = ring(engine, "B", "lobby", "help")
    assert open_calls(engine) == tuple(rung)
    assert open_calls(engine, "B") == (other,)


def test_another_unit_cannot_answer(engine: Engine) -> None:
    rung = ring(engine, "A", "lobby", "help")
    assert not answer(engine, "B", rung.id, "tam")
    assert not answer(engine, "A", "no-such-call", "lan")
    assert open_calls(engine) == (rung,)


def test_a_machine_says_when_it_is_over(engine: Engine) -> None:
    ring(engine, "A", "lobby", "paper_out")
    cover = ring(engine, "A", "lobby", "cover_open")
    over(engine, "A", "lobby", "paper_out")
    over(engine, "A", "lobby", "paper_out")
    over(engine, "B", "lobby", "cover_open")
    over(engine, "A", "lobby-2", "cover_open")
    assert open_calls(engine) == (cover,)


def test_an_alarm_that_was_answered_rings_again_while_it_lasts(engine: Engine) -> None:
    first = ring(engine, "A", "lobby", "paper_out")
    answer(engine, "A", first.id, "lan")
    again = ring(engine, "A", "lobby", "paper_out")
    assert again.id != first.id
    assert open_calls(engine) == (again,)


def test_a_visitor_whom_nobody_answered_has_gone_but_an_empty_printer_stays(
    engine: Engine,
) -> None:
    forsaken = ring(engine, "A", "lobby", "help")
    empty = ring(engine, "A", "lobby", "paper_out")
    with clock.at(NOON + calls.PATIENCE - MINUTE):
        assert open_calls(engine) == (forsaken, empty)
    with clock.at(NOON + calls.PATIENCE + MINUTE):
        assert open_calls(engine) == (empty,)
        next_one = ring(engine, "A", "lobby", "help")
        assert next_one.at == clock.now()
        assert ring(engine, "A", "lobby", "paper_out") == empty


def test_what_was_closed_is_forgotten_after_its_time(engine: Engine) -> None:
    closed, later = ring(engine, "A", "lobby", "help"), NOON + calls.KEPT
    answer(engine, "A", closed.id, "lan")
    ring(engine, "A", "lobby", "paper_out")  # lasts
    ring(engine, "B", "lobby", "help")  # nobody ever came
    with writing(engine) as conn:
        assert forget(conn, NOON - DAY) == 0
    with clock.at(later + DAY), writing(engine) as conn:
        assert forget(conn, clock.now() - calls.KEPT) == 2
    assert [one.kind for one in open_calls(engine)] == ["paper_out"]
    assert rows(engine) == 1


def test_there_is_no_other_kind(engine: Engine) -> None:
    with pytest.raises(ValueError, match="no such kind"):
        ring(engine, "A", "lobby", "fire")
    assert rows(engine) == 0


def test_a_held_database_is_named(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_MS", 50)
    engine.dispose()
    impatient = db.open_engine(f"sqlite:///{tmp_path / 'kiosk.db'}")
    holder = sqlite3.connect(tmp_path / "kiosk.db", isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        for act in (
            lambda: ring(impatient, "A", "lobby", "help"),
            lambda: answer(impatient, "A", "x", "lan"),
            lambda: over(impatient, "A", "lobby", "help"),
        ):
            with pytest.raises(StoreBusy):
                act()
        assert open_calls(impatient) == (), "who only reads does not wait"
    finally:
        holder.close()
        impatient.dispose()


def test_asking_who_waits_reads_an_index(engine: Engine) -> None:
    with reading(engine) as conn:
        plan = conn.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM call WHERE unit = 'A' AND ended_at IS NULL"
        ).all()
    assert "ix_call_unit" in str(plan)


def test_a_call_holds_nothing_of_anybody() -> None:
    assert {column.name for column in call.columns} == {
        *("unit", "id", "source", "kind", "at", "ended_at", "ended_by")
    }
