"""What is kept of the filings that left a unit's ledger: their sums, and where its chains begin."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from kiosk.filings.buckets import METRICS, Figures, Place, places
from kiosk.filings.chain import Base, Chain
from kiosk.filings.models import chain_base, retained, retained_day


class Topic(NamedTuple):
    """What one row of sums is about: the finest that any count tells apart."""

    civil_date: date
    field: str
    procedure: str


Sums = dict[Topic, Figures]


@dataclass(frozen=True, slots=True)
class Gone:
    """What is kept of the filings that left the ledger of one unit."""

    unit: str
    before: date | None  #: all of them were older; None where none ever left
    bases: Mapping[Chain, Base]
    sums: Sums

    def seal(self) -> str:
        """Return the seal over all of it."""
        said = {
            "unit": self.unit,
            "before": self.before and self.before.isoformat(),
            "bases": sorted([*chain, *base] for chain, base in self.bases.items()),
            "sums": sorted([str(topic[0]), *topic[1:], *sums] for topic, sums in self.sums.items()),
        }
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def until(self, before: date) -> "Gone":
        """Return the same where filings up to another day left."""
        return replace(self, before=before)

    def totals(self) -> Iterator[tuple[Place, Figures]]:
        """Yield what it adds to the rows of the roll-ups."""
        for topic, sums in self.sums.items():
            for place in places(self.unit, *topic):
                yield place, sums


def gone_from(connection: Connection, unit: str) -> Gone:
    """Return what is kept of the filings that left a unit's ledger."""
    tables = (retained, chain_base, retained_day)
    return read(
        unit, *(connection.execute(select(table).where(table.c.unit == unit)) for table in tables)
    )


def read(
    unit: str, when: Iterable[Row[Any]], begins: Iterable[Row[Any]], days: Iterable[Row[Any]]
) -> Gone:
    """Return the same of rows of its three tables."""
    split = -len(METRICS)
    return Gone(
        unit,
        next((row.before for row in when), None),
        {(unit, row.device, row.epoch): Base(row.seq, row.hash) for row in begins},
        {Topic(*row[1:split]): tuple(row[split:]) for row in days},
    )
