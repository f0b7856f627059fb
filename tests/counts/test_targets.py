from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from kiosk.counts.official import Topic
from kiosk.counts.targets import Target, set_target, target_for
from kiosk.db import reading

HALF = Target(unit="92", percent_times_100=5000, valid_from=date(2023, 1, 1), basis="104/KH-CAH")
PROCEDURE = Topic("residence", "tam-tru")
NOW = date(2026, 11, 21)


def found(engine: Engine, topic: Topic = PROCEDURE, on: date = NOW) -> Decimal | None:
    with reading(engine) as connection:
        assigned = target_for(connection, ("31615", "92"), topic, on)
    return assigned.percent if assigned else None


def test_no_target_is_none(engine: Engine) -> None:
    assert found(engine) is None


def test_a_target_of_the_province_holds_for_its_communes(engine: Engine) -> None:
    set_target(engine, HALF)
    assert found(engine) == Decimal("50.00")


def test_the_nearest_target_wins(engine: Engine) -> None:
    set_target(engine, HALF)
    set_target(engine, replace(HALF, unit="31615", percent_times_100=6000))
    assert found(engine) == Decimal(60)
    set_target(engine, replace(HALF, field="residence", percent_times_100=7000))
    assert found(engine) == Decimal(70)
    set_target(
        engine, replace(HALF, field="residence", procedure="tam-tru", percent_times_100=10_000)
    )
    assert found(engine) == Decimal(100)
    assert found(engine, Topic("residence")) == Decimal(70)
    assert found(engine, Topic("vehicle")) == Decimal(60)


def test_targets_have_dates(engine: Engine) -> None:
    set_target(engine, replace(HALF, valid_to=date(2025, 12, 31)))
    set_target(engine, replace(HALF, percent_times_100=8000, valid_from=date(2025, 6, 1)))
    assert found(engine, on=date(2022, 12, 31)) is None
    assert found(engine, on=date(2025, 5, 31)) == Decimal(50)
    assert found(engine, on=date(2025, 6, 1)) == Decimal(80)
    assert found(engine) == Decimal(80)


def test_a_target_set_again_is_replaced(engine: Engine) -> None:
    set_target(engine, HALF)
    set_target(engine, replace(HALF, percent_times_100=5525))
    assert found(engine) == Decimal("55.25")


@pytest.mark.parametrize(
    "wrong",
    [
        replace(HALF, percent_times_100=10_001),
        replace(HALF, percent_times_100=-1),
        replace(HALF, valid_to=date(2022, 1, 1)),
        replace(HALF, basis=""),
        replace(HALF, basis=" "),
        replace(HALF, basis="x" * 201),
    ],
)
def test_a_target_that_cannot_be_is_refused(engine: Engine, wrong: Target) -> None:
    with pytest.raises(ValueError, match="a target"):
        set_target(engine, wrong)
