import json
from dataclasses import fields
from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, select, update

from kiosk import clock
from kiosk.access import audit
from kiosk.access.models import audit_event
from kiosk.db import reading, writing
from tests.access.people import NOON

EVENTS: tuple[audit.Event, ...] = (
    audit.AccountCreated("A", "console", "a1", "officer"),
    audit.SignedIn("A", "a1", "s1"),
    audit.SignInRefused("", ""),
    audit.PasswordChanged("A", "a1"),
    audit.SignedOut("A", "a1", "s1"),
    audit.AccountReset("A", "console", "a1"),
    audit.SignInRefused("B", "b1"),
    audit.AccountDisabled("A", "console", "a1"),
    audit.ProofRefused("A", "a1", "s1"),
    audit.SessionRevoked("A", "a1", "s2"),
    audit.SecondFactorSet("A", "a1"),
    audit.SecondFactorReset("A", "console", "a1"),
    audit.RecoveryUsed("A", "a1"),
    audit.RecoveryRenewed("A", "a1"),
    audit.DeviceEnrolled("A", "a1", "d1"),
    audit.DeviceRevoked("A", "a1", "d1"),
    audit.UnitsImported("A", "console", 3),
    audit.TargetSet("A", "a1", "residence", None, 8050, "2026-01-01"),
    audit.ContentReviewed("A", "console", "dang-ky-tam-tru", "0f" * 32),
    audit.ReportWritten("A", "a1", "week:2026-11-18", "1e" * 32),
    audit.SetUp("A", "console", "a1"),
    audit.Retaining("A", "console", "2025-10-01"),
    audit.Retained("A", "console", "2026-10-01", 4, 2, None, 0),
)


@pytest.fixture
def written(engine: Engine) -> Engine:
    with clock.at(NOON), writing(engine) as conn:
        for event in EVENTS:
            audit.write(conn, event)
    return engine


def problems(engine: Engine) -> list[str]:
    with reading(engine) as conn:
        return audit.verify(conn)


def test_every_kind_is_written_and_the_chains_hold(written: Engine) -> None:
    with reading(written) as conn:
        rows = conn.execute(select(audit_event).order_by(audit_event.c.unit, audit_event.c.seq))
        found = [(row.unit, row.seq, row.kind) for row in rows]
    assert found[0] == ("", 1, "sign_in_refused")
    assert [seq for unit, seq, _ in found if unit == "A"] == list(range(1, len(EVENTS) - 1))
    assert {kind for *_, kind in found} == {kind.kind for kind in audit.Event.__subclasses__()}
    assert problems(written) == []


def test_a_detail_holds_ids_alone(written: Engine) -> None:
    allowed = {"session", "account", "role", "device", "count", "field", "procedure", "period"}
    allowed |= {
        "percent_times_100",
        "replaced_times_100",
        "valid_from",
        "content",
        "sha256",
        "before",
        "sessions",
        "calls",
        "ledger_before",
    }
    for kind in audit.Event.__subclasses__():
        assert {field.name for field in fields(kind)} - {"unit", "actor"} <= allowed | {"events"}
    with reading(written) as conn:
        details = list(conn.execute(select(audit_event.c.detail)).scalars())
    assert len(json.dumps(details)) < 900


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "signed_in"),
        ("actor", "b9"),
        ("detail", {"session": "s9"}),
        ("at", NOON.replace(year=2025)),
        ("hash", "0" * 64),
        ("prev_hash", "0" * 64),
    ],
)
def test_an_altered_event_shows(written: Engine, column: str, value: object) -> None:
    where = (audit_event.c.unit == "A") & (audit_event.c.seq == 4)
    with writing(written) as conn:
        conn.execute(update(audit_event).where(where).values({column: value}))
    assert any(problem.startswith("audit A 4") for problem in problems(written))


def test_a_missing_event_shows(written: Engine) -> None:
    with writing(written) as conn:
        conn.execute(delete(audit_event).where(audit_event.c.seq == 3))
    assert problems(written) == ["audit A 4: event 3 should stand here"]


def test_heads_are_the_last_of_each_chain(written: Engine) -> None:
    with reading(written) as conn:
        found = audit.heads(conn)
        last = conn.execute(
            select(audit_event.c.hash).where(audit_event.c.unit == "A", audit_event.c.seq == 21)
        ).scalar_one()
    assert [(head.unit, head.seq) for head in found] == [("", 1), ("A", 21), ("B", 1)]
    assert found[1].hash == last


def test_entries_are_the_newest_first_of_the_units_and_days_asked_for(engine: Engine) -> None:
    for hour in (0, 12, 23, 24):
        at = NOON.replace(hour=0) + timedelta(hours=hour)
        with clock.at(at), writing(engine) as conn:
            audit.write(conn, audit.SignedIn("A", "a1", f"s{hour}"))
            audit.write(conn, audit.SignedOut("B", "b1", f"t{hour}"))
    day = NOON.date()
    with reading(engine) as conn:
        own = audit.entries(conn, ["A"], day, day)
        both = audit.entries(conn, ["A", "B"], day, day + timedelta(days=1))
        assert audit.entries(conn, ["A"], day, day, limit=1, offset=1) == own[1:2]
        assert audit.entries(conn, ["A"], day, day, kind="signed_out") == ()
        assert audit.entries(conn, [], day, day) == ()
        assert len(audit.entries(conn, ["B"], day, day, kind="signed_out")) == 3
    assert [entry.detail["session"] for entry in own] == ["s23", "s12", "s0"]
    assert [(entry.unit, entry.seq) for entry in both[:3]] == [("A", 4), ("B", 4), ("A", 3)]
    assert own[0] == audit.Entry(
        NOON.replace(hour=23), "A", 3, "signed_in", "a1", {"session": "s23"}
    )


def test_the_chains_of_some_units_alone_are_recomputed(written: Engine) -> None:
    with writing(written) as conn:
        spoiled = update(audit_event).where(audit_event.c.unit == "A", audit_event.c.seq == 1)
        conn.execute(spoiled.values(actor="x"))
    with reading(written) as conn:
        assert audit.verify(conn, ("", "B")) == []
        assert audit.verify(conn, ()) == []
        assert audit.verify(conn, ("A",)) == audit.verify(conn) == ["audit A 1: was altered"]
