"""One database: its engine, its column types, and the two ways to hold a connection."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    TypeDecorator,
    create_engine,
    text,
)
from sqlalchemy import event as sa_event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

BUSY_MS = 10_000
REVISIONS = Path(__file__).parent / "migrations" / "versions"

SQLITE_PRIMARY = 0xFF  # the rest of an error code is detail
FULL = (sqlite3.SQLITE_FULL, "53100")  # of SQLite, of PostgreSQL
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, "55P03", "40P01")


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

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive instant, store UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive instant cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def open_engine(url: str) -> Engine:
    """Return an engine; an SQLite one keeps what it acknowledged through a power cut."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_MS / 1000}, hide_parameters=True)
    sa_event.listen(engine, "connect", _sqlite_settings)
    sa_event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_settings(raw: Any, _record: object) -> None:
    raw.isolation_level = None  # transactions are begun by _sqlite_begin, not by the driver
    for setting in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MS}",
    ):
        raw.execute(f"PRAGMA {setting}")


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
    try:
        with writing(engine) as connection:
            yield connection
    except (OperationalError, engine.dialect.loaded_dbapi.OperationalError) as error:
        # The driver's own error comes bare from the commit, wrapped from a statement.
        code = _code(getattr(error, "orig", error))
        if code in FULL:
            raise StoreFull("there is no room left for the database") from error
        if code in BUSY:
            raise StoreBusy("the database is held by another") from error
        raise


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
            found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return found
    except DBAPIError:
        return None
    finally:
        engine.dispose()


def engine() -> Engine:
    """Return the engine of the running application."""
    found: Engine = current_app.extensions["kiosk.engine"]
    return found
