"""The README says what is true: every command and every setting, no more and no less."""

import ast
import re

import click

from kiosk.cli.main import kiosk
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def test_every_command_is_listed_with_its_parts() -> None:
    listed = dict(re.findall(r"^\| `kiosk ([a-z-]+)` \| (.*) \|$", README, re.MULTILINE))
    assert set(listed) == set(kiosk.commands)
    for name, command in kiosk.commands.items():
        if isinstance(command, click.Group):
            assert set(re.findall(r"`([a-z-]+)`", listed[name])) == set(command.commands)


def test_every_setting_is_listed() -> None:
    listed = set(re.findall(r"^\| `(KIOSK_[A-Z_]+)`", README, re.MULTILINE))
    text = (ROOT / "config.py").read_text("utf-8")
    read = {
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"KIOSK_[A-Z_]+", node.value)
    }
    assert listed == read


def test_the_two_commands_are_targets() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"make ([a-z]+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_links_into_the_tree_lead_somewhere() -> None:
    for path in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / path).exists(), path


def test_every_command_has_help() -> None:
    for command in kiosk.commands.values():
        parts = command.commands.values() if isinstance(command, click.Group) else [command]
        assert all(part.help for part in parts)
