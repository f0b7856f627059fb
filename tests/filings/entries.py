"""Every kind of entry that the ledger takes, for property tests."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from kiosk.filings import history
from kiosk.filings.history import Entry
from tests.filings.build import DAY, entry

FIELDS = {
    "dang-ky-tam-tru": "residence",
    "xoa-thuong-tru": "residence",
    "cap-the-can-cuoc": "citizen-id",
}


SOME_DAYS = [DAY - timedelta(days=n) for n in range(43)]  #: in two reporting months


@st.composite
def entries(draw: st.DrawFn, days: Sequence[date] = SOME_DAYS) -> Entry:
    """Return a valid entry of one of these days."""
    activity = draw(st.sampled_from(history.ACTIVITIES))
    procedure = draw(st.sampled_from(sorted(FIELDS)))
    minutes = draw(st.sampled_from((None, *history.MINUTES)))
    said: dict[str, Any] = _filing(draw) if activity == "filing" else _help(draw)
    return entry(
        activity=activity,
        procedure=procedure,
        field=FIELDS[procedure],
        place=draw(st.sampled_from(history.PLACES)),
        priority=draw(st.booleans()),
        quantity=draw(st.integers(1, history.MOST_AT_ONCE)),
        minutes=minutes,
        doubtful=minutes is not None and draw(st.booleans()),
        civil_date=draw(st.sampled_from(days)),
        **said,
    )


def _filing(draw: st.DrawFn) -> dict[str, Any]:
    channel = draw(st.sampled_from(history.CHANNELS))
    outcomes = history.OUTCOMES if channel in history.ONLINE else ("submitted", "not_submitted")
    outcome = draw(st.sampled_from(outcomes))
    return {
        "channel": channel,
        "outcome": outcome,
        "reason": draw(st.sampled_from(history.REASONS)) if outcome == "not_submitted" else None,
        "direct_reason": "D06" if channel == "direct" else None,
    }


def _help(draw: st.DrawFn) -> dict[str, Any]:
    channel = draw(st.sampled_from((None, *history.ONLINE)))
    return {"channel": channel, "outcome": None}
