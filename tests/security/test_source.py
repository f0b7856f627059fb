"""What the program is made of: nothing in it can run, fetch or parse what a stranger sends."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

from config import Config
from kiosk.app import SURFACES, create_app
from tests.conftest import ROOT

SOURCES = [ROOT / "config.py", *sorted((ROOT / "kiosk").rglob("*.py"))]
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
TEMPLATES = sorted((ROOT / "kiosk" / "templates").rglob("*.html"))
MODULES = {
    *("socket", "http.client", "http.server", "urllib.request", "requests", "httpx", "ftplib"),
    *("smtplib", "imaplib", "poplib", "ldap", "ldap3", "xmlrpc"),  # ask others
    *("subprocess", "pty", "code", "runpy", "ctypes"),  # run
    *("pickle", "marshal", "shelve", "dill", "jsonpickle"),  # revive
    *("xml.etree", "xml.dom", "xml.sax.expatreader", "xml.parsers", "lxml"),  # parse
}
BUILTINS = {"eval", "exec", "compile", "__import__"}
CALLS = {"system", "popen", "from_string", "render_template_string", "md5", "sha1"}
CALLS |= {"unsafe_load", "full_load", "load_all", "literal_column"}
TAKEN = tuple(f"{name}." for name in sorted(MODULES))
IN_SCRIPTS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|Function\(|sessionStorage"
    r"|indexedDB|document\.cookie|caches\b|https?:|localStorage(?!\.keys\b)|\"message\""
)


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield every module that a file imports, by its whole name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called(tree: ast.AST, kind: type[ast.Name] | type[ast.Attribute]) -> Iterator[str]:
    """Yield whatever a file calls by its bare name, or by a name behind a dot."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, kind):
            yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr


def test_nothing_runs_fetches_revives_or_parses_what_a_stranger_sends() -> None:
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        names = set(imported(tree))
        assert not {name for name in names if f"{name}.".startswith(TAKEN)}, path
        assert not {*called(tree, ast.Name)} & (BUILTINS | CALLS), path
        assert not {*called(tree, ast.Attribute)} & CALLS, path
        by_chance = "random" in names
        assert not by_chance or path.parent.name == "ops", f"{path}: secrets are not by chance"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_write_text_not_markup_and_keep_one_preference(path: Path) -> None:
    assert not IN_SCRIPTS.search(path.read_text("utf-8"))


def test_templates_escape_whatever_they_are_given() -> None:
    for path in TEMPLATES:
        assert not re.search(r"\|\s*safe\b|autoescape|\bMarkup\b", path.read_text("utf-8")), path


@pytest.mark.parametrize("surface", SURFACES)
def test_a_listener_is_not_a_workshop(settings: Config, surface: str) -> None:
    app: Flask = create_app(settings, surface)  # type: ignore[arg-type]
    assert not app.debug
    assert not app.testing
    assert app.select_jinja_autoescape("any.html")
    for hidden in ("/.git/config", "/static/", "/static", "/config.py", "/var/secret.key"):
        assert app.test_client().get(hidden).status_code == 404, hidden
    for climbing in ("../config.py", "%2e%2e/config.py", "..%2fconfig.py", "css/../../config.py"):
        assert app.test_client().get(f"/static/{climbing}").status_code == 404, climbing


def test_every_package_comes_from_one_place_and_is_known_by_its_hash() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    for package in lock["package"]:
        if package["source"] == {"editable": "."}:
            continue
        assert package["source"] == {"registry": "https://pypi.org/simple"}, package["name"]
        files = [*package.get("wheels", []), *filter(None, [package.get("sdist")])]
        assert files
        assert all(file["hash"].startswith("sha256:") for file in files), package["name"]


def test_a_request_of_two_lengths_is_read_by_its_chunks() -> None:
    """Else a proxy and we would see two different requests in the same bytes."""
    parser = HTTPRequestParser(Adjustments())
    parser.received(
        b"POST /ban HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 40\r\n\r\n"
    )
    assert parser.chunked
    assert parser.content_length == 0
    doubled = HTTPRequestParser(Adjustments())
    doubled.received(
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
    )
    assert doubled.error
