"""All content of a folder together, read once and never changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.content.levels import Levels
from kiosk.content.model import Dated, Fact, Field, Procedure, Question, Source
from kiosk.content.officers import HelpPage


@dataclass(frozen=True, slots=True)
class Pattern:
    """One form of address at a portal and what a person's click test said of it."""

    id: str
    portal: str
    use: str
    url: str
    status: str
    tested_on: date | None
    tested_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal(Fact):
    """One door to online services; the text says what it is for."""

    id: str
    name: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Library:
    """All content, read once, never changed; version is the hash of its files."""

    procedures: Mapping[str, Procedure]
    fields: Mapping[str, Field]
    sources: Mapping[str, Source]
    patterns: tuple[Pattern, ...]
    hosts: tuple[str, ...]
    portals: tuple[Portal, ...]
    levels: Levels
    person: Mapping[str, Question]
    help: tuple[HelpPage, ...]
    version: str

    def numbered(self, n: int) -> Procedure | None:
        """Return the procedure with this small number, if there is one."""
        return next((p for p in self.procedures.values() if p.n == n), None)

    def loose(self) -> Iterator[Dated]:
        """Every leaf that states law outside the procedures."""
        yield from self.levels.dated()
        yield from self.portals
        for page in self.help:
            yield from page.dated()
