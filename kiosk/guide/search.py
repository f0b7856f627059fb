"""Finding a procedure by what people type: without marks, by initials, nearly right."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from kiosk.content.library import Library
from kiosk.content.model import Procedure

WORDS = re.compile(r"[a-z0-9.]+")
GOOD = 78.0
MOST = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One procedure with everything it may be called, folded."""

    procedure: Procedure
    names: tuple[str, ...]
    initials: frozenset[str]


def folded(text: str) -> str:
    """Return a text in small letters without marks: “Đăng ký xe” is dang ky xe."""
    plain = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(WORDS.findall(kept))


def index(library: Library, names: Mapping[str, tuple[str, ...]]) -> tuple[Entry, ...]:
    """Return what is searched; `names` are the procedures' names in other languages."""
    return tuple(
        _entry(procedure, names.get(procedure.id, ())) for procedure in library.procedures.values()
    )


def _entry(procedure: Procedure, translated: tuple[str, ...]) -> Entry:
    called = (procedure.name, *procedure.aliases, *translated)
    names = tuple(dict.fromkeys(folded(name) for name in called))
    codes = tuple(code.code for code in procedure.codes)
    initials = frozenset("".join(word[0] for word in name.split()) for name in names)
    return Entry(procedure, (*names, *codes), initials)


def find(entries: tuple[Entry, ...], typed: str) -> tuple[Procedure, ...]:
    """Return the procedures that fit what was typed, the best first, at most eight."""
    wanted = folded(typed)
    if not wanted:
        return ()
    scored = ((_score(entry, wanted), entry) for entry in entries)
    good = sorted(
        ((score, entry) for score, entry in scored if score >= GOOD),
        key=lambda pair: (-pair[0], pair[1].procedure.n),
    )
    return tuple(entry.procedure for _, entry in good[:MOST])


def _score(entry: Entry, wanted: str) -> float:
    if wanted in entry.names or wanted.replace(" ", "") in entry.initials:
        return 100.0
    return max(_likeness(name, wanted) for name in entry.names)


def _likeness(name: str, wanted: str) -> float:
    # A part of a long name is a good hit only where it is whole words.
    if f" {wanted} " in f" {name} ":
        return 95.0
    return float(fuzz.token_set_ratio(name, wanted)) * (0.9 if len(wanted) < 4 else 0.97)  # noqa: PLR2004
