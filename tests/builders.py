"""What tests build often, with a default for whatever does not matter."""

from datetime import date
from typing import Any

from uuid_utils import uuid7

from kiosk.filings.history import Entry

DAY = date(2026, 11, 20)

DEFAULTS: dict[str, Any] = {
    "procedure": "dang-ky-tam-tru",
    "field": "residence",
    "activity": "filing",
    "channel": "national_portal",
    "operated_by": "citizen_helped",
    "place": "counter",
    "competent_unit": None,
    "outcome": "submitted",
    "reason": None,
    "direct_reason": None,
    "priority": False,
    "language": "vi",
    "quantity": 1,
    "minutes": 10,
    "civil_date": DAY,
}


def entry(**changes: Any) -> Entry:
    """Return an entry of a form of its own that was filled in like most forms."""
    return Entry(**{"client_id": str(uuid7()), **DEFAULTS, **changes})
