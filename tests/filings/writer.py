"""A process that writes for ever and says each id once it is safe; made to be killed.

The parent gets ready once and forks a writer for each line on its standard input: a kill then
costs milliseconds, and what is killed is still a real process with a connection of its own.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Engine
from uuid_utils import uuid7

from kiosk.clock import today
from kiosk.db import metadata, open_engine
from kiosk.filings import ledger
from kiosk.filings.history import Actor
from tests.filings.build import entry


def main() -> None:
    """Fork a writer for every line read; say when it is dead."""
    get_ready()
    for device, _ in enumerate(sys.stdin):
        child = os.fork()
        if child == 0:
            write_for_ever(sys.argv[1], Actor("31417", "o-lan", f"d-{device % 3}"))
        os.waitpid(child, 0)
        say("dead")


def get_ready() -> None:
    """Record once where it does not matter, so that no writer has to begin with compiling."""
    engine = open_engine("sqlite://")
    metadata.create_all(engine)
    list(go_on(engine, Actor("31417", "o-lan", "d-0")))
    engine.dispose()


def write_for_ever(path: str, by: Actor) -> None:
    """Say who is to be killed, then write and acknowledge until that happens."""
    say(f"writer {os.getpid()}")
    engine = open_engine(f"sqlite:///{path}")
    while True:
        for event_id in go_on(engine, by):
            say(event_id)


def go_on(engine: Engine, by: Actor) -> Iterator[str]:
    """Record three filings, correct one and void one; yield each event once it is safe."""
    said = [entry(civil_date=today()) for _ in range(3)]
    for one in said:
        filing_id = ledger.record(engine, one, by).id
        yield filing_id
    changed = replace(said[0], client_id=str(uuid7()), quantity=2)
    yield ledger.correct(engine, filing_id, changed, by, "C04").id
    yield ledger.void(engine, filing_id, "V04", by).id


def say(line: str) -> None:
    """Write a line at once and whole: no buffer of ours may hold what was acknowledged."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
