"""Every check of the project, all of them even when one fails; the exit code says if any did."""

import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
SOURCES = ["kiosk", "tests", "tools", "config.py"]
CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("format", ["ruff", "format", "--check", "-q", *SOURCES]),
    ("lint", ["ruff", "check", "-q", *SOURCES]),
    ("imports", ["lint-imports"]),
    ("types", ["mypy"]),
    ("templates", ["djlint", "--check", "--lint", "--quiet", "kiosk/templates"]),
    ("content", ["kiosk", "content", "check"]),
    ("catalogues", ["python", "tools/catalogues.py", "check"]),
    ("tests", ["pytest", "-q", "-n", "2", "--dist", "loadfile", "-m", "not soak"]),
)


def run(name: str, command: list[str]) -> bool:
    """Run one check; print its words only when it fails, except the tests' own."""
    began = time.monotonic()
    shown = None if name == "tests" else subprocess.PIPE
    program = [str(BIN / command[0]), *command[1:]]
    done = subprocess.run(program, stdout=shown, stderr=subprocess.STDOUT, check=False)
    word = "ok" if done.returncode == 0 else "FAILED"
    print(f"{name:<11}{word} in {time.monotonic() - began:.1f} s", flush=True)
    if done.returncode and done.stdout:
        sys.stdout.write(done.stdout.decode())
    return done.returncode == 0


if __name__ == "__main__":
    results = [run(name, command) for name, command in CHECKS]
    sys.exit(0 if all(results) else 1)
