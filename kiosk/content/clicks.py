"""The site's own click tests of portal addresses, kept beside its other papers."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml

from kiosk.content.writer import write_whole


def record(path: Path, pattern: str, status: str, by: str, on: date) -> None:
    """Write the newest word on one address; the others stay as they are."""
    kept: dict[str, Any] = {}
    if path.exists():
        kept = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    kept[pattern] = {"status": status, "tested_on": on, "tested_by": by}
    write_whole(path, yaml.safe_dump(kept, allow_unicode=True))
