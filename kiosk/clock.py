"""The only door to the time: instants are aware, civil days are those of Viet Nam."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

Source = Callable[[], datetime]


def _system() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - this is the door itself


_sources: list[Source] = [_system]


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _sources[-1]()


def today() -> date:
    """Return the civil date in Viet Nam."""
    return civil_date(now())


def civil_date(instant: datetime) -> date:
    """Return the civil date in Viet Nam that holds an aware instant."""
    return instant.astimezone(VIETNAM).date()


def local(instant: datetime) -> datetime:
    """Return an aware instant as wall-clock time in Viet Nam."""
    return instant.astimezone(VIETNAM)


def midnight(day: date) -> datetime:
    """Return the aware instant at which a civil day begins in Viet Nam."""
    return datetime.combine(day, time(), VIETNAM)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Hold the clock still at an aware instant; for tests, drills and made-up history."""
    _sources.append(lambda: instant)
    try:
        yield
    finally:
        _sources.pop()
