"""Which units a page of the administration is about: those within reach, or the one chosen."""

from dataclasses import dataclass

from flask import abort, request
from sqlalchemy import Connection

from kiosk.access import permits
from kiosk.access.permits import acting

PER_PAGE = 50


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
    names = permits.within(conn, who)
    if wanted and wanted not in names:
        abort(404)
    chosen = wanted or None
    return Reach(who.unit, names, chosen)
