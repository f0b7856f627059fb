"""Entries, actors and events with defaults, for tests that care about one thing in them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from kiosk.filings.chain import GENESIS, seal
from kiosk.filings.history import VERSION, Actor, Entry, FilingEvent
from tests import builders

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
DAY = date(2026, 11, 21)
LAN = Actor("31417", "o-lan", "d-1")
MINH = Actor("31417", "o-minh", "d-2")


def entry(**changes: Any) -> Entry:
    """Return an entry of today."""
    return builders.entry(**{"civil_date": DAY, **changes})


def help_entry(**changes: Any) -> Entry:
    """Return an entry about help that was not a filing."""
    return entry(**{"activity": "account_help", "channel": None, "outcome": None, **changes})


def event(n: int, kind: str = "recorded", prev_hash: str = GENESIS, **changes: Any) -> FilingEvent:
    """Return the n-th event of a chain, n seconds after noon."""
    content = {
        **builders.DEFAULTS,
        "doubtful": False,
        "cause": None,
        "client_id": f"00000000-0000-7000-8000-{n:012}",
        "id": f"00000000-0000-7000-8001-{n:012}",
        "v": VERSION,
        "filing_id": "00000000-0000-7000-8001-000000000001",
        "kind": kind,
        "unit": "31417",
        "officer": "o-lan",
        "device": "d-1",
        "epoch": 1,
        "seq": n,
        "at": NOON + timedelta(seconds=n),
        **changes,
    }
    return seal(prev_hash, content)
