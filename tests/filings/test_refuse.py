"""What an entry may say, and the stable word for each thing it may not."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from uuid_utils import uuid7

from kiosk.filings import history
from kiosk.filings.history import Mistake
from kiosk.filings.rules import (
    made_since,
    opened_at,
    refuse,
    refuse_cause,
    refuse_day,
    refuse_move,
)
from tests.filings.build import DAY, entry, help_entry


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"channel": "vneid", "outcome": "saved"},
        {"channel": "ministry_portal", "outcome": "not_submitted", "reason": "R02"},
        {"channel": "direct", "direct_reason": "D05"},
        {"channel": "direct", "direct_reason": "D99", "outcome": "not_submitted", "reason": "R01"},
        {"channel": "post"},
        {"quantity": 50, "minutes": None, "priority": True, "language": "km"},
        {"doubtful": True, "minutes": 60},
        {"procedure": "khac-residence", "competent_unit": "79.26734", "operated_by": "officer"},
    ],
)
def test_a_sensible_entry_is_taken(changes: dict[str, Any]) -> None:
    assert refuse(entry(**changes), DAY) == []


@pytest.mark.parametrize(
    "changes",
    [{}, {"activity": "guidance", "channel": "vneid"}, {"procedure": "", "field": "e-id"}],
)
def test_help_needs_neither_channel_nor_outcome(changes: dict[str, Any]) -> None:
    assert refuse(help_entry(**changes), DAY) == []


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"activity": "sales", "outcome": None}, "activity", "unknown"),
        ({"activity": "", "outcome": None}, "activity", "required"),
        ({"operated_by": None}, "operated_by", "required"),
        ({"place": "home"}, "place", "unknown"),
        ({"language": "fr"}, "language", "unknown"),
        ({"channel": None}, "channel", "required"),
        ({"channel": "fax"}, "channel", "unknown"),
        ({"outcome": None}, "outcome", "required"),
        ({"outcome": "lost"}, "outcome", "unknown"),
        ({"outcome": "not_submitted"}, "reason", "required"),
        ({"outcome": "not_submitted", "reason": "R98"}, "reason", "unknown"),
        ({"reason": "R01"}, "reason", "not_allowed"),
        ({"channel": "direct"}, "direct_reason", "required"),
        ({"channel": "direct", "direct_reason": "R01"}, "direct_reason", "unknown"),
        ({"direct_reason": "D01"}, "direct_reason", "not_allowed"),
        ({"channel": "post", "outcome": "saved"}, "outcome", "not_allowed"),
        ({"quantity": 0}, "quantity", "out_of_range"),
        ({"quantity": 51}, "quantity", "out_of_range"),
        ({"minutes": 7}, "minutes", "unknown"),
        ({"procedure": ""}, "procedure", "required"),
        ({"procedure": "Nguyễn Văn A"}, "procedure", "unknown"),
        ({"field": ""}, "field", "required"),
        ({"competent_unit": "Công an xã"}, "competent_unit", "unknown"),
        ({"client_id": "1"}, "client_id", "unknown"),
        ({"civil_date": date(2026, 11, 22)}, "civil_date", "future"),
        ({"doubtful": True, "minutes": None}, "doubtful", "not_allowed"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], field: str, code: str) -> None:
    assert refuse(entry(**changes), date(2026, 11, 21)) == [Mistake(field, code)]


@pytest.mark.parametrize("field", ["procedure", "field", "competent_unit"])
@pytest.mark.parametrize("number", ["079099012345", "0912345678", "x-079099012345"])
def test_a_code_cannot_be_somebodys_number(field: str, number: str) -> None:
    assert refuse(entry(**{field: number})) == [Mistake(field, "unknown")]


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"outcome": "submitted"}, Mistake("outcome", "not_allowed")),
        ({"channel": "post"}, Mistake("channel", "not_allowed")),
        ({"channel": "direct", "direct_reason": "D01"}, Mistake("channel", "not_allowed")),
    ],
)
def test_help_is_not_a_filing(changes: dict[str, Any], mistake: Mistake) -> None:
    assert refuse(help_entry(**changes)) == [mistake]


def test_every_mistake_of_an_entry_is_told_at_once() -> None:
    found = refuse(entry(place="", quantity=99, channel="direct", civil_date=DAY))
    assert {mistake.field for mistake in found} == {"place", "quantity", "direct_reason"}


@pytest.mark.parametrize(
    ("cause", "mistakes"),
    [
        ("V01", []),
        (None, [Mistake("cause", "required")]),
        ("", [Mistake("cause", "required")]),
        ("R01", [Mistake("cause", "unknown")]),
        ("C01", [Mistake("cause", "unknown")]),
    ],
)
def test_a_cause_is_of_its_own_list(cause: str | None, mistakes: list[Mistake]) -> None:
    assert refuse_cause(cause, history.VOID_REASONS) == mistakes


def test_causes_of_one_kind_are_not_those_of_another() -> None:
    kinds = (history.VOID_REASONS, history.CORRECT_REASONS, history.BACKDATE_REASONS)
    causes = [cause for kind in kinds for cause in kind]
    assert len(set(causes)) == len(causes)
    assert [len({cause[0] for cause in kind}) for kind in kinds] == [1, 1, 1]
    assert history.TAKEN_BACK in history.VOID_REASONS


@pytest.mark.parametrize(
    ("back", "cause", "mistakes"),
    [
        (0, None, []),
        (0, "B01", [Mistake("cause", "not_allowed")]),
        (1, "B01", []),
        (3, "B99", []),
        (1, None, [Mistake("cause", "required")]),
        (3, "V01", [Mistake("cause", "unknown")]),
        (4, "B01", [Mistake("civil_date", "too_old")]),
        (4, None, [Mistake("civil_date", "too_old")]),
    ],
)
def test_an_earlier_day_needs_a_cause(
    back: int, cause: str | None, mistakes: list[Mistake]
) -> None:
    assert refuse_day(DAY - timedelta(days=back), cause, DAY) == mistakes


@pytest.mark.parametrize(
    ("days", "mistakes"),
    [
        (1, [Mistake("civil_date", "not_allowed")]),
        (0, []),
        (-3, []),
        (-4, [Mistake("civil_date", "too_old")]),
    ],
)
def test_a_correction_moves_a_filing_no_further(days: int, mistakes: list[Mistake]) -> None:
    assert refuse_move(DAY + timedelta(days=days), DAY) == mistakes


@pytest.mark.parametrize(
    ("client_id", "younger"),
    [
        ("019aa000-0000-7000-8000-000000000000", True),
        ("019a9000-0000-7000-8000-000000000000", False),
        ("019aa000-0000-4000-8000-000000000000", False),
        ("ffffffff-ffff-5fff-8fff-ffffffffffff", False),
    ],
)
def test_only_some_forms_say_when_they_were_made(client_id: str, younger: bool) -> None:
    assert made_since(client_id, date(2025, 11, 20)) is younger


def test_a_form_says_when_it_was_opened() -> None:
    before = datetime.now(UTC)  # noqa: TID251 - the library that makes the id asks no other clock
    opened = opened_at(str(uuid7()))
    assert opened is not None
    assert abs(opened - before) < timedelta(seconds=5)
    assert opened_at(str(uuid4())) is None
    assert opened_at("") is None
