"""How long until the next report is due, and how loudly to say so."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from kiosk.clock import VIETNAM, local
from kiosk.counts.periods import DAY, DEFAULT, Period, Rules, due_next, previous

State = Literal["done", "quiet", "remind", "urgent"]
WEEKEND = (5, 6)

_WEEK = ((1, time(14)), (0, time(7, 30)))  # days before the day it is due, and the hour
_LONGER = ((2, time(16)), (1, time(8)), (1, time(16)))


@dataclass(frozen=True, slots=True)
class Alert:
    """The report due next, the time left for it, and whether it is time to speak up."""

    period: Period
    state: State
    seconds_left: int | None

    @property
    def days_left(self) -> int | None:
        """Whole days left; 0 on the last one."""
        return None if self.seconds_left is None else self.seconds_left // 86_400


def alert(
    kind: str, instant: datetime, filed: Collection[Period] = (), rules: Rules = DEFAULT
) -> Alert:
    """Return what to say at an instant about the report of this kind that is due next."""
    period = due_next(kind, instant, rules)
    left = None if period.due_at is None else int((period.due_at - instant).total_seconds())
    return Alert(period, "done" if period in filed else _loudness(period, instant), left)


def missed(
    kind: str, instant: datetime, filed: Collection[Period], rules: Rules = DEFAULT
) -> Period | None:
    """Return the last period whose report should be in and is not."""
    last = previous(due_next(kind, instant, rules), rules)
    return None if last.due_at is None or last in filed else last


def reminders(period: Period) -> tuple[datetime, ...]:
    """Return the instants at which a unit is reminded of a report, earliest first."""
    if period.due_at is None:
        return ()
    due = local(period.due_at).date()
    steps = _WEEK if period.kind == "week" else _LONGER
    moments = {datetime.combine(due - DAY * days, hour, VIETNAM) for days, hour in steps}
    last = due - DAY
    if period.kind != "week" and last.weekday() in WEEKEND:
        friday = last - timedelta(days=last.weekday() - 4)
        moments.add(datetime.combine(friday, time(8), VIETNAM))
    return tuple(sorted(moments))


def _loudness(period: Period, instant: datetime) -> State:
    moments = reminders(period)
    if not moments or instant < moments[0]:
        return "quiet"
    return "urgent" if instant >= moments[-1] else "remind"
