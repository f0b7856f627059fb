"""What an entry may say, and the stable word for each thing it may not."""

from datetime import date
from typing import Any

import pytest

from kiosk.filings import history
from kiosk.filings.history import Mistake, refuse, refuse_void
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


def test_a_void_has_one_of_five_reasons() -> None:
    assert not any(refuse_void(reason) for reason in history.VOID_REASONS)
    assert refuse_void("R01") == [Mistake("reason", "unknown")]
