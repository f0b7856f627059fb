"""The tables of the ledger, and the statements every filing runs, compiled once."""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ClauseElement,
    Column,
    Connection,
    Date,
    Dialect,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler

from kiosk.db import Instant, metadata
from kiosk.filings.buckets import METRICS

UNIT, CODE, WORD, ID, SHA256 = String(32), String(64), String(16), String(36), String(64)


def _entry_columns() -> tuple[Column[Any], ...]:
    """Return the columns of what the form said; named as in history.Entry."""
    return (
        Column("client_id", ID, nullable=False),
        Column("procedure", CODE, nullable=False),
        Column("field", CODE, nullable=False),
        Column("activity", WORD, nullable=False),
        Column("channel", WORD),
        Column("operated_by", WORD, nullable=False),
        Column("place", WORD, nullable=False),
        Column("competent_unit", UNIT),
        Column("outcome", WORD),
        Column("reason", String(4)),
        Column("direct_reason", String(4)),
        Column("priority", Boolean, nullable=False),
        Column("language", String(8), nullable=False),
        Column("quantity", Integer, nullable=False),
        Column("minutes", Integer),
        Column("civil_date", Date, nullable=False),
    )


#: named as in history.FilingEvent; rows are added, never changed
filing_event = Table(
    "filing_event",
    metadata,
    Column("unit", UNIT, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("v", Integer, nullable=False),
    Column("filing_id", ID, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("officer", CODE, nullable=False),
    Column("device", CODE, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    *_entry_columns(),
    Column("at", Instant, nullable=False),
    Column("prev_hash", SHA256, nullable=False),
    Column("hash", SHA256, nullable=False),
    UniqueConstraint("unit", "device", "epoch", "seq"),
    UniqueConstraint("unit", "client_id"),
    Index(None, "unit", "filing_id"),
)

#: named as in history.Filing
filing = Table(
    "filing",
    metadata,
    Column("unit", UNIT, primary_key=True),
    Column("filing_id", ID, primary_key=True),  #: UUIDv7: in the order of recording
    *_entry_columns(),
    Column("state", WORD, nullable=False),
    Column("void_reason", String(4)),
    Column("recorded_by", CODE, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("officer", CODE, nullable=False),
    Column("last_at", Instant, nullable=False),
    Index(None, "unit", "civil_date"),
)

device_epoch = Table(
    "device_epoch",
    metadata,
    Column("unit", UNIT, primary_key=True),
    Column("device", CODE, primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),  #: the highest is current
    Column("seq", Integer, nullable=False),  #: number of the last event of the chain
    Column("head_hash", SHA256, nullable=False),  #: and its seal
)


def _rollup(name: str, day: str, *keys: str) -> Table:
    return Table(
        name,
        metadata,
        Column("unit", UNIT, primary_key=True),
        Column(day, Date, primary_key=True),
        *(Column(key, CODE, primary_key=True) for key in keys),
        *(Column(metric, Integer, nullable=False) for metric in METRICS),
    )


rollup_unit_day = _rollup("rollup_unit_day", "civil_date", "field")
rollup_procedure_week = _rollup("rollup_procedure_week", "week_start", "field", "procedure")
rollup_procedure_month = _rollup("rollup_procedure_month", "month_start", "field", "procedure")

#: by the level of a buckets.Place
ROLLUPS = {
    "unit_day": rollup_unit_day,
    "procedure_week": rollup_procedure_week,
    "procedure_month": rollup_procedure_month,
}

DialectInsert = sqlite.Insert | postgresql.Insert
_INSERT: Mapping[str, Callable[[Table], DialectInsert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class Prepared:
    """A Core statement compiled once for each kind of database, run on its driver directly."""

    def __init__(self, build: Callable[[str], ClauseElement]) -> None:
        """Take what builds the statement for the database of this name."""
        self._build = build
        self._ready: dict[str, _Ready] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> DBAPICursor:
        """Run it with these values; those it does not name are passed over."""
        ready = self._ready.get(connection.dialect.name) or self._compiled(connection.dialect)
        bound = list(ready.pick(values))
        for position, to_db in ready.converted:
            bound[position] = to_db(bound[position])
        cursor = connection.connection.cursor()
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
        converters = [(i, kind.bind_processor(dialect)) for i, kind in enumerate(types)]
        self._ready[dialect.name] = ready = _Ready(
            str(statement),
            names,
            itemgetter(*names),
            tuple((i, to_db) for i, to_db in converters if to_db is not None),
            not statement.positional,
        )
        return ready


class _Ready(NamedTuple):
    sql: str
    names: tuple[str, ...]
    pick: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    converted: tuple[tuple[int, Callable[[Any], Any]], ...]
    named: bool


def _add_event(database: str) -> ClauseElement:
    adding = _INSERT[database](filing_event)
    return adding.on_conflict_do_nothing(index_elements=["unit", "client_id"])


def _gain(table: Table) -> Prepared:
    def build(database: str) -> ClauseElement:
        adding = _INSERT[database](table)
        sums = {name: table.c[name] + adding.excluded[name] for name in METRICS}
        keys = [column.name for column in table.primary_key]
        return adding.on_conflict_do_update(index_elements=keys, set_=sums)

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
        .values(seq=bindparam("seq"), head_hash=bindparam("head_hash"))
    )


def _add_head(database: str) -> ClauseElement:
    return _INSERT[database](device_epoch).on_conflict_do_nothing()


ADD_EVENT = Prepared(_add_event)
ADD_FILING = Prepared(lambda _database: insert(filing))
HEAD = Prepared(_head)
ADD_HEAD = Prepared(_add_head)
MOVE_HEAD = Prepared(_move_head)
GAIN = {level: _gain(table) for level, table in ROLLUPS.items()}
