"""The audit events a page asks for: whose, of which days and kind; what their ids are called."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import current_app, request
from sqlalchemy import Connection

from kiosk.access import accounts, audit
from kiosk.access import devices as machines
from kiosk.access.audit import Entry
from kiosk.admin import reach
from kiosk.admin.reach import Reach
from kiosk.admin.words import EVENT, Known
from kiosk.clock import today
from kiosk.content.library import Library
from kiosk.content.model import Field, Procedure
from kiosk.i18n import content

USUAL = timedelta(days=30)
EARLIEST, LATEST = date(2020, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are asked for."""

    within: Reach
    first: date
    last: date
    kind: str | None

    @property
    def units(self) -> tuple[str, ...]:
        """Return whose chains; without a choice also what belongs to no unit."""
        return self.within.codes if self.within.chosen else (*self.within.codes, accounts.NO_UNIT)

    def checking(self) -> dict[str, str]:
        """Return the query that asks for the same, and whether the chains hold."""
        return {**self.address(), "kiem-tra": "1"}

    def address(self) -> dict[str, str]:
        """Return the query that asks for the same again."""
        days = {"tu": self.first.isoformat(), "den": self.last.isoformat()}
        return {**self.within.address(), **days, **({"loai": self.kind} if self.kind else {})}


def wanted(conn: Connection) -> Wanted:
    """Return what an address asks for; a day or kind that is none falls to what is usual."""
    last = _day("den") or today()
    first = min(_day("tu") or last - USUAL, last)
    kind = request.args.get("loai", "")
    return Wanted(reach.asked(conn), first, last, kind if kind in EVENT else None)


def known(conn: Connection, within: Reach, entries: Iterable[Entry]) -> Known:
    """Return what the ids in these events are called."""
    shown = list(entries)
    library: Library = current_app.extensions["kiosk.library"]
    procedures, fields = library.procedures.values(), library.fields.values()
    about = {kind: _ids(shown, kind) for kind in ("device", "procedure", "field")}
    return Known(
        accounts=accounts.logins(conn, {entry.actor for entry in shown} | _ids(shown, "account")),
        devices=machines.names(conn, tuple(within.names), about["device"]),
        procedures=_called("procedure", procedures, about["procedure"]),
        fields=_called("field", fields, about["field"]),
    )


def problems(conn: Connection, within: Reach) -> list[str]:
    """Return what is wrong with the chains within reach and the one of no unit."""
    return audit.verify(conn, (*within.names, accounts.NO_UNIT))


def _ids(entries: Iterable[Entry], kind: str) -> set[str]:
    return {str(entry.detail[kind]) for entry in entries if kind in entry.detail}


def _called(kind: str, all_of_them: Iterable[Procedure | Field], ids: set[str]) -> dict[str, str]:
    return {one.id: content(kind, one.name).text for one in all_of_them if one.id in ids}


def _day(name: str) -> date | None:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None
