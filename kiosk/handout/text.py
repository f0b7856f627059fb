"""Letters, runs and line breaks: what paper can show, and where a line may end."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"

_VOWELS = ("a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y")
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_LOWER = unicodedata.normalize("NFC", "".join(v + t for v in _VOWELS for t in _TONES) + "đ")

VIETNAMESE = _LOWER + _LOWER.upper()
MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"
SIGNS = "\xa0§©«»®°±²³·½×÷–—‘’‚“”„•…‹›€₫−≠≤≥"
LATIN = "".join(sorted({*map(chr, range(0x20, 0x7F)), *VIETNAMESE, *MARKS, *SIGNS}))
_KHMER_BLOCKS = ((0x1780, 0x17DE), (0x17E0, 0x17EA), (0x17F0, 0x17FA), (0x19E0, 0x1A00))
KHMER = "".join(chr(n) for start, end in _KHMER_BLOCKS for n in range(start, end))
KHMER += "\u200c\u200d\u25cc"
BREAK = "\u200b"  # the mark that content authors put between Khmer words

_KNOWN = frozenset(LATIN + KHMER + BREAK)
_SPOKEN = str.maketrans(
    {"→": "–", "←": "–", "‐": "-", "‑": "-", "№": "số ", "\u202f": "\xa0", "\u2009": "\xa0"}
    | dict.fromkeys("☐☑☒✓✔✗✘■□\xad\ufeff")
)
_COENG = "\u17d2"
_KHMER_RUN = re.compile(r"[\u1780-\u17ff\u19e0-\u19ff\u200c\u200d\u25cc]+")
_WORD = re.compile(r"[^ \u200b]+[ \u200b]*|[ \u200b]+")
_CRUMB = re.compile(r"[^/.?&=_-]*[/.?&=_-]+|[^/.?&=_-]+")

Measure = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that one typeface draws."""

    text: str
    khmer: bool


def printable(text: str) -> str:
    """Return the text composed (NFC), on one line, in letters that the fonts have."""
    composed = unicodedata.normalize("NFC", text).translate(_SPOKEN)
    spaced = re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", composed)
    shown = "".join(letter if letter in _KNOWN else "?" for letter in spaced).strip(" ")
    return re.sub(r" (?=[·–] )", "\xa0", shown)  # no line begins with a dot or a dash


@lru_cache(maxsize=4096)
def runs(text: str) -> tuple[Run, ...]:
    """Cut a text where the script changes; break marks are dropped, they have no ink."""
    found: list[Run] = []
    seen = 0
    plain = text.replace(BREAK, "")
    for match in _KHMER_RUN.finditer(plain):
        found.append(Run(plain[seen : match.start()], khmer=False))
        found.append(Run(match.group(), khmer=True))
        seen = match.end()
    found.append(Run(plain[seen:], khmer=False))
    return tuple(run for run in found if run.text)


def has_khmer(text: str) -> bool:
    """Tell whether any letter needs Khmer shaping."""
    return _KHMER_RUN.search(text) is not None


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Cut a text where a line may end; each word keeps the space or mark after it."""
    return tuple(_WORD.findall(text))


def clusters(text: str) -> Iterator[str]:
    """Yield what a reader takes for one letter: a base with its marks and its feet."""
    held = ""
    for letter in text:
        if held and _starts_cluster(held, letter):
            yield held
            held = ""
        held += letter
    if held:
        yield held


def _starts_cluster(held: str, letter: str) -> bool:
    joined = held[-1] in (_COENG, "\u200d") or letter in (_COENG, "\u200c", "\u200d")
    return not joined and unicodedata.category(letter) not in ("Mn", "Mc", "Me")


def wrap(text: str, width: float, measure: Measure, taken: float = 0) -> tuple[str, ...]:
    """Break a text into lines no wider than width: at spaces, at break marks, never in a cluster.

    A word wider than the line (an address) is broken after / . - _ ? & =, then between clusters.
    taken is the room a label holds at the start of the first line, which may then come out empty.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, width, measure):
        if (line or taken) and taken + measure(_trimmed(line + piece)) > width:
            lines.append(_trimmed(line))
            line, taken = "", 0
        line += piece
    return (*lines, _trimmed(line)) if _trimmed(line) else tuple(lines)


def _trimmed(line: str) -> str:
    return line.rstrip(" " + BREAK)


def _pieces(text: str, width: float, measure: Measure) -> Iterator[str]:
    for piece in words(text):
        if measure(_trimmed(piece)) <= width:
            yield piece
            continue
        for crumb in _CRUMB.findall(piece):
            if measure(_trimmed(crumb)) <= width:
                yield crumb
            else:
                yield from clusters(crumb)
