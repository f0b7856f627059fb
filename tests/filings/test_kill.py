"""A writer is killed at any moment: what it acknowledged is there, once, and all is consistent."""

import os
import random
import signal
import subprocess
import sys
import time
from itertools import takewhile
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.db import metadata, open_engine, reading
from kiosk.filings import ledger
from kiosk.filings.models import filing, filing_event

ROOT = Path(__file__).parents[2]
LONGEST = 0.04  # seconds a writer lives; some die before their first entry


class Writers:
    """Starts one writer after another on a database, and kills each."""

    def __init__(self, path: Path, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same moments every time
        self.parent = subprocess.Popen(
            [sys.executable, "-m", "tests.filings.writer", str(path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def kill_one(self) -> list[str]:
        """Let a writer live for a random while, kill it, return what it acknowledged."""
        stdin, stdout = self.parent.stdin, self.parent.stdout
        assert stdin
        assert stdout
        stdin.write("go\n")
        writer = int(stdout.readline().removeprefix("writer "))
        time.sleep(self.chance.uniform(0, LONGEST))
        os.kill(writer, signal.SIGKILL)
        said = (line.strip() for line in stdout)
        return list(takewhile(lambda line: line != "dead", said))

    def stop(self) -> None:
        """End the parent by its own means."""
        self.parent.communicate(timeout=10)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An empty ledger in a file that nobody has open."""
    engine = open_engine(f"sqlite:///{tmp_path / 'kiosk.db'}")
    metadata.create_all(engine)
    engine.dispose()
    return tmp_path / "kiosk.db"


def kill_often(path: Path, times: int, seed: int) -> None:
    """Kill so many writers; after each, look for what it acknowledged."""
    writers = Writers(path, seed)
    acknowledged = 0
    try:
        for kill in range(1, times + 1):
            just_now = writers.kill_one()
            acknowledged += len(just_now)
            events, records, filings = stored(path)
            assert [events.count(one) for one in just_now] == [1] * len(just_now)
            assert acknowledged <= len(events) <= acknowledged + kill  # one may have been under way
            assert sorted(records) == sorted(filings)
    finally:
        writers.stop()
    assert acknowledged


def stored(path: Path) -> tuple[list[str], list[str], list[str]]:
    """Return the ids of all events, of all records and of all filings, read by somebody else."""
    engine = open_engine(f"sqlite:///{path}")
    of = filing_event.c
    with reading(engine) as connection:
        events = list(connection.execute(select(of.id)).scalars())
        records = list(connection.execute(select(of.id).where(of.kind == "recorded")).scalars())
        filings = list(connection.execute(select(filing.c.filing_id)).scalars())
    engine.dispose()
    return events, records, filings


def check(path: Path) -> list[str]:
    engine = open_engine(f"sqlite:///{path}")
    try:
        return ledger.verify(engine)
    finally:
        engine.dispose()


def test_fifty_kills_lose_nothing(path: Path) -> None:
    kill_often(path, 50, seed=20261121)
    assert check(path) == []


@pytest.mark.soak
def test_a_thousand_kills_lose_nothing(path: Path) -> None:
    kill_often(path, 1000, seed=93)
    assert check(path) == []
