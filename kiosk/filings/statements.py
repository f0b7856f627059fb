"""The statements that every filing runs: compiled once, run on the driver."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    ClauseElement,
    Dialect,
    Table,
    bindparam,
    insert,
    null,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from kiosk.db import Driver
from kiosk.filings.buckets import METRICS
from kiosk.filings.history import EVENT
from kiosk.filings.models import (
    ROLLUPS,
    chain_base,
    device_epoch,
    filing,
    filing_event,
    retained,
    retained_day,
)

REMEMBERED = 64  # values; a filing has one instant and three days, each in several columns

DialectInsert = sqlite.Insert | postgresql.Insert
_INSERT: Mapping[str, Callable[[Table], DialectInsert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}

ToDb = Callable[[Any], Any]


class Prepared:
    """A Core statement compiled once for each kind of database, run on its driver directly.

    It takes its values by their names, or in the order of the names that it was given; those that
    it does not name are passed over.
    """

    def __init__(
        self, build: Callable[[str], ClauseElement], order: Sequence[str] | None = None
    ) -> None:
        """Take what builds the statement for the database of this name."""
        self._build = build
        self._order = order
        self._ready: dict[str, _Ready] = {}

    def run(self, driver: Driver, values: Mapping[str, Any] | Sequence[Any]) -> DBAPICursor:
        """Run it with these values."""
        dialect, cursor = driver
        ready = self._ready.get(dialect.name) or self._compiled(dialect)
        bound = list(ready.pick(values))
        for position, to_db in ready.converted:
            bound[position] = to_db(bound[position])
        cursor.execute(
            ready.sql, dict(zip(ready.names, bound, strict=True)) if ready.named else bound
        )
        return cursor

    def _compiled(self, dialect: Dialect) -> "_Ready":
        statement = self._build(dialect.name).compile(dialect=dialect)
        if not isinstance(statement, SQLCompiler):
            raise TypeError("only a statement can be prepared")
        names = tuple(statement.positiontup or statement.params)
        types = [statement.binds[name].type.dialect_impl(dialect) for name in names]
        converters = [(i, _converter(kind, dialect)) for i, kind in enumerate(types)]
        self._ready[dialect.name] = ready = _Ready(
            str(statement),
            names,
            itemgetter(*map(self._order.index, names) if self._order else names),
            tuple((i, to_db) for i, to_db in converters if to_db is not None),
            not statement.positional,
        )
        return ready


class _Ready(NamedTuple):
    sql: str
    names: tuple[str, ...]
    pick: Callable[[Any], tuple[Any, ...]]
    converted: tuple[tuple[int, ToDb], ...]
    named: bool


_converters: dict[tuple[str, str], ToDb] = {}


def _converter(kind: TypeEngine[Any], dialect: Dialect) -> ToDb | None:
    """Return what makes a value fit for the driver; the same values come again and again."""
    to_db = kind.bind_processor(dialect)
    if to_db is None:
        return None
    return _converters.setdefault((dialect.name, repr(kind)), lru_cache(REMEMBERED)(to_db))


def _add_event(database: str) -> ClauseElement:
    adding = _INSERT[database](filing_event)
    return adding.on_conflict_do_nothing(index_elements=["unit", "client_id"])


def _begin_filing(_database: str) -> ClauseElement:
    """What an event that begins a filing says, the filing says in columns of these names."""
    named = {"state": "kind", "recorded_by": "officer", "recorded_at": "at", "last_at": "at"}
    known = {"void_reason": null()}
    said = {
        column.name: bindparam(named.get(column.name, column.name), type_=column.type)
        for column in filing.columns
        if column.name not in known
    }
    return insert(filing).values(said | known)


def _gain(table: Table, order: Sequence[str] | None = None) -> Prepared:
    def build(database: str) -> ClauseElement:
        adding = _INSERT[database](table)
        sums = {name: table.c[name] + adding.excluded[name] for name in METRICS}
        keys = [column.name for column in table.primary_key]
        return adding.on_conflict_do_update(index_elements=keys, set_=sums)

    return Prepared(build, order)


def _replace(table: Table) -> Prepared:
    def build(database: str) -> ClauseElement:
        adding = _INSERT[database](table)
        keys = [column.name for column in table.primary_key]
        names = [column.name for column in table.columns if not column.primary_key]
        others = {name: adding.excluded[name] for name in names}
        return adding.on_conflict_do_update(index_elements=keys, set_=others)

    return Prepared(build)


def _head(_database: str) -> ClauseElement:
    head = device_epoch.c
    return (
        select(head.epoch, head.seq, head.head_hash)
        .where(head.unit == bindparam("unit"), head.device == bindparam("device"))
        .order_by(head.epoch.desc())
        .with_for_update()
    )


def _move_head(_database: str) -> ClauseElement:
    head = device_epoch.c
    return (
        update(device_epoch)
        .where(
            head.unit == bindparam("unit"),
            head.device == bindparam("device"),
            head.epoch == bindparam("epoch"),
        )
        .values(seq=bindparam("seq"), head_hash=bindparam("hash"))
    )


def _add_head(database: str) -> ClauseElement:
    return _INSERT[database](device_epoch).on_conflict_do_nothing()


#: in what order a count is given: which roll-up it is for says which of the days is meant
COUNT = ("unit", "field", "procedure", "civil_date", "week_start", "month_start", *METRICS)

ADD_EVENT = Prepared(_add_event, EVENT)
BEGIN_FILING = Prepared(_begin_filing, EVENT)
ADD_FILING = Prepared(lambda _database: insert(filing))
HEAD = Prepared(_head, ("unit", "device"))
ADD_HEAD = Prepared(_add_head)
MOVE_HEAD = Prepared(_move_head, EVENT)
GAIN = {level: _gain(table, COUNT) for level, table in sorted(ROLLUPS.items())}
GAIN_RETAINED = _gain(retained_day)
SET_BASE = _replace(chain_base)
SET_RETAINED = _replace(retained)
