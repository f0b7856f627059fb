"""Several hands at once, and a disk without room: nothing lost, nothing half-written."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy import event as sa_event

from kiosk import clock
from kiosk.db import metadata, open_engine, reading, writing
from kiosk.filings import ledger
from kiosk.filings.history import Actor
from kiosk.filings.models import filing_event, rollup_unit_day
from tests.conftest import ROOT
from tests.filings.build import LAN, MINH, NOON, entry

EACH = 150
ALL = 10_000


def race(engine: Engine, *actors: Actor, each: int = EACH) -> list[str]:
    """Let each actor record at the same time as the others; return what was acknowledged."""
    done: list[str] = []
    start = Barrier(len(actors))

    def work(by: Actor) -> None:
        start.wait()
        done.extend(ledger.record(engine, entry(), by).id for _ in range(each))

    with clock.at(NOON):
        hands = [Thread(target=work, args=(by,)) for by in actors]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
    return done


def kept(engine: Engine) -> tuple[list[str], int]:
    """Return the ids of all events, and how many entries were counted."""
    with reading(engine) as connection:
        ids = list(connection.execute(select(filing_event.c.id)).scalars())
        counted = connection.execute(select(func.sum(rollup_unit_day.c.entries))).scalar()
    return ids, counted or 0


@pytest.mark.parametrize("second", [LAN, MINH], ids=["one device", "two devices"])
def test_two_at_once_lose_nothing(engine: Engine, second: Actor) -> None:
    done = race(engine, LAN, second)
    ids, counted = kept(engine)
    assert sorted(ids) == sorted(done)
    assert counted == 2 * EACH
    assert ledger.verify(engine) == []


def work_apart(path: Path, officer: str, times: int) -> str:
    """Return the ids that a process of its own recorded, and what it was told instead."""
    said = (
        "import sys\n"
        "from kiosk.clock import today\n"
        "from kiosk.db import open_engine\n"
        "from kiosk.filings import ledger\n"
        "from kiosk.filings.history import Actor\n"
        "from tests.builders import entry\n"
        "engine = open_engine('sqlite:///' + sys.argv[1])\n"
        "by = Actor('31417', sys.argv[2], 'd-1')\n"
        "for _ in range(int(sys.argv[3])):\n"
        "    print(ledger.record(engine, entry(civil_date=today()), by).id)\n"
    )
    command = [sys.executable, "-c", said, str(path), officer, str(times)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def apart(engine: Engine, times: int) -> list[str]:
    """Let two processes record into the same file at once; return every line they said."""
    path = Path(str(engine.url.database))
    with ThreadPoolExecutor(2) as both:
        said = both.map(lambda officer: work_apart(path, officer, times), ("o-lan", "o-minh"))
        return [line for lines in said for line in lines.split("\n") if line]


@pytest.mark.parametrize("times", [60, pytest.param(ALL // 2, marks=pytest.mark.soak)])
def test_two_processes_at_once_lose_nothing(engine: Engine, times: int) -> None:
    said = apart(engine, times)
    ids, counted = kept(engine)
    assert sorted(ids) == sorted(said)
    assert counted == 2 * times
    assert ledger.verify(engine) == []


@pytest.mark.soak
def test_two_officers_save_ten_thousand_times_each(engine: Engine) -> None:
    done = race(engine, LAN, MINH, each=ALL)
    ids, counted = kept(engine)
    assert sorted(ids) == sorted(done)
    assert (counted, len(set(done))) == (2 * ALL, 2 * ALL)
    assert ledger.verify(engine) == []


def test_the_same_form_at_once_is_one_entry(engine: Engine) -> None:
    said, answers = entry(), []
    start = Barrier(4)

    def press() -> None:
        start.wait()
        answers.append(ledger.record(engine, said, LAN))

    with clock.at(NOON):
        hands = [Thread(target=press) for _ in range(4)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert len(kept(engine)[0]) == 1


@pytest.fixture
def cramped(tmp_path: Path) -> Engine:
    """An engine whose database may not grow by more than a few pages."""
    url = f"sqlite:///{tmp_path / 'cramped.db'}"
    roomy = open_engine(url)
    metadata.create_all(roomy)
    with roomy.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    roomy.dispose()
    engine = open_engine(url)
    sa_event.listen(
        engine, "connect", lambda raw, _record: raw.execute(f"PRAGMA max_page_count = {pages + 6}")
    )
    return engine


def fill(engine: Engine, done: list[str]) -> None:
    """Record until it is refused."""
    while True:
        done.append(ledger.record(engine, entry(), LAN).id)


def test_a_full_disk_is_said_plainly_and_nothing_is_half_written(
    cramped: Engine, tmp_path: Path
) -> None:
    done: list[str] = []
    with clock.at(NOON):
        with pytest.raises(ledger.StoreFull, match="no room left"):
            fill(cramped, done)
        with pytest.raises(ledger.StoreFull):
            ledger.seed(cramped, [ledger.Act(entry(), LAN, NOON) for _ in range(500)])
    ids, counted = kept(cramped)
    assert (sorted(ids), counted) == (sorted(done), len(done))
    assert ledger.verify(cramped) == []
    cramped.dispose()
    roomy = open_engine(f"sqlite:///{tmp_path / 'cramped.db'}")
    with clock.at(NOON):
        ledger.record(roomy, entry(), LAN)
    assert kept(roomy)[1] == len(done) + 1
    assert ledger.verify(roomy) == []
    roomy.dispose()


def test_a_database_held_too_long_is_said_plainly(engine: Engine) -> None:
    sa_event.listen(engine, "checkout", lambda raw, *_more: raw.execute("PRAGMA busy_timeout=0"))
    with clock.at(NOON):
        with writing(engine), pytest.raises(ledger.StoreBusy, match="held by another"):
            ledger.record(engine, entry(), LAN)
        ledger.record(engine, entry(), LAN)
    assert len(kept(engine)[0]) == 1
    assert issubclass(ledger.StoreBusy, ledger.StoreError)
