"""The one meaning of a filing, whatever way its events came."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.filings.history import Filing, FilingEvent, Pending, fold
from tests.filings.build import NOON, event

Tale = list[FilingEvent]


@st.composite
def tales(draw: st.DrawFn, *, recorded: bool = True) -> Tale:
    """Events of one filing from several devices whose clocks are wrong, in any order."""
    count = draw(st.integers(0 if recorded else 1, 7))
    kinds = draw(st.lists(st.sampled_from(["corrected", "voided"]), min_size=count, max_size=count))
    events = [
        event(
            n,
            kind,
            device=draw(st.sampled_from(["d-1", "d-2"])),
            officer=f"o-{n}",
            at=NOON + timedelta(minutes=draw(st.integers(-2, 2))),
            quantity=n,
            procedure=f"p-{n}",
        )
        for n, kind in enumerate((["recorded"] if recorded else []) + kinds, start=1)
    ]
    return draw(st.permutations(events))


def state(tale: Tale) -> Filing:
    found = fold(tale)
    assert isinstance(found, Filing)
    return found


@settings(max_examples=150, deadline=None)
@given(tales(), st.randoms(use_true_random=False), st.integers(1, 3))
def test_order_and_repeats_mean_nothing(tale: Tale, chance: object, times: int) -> None:
    again = tale * times
    chance.shuffle(again)  # type: ignore[attr-defined]
    assert fold(again) == fold(tale)


@settings(max_examples=150, deadline=None)
@given(tales())
def test_the_latest_correction_is_what_it_says(tale: Tale) -> None:
    corrections = [event for event in tale if event.kind == "corrected"]
    (record,) = (event for event in tale if event.kind == "recorded")
    latest = max(corrections, key=lambda event: (event.at, event.id), default=record)
    found = state(tale)
    assert (found.procedure, found.quantity) == (latest.procedure, latest.quantity)
    assert (found.recorded_by, found.recorded_at) == (record.officer, record.at)
    assert found.last_at == max(event.at for event in tale)


@settings(max_examples=150, deadline=None)
@given(tales())
def test_a_void_is_final(tale: Tale) -> None:
    kinds = {event.kind for event in tale}
    expected = (
        "voided" if "voided" in kinds else "corrected" if "corrected" in kinds else "recorded"
    )
    assert state(tale).state == expected


@settings(max_examples=100, deadline=None)
@given(tales(recorded=False))
def test_nothing_is_known_before_the_record_arrives(tale: Tale) -> None:
    first = tale[0]
    assert fold(tale) == Pending(first.filing_id, first.unit)
    assert isinstance(fold([*tale, event(99)]), Filing)


@settings(max_examples=100, deadline=None)
@given(tales(), st.sampled_from(["corrected", "voided"]))
def test_another_unit_cannot_touch_it(tale: Tale, kind: str) -> None:
    stranger = event(50, kind, unit="99999", at=NOON + timedelta(days=1))
    assert fold([*tale, stranger]) == fold(tale)


def test_no_events_are_no_filing() -> None:
    assert fold([]) is None


def test_a_void_keeps_what_was_said_and_why() -> None:
    found = state([event(1), event(2, "voided", cause="V03")])
    assert (found.state, found.void_reason, found.reason) == ("voided", "V03", None)


def test_a_void_of_version_1_says_why_in_its_reason() -> None:
    found = state([event(1, v=1), event(2, "voided", v=1, reason="V03")])
    assert (found.state, found.void_reason, found.reason) == ("voided", "V03", None)


def test_a_void_says_why_even_of_what_was_not_submitted() -> None:
    said = {"outcome": "not_submitted", "reason": "R01"}
    found = state([event(1, **said), event(2, "voided", cause="V02", **said)])
    assert (found.void_reason, found.reason) == ("V02", "R01")


def test_a_filing_is_of_the_device_that_recorded_it() -> None:
    found = state([event(1), event(2, "corrected", device="d-2", officer="o-minh", cause="C01")])
    assert (found.device, found.officer) == ("d-1", "o-minh")


def test_two_filings_are_not_one() -> None:
    with pytest.raises(ValueError, match="several filings"):
        fold([event(1), event(2, filing_id="00000000-0000-7000-8001-000000000002")])
