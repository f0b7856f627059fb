"""A page as a visitor gets it: every GET also proves the laws that each page obeys."""

from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from kiosk.i18n import LANGUAGES

LARGEST = 100_000
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
LOADS = {"img": "src", "script": "src", "link": "href", "source": "src", "use": "href"}
Attributes = dict[str, str]


class Page(HTMLParser):
    """One parsed page: its elements, its words, its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, Attributes]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self._inside: dict[str, list[str]] = {"h1": [], "title": []}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        for tag, kept in self._inside.items():
            if tag in self.open:
                kept.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def heading(self) -> str:
        return " ".join("".join(self._inside["h1"]).split())

    @property
    def title(self) -> str:
        return " ".join("".join(self._inside["title"]).split())

    def all(self, tag: str) -> list[Attributes]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def links(self) -> list[str]:
        return [a["href"] for a in self.all("a") if "href" in a]

    @property
    def tiles(self) -> list[str]:
        return [a["href"] for a in self.all("a") if "tile" in a.get("class", "").split()]

    def prove(self) -> None:
        """The laws of every page."""
        tags = Counter(tag for tag, _ in self.elements)
        assert tags["h1"] == 1, "one h1"
        assert not self.open, f"never closed: {self.open}"
        assert self.title, "a title"
        assert self.all("html")[0]["lang"] in LANGUAGES
        assert len(self.html) <= LARGEST, f"{len(self.html)} bytes"
        ids = Counter(a["id"] for _, a in self.elements if a.get("id"))
        assert not [name for name, n in ids.items() if n > 1], "ids are unique"
        for tag, attributes in self.elements:
            assert "style" not in attributes, f"inline style on {tag}"
            assert not [name for name in attributes if name.startswith("on")], "inline script"
            address = attributes.get(LOADS.get(tag, ""), "")
            assert not urlsplit(address).netloc, f"{tag} loads {address}"
        self._prove_controls()

    def _prove_controls(self) -> None:
        labelled = {a.get("for") for a in self.all("label")}
        for tag in ("input", "select"):
            for control in self.all(tag):
                kind = control.get("type", "text")
                named = "aria-label" in control or control.get("id") in labelled
                inside = kind in {"radio", "checkbox"}
                assert kind in {"hidden", "submit"} or named or inside, f"{control} has no label"
        for image in self.all("img"):
            assert image.get("alt"), f"{image['src']} has no alt"
        for form in self.all("form"):
            assert form.get("action") is not None, "a form names its action"


class Visitor:
    """Somebody who opens pages of one listener."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, address: str, status: int = 200) -> Page:
        """Open a page, following redirects; the laws must hold."""
        answer = self.client.get(address, follow_redirects=True)
        assert answer.status_code == status, f"{address}: {answer.status_code}"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "Set-Cookie" not in answer.headers
        page = Page(answer.get_data(as_text=True))
        page.prove()
        return page

    def leads(self, address: str) -> str:
        """Return where a redirect leads."""
        answer = self.client.get(address)
        assert answer.status_code == 302, f"{address}: {answer.status_code}"
        return answer.headers["Location"]
