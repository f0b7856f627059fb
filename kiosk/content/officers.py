"""Help for the officer at the counter: what to do, what goes wrong, what must not be refused."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from kiosk.content.model import Fact, Place, Sure
from kiosk.content.parse import fact
from kiosk.content.reader import Mapping, Mistakes, root

FILE = "officers.yaml"
LAW, PRACTICE = "law", "practice"
GUIDE_PAGES = ("nop-truc-tuyen", "muc-do", "bat-dau")  # pages of the guide that take no answers
REASON = re.compile(r"[RD][0-9]{2}")


@dataclass(frozen=True, slots=True)
class HelpItem:
    """One piece of help: a sentence, what to do about it (`more`), what stands behind it.

    `law` is the sentence as a fact; where it is None the sentence is practice, without a source.
    `more` is always practice; `facts` are further sentences of law or of what was seen.
    """

    id: str
    title: str
    text: str
    more: tuple[str, ...]
    law: Fact | None
    facts: tuple[Fact, ...]
    reasons: tuple[str, ...] = ()
    place: Place = field(default=Place("", 0), compare=False)

    @property
    def kind(self) -> str:
        """Tell whether the sentence states law or practice."""
        return LAW if self.law else PRACTICE

    @property
    def source(self) -> tuple[str, ...]:
        """The sources of the sentence; practice has none."""
        return self.law.source if self.law else ()

    @property
    def sure(self) -> Sure | None:
        """How sure the sentence is; practice is not asked."""
        return self.law.sure if self.law else None

    def dated(self) -> Iterator[Fact]:
        """Every sentence that has a source."""
        if self.law:
            yield self.law
        yield from self.facts

    def on(self, day: date) -> "HelpItem | None":
        """Return the item as it holds on a day, None when its own sentence does not."""
        if self.law and not self.law.valid(day):
            return None
        return replace(self, facts=tuple(one for one in self.facts if one.valid(day)))


@dataclass(frozen=True, slots=True)
class HelpLink:
    """What a citizen is shown: a page of the public guide, else a page of a portal."""

    guide: str
    portal: str
    say: str
    keyword: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class HelpPage:
    """A page of help; `more` names what its items add, `as_of` is the day it was last checked."""

    id: str
    title: str
    intro: str
    more: str
    as_of: date
    numbered: bool
    link: HelpLink
    items: tuple[HelpItem, ...]
    place: Place = field(default=Place("", 0), compare=False)

    def dated(self) -> Iterator[Fact]:
        """Every sentence that has a source."""
        for item in self.items:
            yield from item.dated()

    def on(self, day: date) -> "HelpPage":
        """Return the page with only what holds on a day."""
        items = (item.on(day) for item in self.items)
        return replace(self, items=tuple(item for item in items if item))


def advice(pages: Iterable[HelpPage], reason: str) -> tuple[HelpPage, HelpItem] | None:
    """Return the page and the item that say what to do about a recorded reason."""
    for page in pages:
        for item in page.items:
            if reason in item.reasons:
                return page, item
    return None


def load_help(folder: Path, mistakes: Mistakes) -> tuple[HelpPage, ...]:
    """Read officers.yaml of a content folder; remember what is wrong."""
    given = root(folder / FILE, folder, mistakes)
    if given is None:
        return ()
    pages = given.each("pages", _page)
    given.close()
    return pages


def _page(given: Mapping) -> HelpPage:
    as_of, link = given.day("as_of"), given.one("link", _link)
    if as_of is None:
        given.wrong("as_of", "the day on which the page was last checked is needed")
    if link is None:
        given.wrong("link", "say what a citizen is shown")
    return HelpPage(
        id=given.slug("id"),
        title=given.text("title"),
        intro=given.text("intro"),
        more=given.text("more"),
        as_of=as_of or date.min,
        numbered=bool(given.plain("numbered")),
        link=link or HelpLink("", "", ""),
        items=given.each("items", _item),
        place=given.place,
    )


def _link(given: Mapping) -> HelpLink:
    return HelpLink(
        guide=given.one_of("guide", GUIDE_PAGES),
        portal=given.slug("portal"),
        say=given.text("say"),
        keyword=given.text("keyword", ""),
        code=given.text("code", ""),
    )


def _item(given: Mapping) -> HelpItem:
    practice = given.one_of("kind", (LAW, PRACTICE), LAW) == PRACTICE
    return HelpItem(
        id=given.slug("id"),
        title=given.text("title"),
        text=given.text("text"),
        more=given.words("more"),
        law=None if practice else fact(given),
        facts=given.each("facts", fact),
        reasons=_reasons(given),
        place=given.place,
    )


def _reasons(given: Mapping) -> tuple[str, ...]:
    reasons = given.words("reasons")
    for reason in reasons:
        if not REASON.fullmatch(reason):
            given.wrong("reasons", f"“{reason}” is not a reason like R07 or D01")
    return reasons
