"""Shares in percent: two whole numbers divided once, rounded half up at the end."""

from decimal import ROUND_HALF_UP, Decimal

FILE_PLACES = 2
SCREEN_PLACES = 1


def percent(part: int | None, whole: int | None, places: int = FILE_PLACES) -> Decimal | None:
    """Return part of whole in percent; None, never 100, where there is nothing to divide by."""
    if part is None or not whole:
        return None
    return (Decimal(100 * part) / Decimal(whole)).quantize(
        Decimal(1).scaleb(-places), ROUND_HALF_UP
    )
