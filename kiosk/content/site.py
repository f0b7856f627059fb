"""What belongs to this place: the unit's name, hours and hotline, from the site folder."""

from dataclasses import dataclass
from pathlib import Path

from kiosk.content.reader import ContentError, Mapping, Mistakes, root


@dataclass(frozen=True, slots=True)
class Site:
    """The unit as its visitors see it; every text may be empty."""

    unit: str = ""
    name: str = ""
    parent: str = ""
    address: str = ""
    hours: str = ""
    hotline: str = ""
    public_url: str = ""


def load_site(folder: Path) -> Site:
    """Read site.yaml of a site folder, or return an empty Site; raise ContentError."""
    path = folder / "site.yaml"
    if not path.exists():
        return Site()
    mistakes = Mistakes()
    given = root(path, folder, mistakes)
    site = _site(given) if given else Site()
    if mistakes:
        raise ContentError(sorted(mistakes))
    return site


def _site(given: Mapping) -> Site:
    url = given.text("public_url", "")
    if url and not url.startswith("https://"):
        given.wrong("public_url", "an https address is needed here, or nothing")
    site = Site(
        unit=given.text("unit", ""),
        name=given.text("name", ""),
        parent=given.text("parent", ""),
        address=given.text("address", ""),
        hours=given.text("hours", ""),
        hotline=given.text("hotline", ""),
        public_url=url.rstrip("/"),
    )
    given.close()
    return site
