"""Machines: enrolled, known by their key, revoked; what a key is and is not."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, select

from kiosk import clock
from kiosk.access import devices
from kiosk.access.devices import DeviceError, DeviceRevoked
from kiosk.access.models import audit_event, device
from kiosk.db import reading
from tests.access.people import NOON


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def audited(engine: Engine) -> list[tuple[str, str, dict[str, str]]]:
    with reading(engine) as conn:
        rows = conn.execute(select(audit_event).order_by(audit_event.c.seq))
        return [(row.kind, row.actor, row.detail) for row in rows]


def test_an_enrolled_machine_is_known_by_its_key(engine: Engine) -> None:
    made, key = devices.enrol(engine, "A", " Máy  quầy 1 ", "idlan")
    assert (made.name, made.unit, made.created_at, made.revoked) == ("Máy quầy 1", "A", NOON, False)
    assert devices.here(engine, key) == made.id
    with reading(engine) as conn:
        assert devices.identify(conn, key) == made
        assert devices.find(conn, made.id) == made
        assert devices.identify(conn, key[:-1]) is None
        stored = conn.execute(select(device)).one()
    assert key not in repr(stored)
    assert audited(engine) == [("device_enrolled", "idlan", {"device": made.id})]


def test_a_key_is_long_random_and_may_be_typed_by_hand(engine: Engine) -> None:
    _, one = devices.enrol(engine, "A", "Một")
    made, other = devices.enrol(engine, "A", "Hai")
    assert one != other
    assert re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){12}", one), "256 bits, five a letter"
    assert devices.here(engine, f" {other.lower().replace('-', ' ')}\n") == made.id


def test_a_revoked_key_is_told_from_an_unknown_one_and_neither_may_write(engine: Engine) -> None:
    made, key = devices.enrol(engine, "A", "Máy quầy 1")
    with clock.at(NOON + timedelta(days=1)):
        devices.revoke(engine, "A", made.id, "idlan")
    with clock.at(NOON + timedelta(days=2)):
        devices.revoke(engine, "A", made.id, "idlan")
    devices.revoke(engine, "A", "unknown", "idlan")
    devices.revoke(engine, "B", made.id, "idlan")
    with reading(engine) as conn:
        found = devices.identify(conn, key)
    assert found
    assert found.revoked_at == NOON + timedelta(days=1)
    for bad in (key, "AAAA", ""):
        with pytest.raises(DeviceRevoked):
            devices.here(engine, bad)
    assert [kind for kind, *_ in audited(engine)] == ["device_enrolled", "device_revoked"]


def test_a_machine_that_never_had_a_key_is_the_box(engine: Engine) -> None:
    devices.enrol(engine, "A", "Máy khác")
    assert devices.here(engine, None) == devices.BOX == "box"


def test_the_question_at_each_write_is_one_indexed_read(engine: Engine) -> None:
    _, key = devices.enrol(engine, "A", "Máy quầy 1")
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    devices.here(engine, key)
    assert len(said) == 1
    with reading(engine) as conn:
        plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {said[0]}", ("x",)).all()
    assert "ix_device_key_hash" in repr(plan)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        (" \t", "empty"),
        ("Máy\u202equầy", "empty"),
        ("m" * 61, "long"),
        ("Máy của 079123456789", "personal"),
        ("Máy anh Nam 0912 345 678", "personal"),
        ("Xe 65A-123.45", "personal"),
    ],
)
def test_a_name_says_where_a_machine_stands_and_nothing_of_a_person(
    engine: Engine, name: str, reason: str
) -> None:
    with pytest.raises(DeviceError) as refused:
        devices.enrol(engine, "A", name)
    assert refused.value.reason == reason
    assert audited(engine) == []


def test_the_list_has_the_working_ones_first_and_no_other_units(engine: Engine) -> None:
    names = {}
    for unit, name in (("B", "Ba"), ("A", "Hai"), ("A", "Một"), ("C", "Bốn")):
        names[name], _ = devices.enrol(engine, unit, name)
    devices.revoke(engine, "A", names["Hai"].id)
    with reading(engine) as conn:
        assert [one.name for one in devices.listed(conn, ("A", "B"))] == ["Một", "Ba", "Hai"]
        assert len(devices.listed(conn, None)) == 4
