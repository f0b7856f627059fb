"""What belongs to this place: the unit's name, hours and hotline, from the site folder.

The desk's preset stands there too; each of its keys may be left out:

    desk:
      procedures: [dang-ky-tam-tru, khac-immigration]   # tiles before there are habits, in order
      place: counter                                    # counter, kiosk or mobile
      channel: national_portal                          # or vneid, ministry_portal

A procedure is the name of its content file, or khac- and a field for what has no file. What an
officer and the unit record often stands before it; what an officer recorded last is chosen first.
"""

from dataclasses import dataclass
from pathlib import Path

from kiosk.content.reader import SLUG, ContentError, Mapping, Mistakes, root

PLACES = ("counter", "kiosk", "mobile")
CHANNELS = ("national_portal", "vneid", "ministry_portal")  # a paper intake needs its own reason


@dataclass(frozen=True, slots=True)
class Preset:
    """What an officer's form begins with, where no habit says otherwise."""

    procedures: tuple[str, ...] = ()
    place: str = PLACES[0]
    channel: str = CHANNELS[0]


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
    desk: Preset = Preset()


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
        desk=given.one("desk", _preset) or Preset(),
    )
    given.close()
    return site


def _preset(given: Mapping) -> Preset:
    procedures = given.words("procedures")
    if not all(SLUG.fullmatch(procedure) for procedure in procedures):
        given.wrong("procedures", "names of a-z, 0-9 and hyphens are needed here")
    return Preset(
        procedures=procedures,
        place=given.one_of("place", PLACES, PLACES[0]),
        channel=given.one_of("channel", CHANNELS, CHANNELS[0]),
    )
