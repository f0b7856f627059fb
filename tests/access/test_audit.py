import json
from dataclasses import fields

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
    assert [seq for unit, seq, _ in found if unit == "A"] == [1, 2, 3, 4, 5, 6]
    assert {kind for *_, kind in found} == {kind.kind for kind in audit.Event.__subclasses__()}
    assert problems(written) == []


def test_a_detail_holds_ids_alone(written: Engine) -> None:
    allowed = {"session", "account", "role"}
    for kind in audit.Event.__subclasses__():
        assert {field.name for field in fields(kind)} - {"unit", "actor"} <= allowed
    with reading(written) as conn:
        details = list(conn.execute(select(audit_event.c.detail)).scalars())
    assert len(json.dumps(details)) < 300


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
