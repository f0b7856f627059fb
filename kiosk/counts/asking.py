"""What an address of the pages of numbers asks for; whatever it does not say has a default."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import abort, current_app
from sqlalchemy import Connection

from kiosk.access import permits
from kiosk.clock import now, today
from kiosk.content.library import Library
from kiosk.counts.official import ENTERED, Origin
from kiosk.counts.overview import Asked
from kiosk.counts.periods import Period, Rules, due_next, period_of

TABS = {
    "tuan": "week",
    "thang": "month",
    "quy": "quarter",
    "nua-nam": "half_year",
    "nam": "year",
}
WORDS = {kind: word for word, kind in TABS.items()}
FIRST_TAB = "week"


def library() -> Library:
    """Return the content of the running application."""
    found: Library = current_app.extensions["kiosk.library"]
    return found


def rules() -> Rules:
    """Return the settings of this machine's periods."""
    return Rules(weekly_cutoff_weekday=current_app.config["WEEKLY_CUTOFF"])


def period_asked(args: Mapping[str, str]) -> Period:
    """Return the period of `ky` that holds the day `ngay`; without a day, the one due next."""
    kind = TABS.get(args.get("ky", ""), FIRST_TAB)
    return _holding(kind, args.get("ngay", "")) or due_next(kind, now(), rules())


def period_meant(args: Mapping[str, str]) -> Period:
    """Return the period that `ky` and `ngay` name; figures go into no period nobody named."""
    kind = TABS.get(args.get("ky", ""))
    found = _holding(kind, args.get("ngay", "")) if kind else None
    return found or abort(400)


def _holding(kind: str, day: str) -> Period | None:
    try:
        found = period_of(kind, date.fromisoformat(day), rules())
    except ValueError:  # no day, or one for which there are no periods
        return None
    if found.start > today():
        abort(404)
    return found


def unit_asked(connection: Connection, args: Mapping[str, str]) -> str:
    """Return the unit that `don-vi` names, one's own without it; 404 for one out of reach."""
    return permits.asked_unit(connection, permits.acting(), args.get("don-vi"))


def typed_for(unit: str) -> Origin:
    """Return who is typing figures of a unit, one's own or one in reach."""
    who = permits.acting()
    return Origin(ENTERED, who.id if unit == who.unit else f"{who.unit}/{who.id}")


def asked(connection: Connection, args: Mapping[str, str]) -> Asked:
    """Return which unit and period are asked for."""
    period = period_asked(args)
    unit = unit_asked(connection, args)
    return Asked(unit, period, tuple(library().fields), rules=rules())


def at(unit: str) -> dict[str, Any]:
    """Return the query that asks for a unit; for one's own there is none."""
    return {} if unit == permits.acting().unit else {"don-vi": unit}


def address(period: Period, unit: str | None = None, procedure: str = "") -> dict[str, Any]:
    """Return the query that asks for a period; of another unit, or for one procedure."""
    query = {"ky": WORDS.get(period.kind, WORDS[FIRST_TAB]), "ngay": period.start.isoformat()}
    more = {"don-vi": unit, "thu-tuc": procedure}
    return query | {name: value for name, value in more.items() if value}
