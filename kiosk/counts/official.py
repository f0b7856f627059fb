"""Official totals: what the Ministry's and the portals' systems counted, revision by revision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Date,
    Engine,
    Integer,
    Row,
    Select,
    String,
    Table,
    insert,
    select,
)

from kiosk.clock import now
from kiosk.counts.figures import NAMES, NIL, Figures, Mistake, refuse
from kiosk.counts.periods import Period
from kiosk.db import Instant, metadata, storing

ENTERED, IMPORTED = "entered", "imported"
SOURCES = (ENTERED, IMPORTED)  # the later one wins where both speak of the same thing
UNKNOWN = Figures()

official_total = Table(
    "official_total",
    metadata,
    Column("unit", String(32), primary_key=True),
    Column("field", String(64), primary_key=True),  # '' is a nil return: nothing in any field
    Column("procedure", String(64), primary_key=True),  # '' is the whole field
    Column("period_kind", String(16), primary_key=True),
    Column("period_start", Date, primary_key=True),
    Column("period_end", Date, primary_key=True),
    Column("source", String(16), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("entered_by", String(64), nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("file_sha256", String(64)),
    *(Column(name, Integer) for name in NAMES),
    CheckConstraint("source in ('entered', 'imported')", name="source"),
    CheckConstraint("period_start <= period_end", name="period"),
)


class Topic(NamedTuple):
    """What a figure is about: a field, or one of its procedures."""

    field: str
    procedure: str = ""


NOTHING_AT_ALL = Topic("")


class Origin(NamedTuple):
    """Where figures come from: typed in or imported, by which account, from which file.

    An account of another unit, as of the superior one, stands behind that unit's code and a “/”.
    """

    source: str
    by: str
    file_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Official:
    """One official return, in its latest revision."""

    unit: str
    topic: Topic
    period: Period
    source: str
    revision: int
    figures: Figures
    entered_by: str
    entered_at: datetime

    @property
    def entered_in(self) -> str:
        """The unit whose account entered it: this one, or one above it."""
        return self.entered_by.rpartition("/")[0] or self.unit

    @property
    def account(self) -> str:
        """The id of the account that entered it."""
        return self.entered_by.rpartition("/")[2]


class FiguresError(ValueError):
    """Figures that cannot be true; nothing of them was kept."""

    def __init__(self, mistakes: Mapping[Topic, list[Mistake]]) -> None:
        self.mistakes = mistakes
        super().__init__(
            "; ".join(
                f"{'/'.join(filter(None, topic))} {mistake.field}: {mistake.code}"
                for topic, several in mistakes.items()
                for mistake in several
            )
        )


def enter(
    engine: Engine,
    unit: str,
    period: Period,
    figures: Mapping[Topic, Figures],
    origin: Origin,
) -> int:
    """Keep the figures that say something new, all or none; return how many were kept.

    A full disk is a StoreFull, and keeps none.
    """
    if mistakes := faults(figures, origin.source):
        raise FiguresError(mistakes)
    with storing(engine) as connection:
        known = {
            found.topic: found
            for found in _newest(connection, _exactly((unit,), period))
            if found.source == origin.source
        }
        rows = [
            _row(unit, period, topic, counted, origin, known.get(topic))
            for topic, counted in figures.items()
            if _says_something_new(counted, known.get(topic))
        ]
        if rows:
            connection.execute(insert(official_total), rows)
    return len(rows)


def faults(figures: Mapping[Topic, Figures], source: str) -> dict[Topic, list[Mistake]]:
    """Return what cannot be true, by topic; an import may leave dossiers unclassified."""
    found = {topic: _faults(topic, counted, source) for topic, counted in figures.items()}
    return {topic: mistakes for topic, mistakes in found.items() if mistakes}


def latest(connection: Connection, units: Sequence[str], period: Period) -> tuple[Official, ...]:
    """Return the latest revision of every return for exactly this period."""
    return _standing(connection, _exactly(units, period))


def within(
    connection: Connection, units: Sequence[str], first: date, last: date
) -> tuple[Official, ...]:
    """Return the latest revision of every return whose period lies in these civil days."""
    table = official_total.c
    asked = select(official_total).where(
        table.unit.in_(units), table.period_start >= first, table.period_end <= last
    )
    return _standing(connection, asked)


def begun(
    connection: Connection, units: Sequence[str], first: date, last: date
) -> tuple[Official, ...]:
    """Return the latest revision of every return whose period holds or begins in these days."""
    table = official_total.c
    asked = select(official_total).where(
        table.unit.in_(units), table.period_start <= last, table.period_end >= first
    )
    return _standing(connection, asked)


def prevailing(returns: Iterable[Official]) -> dict[tuple[str, Topic, Period], Official]:
    """Return one return a unit, topic and period: an imported one prevails over a typed one."""
    ranked = sorted(returns, key=lambda found: SOURCES.index(found.source))
    return {(found.unit, found.topic, found.period): found for found in ranked}


def _faults(topic: Topic, figures: Figures, source: str) -> list[Mistake]:
    if topic == NOTHING_AT_ALL and figures not in (NIL, UNKNOWN):
        return [Mistake("field", "not_nil")]
    excused = "does_not_close" if source == IMPORTED else None
    return [mistake for mistake in refuse(figures) if mistake.code != excused]


def _says_something_new(figures: Figures, known: Official | None) -> bool:
    return figures != (known.figures if known else UNKNOWN)


def _row(
    unit: str,
    period: Period,
    topic: Topic,
    figures: Figures,
    origin: Origin,
    known: Official | None,
) -> dict[str, Any]:
    return {
        "unit": unit,
        **topic._asdict(),
        "period_kind": period.kind,
        "period_start": period.start,
        "period_end": period.end,
        "source": origin.source,
        "revision": known.revision + 1 if known else 1,
        "entered_by": origin.by,
        "entered_at": now(),
        "file_sha256": origin.file_sha256,
        **asdict(figures),
    }


def _exactly(units: Sequence[str], period: Period) -> Select[Any]:
    table = official_total.c
    return select(official_total).where(
        table.unit.in_(units),
        table.period_kind == period.kind,
        table.period_start == period.start,
        table.period_end == period.end,
    )


def _standing(connection: Connection, asked: Select[Any]) -> tuple[Official, ...]:
    # A revision without any figure takes back what was said before.
    return tuple(found for found in _newest(connection, asked) if found.figures != UNKNOWN)


def _newest(connection: Connection, asked: Select[Any]) -> Iterable[Official]:
    newest: dict[tuple[str, Topic, Period, str], Official] = {}
    for row in connection.execute(asked.order_by(official_total.c.revision)):
        found = _official(row)
        newest[found.unit, found.topic, found.period, found.source] = found
    return newest.values()


def _official(row: Row[Any]) -> Official:
    return Official(
        unit=row.unit,
        topic=Topic(row.field, row.procedure),
        period=Period(row.period_kind, row.period_start, row.period_end),
        source=row.source,
        revision=row.revision,
        figures=Figures(**{name: getattr(row, name) for name in NAMES}),
        entered_by=row.entered_by,
        entered_at=row.entered_at,
    )
