"""Filings leave the ledger when their time is over; their sums, and with them every count, stay.

A filing leaves when it and all that was ever done to it are older than a day, and only from the
beginning of its chains: what stays is a whole chain that follows the last event that left. Kept are
its sums by day, field and procedure, as fine as any count; lists and minutes know it no more. A
form that made a filing may not be sent again once that has left: `ledger.record` refuses forms that
are older, or that do not say when they were made.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from itertools import takewhile
from typing import NamedTuple

from sqlalchemy import Connection, Engine, delete, select

from kiosk.clock import VIETNAM, today
from kiosk.db import Driver, reading, storing
from kiosk.filings import statements
from kiosk.filings.buckets import METRICS, NIL, figures, plus
from kiosk.filings.chain import Chain
from kiosk.filings.gone import Sums, Topic, gone_from
from kiosk.filings.history import KEPT, Filing
from kiosk.filings.models import filing, filing_event
from kiosk.filings.proof import problems, units

BATCH = 500  # ids in one question


class TooYoung(ValueError):  # noqa: N818 - says what is the matter
    """Filings of the last year cannot leave: their year's report may still change."""


class Damaged(Exception):  # noqa: N818 - says what is the matter
    """The ledger does not verify; what would leave could not be examined any more."""


class Link(NamedTuple):
    """One event, as far as it matters here."""

    chain: Chain
    seq: int
    hash: str
    filing_id: str
    kind: str
    civil_date: date
    at: datetime


def retain(engine: Engine, before: date) -> int:
    """Let all filings leave that are wholly older than a day; return how many events left."""
    if before > today() - KEPT:
        raise TooYoung(f"the year before {today()} is kept")
    with reading(engine) as connection:
        codes = units(connection)
        if found := [line for unit in codes for line in problems(connection, unit)]:
            raise Damaged(*found)
    return sum(_retain(engine, unit, before) for unit in codes)


def leaving(links: Iterable[Link], before: date) -> dict[Chain, list[Link]]:
    """Return which links leave: of each chain the first ones, of each filing all or none."""
    chains, filings = defaultdict(list), defaultdict(list)
    for link in sorted(links):
        chains[link.chain].append(link)
        filings[link.filing_id].append(link)
    over = {name for name, events in filings.items() if _over(events, before)}
    while True:
        going = {chain: _first(events, over) for chain, events in chains.items()}
        count = Counter(link.filing_id for first in going.values() for link in first)
        bound = {name for name in over if count[name] < len(filings[name])}
        if not bound:
            return {chain: first for chain, first in going.items() if first}
        over -= bound


def _first(events: list[Link], over: set[str]) -> list[Link]:
    return list(takewhile(lambda link: link.filing_id in over, events))


def _over(events: list[Link], before: date) -> bool:
    midnight = datetime.combine(before, time(), VIETNAM)
    recorded = any(link.kind == "recorded" for link in events)
    return recorded and all(link.civil_date < before and link.at < midnight for link in events)


def _retain(engine: Engine, unit: str, before: date) -> int:
    with storing(engine) as connection:
        going = leaving(_links(connection, unit), before)
        if not going:
            return 0
        links = [link for first in going.values() for link in first]
        ids = sorted({link.filing_id for link in links})
        sums = _sums(connection, unit, ids)
        _remove(connection, unit, going, ids)
        _keep(connection, unit, before, going, sums)
        return len(links)


def _links(connection: Connection, unit: str) -> list[Link]:
    event = filing_event.c
    rows = connection.execute(
        select(
            *(event.device, event.epoch, event.seq, event.hash),
            *(event.filing_id, event.kind, event.civil_date, event.at),
        ).where(event.unit == unit)
    )
    return [Link((unit, device, epoch), *others) for device, epoch, *others in rows]


def _sums(connection: Connection, unit: str, ids: list[str]) -> Sums:
    sums: Sums = {}
    for first in range(0, len(ids), BATCH):
        some = filing.c.filing_id.in_(ids[first : first + BATCH])
        rows = connection.execute(
            select(filing).where(filing.c.unit == unit, filing.c.state != "voided", some)
        )
        for said in (Filing(**row._mapping) for row in rows):
            topic = Topic(said.civil_date, said.field, said.procedure)
            sums[topic] = plus(sums.get(topic, NIL), figures(said))
    return sums


def _remove(
    connection: Connection, unit: str, going: Mapping[Chain, list[Link]], ids: list[str]
) -> None:
    event = filing_event.c
    for (_, device, epoch), links in going.items():
        chain = (event.unit == unit, event.device == device, event.epoch == epoch)
        connection.execute(delete(filing_event).where(*chain, event.seq <= links[-1].seq))
    for first in range(0, len(ids), BATCH):
        some = filing.c.filing_id.in_(ids[first : first + BATCH])
        connection.execute(delete(filing).where(filing.c.unit == unit, some))


def _keep(
    connection: Connection,
    unit: str,
    before: date,
    going: Mapping[Chain, list[Link]],
    sums: Sums,
) -> None:
    driver = Driver.of(connection)
    for (_, device, epoch), links in going.items():
        last = {"seq": links[-1].seq, "hash": links[-1].hash}
        statements.SET_BASE.run(driver, {"unit": unit, "device": device, "epoch": epoch, **last})
    for topic, gain in sums.items():
        row = {"unit": unit, **topic._asdict(), **dict(zip(METRICS, gain, strict=True))}
        statements.GAIN_RETAINED.run(driver, row)
    left = gone_from(connection, unit)
    horizon = max(before, left.before or before)
    row = {"unit": unit, "before": horizon, "seal": left.until(horizon).seal()}
    statements.SET_RETAINED.run(driver, row)
