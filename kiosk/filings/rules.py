"""What an entry may say, and the stable word for each thing that it may not."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from kiosk.filings.history import (
    ACTIVITIES,
    BACKDATE_DAYS,
    BACKDATE_REASONS,
    CHANNELS,
    DIRECT_REASONS,
    LANGUAGES,
    MINUTES,
    MOST_AT_ONCE,
    OPERATORS,
    OUTCOMES,
    PLACES,
    REASONS,
    Entry,
    Mistake,
)

CODE = re.compile(r"(?!.*\d{9})[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # too short for an identity number
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# A UUID of version 7 begins with its time, and says its version behind that.
TIME, VERSION, TIMED = slice(13), 14, "7"
EPOCH, MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)

_REQUIRED = {
    "activity": ACTIVITIES,
    "operated_by": OPERATORS,
    "place": PLACES,
    "language": LANGUAGES,
}
_OPTIONAL = {
    "channel": CHANNELS,
    "outcome": OUTCOMES,
    "reason": REASONS,
    "direct_reason": DIRECT_REASONS,
    "minutes": MINUTES,
}


def refuse(entry: Entry, today: date | None = None) -> list[Mistake]:
    """Return why an entry cannot be taken, at most one mistake a field; empty when it can."""
    found = [*_contradictions(_answers_of(entry))]
    if not UUID.fullmatch(entry.client_id):
        found.append(Mistake("client_id", "unknown"))
    if not 1 <= entry.quantity <= MOST_AT_ONCE:
        found.append(Mistake("quantity", "out_of_range"))
    if today is not None and entry.civil_date > today:
        found.append(Mistake("civil_date", "future"))
    return found


def refuse_day(day: date, cause: str | None, today: date) -> list[Mistake]:
    """Return why an entry cannot be recorded for this day: three days back, and with a reason."""
    if day >= today:
        return [] if cause is None else [Mistake("cause", "not_allowed")]
    if day < today - timedelta(days=BACKDATE_DAYS):
        return [Mistake("civil_date", "too_old")]
    return refuse_cause(cause, BACKDATE_REASONS)


def refuse_move(day: date, recorded: date) -> list[Mistake]:
    """Return why a correction cannot move a filing to this day: only where it could be recorded."""
    if day > recorded:
        return [Mistake("civil_date", "not_allowed")]
    too_old = day < recorded - timedelta(days=BACKDATE_DAYS)
    return [Mistake("civil_date", "too_old")] if too_old else []


def refuse_cause(cause: str | None, known: Sequence[str]) -> list[Mistake]:
    """Return why this cannot be the cause of an event; empty when it can."""
    if not cause:
        return [Mistake("cause", "required")]
    return [] if cause in known else [Mistake("cause", "unknown")]


def opened_at(client_id: str) -> datetime | None:
    """Return when a form was opened; None where its id does not say: only a UUIDv7 does."""
    if not UUID.fullmatch(client_id) or client_id[VERSION] != TIMED:
        return None
    return EPOCH + int(client_id[TIME].replace("-", ""), 16) * MILLISECOND


def made_since(client_id: str, day: date) -> bool:
    """Tell whether a form is known to be younger than the midnight, in UTC, before a day."""
    return client_id[VERSION] == TIMED and client_id[TIME] >= _begins(day)


@lru_cache(8)
def _begins(day: date) -> str:
    """Return how the ids of forms of this midnight begin."""
    moment = f"{(datetime.combine(day, time(), UTC) - EPOCH) // MILLISECOND:012x}"
    return f"{moment[:8]}-{moment[8:]}"


class _Answers(NamedTuple):
    procedure: str
    field: str
    activity: str
    channel: str | None
    operated_by: str
    place: str
    competent_unit: str | None
    outcome: str | None
    reason: str | None
    direct_reason: str | None
    language: str
    minutes: int | None
    doubtful: bool


_answers_of = attrgetter(*_Answers._fields)


@lru_cache(4096)
def _contradictions(answers: tuple[Any, ...]) -> tuple[Mistake, ...]:
    """Return what is wrong with choices from lists: asked once, for many entries choose alike."""
    said, first = _Answers(*answers), dict[str, Mistake]()
    for rule in (_words, _codes, _presence, _sense):
        for mistake in rule(said):
            first.setdefault(mistake.field, mistake)
    return tuple(first.values())


def _words(said: _Answers) -> Iterator[Mistake]:
    for name, words in _REQUIRED.items():
        value = getattr(said, name)
        if value not in words:
            yield Mistake(name, "unknown" if value else "required")
    for name, choices in _OPTIONAL.items():
        value = getattr(said, name)
        if value is not None and value not in choices:
            yield Mistake(name, "unknown")


def _presence(said: _Answers) -> Iterator[Mistake]:
    filing = said.activity == "filing"
    if filing and said.channel is None:
        yield Mistake("channel", "required")
    for name, value, wanted in (
        ("outcome", said.outcome, filing),
        ("reason", said.reason, said.outcome == "not_submitted"),
        ("direct_reason", said.direct_reason, said.channel == "direct"),
    ):
        if wanted == (value is None):
            yield Mistake(name, "required" if wanted else "not_allowed")


def _sense(said: _Answers) -> Iterator[Mistake]:
    on_paper = said.channel in ("direct", "post")
    if on_paper and said.activity != "filing":
        yield Mistake("channel", "not_allowed")
    if on_paper and said.outcome == "saved":  # there is no draft on paper
        yield Mistake("outcome", "not_allowed")
    if said.doubtful and said.minutes is None:  # nothing there that could be doubted
        yield Mistake("doubtful", "not_allowed")


def _codes(said: _Answers) -> Iterator[Mistake]:
    if not said.procedure and said.activity == "filing":
        yield Mistake("procedure", "required")
    if not said.field:
        yield Mistake("field", "required")
    for name in ("procedure", "field", "competent_unit"):
        code = getattr(said, name)
        if code and not CODE.fullmatch(code):
            yield Mistake(name, "unknown")
