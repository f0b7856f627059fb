"""There is no place in the ledger for anything about a citizen, in a table or in memory."""

import re
from dataclasses import fields

import pytest
from sqlalchemy import Table, Text

from kiosk import units
from kiosk.filings import history, models

DENIED = re.compile(
    r"name|phone|mobile|email|address|birth|gender|plate|cccd|cmnd|passport|identity|citizen|"
    r"person|dossier|note|comment|remark|text|free|photo|signature"
)
MADE_BY_US = {"unit.name"}  # a unit is not a person

TABLES = [value for value in vars(models).values() if isinstance(value, Table)] + [units.unit]
CLASSES = [history.Entry, history.Actor, history.FilingEvent, history.Filing, history.Pending]


def test_no_column_can_be_about_a_citizen() -> None:
    columns = {f"{table.name}.{column.name}" for table in TABLES for column in table.columns}
    assert len(columns) > 100
    assert {c for c in columns if DENIED.search(c.split(".")[1])} == MADE_BY_US


@pytest.mark.parametrize("kind", CLASSES)
def test_no_field_can_be_about_a_citizen(kind: type) -> None:
    assert [field.name for field in fields(kind) if DENIED.search(field.name)] == []


def test_no_column_of_the_ledger_holds_long_text() -> None:
    for table in TABLES:
        for column in table.columns:
            assert not isinstance(column.type, Text)
            assert (getattr(column.type, "length", None) or 0) <= 64 or table is units.unit


def test_every_key_leads_with_the_unit() -> None:
    """So that tables can be spread over machines by unit without a change."""
    for table in TABLES:
        if table is units.unit:
            continue
        keys = [table.primary_key, *(c for c in table.constraints if "uq_" in str(c.name))]
        assert [next(iter(key.columns)).name for key in keys] == ["unit"] * len(keys)
        assert [index.columns[0].name for index in table.indexes] == ["unit"] * len(table.indexes)
