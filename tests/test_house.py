"""The house rules that a test can hold: who may see a view, what a GET does, sizes, words."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

from config import Config
from tests.conftest import ROOT

PACKAGE = sorted(path for path in (ROOT / "kiosk").rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((ROOT / "kiosk" / "templates").rglob("*.html"))
LONGEST_MODULE, LONGEST_FUNCTION = 300, 40
SURFACES = ("public", "lobby", "staff")


@pytest.fixture(scope="module", params=SURFACES)
def app(request: pytest.FixtureRequest, settings: Config) -> Flask:
    from kiosk.app import create_app

    return create_app(settings, request.param)


def test_every_view_says_who_may_see_it(app: Flask) -> None:
    silent = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "permission")
    }
    assert silent == {"static"}


def test_citizens_listeners_only_read_and_hold_no_staff_page(app: Flask) -> None:
    if app.config["SURFACE"] == "staff":
        return
    lobby = app.config["SURFACE"] == "lobby"
    for rule in app.url_map.iter_rules():
        assert rule.methods is not None
        package = rule.endpoint.split(".")[0]
        if lobby and package == "lobby":  # a visitor may call an officer, and nothing else
            assert rule.rule in {"/<lang:lang>/goi-can-bo"}, rule
            continue
        assert rule.methods <= {"GET", "HEAD", "OPTIONS"}, rule
        assert package in {"guide", "handout", "static"}


def test_addresses_never_vanish_unseen(app: Flask) -> None:
    surface = app.config["SURFACE"]
    kept = (Path(__file__).parent / f"addresses-{surface}.txt").read_text("utf-8").split("\n")
    there = sorted({rule.rule for rule in app.url_map.iter_rules()})
    assert there == [line for line in kept if line]


@pytest.mark.parametrize("path", PACKAGE, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_are_short(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= LONGEST_MODULE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name}: {length} lines"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_style_no_script_no_stray_words(path: Path) -> None:
    text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", " ", path.read_text("utf-8"), flags=re.DOTALL)
    assert "style=" not in text
    assert not re.search(r"\son\w+=", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "://" not in text
    stray = [letter for letter in text if letter.isalpha() and not letter.isascii()]
    assert not stray, "words for people are said through gettext"


def test_no_name_of_a_pattern_in_the_tree() -> None:
    banned = {"utils", "helpers", "helper", "common", "services", "managers", "manager"}
    assert not [path for path in PACKAGE if banned & {*path.parts, path.stem}]


def test_packages_say_nothing_at_their_door() -> None:
    assert not [p for p in PACKAGE if p.name == "__init__.py" and p.read_text("utf-8").strip()]


def test_icons_used_are_in_the_sprite_and_the_sprite_is_xml() -> None:
    from xml.etree import ElementTree as ET

    root = ET.parse(ROOT / "static" / "icons" / "icons.svg").getroot()  # noqa: S314 - our own file
    there = {symbol.get("id") for symbol in root}
    used = set()
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        used |= set(re.findall(r'icon\("([a-z-]+)"\)', text))
        used |= set(re.findall(r'entry\("[a-z.]+", "([a-z-]+)"', text))
    fields = (ROOT / "content" / "fields.yaml").read_text("utf-8")
    used |= set(re.findall(r"icon: ([a-z-]+)", fields))
    assert used <= there
    assert there <= used, "an icon nobody uses"
