"""YAML to model: all mistakes of a run together, and nothing half-loaded."""

import hashlib
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from kiosk.content import model
from kiosk.content.levels import load_levels
from kiosk.content.library import Library, Pattern, Portal
from kiosk.content.model import Question
from kiosk.content.officers import load_help
from kiosk.content.parse import dated, procedure, question
from kiosk.content.reader import ContentError, Mapping, Mistakes, root, sequence

NOT_PROCEDURES = {"sources.d"}
STATUSES = ("tested", "untested", "dead")


def load_library(folder: Path, overrides: Path | None = None) -> Library:
    """Read all content of a folder; raise ContentError with every mistake found.

    `overrides` is the site's links.yaml: click tests made there win over those shipped.
    """
    mistakes = Mistakes()
    person = _person(folder, mistakes)
    sources = _sources(folder, mistakes)
    fields = _fields(folder, mistakes)
    procedures = _procedures(folder, person, mistakes)
    hosts, patterns, portals = _portals(folder, overrides, mistakes)
    levels = load_levels(folder, mistakes)
    helping = load_help(folder, mistakes)
    if mistakes or levels is None:
        raise ContentError(sorted(mistakes))
    return Library(
        procedures=procedures,
        fields=fields,
        sources=sources,
        patterns=patterns,
        hosts=hosts,
        portals=portals,
        levels=levels,
        person=person,
        help=helping,
        version=_version(folder, overrides),
    )


def _version(folder: Path, overrides: Path | None) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    if overrides and overrides.exists():
        digest.update(overrides.read_bytes())
    return digest.hexdigest()[:16]


def _person(folder: Path, mistakes: Mistakes) -> dict[str, Question]:
    found = root(folder / "person.yaml", folder, mistakes)
    if found is None:
        return {}
    questions = found.each("questions", question)
    found.close()
    return {question.id: question for question in questions}


def _sources(folder: Path, mistakes: Mistakes) -> dict[str, model.Source]:
    known: dict[str, model.Source] = {}
    for path in [folder / "sources.yaml", *sorted((folder / "sources.d").glob("*.yaml"))]:
        found = root(path, folder, mistakes)
        for name in found.names() if found else ():
            source = found.one(name, partial(_source, name)) if found else None
            if name in known and found:
                found.wrong(name, "this source is already described in another file")
            if source:
                known[name] = source
    return known


def _source(name: str, given: Mapping) -> model.Source:
    url = given.maybe("url")
    if url is not None and not url.startswith("https://"):
        given.wrong("url", "only an https address is shown to citizens")
    return model.Source(
        id=name,
        name=given.text("name"),
        kind=given.text("kind"),
        read=given.text("read"),
        checked_on=given.day("checked_on") or date.min,
        issued=given.day("issued"),
        in_force=given.day("in_force"),
        ended=given.day("ended"),
        url=url,
    )


def _fields(folder: Path, mistakes: Mistakes) -> dict[str, model.Field]:
    known: dict[str, model.Field] = {}
    for given in sequence(folder / "fields.yaml", folder, mistakes):
        made = model.Field(
            id=given.slug("id"),
            slug=given.slug("slug"),
            name=given.text("name"),
            short=given.text("short"),
            icon=given.slug("icon"),
            line=given.text("line"),
            guided=bool(given.plain("guided")),
            aliases=given.words("aliases"),
            intro=given.text("intro"),
        )
        given.close()
        if made.id in known:
            given.wrong("id", f"“{made.id}” is used twice")
        known[made.id] = made
    return known


def _procedures(
    folder: Path, person: dict[str, Question], mistakes: Mistakes
) -> dict[str, model.Procedure]:
    known: dict[str, model.Procedure] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        if path.parent.name in NOT_PROCEDURES:
            continue
        given = root(path, folder, mistakes)
        if given is None:
            continue
        made = procedure(given, person, hashlib.sha256(path.read_bytes()).hexdigest())
        given.close()
        if made.id != path.stem:
            given.wrong("id", f"must be the file's name, {path.stem}")
        known[made.id] = made
    return known


def _portals(
    folder: Path, overrides: Path | None, mistakes: Mistakes
) -> tuple[tuple[str, ...], tuple[Pattern, ...], tuple[Portal, ...]]:
    found = root(folder / "portals.yaml", folder, mistakes)
    if found is None:
        return (), (), ()
    hosts = found.words("hosts")
    tests = _click_tests(overrides, mistakes)
    patterns = found.each("patterns", partial(_pattern, hosts, tests))
    for name in tests.keys() - {pattern.id for pattern in patterns}:
        mistakes.append(f"links.yaml:1: {name}: there is no such address in portals.yaml")
    portals = found.each("portals", _portal)
    found.close()
    return hosts, patterns, portals


def _portal(given: Mapping) -> Portal:
    role = given.text("role")
    return Portal(
        id=given.slug("id"),
        name=given.text("name"),
        url=given.text("url") if given.plain("url") else None,
        text=role,
        **dated(given),
    )


def _click_tests(overrides: Path | None, mistakes: Mistakes) -> dict[str, dict[str, Any]]:
    if overrides is None or not overrides.exists():
        return {}
    found = root(overrides, overrides.parent, mistakes)
    if found is None:
        return {}
    tests = {name: found.one(name, _click_test) for name in found.names()}
    return {name: test for name, test in tests.items() if test}


def _click_test(given: Mapping) -> dict[str, Any]:
    return {
        "status": given.one_of("status", STATUSES),
        "tested_on": given.day("tested_on"),
        "tested_by": given.text("tested_by"),
    }


def _pattern(hosts: tuple[str, ...], tests: dict[str, dict[str, Any]], given: Mapping) -> Pattern:
    url = given.text("url")
    if not any(url == f"https://{host}" or url.startswith(f"https://{host}/") for host in hosts):
        given.wrong("url", f"“{url}” is not https on an allowed host")
    for extra in ("source", "sure", "note"):
        given.plain(extra)
    name = given.slug("id")
    test = tests.get(name, {})
    shipped = given.one_of("status", STATUSES)
    tested_on, tested_by = given.day("tested_on"), given.maybe("tested_by")
    return Pattern(
        id=name,
        portal=given.slug("portal"),
        use=given.one_of("use", ("file", "procedure", "search", "home", "track", "form")),
        url=url,
        status=test.get("status", shipped),
        tested_on=test.get("tested_on", tested_on),
        tested_by=test.get("tested_by", tested_by),
    )
