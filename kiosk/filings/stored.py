"""What the ledger holds, read back."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from kiosk.clock import today
from kiosk.filings.history import Filing, FilingEvent
from kiosk.filings.models import ADDS, device_epoch, filing, filing_event

HABIT = timedelta(days=90)  # what an officer did earlier says little about the next filing

_SUMMED = ("entries", "assisted", "submitted", "online", "direct", "help")


class Head(NamedTuple):
    """Where the chain of a device's epoch stands: the number and the seal of its last event."""

    unit: str
    device: str
    epoch: int
    seq: int
    head_hash: str


def heads(connection: Connection, unit: str | None = None) -> tuple[Head, ...]:
    """Return where each chain stands, of a unit or of all: what a receipt or a report anchors."""
    rows = select(device_epoch).order_by(*device_epoch.primary_key)
    if unit is not None:
        rows = rows.where(device_epoch.c.unit == unit)
    return tuple(Head(*row) for row in connection.execute(rows))


def find(connection: Connection, unit: str, filing_id: str) -> Filing | None:
    """Return the present state of one filing of a unit."""
    found = _filings(connection, unit, filing.c.filing_id == filing_id)
    return found[0] if found else None


def recent(  # noqa: PLR0913, PLR0917 - a list has two ends, and a page of it two more
    connection: Connection,
    unit: str,
    first: date,
    last: date,
    officer: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[Filing, ...]:
    """Return the filings of these civil days, those of one officer or all, newest first."""
    days = filing.c.civil_date.between(first, last)
    return _filings(connection, unit, days, *_recorded_by(officer), limit=limit, offset=offset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Filings in figures: entries, quantities (as in kiosk.filings.buckets), minutes."""

    entries: int
    assisted: int
    submitted: int
    online: int
    direct: int
    help: int
    voided: int  #: entries that are void; they are in no other figure
    timed: Mapping[int, int]  #: entries by the minutes that each took, where that is not doubtful
    doubtful: int  #: entries whose minutes are


def summary(
    connection: Connection, unit: str, first: date, last: date, officer: str | None = None
) -> Summary:
    """Return the figures of these civil days, of one officer or all, while the filings are kept."""
    keys = (filing.c.state, filing.c.minutes, filing.c.doubtful)
    asked = (
        select(*keys, *(func.sum(ADDS[name]).label(name) for name in _SUMMED))
        .where(filing.c.unit == unit, filing.c.civil_date.between(first, last))
        .where(*_recorded_by(officer))
        .group_by(*keys)
        .order_by(filing.c.minutes)
    )
    rows = connection.execute(asked).mappings().all()
    living = [row for row in rows if row["state"] != "voided"]
    timed: Counter[int] = Counter()
    for row in living:
        if row["minutes"] is not None and not row["doubtful"]:
            timed[row["minutes"]] += int(row["entries"])
    return Summary(
        **{name: sum(int(row[name]) for row in living) for name in _SUMMED},
        voided=sum(int(row["entries"]) for row in rows if row["state"] == "voided"),
        timed=timed,
        doubtful=sum(int(row["entries"]) for row in living if row["doubtful"]),
    )


def last_entry(connection: Connection, unit: str, officer: str) -> Filing | None:
    """Return the filing that an officer recorded last, unless it was voided."""
    living = filing.c.state != "voided"
    found = _filings(connection, unit, living, *_recorded_by(officer), limit=1)
    return found[0] if found else None


def frequent(connection: Connection, unit: str, officer: str | None, limit: int) -> tuple[str, ...]:
    """Return the procedures recorded most often of late, by one officer or all of the unit."""
    often = func.count().desc()
    wanted = (
        select(filing.c.procedure)
        .where(
            filing.c.unit == unit,
            filing.c.civil_date >= today() - HABIT,
            filing.c.state != "voided",
            filing.c.procedure != "",
            *_recorded_by(officer),
        )
        .group_by(filing.c.procedure)
        .order_by(often, filing.c.procedure)
        .limit(limit)
    )
    return tuple(connection.execute(wanted).scalars())


def events(connection: Connection, unit: str, filing_id: str) -> tuple[FilingEvent, ...]:
    """Return all that was done to one filing, the latest last."""
    found = events_of(connection, unit, filing_event.c.filing_id == filing_id)
    return tuple(sorted(found, key=lambda event: (event.at, event.id)))


def events_of(connection: Connection, unit: str, *which: ColumnElement[bool]) -> list[FilingEvent]:
    """Return the events of a unit, all or those for which this holds."""
    rows = connection.execute(select(filing_event).where(filing_event.c.unit == unit, *which))
    return [FilingEvent(**row._asdict()) for row in rows]


def _filings(
    connection: Connection,
    unit: str,
    *which: ColumnElement[bool],
    limit: int | None = None,
    offset: int = 0,
) -> tuple[Filing, ...]:
    wanted = select(filing).where(filing.c.unit == unit, *which)
    newest = wanted.order_by(filing.c.filing_id.desc()).limit(limit).offset(offset)
    return tuple(Filing(**row._mapping) for row in connection.execute(newest))


def _recorded_by(officer: str | None) -> list[ColumnElement[bool]]:
    return [] if officer is None else [filing.c.recorded_by == officer]
