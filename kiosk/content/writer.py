"""Writing a small file so that a full disk or a power cut leaves the old one whole."""

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Replace a file at once, or leave it as it was and raise OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
