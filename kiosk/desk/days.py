"""The days for which an entry may still be recorded, and whether it comes too late for a report."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import format_date
from flask_babel import gettext as _

from kiosk.clock import civil_date
from kiosk.counts.periods import Period, Rules, due_before
from kiosk.filings.history import BACKDATE_DAYS

TODAY = ""


@dataclass(frozen=True, slots=True)
class Day:
    """One day as the form offers it; `late` warns that its report was due."""

    value: str  #: empty for the day on which the form is saved, whichever that will be
    name: str
    late: str


def offered(now: datetime, rules: Rules) -> tuple[Day, ...]:
    """Return today and the days before it that are still open, the nearest first."""
    today = civil_date(now)
    return tuple(
        Day(
            value=day.isoformat() if back else TODAY,
            name=_name(day, back),
            late=late(due_before(day, now, rules)),
        )
        for back, day in ((n, today - timedelta(days=n)) for n in range(BACKDATE_DAYS + 1))
    )


def meant(value: str | None, today: date) -> date:
    """Return the day that a valid form means."""
    return date.fromisoformat(value) if value else today


def span(period: Period) -> str:
    """Return the days of a period, without the year: nobody records for another one."""
    return f"{format_date(period.start, 'd/M')}–{format_date(period.end, 'd/M')}"


def late(period: Period | None) -> str:
    """Return that an entry is late for the report of this period; nothing for none."""
    if period is None:
        return ""
    return str(
        _(
            "Ngày này thuộc kỳ báo cáo đã đến hạn (%(days)s). "
            "Lần ghi này tính là số liệu ghi muộn.",
            days=span(period),
        )
    )


def _name(day: date, back: int) -> str:
    spoken = str(format_date(day, "EEEE d/M"))
    if back == 0:
        return str(_("Hôm nay, %(day)s", day=spoken))
    return str(_("Hôm qua, %(day)s", day=spoken)) if back == 1 else spoken
