"""Columns of which a value that cannot be read is None, and the rest of its row still comes."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import JSON, Column, Dialect, Label, String, type_coerce
from sqlalchemy.types import TypeDecorator, TypeEngine


class Lenient(TypeDecorator[Any]):
    """What a column holds, or None where that is nothing of its type (SQLite takes anything)."""

    impl = String
    cache_ok = True

    def __init__(self, real: TypeEngine[Any]) -> None:
        super().__init__()
        self.real = real

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Read as the real type does, and let nothing be raised."""
        kind = dict if isinstance(self.real, JSON) else self.real.python_type
        usual = self.real.dialect_impl(dialect).result_processor(dialect, coltype)

        def read(value: Any) -> Any:
            try:
                found = usual(value) if usual else value
                # half a letter cannot be written into any page or file
                json.dumps(found, ensure_ascii=False, default=str).encode()
            except (TypeError, ValueError, OverflowError, RecursionError):
                return None
            return found if isinstance(found, kind) else None

        return read


def lenient(column: Column[Any]) -> Label[Any]:
    """Return a column, for a query whose rows must all come."""
    return type_coerce(column, Lenient(column.type)).label(column.name)
