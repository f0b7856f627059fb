"""What the short code of a slip tells of the entry to come."""

from datetime import date

from kiosk.content.library import Library
from kiosk.content.rules import Checklist, checklist
from kiosk.guide.code import decode

ONLINE_AT = {"portal": "national_portal", "vneid": "vneid", "ministry_portal": "ministry_portal"}
COUNTER = "counter"
# Whom the slip is for does not say who types; whether there is a working VNeID at hand does.
OPERATED_BY = {"co": "citizen_helped", "khong": "officer", "khong-ro": "officer"}


def told(library: Library, typed: str, on: date, usual: str | None) -> dict[str, str]:
    """Return the answers of the form that a code tells; raise CodeError.

    `usual` is the channel chosen so far: it stays where the procedure takes it.
    """
    procedure, answers = decode(library, typed)
    case = checklist(library, procedure, answers, on)
    found = {
        "procedure": procedure,
        "activity": "filing",
        "outcome": "submitted",
        "channel": _channel(case, usual),
        "operated_by": OPERATED_BY.get(answers.get("vneid", "")),
    }
    return {name: value for name, value in found.items() if value}


def _channel(case: Checklist, usual: str | None) -> str | None:
    known = [channel.id for channel in case.channels]
    online = [ONLINE_AT[channel] for channel in known if channel in ONLINE_AT]
    if online:
        return usual if usual in online else online[0]
    settled = not case.open_questions  # with a question open, nobody can say “the counter alone”
    return "direct" if settled and COUNTER in known else None
