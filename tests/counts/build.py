"""Units, filings and returns for the tests of counts; what does not matter has a default."""

from collections.abc import Iterable
from datetime import date, datetime, time
from uuid import UUID, uuid5

from sqlalchemy import Engine, insert, update

from kiosk import clock
from kiosk.counts.figures import Figures
from kiosk.counts.official import ENTERED, Origin, Topic, enter
from kiosk.counts.periods import Period
from kiosk.db import writing
from kiosk.filings.history import Actor, Entry
from kiosk.filings.ledger import Act, seed
from kiosk.units import unit
from tests import builders

NAMESPACE = UUID("0c9e6d5e-5d3e-4d0a-9a54-3f3f7f3f2a11")
LONG_AGO = date(2000, 1, 1)

Figured = dict[str, Figures]


def add_units(
    engine: Engine,
    *codes: str,
    parent: str | None = None,
    level: str = "commune",
    name: str = "Công an %s",
) -> None:
    rows = [
        {
            "code": code,
            "name": name.replace("%s", code),
            "level": level,
            "parent": parent,
            "area_type": "general",
            "valid_from": LONG_AGO,
            "valid_to": None,
            "successor": None,
        }
        for code in codes
    ]
    with writing(engine) as connection:
        connection.execute(insert(unit), rows)


def merge_away(engine: Engine, code: str, last: date) -> None:
    with writing(engine) as connection:
        connection.execute(update(unit).where(unit.c.code == code).values(valid_to=last))


def entry(n: int, day: date, **said: object) -> Entry:
    """Return an entry that nobody else made; `said` replaces its defaults."""
    own = {"client_id": str(uuid5(NAMESPACE, str(n))), "minutes": None, "civil_date": day}
    return builders.entry(**{**own, **said})


def log(engine: Engine, unit_code: str, entries: Iterable[Entry]) -> None:
    """Record entries, each on the evening of its day."""
    by = Actor(unit=unit_code, officer="o1", device="d1")
    seed(
        engine,
        (
            Act(said, by, datetime.combine(said.civil_date, time(20), clock.VIETNAM))
            for said in entries
        ),
    )


def returned(
    engine: Engine, unit_code: str, period: Period, figures: Figured, source: str = ENTERED
) -> None:
    """Enter figures; a key is a field, or field/procedure."""
    topics = {Topic(*key.split("/")): counted for key, counted in figures.items()}
    enter(engine, unit_code, period, topics, Origin(source, "o1"))


def online(full: int, direct: int = 0, post: int | None = None) -> Figures:
    """Return figures of dossiers received, and nothing else."""
    return Figures(online_full=full, direct=direct, post=post)
