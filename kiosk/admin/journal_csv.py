"""The audit as a table for other programs: RFC 4180, streamed, no cell that runs as a formula."""

import csv
import json
from collections.abc import Collection, Iterator
from datetime import UTC, date
from io import StringIO
from typing import Any

from sqlalchemy import Engine, Row

from kiosk.access import audit

HEAD = ("at", "unit", "seq", "kind", "actor", "detail", "hash")
BOM = "\ufeff"  # without it a spreadsheet takes the letters for another alphabet
UNREADABLE = "không đọc được"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines(
    engine: Engine, units: Collection[str] | None, first: date, last: date, kind: str | None = None
) -> Iterator[str]:
    """Yield the table as text, heading first, each chain in its own order."""
    yield BOM + _line(HEAD)
    for row in audit.rows(engine, units, first, last, kind):
        yield _line(_cells(row))


def defused(cell: object) -> str:
    """Return a cell that a spreadsheet shows as it is and never runs."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def _cells(row: Row[Any]) -> tuple[object, ...]:
    at = row.at and row.at.astimezone(UTC).isoformat()
    detail = row.detail and json.dumps(row.detail, ensure_ascii=False, sort_keys=True)
    cells = at, row.unit, row.seq, row.kind, row.actor, detail, row.hash
    return tuple(UNREADABLE if cell is None else cell for cell in cells)


def _line(cells: tuple[object, ...]) -> str:
    text = StringIO()
    csv.writer(text).writerow([defused(cell) for cell in cells])
    return text.getvalue()
