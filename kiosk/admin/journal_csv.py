"""The audit as a table for other programs: RFC 4180, streamed, no cell that runs as a formula."""

import csv
import json
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from typing import Any

from sqlalchemy import Engine, Row, Select, select, tuple_

from kiosk import clock
from kiosk.access.models import audit_event as table
from kiosk.db import reading

HEAD = ("at", "unit", "seq", "kind", "actor", "detail", "hash")
BOM = "\ufeff"  # without it a spreadsheet takes the letters for another alphabet
FORMULA = ("=", "+", "-", "@", "\t", "\r")
PAGE = 500
KEY = tuple_(table.c.unit, table.c.seq)

Units = Collection[str] | None


def lines(
    engine: Engine, units: Units, first: date, last: date, kind: str | None = None
) -> Iterator[str]:
    """Yield the table as text, heading first, each chain in its own order."""
    yield BOM + _line(HEAD)
    for row in rows(engine, units, first, last, kind):
        yield _line(_cells(row))


def rows(
    engine: Engine, units: Units, first: date, last: date, kind: str | None = None
) -> Iterator[Row[Any]]:
    """Yield the events of units, None being all, from the first to the last day.

    Read page by page: a slow download holds no transaction open, and what was said never changes.
    """
    query = _query(units, first, last, kind)
    after: tuple[str, int] = ("", 0)
    while True:
        with reading(engine) as conn:
            page = conn.execute(query.where(tuple_(*after) < KEY).limit(PAGE)).all()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].unit, page[-1].seq


def defused(cell: object) -> str:
    """Return a cell that a spreadsheet shows as it is and never runs."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def _query(units: Units, first: date, last: date, kind: str | None) -> Select[Any]:
    days = (table.c.at >= _midnight(first), table.c.at < _midnight(last + timedelta(days=1)))
    query = select(table).where(*days).order_by(table.c.unit, table.c.seq)
    if units is not None:
        query = query.where(table.c.unit.in_(units))
    return query.where(table.c.kind == kind) if kind else query


def _cells(row: Row[Any]) -> tuple[object, ...]:
    at = row.at.astimezone(UTC).isoformat()
    detail = json.dumps(row.detail, ensure_ascii=False, sort_keys=True)
    return at, row.unit, row.seq, row.kind, row.actor, detail, row.hash


def _line(cells: tuple[object, ...]) -> str:
    text = StringIO()
    csv.writer(text).writerow([defused(cell) for cell in cells])
    return text.getvalue()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.VIETNAM)
