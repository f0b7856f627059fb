"""One database: its engine, its column types, and the two ways to hold a connection."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, TypeVar
from weakref import WeakSet

from flask import current_app
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, TypeDecorator, create_engine
from sqlalchemy import event as sa_event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import Pool, PoolProxiedConnection

BUSY_MS = 4_000  # waited for a turn and for the file: together less than a browser waits
SETTINGS = (("journal_mode", "WAL"), ("synchronous", "FULL"), ("foreign_keys", "ON"))
REVISIONS = Path(__file__).parent / "migrations" / "versions"

SQLITE_PRIMARY = 0xFF  # the rest of an error code is detail
FULL = (sqlite3.SQLITE_FULL, "53100")  # of SQLite, of PostgreSQL
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, "55P03", "40P01")
UNWRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, "25006")


class StoreError(Exception):
    """The database cannot write now; what was to be written may be right."""


class StoreFull(StoreError):  # noqa: N818 - says what happened
    """The disk, or the room the database may take on it, is full."""


class StoreBusy(StoreError):  # noqa: N818 - says what happened
    """Somebody else held the database for longer than one waits."""


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware instant; kept in UTC, handed back aware (SQLite alone would drop the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """For SQLite, spell an instant as SQLAlchemy would, in half the time."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)
        return lambda value: value and _utc(value).isoformat(" ", "microseconds")[:26]

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive instant, store UTC."""
        del dialect
        return value and _utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("a naive instant cannot be stored")
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


T = TypeVar("T")


class Driver(NamedTuple):
    """A transaction as the driver has it: for statements that were compiled beforehand."""

    dialect: Dialect
    cursor: DBAPICursor

    @classmethod
    def of(cls, connection: Connection) -> "Driver":
        """Return the driver's side of a connection."""
        return cls(connection.dialect, connection.connection.cursor())


class Turn:
    """Whose turn it is among the threads of a process to write to SQLite, and the writer's pen.

    SQLite takes one writer at a time and has the others poll; and to borrow a connection from the
    pool for each filing would cost a fifth of the time that the filing takes, so one is kept.
    """

    def __init__(self) -> None:
        self._free = Lock()
        self._pool: Pool | None = None
        self._held: tuple[PoolProxiedConnection, DBAPICursor] | None = None

    def renew(self) -> object:
        """Forget what is held, and by whom; return it, to be left alone."""
        held, self._held, self._free = self._held, None, Lock()
        return held

    def __enter__(self) -> None:
        if not self._free.acquire(timeout=BUSY_MS / 1000):
            raise StoreBusy("the database is held by another")

    def __exit__(self, kind: type[BaseException] | None, *_more: object) -> None:
        if kind is not None:
            self._let_go()
        self._free.release()

    def begin(self, pool: Pool) -> DBAPICursor:
        """Begin to write with the connection that is kept; whoever has the turn may."""
        # Whoever listens for borrowing hears of each: nothing is kept then.
        if self._held is None or self._pool is not pool or pool.dispatch.checkout:
            self._let_go()
            borrowed = pool.connect()
            self._pool, self._held = pool, (borrowed, borrowed.cursor())
        cursor = self._held[1]
        cursor.execute("BEGIN IMMEDIATE")
        return cursor

    def close(self, _engine: object = None) -> None:
        """Close the connection, unless it is in use: then whoever uses it lets go of it."""
        if self._free.acquire(blocking=False):
            if self._held is not None:
                self._held[0].detach()  # its pool is no more
            self._let_go()
            self._free.release()

    def _let_go(self) -> None:
        held, self._held, self._pool = self._held, None, None
        if held is not None:
            held[0].close()  # the pool rolls back whatever was not committed


_opened: WeakSet[Engine] = WeakSet()
_inherited: list[object] = []  # of a parent process: to close it here could end it there


def open_engine(url: str) -> Engine:
    """Return an engine; an SQLite one keeps what it acknowledged through a power cut."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        turn = Turn()
        engine = create_engine(
            parsed,
            connect_args={"timeout": BUSY_MS / 1000},
            hide_parameters=True,
            execution_options={"turn": turn},
        )
        sa_event.listen(engine, "connect", _sqlite_settings)
        sa_event.listen(engine, "begin", _sqlite_begin)
        sa_event.listen(engine, "engine_disposed", turn.close)
    else:
        engine = create_engine(parsed, pool_pre_ping=True)
    _opened.add(engine)
    return engine


def _begin_anew() -> None:
    """Give a forked process connections and turns of its own."""
    for engine in _opened:
        turn = engine.get_execution_options().get("turn")
        if turn is not None:
            _inherited.append(turn.renew())
        _inherited.append(engine.pool)
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_begin_anew)


def _sqlite_settings(raw: Any, _record: object) -> None:
    raw.isolation_level = None  # transactions are begun by _sqlite_begin, not by the driver
    for name, value in (*SETTINGS, ("busy_timeout", BUSY_MS)):
        raw.execute(f"PRAGMA {name}={value}")


def _sqlite_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    # Said to the driver itself: this stands in every transaction, and the detour costs 15 µs.
    driver = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")  # type: ignore[union-attr]


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Hold the one write transaction; it is durable when the block ends, gone if it raises."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def storing(engine: Engine) -> Iterator[Connection]:
    """Hold the write transaction as `writing` does; a full or held database is named."""
    turn: Turn | None = engine.get_execution_options().get("turn")
    try:
        with turn or nullcontext(), writing(engine) as connection:
            yield connection
    except (OperationalError, engine.dialect.loaded_dbapi.OperationalError) as error:
        _tell(error)
        raise


def store(engine: Engine, work: Callable[[Driver], T]) -> T:
    """Return what `work` returns once what it wrote is durable, as in `storing`; the shortest way.

    It works on the driver, with statements that were compiled beforehand.
    """
    turn: Turn | None = engine.get_execution_options().get("turn")
    try:
        if turn is None:
            with closing(engine.raw_connection()) as held:
                done = work(Driver(engine.dialect, held.cursor()))
                held.commit()
                return done
        with turn:
            cursor = turn.begin(engine.pool)
            done = work(Driver(engine.dialect, cursor))
            cursor.execute("COMMIT")
            return done
    except engine.dialect.loaded_dbapi.OperationalError as error:
        _tell(error)
        raise


def _tell(error: Exception) -> None:
    """Raise what is the matter with the store, where its error says so."""
    # The driver's own error comes bare from the commit, wrapped from a statement.
    code = _code(getattr(error, "orig", error))
    if code in FULL:
        raise StoreFull("there is no room left for the database") from error
    if code in BUSY:
        raise StoreBusy("the database is held by another") from error
    if code in UNWRITABLE:
        raise StoreError("the database cannot be written") from error


def _code(cause: object) -> int | str | None:
    number = getattr(cause, "sqlite_errorcode", None)
    return getattr(cause, "sqlstate", None) if number is None else number & SQLITE_PRIMARY


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Hold one consistent read of the database."""
    with engine.connect() as connection, connection.begin():
        yield connection


def migrate(url: str) -> None:
    """Bring the schema at this address to the newest revision; make its folder if need be."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    if _revision(url) == max(path.stem.partition("_")[0] for path in REVISIONS.glob("[0-9]*.py")):
        return
    from alembic import command
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(REVISIONS.parent))
    settings.attributes["url"] = url
    command.upgrade(settings, "head")


def _revision(url: str) -> str | None:
    # Asked without Alembic: to import it takes longer than to start.
    engine = open_engine(url)
    try:
        with reading(engine) as connection:
            asked = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
            found: str | None = asked.scalar()
            return found
    except DBAPIError:
        return None
    finally:
        engine.dispose()


def engine() -> Engine:
    """Return the engine of the running application."""
    found: Engine = current_app.extensions["kiosk.engine"]
    return found
