"""What can be recorded: every procedure of the content, and “another procedure” of every field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from kiosk.content.library import Library
from kiosk.guide import search
from kiosk.i18n import SOURCE, content, language

OTHER = "khac-"


@dataclass(frozen=True, slots=True)
class Work:
    """One thing an officer may have helped with."""

    procedure: str
    field: str
    name: str


Catalogue = Mapping[str, Work]


def catalogue(library: Library) -> Catalogue:
    """Return all work by its procedure id: guided procedures first, field by field."""
    found: dict[str, Work] = {}
    for field in library.fields:
        for procedure in library.procedures.values():
            if procedure.field == field:
                name = content("procedure", procedure.name).text
                found[procedure.id] = Work(procedure.id, field, name)
        found[OTHER + field] = Work(OTHER + field, field, _other(library, field))
    return found


def by_field(works: Iterable[Work]) -> dict[str, list[Work]]:
    """Return work in groups, one a field."""
    groups: dict[str, list[Work]] = {}
    for work in works:
        groups.setdefault(work.field, []).append(work)
    return groups


def found(library: Library, works: Catalogue, typed: str) -> list[Work]:
    """Return the work that fits what was typed, the best first."""
    wanted = search.folded(typed)
    procedures = search.find(search.index(library, {}), typed)
    hits = [works[procedure.id] for procedure in procedures]
    for field in library.fields.values():
        if wanted and any(wanted in search.folded(name) for name in (field.name, *field.aliases)):
            hits += [work for work in works.values() if work.field == field.id]
    return list(dict.fromkeys(hits))


def name(works: Catalogue, procedure: str) -> str:
    """Return what a recorded procedure is called; one that is no longer known keeps its id."""
    work = works.get(procedure)
    return work.name if work else procedure


def field_name(library: Library, field: str) -> str:
    """Return what a field is called on a tile: its short name, where the language has one."""
    found = library.fields[field]
    return found.short if language() == SOURCE else content("field", found.name).text


def _other(library: Library, field: str) -> str:
    short = field_name(library, field)
    guided = any(procedure.field == field for procedure in library.procedures.values())
    return _("%(field)s: thủ tục khác", field=short) if guided else short
