"""The catalogues of translation: made from code, templates and content, and checked.

`update` writes new sentences into every .po and drops those no longer said.
`compile` makes each .mo that is older than its .po.
`check` fails on drift, a placeholder or tag that was lost, a fuzzy entry, text not in NFC.
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from config import ROOT
from kiosk.content.leaves import leaves
from kiosk.content.load import load_library

LANGUAGES = ("en", "km")
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
HOLES = re.compile(r"%\(\w+\)s|%%|<[^>]+>")
HEADER = "# Translations of the one-stop counter's guide.\n#"
Key = tuple[str | None, str]


def interface() -> Catalog:
    """Return every sentence of the interface."""
    found = Catalog(header_comment=HEADER)
    package = str(ROOT / "kiosk")
    for file, _line, text, _comments, context in extract_from_dir(
        package, METHODS, keywords=KEYWORDS
    ):
        found.add(text, locations=[(f"kiosk/{file}", 1)], context=context)
    return found


def content() -> Catalog:
    """Return every sentence of the content; the context is the kind of leaf."""
    found = Catalog(header_comment=HEADER)
    for kind, text, file in leaves(load_library(ROOT / "content")):
        found.add(text, locations=[(f"content/{file}", 1)], context=kind)
    return found


def catalogues() -> Iterator[tuple[Path, Catalog]]:
    """Each .po that must exist, with what it must hold."""
    made = {"messages": interface(), "content": content()}
    for language in LANGUAGES:
        for domain, template in made.items():
            yield ROOT / "translations" / language / "LC_MESSAGES" / f"{domain}.po", template


def update() -> None:
    """Bring every .po up to what is said now; a changed sentence starts untranslated."""
    for path, template in catalogues():
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = _read(path)
        known = {_key(message): message.string for message in kept if message.id}
        fresh = Catalog(locale=path.parent.parent.name, header_comment=HEADER, fuzzy=False)
        for message in template:
            if message.id:
                fresh.add(
                    message.id,
                    string=known.get(_key(message), ""),
                    locations=sorted({(file, 1) for file, _line in message.locations}),
                    context=message.context,
                )
        with path.open("wb") as file:
            write_po(file, fresh, sort_output=True, width=100, include_lineno=False)


def compiled() -> None:
    """Make the .mo of every .po that changed; a sentence with a percent sign is no format."""
    for path in (ROOT / "translations").glob("*/LC_MESSAGES/*.po"):
        made = path.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime < path.stat().st_mtime:
            with made.open("wb") as file:
                write_mo(file, _read(path))


def check() -> list[str]:
    """Return every fault of every catalogue."""
    faults: list[str] = []
    for path, template in catalogues():
        name = path.relative_to(ROOT).as_posix()
        held = _read(path)
        wanted = {_key(message) for message in template if message.id}
        there = {_key(message) for message in held if message.id}
        faults += [f"{name}: missing: {key[1]}" for key in sorted(wanted - there, key=str)]
        faults += [f"{name}: no longer said: {key[1]}" for key in sorted(there - wanted, key=str)]
        for message in held:
            faults += [f"{name}: {fault}: {message.id}" for fault in _faults(message)]
        if name.endswith("messages.po") or "/en/" in name:
            faults += [f"{name}: not translated: {m.id}" for m in held if m.id and not m.string]
    return faults


def _read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def _key(message: Message) -> Key:
    return message.context, str(message.id)


def _faults(message: Message) -> Iterator[str]:
    text = message.string
    if not message.id or not isinstance(text, str) or not text:
        return
    if message.fuzzy:
        yield "fuzzy"
    if sorted(HOLES.findall(str(message.id))) != sorted(HOLES.findall(text)):
        yield "placeholders or tags differ"
    if text != unicodedata.normalize("NFC", text):
        yield "not in NFC"


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update()
    elif sys.argv[1:] == ["compile"]:
        compiled()
    else:
        found = check()
        print("\n".join(found) or "catalogues in step")
        sys.exit(1 if found else 0)
