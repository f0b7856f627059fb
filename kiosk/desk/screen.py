"""What the desk shows beside its form: tiles by habit, the day's list, its totals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from kiosk import clock
from kiosk.content.library import Library
from kiosk.desk import words
from kiosk.desk.catalogue import OTHER, Catalogue, Work, by_field, field_name, name
from kiosk.filings.history import ONLINE, Filing

USUAL = 6
UNDO = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Group:
    """The work of one field, or of all fields that have one tile left."""

    name: str
    works: list[Work]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Tiles in view, and the rest folded by field."""

    first: list[Work]
    rest: list[Group]


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the list, as it is read."""

    filing_id: str
    time: str
    name: str
    quantity: int
    channel: str
    outcome: str
    officer: str
    state: str
    open: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """The day in three figures; what is void does not count."""

    entries: int
    submitted: int
    online: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What was just recorded, and the seconds in which it can be undone."""

    filing_id: str
    words: str
    seconds: int


def shelf(library: Library, works: Catalogue, wanted: Sequence[str], chosen: str | None) -> Shelf:
    """Return the tiles: what is wanted first, filled up to six, and never without the chosen."""
    guided = [procedure for procedure in works if not procedure.startswith(OTHER)]
    usual = [procedure for procedure in dict.fromkeys(wanted) if procedure in works][:USUAL]
    usual = list(dict.fromkeys([*usual, *guided, *works]))[: max(USUAL, len(usual))]
    if chosen and chosen in works and chosen not in usual:
        usual = [chosen, *usual]
    rest = [work for work in works.values() if work.procedure not in usual]
    return Shelf([works[procedure] for procedure in usual], _groups(library, rest))


def _groups(library: Library, works: Iterable[Work]) -> list[Group]:
    fields = by_field(works)
    several = {field: group for field, group in fields.items() if len(group) > 1}
    alone = [group[0] for group in fields.values() if len(group) == 1]
    groups = [Group(field_name(library, field), group) for field, group in several.items()]
    return [*groups, Group(_("Lĩnh vực khác"), alone)] if alone else groups


def line(works: Catalogue, filing: Filing) -> Line:
    """Return an entry as the list shows it."""
    return Line(
        filing_id=filing.filing_id,
        time=clock.local(filing.recorded_at).strftime("%H:%M"),
        name=name(works, filing.procedure),
        quantity=filing.quantity,
        channel=str(words.CHANNEL[filing.channel]) if filing.channel else "–",
        outcome=_outcome(filing),
        officer=short(filing.recorded_by),
        state=str(words.KIND[filing.state]),
        open=filing.state != "voided",
    )


def totals(filings: Iterable[Filing]) -> Totals:
    """Return the day's figures."""
    counted = [filing for filing in filings if filing.state != "voided"]
    submitted = [filing for filing in counted if filing.outcome == "submitted"]
    online = [filing for filing in submitted if filing.channel in ONLINE]
    return Totals(
        entries=len(counted),
        submitted=sum(filing.quantity for filing in submitted),
        online=sum(filing.quantity for filing in online),
    )


def saved(works: Catalogue, filing: Filing, now: datetime) -> Saved:
    """Return the notice about an entry, with the time that is left to undo it."""
    left = filing.recorded_at + UNDO - now if filing.state == "recorded" else timedelta(0)
    return Saved(
        filing_id=filing.filing_id,
        words=_said(works, filing),
        seconds=max(int(left.total_seconds()), 0),
    )


def short(officer: str) -> str:
    """Return enough of an opaque id to tell colleagues apart."""
    return officer[:4].upper()


def _said(works: Catalogue, filing: Filing) -> str:
    called = name(works, filing.procedure)
    if filing.activity == "filing":
        return str(_("Đã ghi %(n)s hồ sơ: %(name)s.", n=filing.quantity, name=called))
    return str(_("Đã ghi %(n)s lượt hỗ trợ: %(name)s.", n=filing.quantity, name=called))


def _outcome(filing: Filing) -> str:
    if filing.outcome is None:
        return str(words.ACTIVITY[filing.activity])
    reason = words.REASON.get(filing.reason or "")
    return (
        f"{words.OUTCOME[filing.outcome]}: {reason}"
        if reason
        else str(words.OUTCOME[filing.outcome])
    )
