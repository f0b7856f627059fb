from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from kiosk.access.audit import verify
from kiosk.access.models import audit_event
from kiosk.counts.official import Topic
from kiosk.counts.targets import (
    Target,
    TargetError,
    TargetStands,
    assigned_from,
    hundredths,
    set_target,
    target_for,
)
from kiosk.db import metadata, open_engine, reading

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


def events(engine: Engine, unit: str = "92") -> list[tuple[str, str, dict[str, object]]]:
    with reading(engine) as connection:
        rows = connection.execute(select(audit_event).order_by(audit_event.c.seq))
        assert verify(connection) == []
    return [(row.kind, row.actor, row.detail) for row in rows if row.unit == unit]


def test_a_target_that_stands_is_not_replaced_unseen(engine: Engine) -> None:
    assert set_target(engine, HALF)
    more = replace(HALF, percent_times_100=5525, valid_to=date(2027, 12, 31))
    with pytest.raises(TargetStands, match=r"50\.00 % already, by 104/KH-CAH") as refused:
        set_target(engine, more)
    assert refused.value.standing == HALF
    for guess in ("", "50.00", replace(HALF, basis="105/KH-CAH").words, more.words):
        with pytest.raises(TargetStands):
            set_target(engine, more, replacing=guess)
    assert found(engine) == Decimal(50)
    assert set_target(engine, more, "huong", replacing=HALF.words)
    assert found(engine) == Decimal("55.25")


def test_a_target_said_twice_is_kept_once(engine: Engine) -> None:
    assert set_target(engine, HALF)
    assert not set_target(engine, HALF)
    assert len(events(engine)) == 1


def test_the_audit_knows_who_set_which_and_what_it_replaced(engine: Engine) -> None:
    set_target(engine, HALF)
    about = replace(HALF, field="residence", procedure="tam-tru", percent_times_100=10_000)
    set_target(engine, about, "huong")
    set_target(engine, replace(HALF, percent_times_100=6250), "huong", replacing=HALF.words)
    since = {"valid_from": "2023-01-01", "replaced_times_100": None}
    whole = {"field": "", "procedure": None, **since}
    one = {"field": "residence", "procedure": "tam-tru", **since}
    assert events(engine) == [
        ("target_set", "console", {**whole, "percent_times_100": 5000}),
        ("target_set", "huong", {**one, "percent_times_100": 10_000}),
        (
            "target_set",
            "huong",
            {**whole, "percent_times_100": 6250, "replaced_times_100": 5000},
        ),
    ]


def test_what_is_not_audited_is_not_kept(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr("kiosk.access.audit.write", gone)
    with pytest.raises(RuntimeError):
        set_target(engine, HALF)
    assert (found(engine), events(engine)) == (None, [])


def test_those_in_force_and_those_to_come(engine: Engine) -> None:
    old = replace(HALF, valid_to=date(2025, 12, 31))
    later = replace(HALF, valid_from=date(2026, 1, 1), percent_times_100=6000)
    to_come = replace(HALF, valid_from=date(2027, 1, 1), percent_times_100=7000)
    further = replace(HALF, valid_from=date(2028, 1, 1), percent_times_100=8000)
    own = replace(HALF, unit="31615", field="residence", percent_times_100=9000)
    another = replace(HALF, unit="31633", percent_times_100=100)
    for assigned in (further, to_come, later, old, own, another):
        set_target(engine, assigned)
    with reading(engine) as connection:
        listed = assigned_from(connection, ("31615", "92"), NOW)
    assert listed == (own, later, to_come, further)
    assert found(engine, Topic("vehicle")) == later.percent


@given(st.lists(st.tuples(st.integers(0, 400), st.none() | st.integers(0, 400)), max_size=8))
@settings(max_examples=40, deadline=None)
def test_what_is_listed_as_in_force_is_what_holds(spans: list[tuple[int, int | None]]) -> None:
    start = NOW - timedelta(days=200)
    engine = open_engine("sqlite://")
    metadata.create_all(engine)
    for n, (first, length) in enumerate(dict(spans).items()):
        begins = start + timedelta(days=first)
        ends = None if length is None else begins + timedelta(days=length)
        set_target(engine, replace(HALF, valid_from=begins, valid_to=ends, percent_times_100=n))
    with reading(engine) as connection:
        listed = assigned_from(connection, ("31615", "92"), NOW)
    in_force = [one.percent for one in listed if one.valid_from <= NOW]
    holds = found(engine)
    assert in_force == ([] if holds is None else [holds])
    engine.dispose()


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("50", 5000),
        ("100", 10_000),
        ("62,5", 6250),
        ("62.5", 6250),
        ("62,55", 6255),
        (" 0,05 % ", 5),
        ("100%", 10_000),
    ],
)
def test_a_share_is_read_as_people_write_it(text: str, share: int) -> None:
    assert hundredths(text) == share


@pytest.mark.parametrize("text", ["", "x", "50,", ",5", "62,555", "-5", "1e1", "1 000", "nan", "٪"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(TargetError, match="0 to 100 %"):
        hundredths(text)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(HALF, percent_times_100=10_001),
        replace(HALF, percent_times_100=-1),
        replace(HALF, valid_to=date(2022, 1, 1)),
        replace(HALF, basis=""),
        replace(HALF, basis=" "),
        replace(HALF, basis="x" * 201),
        replace(HALF, basis="104/KH-CAH\n"),
        replace(HALF, basis="104\x00"),
        replace(HALF, basis="gọi 0912 345 678"),
        replace(HALF, basis="079203001234"),
        replace(HALF, basis="theo hồ sơ G01.899.107-260101-0001"),
        replace(HALF, basis="xe 51F-123.45"),
    ],
)
def test_a_target_that_cannot_be_is_refused(engine: Engine, wrong: Target) -> None:
    with pytest.raises(TargetError, match="a target"):
        set_target(engine, wrong)
    assert (found(engine), events(engine)) == (None, [])
