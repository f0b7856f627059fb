"""Ids and units of another commune, tried at every address of the officers by every role."""

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from kiosk.access.models import ROLES, account
from kiosk.db import reading
from kiosk.filings.models import filing
from tests.builders import DEFAULTS
from tests.security.conftest import Sit
from tests.security.people import NOON, seated
from tests.security.places import CHOSEN, NOBODYS, Things, pages, rows_of, send, ways


@pytest.mark.parametrize("role", ROLES)
def test_an_id_of_another_unit_is_like_one_that_nobody_has(
    desk: Flask, engine: Engine, sit: Sit, theirs: Things, role: str
) -> None:
    client, before, tried = sit(seated(engine, role)), rows_of(engine, "B"), 0
    pairs = zip(ways(desk, theirs.ids), ways(desk, NOBODYS), strict=True)
    for (rule, method, foreign), (_rule, _method, nobodys) in pairs:
        if foreign != nobodys:
            answers = [send(client, method, path) for path in (foreign, nobodys)]
            assert len({(one.status_code, one.location) for one in answers}) == 1, rule
            assert answers[0].status_code in {403, 404} or rule.endpoint == "calls.take", rule
            tried += 1
    assert tried >= 10
    assert rows_of(engine, "B") == before


def test_one_s_own_ids_are_there(
    desk: Flask, engine: Engine, sit: Sit, ours: Things, theirs: Things
) -> None:
    """Else the test above would see nothing but pages that are not there for anybody."""
    head, before = seated(engine, "head"), rows_of(engine, "A")
    for rule, method, path in ways(desk, ours.ids):
        if rule.arguments & set(ours.ids):
            mine = {"session_id", "filing_id"} & rule.arguments
            answer = send(sit(ours.officer if mine else head), method, path, reason="V01")
            assert answer.status_code in {200, 302, 400}, rule
    after = rows_of(engine, "A")
    changed = {name for name in before if before[name] != after[name]}
    assert {"account", "device", "login_session", "filing", "call"} <= changed
    assert theirs.officer.unit == "B"


@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_what_another_unit_has(
    desk: Flask, engine: Engine, sit: Sit, theirs: Things, role: str
) -> None:
    client = sit(seated(engine, role))
    asked = {"moi": theirs.ids["filing_id"], "can-bo": theirs.officer.id}
    for query in (asked, {"don-vi": "B"}):
        for path in pages(desk, theirs.ids):
            text = client.get(path, query_string=query).text
            assert not [mark for mark in theirs.seen if mark in text], path


def test_those_of_the_unit_and_above_it_see_it(desk: Flask, sit: Sit, theirs: Things) -> None:
    """Else the test above would look for marks that no page ever shows."""
    engine = desk.extensions["kiosk.engine"]
    for role, unit, marks in (("head", "B", theirs.seen), ("admin", "P", theirs.seen[:2])):
        client = sit(seated(engine, role, unit))
        asked = {"don-vi": "B"} if unit == "P" else {}
        shown = [client.get(path, query_string=asked).text for path in pages(desk, theirs.ids)]
        assert [mark for mark in marks if mark not in "".join(shown)] == []


@pytest.mark.parametrize("role", ROLES)
def test_no_form_writes_for_another_unit_or_in_another_name(
    desk: Flask, engine: Engine, sit: Sit, theirs: Things, role: str
) -> None:
    who, before = seated(engine, role), rows_of(engine, "B")
    said = {
        **{name: value for name, value in DEFAULTS.items() if value and name != "civil_date"},
        "client_id": "01939e3a-0000-7000-8000-000000000001",
        "confirmed": "y",
        "don-vi": "B",
        "unit": "B",
        "ky": "tuan",
        "ngay": NOON.date().isoformat(),
        "officer": theirs.officer.id,
        "recorded_by": theirs.officer.id,
        "device": "x",
        "account": theirs.officer.id,
        "must_change": "",
        "id": theirs.officer.id,
        "login": "moi-vao",
        "name": "Máy quầy 9",
        "role": "admin",
        "online_full": "3",
        "about": "residence",
        "percent": "50",
        "valid_from": "2026-01-01",
        "basis": "1/KH",
        "current": CHOSEN,
        "new": CHOSEN,
        "again": CHOSEN,
        "cause": "",
        "state": "voided",
    }
    for _rule, method, path in ways(desk, NOBODYS):
        if method == "POST":
            answer = send(sit(who), method, path, **said)
            assert answer.status_code < 500, path
    assert rows_of(engine, "B") == before
    with reading(engine) as conn:
        made = conn.execute(select(filing)).mappings().all()
        roles = {row.login: row.role for row in conn.execute(select(account))}
    own = [row for row in made if row["unit"] == "A"]
    assert len(own) == (1 if role in {"officer", "head"} else 0)
    for row in own:
        assert (row["recorded_by"], row["device"], row["state"]) == (who.id, "box", "recorded")
    assert roles.pop(who.login) == role
    assert set(roles.values()) == {"officer"}
