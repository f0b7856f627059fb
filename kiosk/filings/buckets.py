"""Where a filing is counted, and as what: the arithmetic of the roll-ups."""

from datetime import date, timedelta
from functools import lru_cache
from operator import add
from typing import NamedTuple

from kiosk.filings.history import ONLINE, Entry, Filing

THURSDAY = 3
CUT = 15  # a reporting month begins on this day

METRICS = (
    "entries",  # filings in the log, whatever their quantity
    "assisted",  # from here on quantities: submitted + saved + not_submitted
    "submitted",  # online + direct + post
    "saved",
    "not_submitted",
    "online",
    "direct",
    "post",
    "help",  # account help and guidance: not filings
    "priority",
)

Figures = tuple[int, ...]
NIL: Figures = (0,) * len(METRICS)


class Place(NamedTuple):
    """One row of one roll-up; a unit's day knows no procedure, so it has an empty one."""

    level: str
    unit: str
    day: date
    field: str
    procedure: str = ""


@lru_cache(512)
def week_start(day: date, first_weekday: int = THURSDAY) -> date:
    """Return the first day of the reporting week that holds a day."""
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)


@lru_cache(512)
def month_start(day: date) -> date:
    """Return the 15th on which the reporting month of a day begins."""
    if day.day >= CUT:
        return day.replace(day=CUT)
    return (day.replace(day=1) - timedelta(days=1)).replace(day=CUT)


def places(unit: str, day: date, field: str, procedure: str) -> tuple[Place, Place, Place]:
    """Return the three rows in which a filing is counted."""
    return (
        Place("unit_day", unit, day, field),
        Place("procedure_week", unit, week_start(day), field, procedure),
        Place("procedure_month", unit, month_start(day), field, procedure),
    )


def figures(entry: Entry) -> Figures:
    """Return what an entry adds to each metric, unless it is void."""
    n = entry.quantity
    filed = n if entry.activity == "filing" else 0
    outcome, channel = entry.outcome, entry.channel
    submitted = filed if outcome == "submitted" else 0
    return (
        1,
        filed,
        submitted,
        filed if outcome == "saved" else 0,
        filed if outcome == "not_submitted" else 0,
        submitted if channel in ONLINE else 0,
        submitted if channel == "direct" else 0,
        submitted if channel == "post" else 0,
        n - filed,
        n if entry.priority else 0,
    )


def change(before: Filing | None, after: Filing | None) -> dict[Place, Figures]:
    """Return what each roll-up row gains when a filing goes from one state to another."""
    gains: dict[Place, Figures] = {}
    for filing, sign in ((before, -1), (after, 1)):
        if filing is None or filing.state == "voided":
            continue
        own = tuple(sign * n for n in figures(filing))
        for place in places(filing.unit, filing.civil_date, filing.field, filing.procedure):
            gains[place] = plus(gains.get(place, NIL), own)
    return {place: gain for place, gain in gains.items() if gain != NIL}


def plus(one: Figures, other: Figures) -> Figures:
    """Return the sum of two rows."""
    return tuple(map(add, one, other))
