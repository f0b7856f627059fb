"""The only writer of filings: event, present state, roll-ups and chain head in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Engine, select
from uuid_utils import uuid7

from kiosk.clock import civil_date, now, today
from kiosk.db import Driver, StoreBusy, StoreError, StoreFull, reading, store, storing
from kiosk.filings import append, history, rules
from kiosk.filings.append import Deed
from kiosk.filings.history import EVENT, Actor, Entry, Filing, FilingEvent, Mistake, told
from kiosk.filings.models import filing, filing_event, retained
from kiosk.filings.proof import verify
from kiosk.filings.stored import (
    Head,
    Summary,
    events,
    events_of,
    find,
    frequent,
    heads,
    last_entry,
    recent,
    summary,
)

__all__ = [
    "Act",
    "AlreadyVoided",
    "Changed",
    "Head",
    "InvalidEntry",
    "LedgerError",
    "StoreBusy",
    "StoreError",
    "StoreFull",
    "Summary",
    "UnknownFiling",
    "correct",
    "events",
    "find",
    "frequent",
    "heads",
    "last_entry",
    "new_epoch",
    "rebuild",
    "recent",
    "record",
    "seed",
    "summary",
    "verify",
    "void",
]


CLIENT_ID = EVENT.index("client_id")


class LedgerError(Exception):
    """The ledger did not take it; nothing was written."""


class InvalidEntry(LedgerError):  # noqa: N818 - says what happened
    """The entry contradicts itself or the vocabularies; `mistakes` says where."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(", ".join(f"{mistake.field}: {mistake.code}" for mistake in mistakes))
        self.mistakes = tuple(mistakes)


class UnknownFiling(LedgerError):  # noqa: N818 - says what happened
    """The unit has no such filing."""


class AlreadyVoided(LedgerError):  # noqa: N818 - says what happened
    """The filing is void, and a void is final."""


class Changed(LedgerError):  # noqa: N818 - says what happened
    """Something else was done to the filing since the event that the form was filled from."""


class Act(NamedTuple):
    """An entry as somebody made it at an instant; for made-up history."""

    entry: Entry
    by: Actor
    at: datetime


def record(engine: Engine, entry: Entry, by: Actor, cause: str | None = None) -> FilingEvent:
    """Return the event that records this entry, durable; the first one, if the form came before.

    An entry of an earlier day, three at most, needs a cause.
    """
    at = now()
    on = civil_date(at)
    _accept(entry, on)
    if not rules.made_since(entry.client_id, on - history.KEPT):
        _accept_late(engine, entry, by.unit)
    if mistakes := rules.refuse_day(entry.civil_date, cause, on):
        return _first_answer(engine, entry, by, cause, mistakes)  # its day may have passed since
    deed = Deed("recorded", told(entry), cause, by, at)
    event = store(engine, lambda driver: append.begin(driver, deed))
    return event or _first_answer(engine, entry, by, cause)


def correct(
    engine: Engine,
    filing_id: str,
    changes: Entry,
    by: Actor,
    cause: str,
    expected: str | None = None,
) -> FilingEvent:
    """Return the event after which the filing says what `changes` says, durable.

    `expected` is the event that the form was filled from: raise Changed where it is not the last.
    """
    _accept(changes, today(), rules.refuse_cause(cause, history.CORRECT_REASONS))
    with storing(engine) as connection:
        if first := _answered(connection, by.unit, changes.client_id):
            return _same_act(first, "corrected", filing_id, cause, changes)
        known, present = _living(connection, by.unit, filing_id, expected)
        if changes.civil_date != present.civil_date:
            recorded = civil_date(present.recorded_at)
            _accept(changes, recorded, rules.refuse_move(changes.civil_date, recorded))
        deed = Deed("corrected", told(changes), cause, by, now())
        return _gone_on(connection, deed, known, changes)


def void(
    engine: Engine,
    filing_id: str,
    cause: str,
    by: Actor,
    client_id: str | None = None,
    expected: str | None = None,
) -> FilingEvent:
    """Return the event after which the filing counts nowhere, durable; there is no way back.

    `expected` is as in `correct`.
    """
    if mistakes := rules.refuse_cause(cause, history.VOID_REASONS):
        raise InvalidEntry(mistakes)
    client_id = client_id or str(uuid7())
    with storing(engine) as connection:
        if first := _answered(connection, by.unit, client_id):
            return _same_act(first, "voided", filing_id, cause, None)
        known, filed = _living(connection, by.unit, filing_id, expected)
        said = told(replace(filed, client_id=client_id))
        return _gone_on(connection, Deed("voided", said, cause, by, now()), known, None)


def seed(engine: Engine, acts: Iterable[Act]) -> int:
    """Record made-up history, all or nothing, each entry at its own instant; return how many."""
    count = 0
    with storing(engine) as connection:
        driver = Driver.of(connection)
        for entry, by, at in acts:
            _accept(entry, civil_date(at))
            if append.begin(driver, Deed("recorded", told(entry), None, by, at)) is None:
                raise InvalidEntry([Mistake("client_id", "used")])
            count += 1
    return count


def new_epoch(engine: Engine, unit: str, device: str) -> int:
    """Start a new chain for a device whose disk was restored or cloned; return its number."""
    with storing(engine) as connection:
        return append.open_chain(Driver.of(connection), unit, device)


def rebuild(engine: Engine) -> int:
    """Make present states and roll-ups anew from the events; return how many filings there are."""
    with storing(engine) as connection:
        return append.begin_anew(connection)


def _accept(entry: Entry, on: date, more: Sequence[Mistake] = ()) -> None:
    if mistakes := [*rules.refuse(entry, on), *more]:
        raise InvalidEntry(mistakes)


def _accept_late(engine: Engine, entry: Entry, unit: str) -> None:
    """Refuse a form so old that what it recorded may have left the ledger since."""
    with reading(engine) as connection:
        before = connection.scalar(select(retained.c.before).where(retained.c.unit == unit))
    if before is not None and not rules.made_since(entry.client_id, before):
        raise InvalidEntry([Mistake("client_id", "used")])


def _gone_on(
    connection: Connection, deed: Deed, known: Sequence[FilingEvent], form: Entry | None
) -> FilingEvent:
    event = append.go_on(connection, deed, known)
    if event is None:  # on a hub the same form may have come at the same time
        came = filing_event.c.client_id == deed.said[CLIENT_ID]
        (first,) = events_of(connection, deed.by.unit, came)
        return _same_act(first, deed.kind, known[0].filing_id, deed.cause, form)
    return event


def _answered(connection: Connection, unit: str, client_id: str) -> FilingEvent | None:
    found = events_of(connection, unit, filing_event.c.client_id == client_id)
    return found[0] if found else None


def _first_answer(
    engine: Engine, entry: Entry, by: Actor, cause: str | None, mistakes: Sequence[Mistake] = ()
) -> FilingEvent:
    """Return what a form recorded when it first came; if it never did, these are its mistakes."""
    with reading(engine) as connection:
        first = _answered(connection, by.unit, entry.client_id)
    if first is None:
        raise InvalidEntry(mistakes)
    return _same_act(first, "recorded", first.id, cause, entry)


def _same_act(
    first: FilingEvent, kind: str, filing_id: str, cause: str | None, form: Entry | None
) -> FilingEvent:
    """Return the first answer to a form, unless it was the answer to another question."""
    asked = (first.kind, first.filing_id, first.cause) == (kind, filing_id, cause)
    if not asked or not (form is None or _same_form(first, form)):
        raise InvalidEntry([Mistake("client_id", "used")])
    return first


def _same_form(first: FilingEvent, form: Entry) -> bool:
    # a form that names its day as today or yesterday names another one past midnight,
    # and its minutes have become doubtful since
    moved = form.civil_date - first.civil_date
    same_day = moved in (timedelta(), today() - civil_date(first.at))
    again = replace(form, civil_date=first.civil_date, doubtful=first.doubtful)
    return same_day and told(again) == told(first)


def _living(
    connection: Connection, unit: str, filing_id: str, expected: str | None
) -> tuple[Sequence[FilingEvent], Filing]:
    """Hold a filing until the transaction ends: its events, and what it says now."""
    row = (filing.c.unit == unit, filing.c.filing_id == filing_id)
    connection.execute(select(filing.c.state).where(*row).with_for_update())
    known = events(connection, unit, filing_id)
    state = append.state(known)
    if state is None:
        raise UnknownFiling(filing_id)
    if state.state == "voided":
        raise AlreadyVoided(filing_id)
    if expected is not None and known[-1].id != expected:
        raise Changed(filing_id)
    return known, state
