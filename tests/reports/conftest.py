"""A province with numbers, and the words to say them in."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import Engine

from kiosk import clock, i18n
from kiosk.counts.figures import Figures
from kiosk.counts.overview import Asked
from kiosk.counts.periods import Period, period_of
from kiosk.counts.targets import Target, set_target
from tests.conftest import ROOT
from tests.counts.build import add_units, entry, log, returned

MADE_AT = datetime(2026, 11, 15, 14, 5, tzinfo=clock.VIETNAM)


@pytest.fixture
def month() -> Period:
    return period_of("month", date(2026, 11, 1))


@pytest.fixture
def asked(month: Period) -> Asked:
    return Asked("92", month, ("residence", "immigration", "vehicle"))


@pytest.fixture
def province(engine: Engine, month: Period) -> Engine:
    """Two communes, one of which has a name that Excel would take for a formula."""
    add_units(engine, "92", level="province")
    add_units(engine, "31615", parent="92")
    add_units(engine, "31633", parent="92", name="=1+1")
    full = Figures(
        carried_over=10,
        online_full=50_579,
        direct=20_179,
        early=60_000,
        on_time=9_000,
        late=500,
        open_in_time=1_200,
        open_overdue=68,
        returned=7,
    )
    returned(
        engine, "31615", month, {"residence": full, "vehicle": Figures(online_full=0, direct=3)}
    )
    returned(engine, "31633", month, {"immigration": Figures(online_full=5_862, direct=440)})
    log(engine, "31615", [entry(1, month.start, quantity=12)])
    target = Target(
        unit="92", field="residence", percent_times_100=7250, valid_from=month.start, basis="x"
    )
    set_target(engine, target)
    return engine


@pytest.fixture
def speaking() -> Iterator[None]:
    """An application that knows the languages and nothing else."""
    app = Flask("kiosk")
    i18n.init(app, ROOT / "translations")
    with app.app_context():
        yield
