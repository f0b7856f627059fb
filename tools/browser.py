"""Find a Chromium for the browser tests, or get one: Debian's, then Playwright's."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]


def installed() -> str | None:
    """Return the path of a browser that is there already."""
    return next(filter(None, (shutil.which(name) for name in NAMES)), None)


def from_debian() -> bool:
    """Install Debian's Chromium where this user may; say whether it worked."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    subprocess.run(["apt-get", "update", "-qq"], check=False, capture_output=True)
    return subprocess.run(DEBIAN, check=False, capture_output=True).returncode == 0


def from_playwright() -> bool:
    """Let Playwright download its own; say whether it worked."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    if not (installed() or from_debian() or from_playwright()):
        sys.exit("No browser: install Chromium, then run this again.")
