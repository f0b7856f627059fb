"""The table of requirements and what is written beside it: whole, adding up, true."""

import ast
import re
from collections import Counter
from datetime import timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

from kiosk.access import passwords, permits
from tests.conftest import ROOT

HERE = Path(__file__).parent
DOCS = ROOT / "docs" / "security"
TEXT = (DOCS / "asvs.md").read_text("utf-8")
STATES = ("met", "deployment", "n/a", "open")
NODE = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?[`:]")
UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "day": "days", "days": "days"}


class Requirement(NamedTuple):
    """One row of the table."""

    id: str
    level: str
    words: str
    state: str
    how: str
    test: str


def table(heading: str) -> list[list[str]]:
    """Return the cells of the rows under a heading."""
    part = TEXT.split(f"\n### {heading}\n")[1].split("\n#")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


ROWS = [
    Requirement(*(cell.strip() for cell in line.strip("|").split("|")))
    for line in TEXT.splitlines()
    if re.match(r"\| V[\d.]+ \| [12] \|", line)
]


def test_every_requirement_stands_here_once() -> None:
    known = (HERE / "asvs-5.0.0-l2.txt").read_text("ascii").splitlines()
    assert [f"{row.id} {row.level}" for row in ROWS] == known
    assert len(set(known)) == len(known) == 253
    assert Counter(line[-1] for line in known) == {"1": 70, "2": 183}


def test_a_row_says_how_and_by_what() -> None:
    for row in ROWS:
        assert row.state in STATES, row
        assert row.how, row
        assert len(row.words.split()) <= 12, row
        if row.state == "met":
            assert row.test.startswith("by design") or NODE.search(row.test), row
        if row.state == "open":
            assert row.test == "–", f"{row}: what a test holds is met"


def test_the_counts_add_up() -> None:
    def line(found: list[Requirement]) -> list[int]:
        return [sum(row.state == state for row in found) for state in STATES]

    met, deployment, nothing, unmet = line(ROWS)
    total = f"{met} met, {deployment} deployment, {nothing} n/a, {unmet} open"
    assert f"**Total: {len(ROWS)} requirements: {total}.**" in TEXT
    chapters = re.findall(r"^\| V(\d+) [^|]+\|([\d |]+)\|$", TEXT, re.MULTILINE)
    assert len(chapters) == 17
    for chapter, counts in chapters:
        own = [row for row in ROWS if row.id.startswith(f"V{chapter}.")]
        assert [int(n) for n in counts.split("|")] == line(own), chapter
    for level in "12":
        named = ", ".join(r.id for r in ROWS if r.state == "open" and r.level == level)
        assert f"Level {level}: {named}." in TEXT


@pytest.mark.parametrize("name", ["asvs.md", "threat-model.md", "deployment.md"])
def test_every_test_that_is_named_exists(name: str) -> None:
    found = NODE.findall((DOCS / name).read_text("utf-8").replace("<br>", " "))
    assert found or name == "deployment.md"
    for file, function in found:
        assert (ROOT / file).is_file(), file
        assert not function or function in functions(file), f"{file}::{function}"


@cache
def functions(file: str) -> frozenset[str]:
    """Return the names of the tests that a file defines."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_the_limits_written_down_are_those_of_the_program() -> None:
    rows = table("Limits")
    assert len(rows) > 20
    for where, value, _what in rows:
        module, _dot, name = where.strip("`").rpartition(".")
        assert getattr(import_module(module), name) == meant(value), where


def meant(value: str) -> object:
    """Return what a written value means: a time, a number, or the words themselves."""
    number, _blank, unit = value.partition(" ")
    if unit in UNITS:
        return timedelta(**{UNITS[unit]: int(number)})
    return int(value) if value.isdecimal() else value


def test_who_may_what_is_written_down() -> None:
    roles = ("officer", "head", "viewer", "admin")
    said = {role: set[str]() for role in roles}
    for permission, *cells in table("Who may what"):
        for role, cell in zip(roles, cells, strict=True):
            assert cell in {"yes", "–"}
            said[role] |= {permission} if cell == "yes" else set()
    assert said == dict(permits.PERMISSIONS)


def test_the_words_unfit_for_passwords_are_all_written_down() -> None:
    part = TEXT.split("\n### Passwords\n")[1].split("\n###")[0]
    assert set(passwords.TRADE) <= set(re.findall(r"[a-z]+", part))
