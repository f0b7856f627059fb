"""A stretch of days of recorded entries: what an address asks for, and a page of it."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from flask import abort, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection

from kiosk import clock
from kiosk.access import permits
from kiosk.access.models import Account
from kiosk.counts import asking
from kiosk.counts.periods import period_of, previous
from kiosk.desk import past
from kiosk.desk.catalogue import Catalogue
from kiosk.desk.past import Known, Line
from kiosk.filings import ledger
from kiosk.filings.ledger import Summary
from kiosk.filings.rules import CODE

A_PAGE = 50
DAY = timedelta(days=1)
PAGE_NUMBER = re.compile(r"[0-9]{1,6}")

EVERYBODY = _l("Tất cả cán bộ")
TODAY, THIS_WEEK, LAST_WEEK = "hom-nay", "tuan-nay", "tuan-truoc"
SPANS: dict[str, LazyString] = {
    TODAY: _l("Hôm nay"),
    THIS_WEEK: _l("Tuần này"),
    LAST_WEEK: _l("Tuần trước"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries are asked for: of a unit, of one officer or of all, in a stretch of days."""

    unit: str
    own: bool  #: it is the reader's own unit
    officer: str | None
    chosen: str | None  #: the officer that a head narrowed the list to
    span: str
    first: date
    last: date
    page: int

    def address(self, **changes: Any) -> dict[str, Any]:
        """Return the query of this list with something else asked for."""
        asked = {"ky": self.span, "don-vi": None if self.own else self.unit, "can-bo": self.chosen}
        return {name: value for name, value in (asked | changes).items() if value}


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one day that stand on a page, and the sums of that whole day."""

    day: date
    sums: Summary
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a list, and the sums of all its pages."""

    sums: Summary
    days: tuple[Day, ...]
    page: int
    pages: int


def asked(conn: Connection, who: Account) -> Asked:
    """Return what the address asks for; what its reader may not see is not found."""
    args = request.args
    unit = permits.asked_unit(conn, who, args.get("don-vi"))
    chosen, mine = args.get("can-bo") or None, past.whose(who)
    if mine and (unit != who.unit or chosen not in (None, mine)):
        abort(404)
    if chosen and not CODE.fullmatch(chosen):
        abort(404)
    span = args.get("ky", TODAY)
    span = span if span in SPANS else TODAY
    return Asked(
        unit=unit,
        own=unit == who.unit,
        officer=mine or chosen,
        chosen=None if mine else chosen,
        span=span,
        **_stretch(span),
        page=_page(args),
    )


def sheet(conn: Connection, wanted: Asked, works: Catalogue, seen: Known) -> Sheet:
    """Return a page of entries, the newest day first; one beyond the last is the last."""
    sums = {day: _sums(conn, wanted, day) for day in _days(wanted)}
    pages = max(1, -(-sum(map(_held, sums.values())) // A_PAGE))
    here = replace(wanted, page=min(wanted.page, pages))
    return Sheet(
        sums=_together(sums.values()),
        days=tuple(_on_page(conn, here, sums, works, seen)),
        page=here.page,
        pages=pages,
    )


def units(conn: Connection, who: Account, seen: Known) -> dict[str, str]:
    """Return the units that somebody may look at, by code; none where there is no choice."""
    codes = () if past.whose(who) else permits.reach(conn, who)
    return {code: seen.units.get(code, code) for code in codes} if len(codes) > 1 else {}


def officers(who: Account, wanted: Asked, seen: Known) -> dict[str, str]:
    """Return to whom somebody may narrow a list, by id; none where there is no choice."""
    if past.whose(who):
        return {}
    by_name = sorted(seen.officers.items(), key=lambda known: known[1])
    chosen = {wanted.chosen: seen.officer(wanted.chosen)} if wanted.chosen else {}
    return {"": str(EVERYBODY), **dict(by_name), **chosen}


def _stretch(span: str) -> dict[str, date]:
    today = clock.today()
    if span == TODAY:
        return {"first": today, "last": today}
    rules = asking.rules()
    week = period_of("week", today, rules)
    if span == LAST_WEEK:
        week = previous(week, rules)
    return {"first": week.start, "last": week.end}


def _page(args: Mapping[str, str]) -> int:
    typed = args.get("trang", "")
    return max(1, int(typed)) if PAGE_NUMBER.fullmatch(typed) else 1


def _days(wanted: Asked) -> list[date]:
    last = min(wanted.last, clock.today())  # nothing is recorded for a day to come
    return [last - DAY * n for n in range((last - wanted.first).days + 1)]


def _sums(conn: Connection, wanted: Asked, day: date) -> Summary:
    return ledger.summary(conn, wanted.unit, day, day, wanted.officer)


def _together(sums: Collection[Summary]) -> Summary:
    names = [field.name for field in fields(Summary) if field.name != "timed"]
    added = {name: sum(getattr(of_day, name) for of_day in sums) for name in names}
    timed: Counter[int] = Counter()
    for of_day in sums:
        timed.update(of_day.timed)
    return Summary(**added, timed=timed)


def _held(sums: Summary) -> int:
    return sums.entries + sums.voided


def _on_page(
    conn: Connection, wanted: Asked, sums: Mapping[date, Summary], works: Catalogue, seen: Known
) -> list[Day]:
    skip, room = (wanted.page - 1) * A_PAGE, A_PAGE
    found = []
    for day, of_day in sums.items():
        here = min(room, max(0, _held(of_day) - skip))
        if here:
            rows = ledger.recent(
                conn, wanted.unit, day, day, wanted.officer, limit=here, offset=skip
            )
            lines = tuple(past.line(works, filing, seen) for filing in rows)
            found.append(Day(day, of_day, lines))
        skip, room = max(0, skip - _held(of_day)), room - here
    return found
