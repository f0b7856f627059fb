"""What the desk shows beside its form: tiles by habit, what was saved, what can be repeated."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from kiosk.clock import civil_date
from kiosk.content.library import Library
from kiosk.counts.periods import Rules, due_before
from kiosk.desk import words
from kiosk.desk.catalogue import OTHER, Catalogue, Work, by_field, field_name, name
from kiosk.desk.days import late
from kiosk.filings.history import Filing
from kiosk.i18n import day

USUAL = 6
OTHER_REASONS = ("R99", "D99")
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
class Saved:
    """What was just recorded, what is odd about it, and the seconds in which it can be undone."""

    filing_id: str
    words: str
    notes: tuple[str, ...]
    advised: str | None  #: the reason on which there is advice
    seconds: int


def shelf(library: Library, works: Catalogue, wanted: Sequence[str], chosen: str | None) -> Shelf:
    """Return the tiles: what is wanted first, filled up to six, and never without the chosen."""
    guided = [procedure for procedure in works if not procedure.startswith(OTHER)]
    usual = [procedure for procedure in dict.fromkeys(wanted) if procedure in works][:USUAL]
    usual = list(dict.fromkeys([*usual, *guided, *works]))[:USUAL]
    if chosen and chosen in works and chosen not in usual:
        usual = [chosen, *usual[:-1]]
    rest = [work for work in works.values() if work.procedure not in usual]
    return Shelf([works[procedure] for procedure in usual], _groups(library, rest))


def _groups(library: Library, works: Iterable[Work]) -> list[Group]:
    fields = by_field(works)
    several = {field: group for field, group in fields.items() if len(group) > 1}
    alone = [group[0] for group in fields.values() if len(group) == 1]
    groups = [Group(field_name(library, field), group) for field, group in several.items()]
    return [*groups, Group(_("Lĩnh vực khác"), alone)] if alone else groups


def saved(works: Catalogue, filing: Filing, now: datetime, rules: Rules) -> Saved:
    """Return the notice about an entry, with the time that is left to undo it."""
    left = filing.recorded_at + UNDO - now if filing.state == "recorded" else timedelta(0)
    return Saved(
        filing_id=filing.filing_id,
        words=_said(works, filing),
        notes=tuple(_notes(filing, rules)),
        advised=_advised(filing),
        seconds=max(int(left.total_seconds()), 0),
    )


def _advised(filing: Filing) -> str | None:
    reason = filing.reason or filing.direct_reason
    return None if reason in (None, *OTHER_REASONS) else reason


def repeatable(works: Catalogue, last: Filing) -> str:
    """Return in one line what would be recorded once more."""
    how = words.CHANNEL.get(last.channel or "") if last.activity == "filing" else None
    return f"{name(works, last.procedure)} · {how or words.ACTIVITY[last.activity]}"


def short(officer: str) -> str:
    """Return enough of an opaque id to tell colleagues apart."""
    return officer[:4].upper()


def _said(works: Catalogue, filing: Filing) -> str:
    called = name(works, filing.procedure)
    if filing.activity == "filing":
        return str(_("Đã ghi %(n)s hồ sơ: %(name)s.", n=filing.quantity, name=called))
    return str(_("Đã ghi %(n)s lượt hỗ trợ: %(name)s.", n=filing.quantity, name=called))


def _notes(filing: Filing, rules: Rules) -> Iterator[str]:
    if filing.civil_date != civil_date(filing.recorded_at):
        yield str(_("Ghi cho ngày %(day)s.", day=day(filing.civil_date)))
    if due := due_before(filing.civil_date, filing.recorded_at, rules):
        yield late(due)
    if filing.doubtful:
        yield str(words.DOUBTFUL)
