"""What is said when the database cannot be written now: of the machine, not of the visitor."""

import sqlite3

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from kiosk.db import StoreError

UNAVAILABLE = 503


def said_by(blueprint: Blueprint) -> None:
    """Let the pages of a blueprint say so, instead of failing."""
    for fault in (OperationalError, sqlite3.OperationalError, StoreError):
        blueprint.register_error_handler(fault, _said)


def _said(_fault: Exception) -> ResponseReturnValue:
    return render_template("admin/unwritable.html"), UNAVAILABLE
