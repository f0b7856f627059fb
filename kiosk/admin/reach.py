"""Which units a page of the administration is about: those within reach, or the one chosen."""

from dataclasses import dataclass

from flask import request
from sqlalchemy import Connection

from kiosk.access import permits
from kiosk.access.permits import acting
from kiosk.clock import today
from kiosk.units import all_units

PER_PAGE = 50
LAST_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class Reach:
    """The units within reach by code and name, and the one that was chosen, if any."""

    own: str
    names: dict[str, str]
    chosen: str | None

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes that the page is about."""
        return (self.chosen,) if self.chosen else tuple(self.names)

    @property
    def many(self) -> bool:
        """Tell whether there is something to choose."""
        return len(self.names) > 1

    def address(self) -> dict[str, str]:
        """Return the query that asks for the same units again."""
        return {"don-vi": self.chosen} if self.chosen else {}


def asked(conn: Connection) -> Reach:
    """Return what is within reach, narrowed to `don-vi`; a unit out of reach is not found."""
    who, wanted = acting(), request.args.get("don-vi")
    called = {unit.code: unit.name for unit in all_units(conn, today())}
    names = {code: called.get(code, code) for code in permits.reach(conn, who)}
    chosen = permits.asked_unit(conn, who, wanted) if wanted else None
    return Reach(who.unit, names, chosen)


def page_asked() -> int:
    """Return which page of a long list is asked for, the first being 1."""
    typed = request.args.get("trang", "")
    known = typed.isascii() and typed.isdecimal() and len(typed) < len(str(LAST_PAGE))
    return max(int(typed), 1) if known else 1
