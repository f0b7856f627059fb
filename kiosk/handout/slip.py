"""What a citizen takes home: blocks of lines, boxes to tick, a link; already translated."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kiosk.handout.qr import checked
from kiosk.handout.text import printable

Kind = Literal["boxes", "text", "facts", "notice"]
MISTAKES = 3  # more are not read
DOT = "\N{NO-BREAK SPACE}· "


@dataclass(frozen=True, slots=True)
class Need:
    """A paper as the guide words it: its name, what to do with it, a remark."""

    name: str
    kind: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A thing and what is said of it: where, hours, fee."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where the QR leads, and the address as it stands on paper (the same one, or shorter)."""

    url: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The words of the form itself, in the language of the slip."""

    needed: str
    nothing_needed: str
    not_needed: str
    where: str
    time_limit: str
    deadlines: str
    mistakes: str
    link: str
    short_code: str
    care: str
    end: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipText:
    """All that a slip says, translated; empty parts leave no trace on paper."""

    unit: str
    printed_on: date
    printed: str
    title: str
    code: str
    labels: Labels
    level: str = ""
    case: str = ""
    needed: tuple[Need, ...] = ()
    not_needed: tuple[Need, ...] = ()
    where: tuple[Pair, ...] = ()
    time_limit: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    link: Target | None = None
    short_code: str = ""
    help: tuple[str, ...] = ()
    as_of: str = ""
    privacy: str = ""
    language: str = "vi"
    large: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a block: perhaps a box to tick, a label before it, a remark below it."""

    text: str
    box: bool = False
    note: str = ""
    label: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under one heading."""

    kind: Kind
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An address that passed the list of hosts, the words above it, its printed form."""

    url: str
    label: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """The one content of every handout: A4, roll of any width, screen."""

    unit: str
    printed_on: date
    printed: str
    title: str
    under_title: tuple[str, ...]
    blocks: tuple[Block, ...]
    link: Link | None
    short_code: str
    short_code_label: str
    as_of: str
    footer: tuple[str, ...]
    care: str
    end: str
    page: str
    language: str
    large: bool


def slip_of(text: SlipText, hosts: Collection[str]) -> Slip:
    """Arrange the words; raise QrRefused when the link leads off the list of hosts."""
    labels = text.labels
    return Slip(
        unit=printable(text.unit),
        printed_on=text.printed_on,
        printed=printable(text.printed),
        title=printable(text.title),
        under_title=_said((DOT.join(_said((text.code, text.level))), text.case)),
        blocks=tuple(block for block in _blocks(text) if block.lines),
        link=_link(text, hosts),
        short_code=printable(text.short_code),
        short_code_label=printable(labels.short_code),
        as_of=printable(text.as_of),
        footer=_said((*text.help, text.privacy)),
        care=printable(labels.care),
        end=printable(labels.end),
        page=printable(labels.page),
        language=text.language,
        large=text.large,
    )


def _blocks(text: SlipText) -> tuple[Block, ...]:
    labels = text.labels
    limits = Pair(labels.time_limit, " ".join(text.time_limit))
    facts = (*text.where, limits) if text.time_limit else text.where
    needed = _written(_need(need, box=True) for need in text.needed)
    return (
        Block("boxes", printable(labels.needed), needed or _lines([labels.nothing_needed])),
        Block("text", printable(labels.not_needed), _written(map(_need, text.not_needed))),
        Block("facts", printable(labels.where), _written(map(_fact, facts))),
        Block("notice", printable(labels.deadlines), _lines(text.deadlines)),
        Block("notice", printable(labels.mistakes), _lines(text.mistakes[:MISTAKES])),
    )


def _need(need: Need, *, box: bool = False) -> Line:
    note = DOT.join(_said((need.kind, need.note)))
    return Line(printable(need.name), box=box, note=note, strong=box)


def _fact(pair: Pair) -> Line:
    return Line(printable(pair.text), label=printable(pair.label))


def _written(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.text)


def _lines(texts: Iterable[str]) -> tuple[Line, ...]:
    return tuple(Line(text) for text in _said(texts))


def _said(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(said for said in map(printable, texts) if said)


def _link(text: SlipText, hosts: Collection[str]) -> Link | None:
    if text.link is None:
        return None
    url = checked(text.link.url, hosts)
    return Link(url, printable(text.labels.link), printable(text.link.address) or url)
