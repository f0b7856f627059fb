"""What an officer shows a citizen: one address, fit for a QR code, that a person has tested."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlsplit

from kiosk.content.library import Library, Pattern
from kiosk.content.officers import HelpLink
from kiosk.content.rules import LINK_ORDER
from kiosk.content.site import Site
from kiosk.handout import qr

GUIDE = "guide"


@dataclass(frozen=True, slots=True)
class Shown:
    """An address, what it opens (guide, procedure, search or home), who may be its host."""

    url: str
    use: str
    hosts: Collection[str]
    tested_on: date | None = None
    code: str = ""

    @property
    def short(self) -> str:
        """The address as a person would type it."""
        return self.url.removeprefix("https://")

    def svg(self, title: str) -> str:
        """Return the QR code of the address as a picture."""
        return qr.svg(self.url, title, self.hosts)


def shown(library: Library, site: Site, link: HelpLink, lang: str) -> Shown | None:
    """Return the unit's own page where it has one, else the best tested page of the portal."""
    return _guide(site, link, lang) or _portal(library, link)


def _guide(site: Site, link: HelpLink, lang: str) -> Shown | None:
    if not site.public_url:
        return None
    page = Shown(
        f"{site.public_url}/{lang}/{link.guide}", GUIDE, (urlsplit(site.public_url).netloc,)
    )
    return page if _fits(page) else None


def _portal(library: Library, link: HelpLink) -> Shown | None:
    tested = [one for one in library.patterns if one.status == "tested"]
    near = [one for one in tested if one.portal == link.portal] or tested
    found = (
        Shown(_filled(one, link), use, library.hosts, one.tested_on, link.code)
        for use in LINK_ORDER
        for one in near
        if one.use == use and _says_all(one, link)
    )
    return next((one for one in found if _fits(one)), None)


def _says_all(pattern: Pattern, link: HelpLink) -> bool:
    missing = {"{code}": not link.code, "{keyword}": not link.keyword}
    return not any(lacks and hole in pattern.url for hole, lacks in missing.items())


def _filled(pattern: Pattern, link: HelpLink) -> str:
    return pattern.url.replace("{keyword}", quote(link.keyword)).replace("{code}", link.code)


def _fits(page: Shown) -> bool:
    try:
        qr.checked(page.url, page.hosts)
    except qr.QrRefused:
        return False
    return True
