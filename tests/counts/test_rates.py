"""The arithmetic of published reports, which must come out to the last digit."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.counts.rates import percent


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (50_579, 70_758, "71.48"),
        (5_862, 6_302, "93.02"),
        (74_336, 74_587, "99.66"),
        (74_587, 201_884, "36.95"),
        (50_579 + 5_862, 70_758 + 6_302, "73.24"),
        (42, 121, "34.71"),
        (88, 121, "72.73"),
        (99_558, 206_885, "48.12"),
        (106_018, 206_885, "51.24"),
        (1_309, 206_885, "0.63"),
        (99_558 + 106_018, 206_885, "99.37"),
        (19_838, 210_157, "9.44"),
        (4_157, 4_169, "99.71"),
        (12, 4_169, "0.29"),
        (90, 4_169, "2.16"),
        (14_064, 14_101, "99.74"),
        (461, 14_101, "3.27"),
    ],
)
def test_published_rates(part: int, whole: int, expected: str) -> None:
    assert percent(part, whole) == Decimal(expected)


def test_a_half_goes_up() -> None:
    assert percent(1, 800, 2) == Decimal("0.13")
    assert percent(1, 16, 1) == Decimal("6.3")
    assert percent(5, 8, 0) == Decimal(63)


@pytest.mark.parametrize(("part", "whole"), [(18_273, None), (18_273, 0), (None, 5), (0, 0)])
def test_without_a_denominator_there_is_no_rate(part: int | None, whole: int | None) -> None:
    assert percent(part, whole) is None


def test_the_mean_of_two_rates_is_not_the_rate_of_both() -> None:
    rates = [percent(50_579, 70_758), percent(5_862, 6_302)]
    mean = sum(rate for rate in rates if rate is not None) / 2
    assert mean == Decimal("82.25")
    assert percent(56_441, 77_060) != mean


@given(st.integers(0, 10**8), st.integers(1, 10**8), st.integers(0, 4))
@settings(max_examples=200, deadline=None)
def test_a_rate_is_within_half_a_step_of_the_truth(part: int, whole: int, places: int) -> None:
    found = percent(part, whole, places)
    assert found is not None
    step = Decimal(1).scaleb(-places)
    assert -found.as_tuple().exponent == places  # type: ignore[operator]
    assert abs(found * whole - 100 * part) * 2 <= step * whole
