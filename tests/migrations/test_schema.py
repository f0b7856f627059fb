"""The schema: revisions lead to what the code expects, and back; every key leads with the unit."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from sqlalchemy import UniqueConstraint, inspect

from kiosk import clock, db
from kiosk.filings import ledger
from kiosk.filings.history import Actor
from tests.builders import entry
from tests.conftest import ROOT

LONE_KEY = {"unit": "code"}  # the units themselves


def test_the_newest_revision_is_what_the_code_expects(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kiosk.db'}"
    db.migrate(url)
    db.migrate(url)
    engine = db.open_engine(url)
    with db.reading(engine) as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, db.metadata) == []
    engine.dispose()


def test_down_and_up_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kiosk.db'}"
    db.migrate(url)
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(ROOT / "kiosk" / "migrations"))
    settings.attributes["url"] = url
    command.downgrade(settings, "base")
    engine = db.open_engine(url)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()
    db.migrate(url)


def test_an_older_ledger_goes_on_with_all_it_holds(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kiosk.db'}"
    db.migrate(url)
    engine = db.open_engine(url)
    day = clock.today()
    made = [ledger.record(engine, entry(civil_date=day), Actor("A", "o", "d")) for _ in range(3)]
    with db.reading(engine) as connection:
        before = ledger.recent(connection, "A", day, day)
    engine.dispose()
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(ROOT / "kiosk" / "migrations"))
    settings.attributes["url"] = url
    command.downgrade(settings, "0001")
    db.migrate(url)
    engine = db.open_engine(url)
    with db.reading(engine) as connection:
        assert ledger.recent(connection, "A", day, day) == before
    assert ledger.verify(engine) == []
    assert ledger.void(engine, made[0].id, "V01", Actor("A", "o", "d")).seq == 4
    assert ledger.verify(engine) == []
    engine.dispose()


def test_every_key_leads_with_the_unit() -> None:
    for table in db.metadata.tables.values():
        first = LONE_KEY.get(table.name, "unit")
        assert next(iter(table.primary_key.columns)).name == first, table.name
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint):
                assert next(iter(constraint.columns)).name == first, constraint.name
        for index in table.indexes:
            if index.unique:
                assert next(iter(index.columns)).name == first, index.name
