"""The named periods a unit reports on, and which report is due next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kiosk.clock import VIETNAM, civil_date

DAY = timedelta(days=1)
WEDNESDAY, THURSDAY = 2, 3
CUT = 15  # a reporting month begins on this day (Decree 09/2019, article 12)
FIRST_YEAR, LAST_YEAR = 1976, 9990

KINDS = ("week", "month", "quarter", "half_year", "year", "special")
_SAME_AS = {
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "half-year": "half_year",
    "half-yearly": "half_year",
    "half_yearly": "half_year",
    "yearly": "year",
}


class PeriodError(ValueError):
    """There is no such kind of period, or no period of that kind at that time."""


@dataclass(frozen=True, slots=True)
class Period:
    """Civil days `start` to `end`, both in it; a report is in time strictly before `due_at`."""

    kind: str
    start: date
    end: date
    due_at: datetime | None = None

    def holds(self, day: date) -> bool:
        """Tell whether a civil day belongs to it."""
        return self.start <= day <= self.end


def _instant(day: date, hour: int = 0) -> datetime:
    return datetime.combine(day, time(hour), VIETNAM)


SPECIAL_2022 = Period(
    "special", date(2022, 2, 15), date(2022, 12, 14), _instant(date(2022, 12, 31))
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a province may set: the last weekday of a reporting week, its special periods."""

    weekly_cutoff_weekday: int = WEDNESDAY
    special: tuple[Period, ...] = (SPECIAL_2022,)


DEFAULT = Rules()


def kind_of(text: str) -> str:
    """Return the kind a word names; `weekly` and its like are accepted."""
    kind = _SAME_AS.get(text, text)
    if kind not in KINDS:
        raise PeriodError(f"no such kind of period: {text}")
    return kind


def year_of(day: date) -> int:
    """Return the reporting year of a day: the calendar year in which it ends, on 14 December."""
    return day.year + (day >= date(day.year, 12, CUT))


def kept(day: date) -> date:
    """Return a civil day of the years for which there are periods; refuse any other."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise PeriodError(f"no periods are kept for the year {day.year}")
    return day


def period_of(kind: str, day: date, rules: Rules = DEFAULT) -> Period:
    """Return the period of this kind that holds a civil day."""
    return _HOLDING[kind_of(kind)](kept(day), rules)


def previous(period: Period, rules: Rules = DEFAULT) -> Period:
    """Return the period of the same kind that ends the day before this one begins."""
    return period_of(period.kind, kept(period.start) - DAY, rules)


def following(period: Period, rules: Rules = DEFAULT) -> Period:
    """Return the period of the same kind that begins the day after this one ends."""
    return period_of(period.kind, kept(period.end) + DAY, rules)


def due_next(kind: str, instant: datetime, rules: Rules = DEFAULT) -> Period:
    """Return the period whose report is due next; without due times, the one under way."""
    kind = kind_of(kind)
    if kind == "special":
        return _special_due(instant, rules)
    found = period_of(kind, _civil(instant), rules)
    if found.due_at is None:
        return found
    # Not `previous`: in the first year the one before may lie outside the kept years.
    before = _HOLDING[kind](found.start - DAY, rules)
    late = before.due_at is None or before.due_at <= instant
    return found if late else before


def due_before(day: date, instant: datetime, rules: Rules = DEFAULT) -> Period | None:
    """Return the period whose report on a civil day was due by an instant: the week, or the month.

    What is recorded for such a day afterwards is a late figure. A year falls due with its last
    month, so it needs no look of its own.
    """
    for kind in ("week", "month"):
        found = period_of(kind, day, rules)
        if found.due_at is not None and found.due_at <= instant:
            return found
    return None


def _civil(instant: datetime) -> date:
    try:
        return civil_date(instant)
    except OverflowError:  # at either end of the calendar, told in another zone
        raise PeriodError(f"no periods are kept for the year {instant.year}") from None


def _special_due(instant: datetime, rules: Rules) -> Period:
    waiting = [(p.due_at, p) for p in rules.special if p.due_at is not None and p.due_at > instant]
    if not waiting:
        raise PeriodError("no special period has a report still to come")
    return min(waiting, key=lambda pair: pair[0])[1]


def _week(day: date, rules: Rules) -> Period:
    end = day + DAY * ((rules.weekly_cutoff_weekday - day.weekday()) % 7)
    due = end + DAY * ((THURSDAY - end.weekday() - 1) % 7 + 1)
    return Period("week", end - DAY * 6, end, _instant(due, hour=9))


def _month(day: date, rules: Rules) -> Period:
    del rules
    start, end = _months(day, 1)
    return Period("month", start, end, _instant(end + DAY * 2))


def _quarter(day: date, rules: Rules) -> Period:
    del rules
    return Period("quarter", *_months(day, 3))


def _half_year(day: date, rules: Rules) -> Period:
    del rules
    return Period("half_year", *_months(day, 6))


def _year(day: date, rules: Rules) -> Period:
    del rules
    start, end = _months(day, 12)
    return Period("year", start, end, _instant(end + DAY * 2))


def _special(day: date, rules: Rules) -> Period:
    for period in rules.special:
        if period.holds(day):
            return period
    raise PeriodError(f"no special period holds {day.isoformat()}")


def _months(day: date, length: int) -> tuple[date, date]:
    """Return the `length` reporting months, counted from 15 December, that hold a day."""
    since_year_0 = day.year * 12 + day.month - (day.day < CUT)  # December is month 12
    first = since_year_0 - since_year_0 % length
    return _cut(first), _cut(first + length) - DAY


def _cut(month: int) -> date:
    return date((month - 1) // 12, (month - 1) % 12 + 1, CUT)


_HOLDING: Mapping[str, Callable[[date, Rules], Period]] = {
    "week": _week,
    "month": _month,
    "quarter": _quarter,
    "half_year": _half_year,
    "year": _year,
    "special": _special,
}
