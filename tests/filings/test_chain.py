"""Seals: what they cover, and that nothing can be changed, dropped or swapped unnoticed."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk.filings.chain import GENESIS, Base, broken_links, canonical, chain_hash
from kiosk.filings.history import FilingEvent
from tests.filings.build import event

GOLDEN = "5d6a6a98dff099417afc52635ae55ef729a8f64abce450f3ffac37aab7819457"
GOLDEN_OF_1 = "ab2d930100b237d843d5c71d44fe8c1b7a97926d97595b6cf73149dd5fd528dd"


def chain(length: int, **changes: Any) -> list[FilingEvent]:
    events: list[FilingEvent] = []
    for n in range(1, length + 1):
        before = events[-1].hash if events else GENESIS
        events.append(event(n, prev_hash=before, filing_id=f"f-{n}", **changes))
    return events


def other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 100
    if value is None or isinstance(value, str):
        return f"{value}x"
    return value + timedelta(days=1)


def test_the_sealed_bytes_never_change() -> None:
    assert canonical(event(1)).decode() == (
        '{"activity":"filing","at":"2026-11-21T05:00:01.000000+00:00","cause":null,'
        '"channel":"national_portal","civil_date":"2026-11-20",'
        '"client_id":"00000000-0000-7000-8000-000000000001",'
        '"competent_unit":null,"device":"d-1","direct_reason":null,"doubtful":false,"epoch":1,'
        '"field":"residence","filing_id":"00000000-0000-7000-8001-000000000001",'
        '"id":"00000000-0000-7000-8001-000000000001","kind":"recorded","language":"vi",'
        '"minutes":10,"officer":"o-lan","operated_by":"citizen_helped","outcome":"submitted",'
        '"place":"counter","priority":false,"procedure":"dang-ky-tam-tru","quantity":1,'
        '"reason":null,"seq":1,"unit":"31417","v":2}'
    )
    assert event(1).hash == GOLDEN


def test_the_sealed_bytes_of_version_1_never_change() -> None:
    first = event(1, v=1)
    assert canonical(first).decode() == (
        '{"activity":"filing","at":"2026-11-21T05:00:01.000000+00:00","channel":"national_portal",'
        '"civil_date":"2026-11-20","client_id":"00000000-0000-7000-8000-000000000001",'
        '"competent_unit":null,"device":"d-1","direct_reason":null,"epoch":1,"field":"residence",'
        '"filing_id":"00000000-0000-7000-8001-000000000001",'
        '"id":"00000000-0000-7000-8001-000000000001","kind":"recorded","language":"vi",'
        '"minutes":10,"officer":"o-lan","operated_by":"citizen_helped","outcome":"submitted",'
        '"place":"counter","priority":false,"procedure":"dang-ky-tam-tru","quantity":1,'
        '"reason":null,"seq":1,"unit":"31417","v":1}'
    )
    assert first.hash == GOLDEN_OF_1


def test_a_chain_may_go_on_in_another_version() -> None:
    first = event(1, v=1)
    assert broken_links([first, event(2, "voided", first.hash, cause="V01")]) == []


@pytest.mark.parametrize("change", [{"cause": "C01"}, {"doubtful": True}])
def test_an_event_says_nothing_that_its_version_had_no_word_for(change: dict[str, Any]) -> None:
    first = event(1, v=1)
    assert chain_hash(GENESIS, replace(first, **change)) == first.hash
    (line,) = broken_links([replace(first, **change)])
    assert line.endswith("is not what was sealed")


def test_an_event_of_an_unknown_version_is_a_fault() -> None:
    (line,) = broken_links([replace(event(1), v=3)])
    assert line.endswith("is not what was sealed")


def test_the_zone_of_an_instant_is_not_sealed() -> None:
    one = event(1)
    there = replace(one, at=one.at.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")))
    assert chain_hash(GENESIS, there) == one.hash


def test_whole_chains_have_no_fault() -> None:
    assert broken_links([*chain(4), *chain(3, device="d-2"), *chain(2, epoch=2)][::-1]) == []
    assert broken_links([]) == []


@pytest.mark.parametrize("name", [field.name for field in fields(FilingEvent)])
def test_every_field_is_sealed(name: str) -> None:
    first, second, third = chain(3)
    changed = replace(second, **{name: other(getattr(second, name))})
    assert any(changed.id in line for line in broken_links([first, changed, third]))


@pytest.mark.parametrize("gone", [0, 1])
def test_a_missing_event_shows(gone: int) -> None:
    events = chain(3)
    del events[gone]
    assert len(broken_links(events)) == 1


def test_events_cannot_change_places() -> None:
    first, second, third = chain(3)
    swapped = [first, replace(third, seq=2), replace(second, seq=3)]
    assert len(broken_links(swapped)) == 4


def test_a_chain_begins_with_nothing_before_it() -> None:
    assert "follows another" in broken_links([event(1, prev_hash="f" * 64)])[0]


def test_a_chain_may_begin_after_events_that_left() -> None:
    first, second, third = chain(3)
    key = (first.unit, first.device, first.epoch)
    assert broken_links([second, third], {key: Base(1, first.hash)}) == []
    for base in (Base(1, "f" * 64), Base(2, first.hash), Base()):
        assert len(broken_links([second, third], {key: base})) == 1


def test_one_number_is_not_given_twice() -> None:
    first, second = chain(2)
    twin = event(3, prev_hash=first.hash, seq=2)
    assert any("comes after number 2" in line for line in broken_links([first, second, twin]))
