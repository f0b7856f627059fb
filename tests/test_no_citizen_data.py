"""Nothing of a citizen has a place: not in a table, a form, a page, a log or a filled database."""

import ast
import logging
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, Table, Text, select
from wtforms import Form, StringField

from kiosk import clock, notes
from kiosk.access import forms as access_forms
from kiosk.admin import forms as admin_forms
from kiosk.admin import setup_form
from kiosk.counts import forms as counts_forms
from kiosk.counts import target_forms
from kiosk.db import metadata, reading
from kiosk.desk import forms as desk_forms
from kiosk.desk import past_forms
from kiosk.ops.demo import fill
from tests.access.people import enter, hire
from tests.conftest import ROOT
from tests.test_house import PACKAGE, TEMPLATES

DENIED = re.compile(
    r"phone|mobile|email|birth|gender|plate|cccd|cmnd|passport|identity|citizen|person|dossier|"
    r"note|comment|remark|text|photo|signature"
)
#: columns with words, and whose they are
NAMED = {"unit.name", "device.name"}  # a unit, a machine: guarded by kiosk.notes
LONG = {
    *NAMED,
    "account.password_hash",
    "account.totp_secret",  # encrypted
    "target.basis",  # the document that assigns it: guarded by kiosk.notes
}
#: fields that take words, and why
TYPED = {
    "SignInForm.login": "an officer's own name to sign in with",
    "SetupForm.code": "the code on the console",
    "SetupForm.login": "as above",
    "SetupForm.unit_name": "a unit: guarded",
    "SetupForm.unit_code": "a unit",
    "AccountForm.login": "as above",
    "DeviceForm.name": "a machine: guarded",
    "TargetForm.percent": "a number",
    "TargetForm.basis": "a document: guarded",
    "CodeForm.code": "a second factor or a recovery code",
    "SecondFactorForm.code": "a second factor",
    "SecondFactorForm.present": "the one before it",
}
WORDS = ("text", "search", "email", "tel", "url")
BOXES = {"ma", "q"}  # the short code of a slip and the search: read, never stored
NUMBERS = ("079123456789", "024123456", "0912345678", "59-X1 234.56")
FORMS = (access_forms, admin_forms, setup_form, counts_forms, target_forms, desk_forms, past_forms)


def test_no_column_can_be_about_a_citizen() -> None:
    columns = {f"{table.name}.{column.name}" for table in every_table() for column in table.columns}
    assert len(columns) > 150
    assert not {name for name in columns if DENIED.search(name.split(".")[1])}
    called = {name for name in columns if re.search(r"\.(.*_)?name$", name)}
    assert called == NAMED


def test_no_column_holds_long_words_but_those_named() -> None:
    for table in every_table():
        for column in table.columns:
            assert not isinstance(column.type, Text)
            long = (getattr(column.type, "length", None) or 0) > 64
            assert not long or f"{table.name}.{column.name}" in LONG, column


def every_table() -> list[Table]:
    return list(metadata.tables.values())


def test_every_field_that_takes_words_is_known() -> None:
    found = {
        f"{kind.__name__}.{name}"
        for module in FORMS
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Form)
        for name, field in vars(kind).items()
        if takes_words(field)
    }
    assert found <= TYPED.keys(), found - TYPED.keys()


def takes_words(field: Any) -> bool:
    kind = getattr(field, "field_class", None)
    return isinstance(kind, type) and type(kind) is type(StringField) and words_in(kind)


def words_in(kind: type) -> bool:
    # of a password only the hash is kept
    closed = {"RadioField", "SelectField", "HiddenField", "PasswordField"}
    return issubclass(kind, StringField) and not closed & {base.__name__ for base in kind.__mro__}


def test_forms_are_where_they_are_looked_for() -> None:
    known = {str(Path(str(module.__file__)).relative_to(ROOT)) for module in FORMS}
    classes = {
        str(path.relative_to(ROOT))
        for path in PACKAGE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "FlaskForm" for base in node.bases)
    }
    assert classes <= known, classes - known


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_page_has_a_box_for_words(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "<textarea" not in text
    assert "contenteditable" not in text
    if "guide" in path.parts:
        return  # what a citizen searches for travels in the address and is kept nowhere
    for tag in re.findall(r"<input\b[^>]*>", text, re.DOTALL):
        kind = re.search(r'type="(\w+)"', tag)
        if kind is None or kind[1] in WORDS:
            name = re.search(r'name="(\w+)"', tag)
            assert name, tag
            assert name[1] in BOXES, tag


def test_a_filled_database_holds_none(engine: Engine, tmp_path: Path) -> None:
    list(fill(engine, tmp_path / "site", 400))
    seen = 0
    with reading(engine) as connection:
        for table in every_table():
            for row in connection.execute(select(table)).mappings():
                for name, value in row.items():
                    if isinstance(value, str) and not opaque(f"{table.name}.{name}"):
                        seen += 1
                        assert notes.personal(value) is None, f"{table.name}.{name}: {value}"
    assert seen > 4_000


def opaque(name: str) -> bool:
    """Tell whether a column holds an id or a hash: of digits by chance."""
    return bool(re.search(r"(^|[._])(id|hash|secret|subject)$", name))


def test_no_log_holds_what_was_sent(
    staff_app: Flask, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    staff_app.extensions["kiosk.engine"] = engine
    client = staff_app.test_client()
    with clock.at(datetime(2026, 11, 21, 5, tzinfo=UTC)):
        enter(client, engine, hire(engine, "lan"))
        for number in NUMBERS:
            client.get("/ban", query_string={"q": number})
            client.get(f"/ban/{number}")
            client.get("/ban/ma", query_string={"ma": number})
            client.post("/ban", data={"quantity": number, "procedure": number, "client_id": number})
            client.post("/dang-nhap", data={"login": number, "password": number})
    for number in NUMBERS:
        assert number not in caplog.text
