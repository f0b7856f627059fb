"""What the law asks, as frozen data: every leaf has its source, its sureness, its dates."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from kiosk.content.conditions import ALWAYS, Condition

Sure = Literal["full", "secondary", "unverified"]
SURE: tuple[Sure, ...] = ("full", "secondary", "unverified")
LEVEL_FORMS = ("toan_trinh", "mot_phan", "thong_tin")
PAPER_KINDS = (
    "form",
    "bring_original",
    "bring_copy",
    "upload_scan",
    "upload_scan_show_original",
    "hand_in",
    "confirm_on_vneid",
    "bring_vehicle",
    "in_database",
)
FEE_CHANNELS = ("online", "counter", "any")
FEE_STRENGTH = ("waiver", "exempt", "reduction", "base")
FEE_UNITS = ("ho-so", "nguoi", "the", "xe")
CHANNELS = ("portal", "vneid", "ministry_portal", "counter", "post")
AT = ("commune", "province", "central")
TIME_UNITS = ("working_day", "working_hour", "day")
NOT_NEEDED = "in_database"


def _within(start: date | None, on: date, end: date | None) -> bool:
    return (start is None or start <= on) and (end is None or on <= end)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a leaf was written: file (relative to the content folder) and line (from 1)."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Dispute:
    """What another source says of the same thing."""

    text: str
    source: tuple[str, ...]
    sure: Sure


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """Anything that holds from a day to a day (both inclusive, None is open), in some cases."""

    source: tuple[str, ...]
    sure: Sure
    when: Condition = ALWAYS
    start: date | None = None
    end: date | None = None
    dispute: Dispute | None = None
    place: Place = field(default=Place("", 0), compare=False)

    @property
    def always(self) -> bool:
        """Tell whether it holds in every case."""
        return self.when == ALWAYS

    def valid(self, on: date) -> bool:
        """Tell whether it is the law of that day."""
        return _within(self.start, on, self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Dated):
    """One sentence or two of law or advice."""

    text: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Dated):
    """The number of the procedure on the national portal, at one level of authority."""

    code: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Level(Dated):
    """Today's form of the online service: toan_trinh, mot_phan or thong_tin."""

    form: str
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OldLevel(Dated):
    """The level on the abolished scale 1–4."""

    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Dated):
    """One paper of the file, and what the citizen does with it."""

    id: str
    name: str
    kind: str
    copies: int = 1
    note: str | None = None
    replaced_by: str | None = None

    @property
    def needed(self) -> bool:
        """Tell whether the citizen has to do something about it."""
        return self.kind != NOT_NEEDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee(Dated):
    """An amount in đồng (None: not known) for one channel, and why it is that amount."""

    amount: int | None
    channel: str
    per: str
    why: str
    needs: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit(Fact):
    """How long the office may take, for one part of the result."""

    of: str = "giai-quyet"
    days: int | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(Fact):
    """One way to file."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Fact):
    """A form of the procedure: its code, its name, how to come by it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Option:
    """One answer; n is its digit in the short code, `short` says it without its question."""

    id: str
    n: int
    label: str
    hint: str | None = None
    short: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A single choice; asked on the days it is valid, when its condition holds."""

    id: str
    n: int
    bits: int
    ask: str
    options: tuple[Option, ...]
    why: str | None = None
    when: Condition = ALWAYS
    start: date | None = None
    end: date | None = None
    place: Place = field(default=Place("", 0), compare=False)

    def valid(self, on: date) -> bool:
        """Tell whether the question is asked on that day."""
        return _within(self.start, on, self.end)

    def option(self, chosen: str) -> Option | None:
        """Return the option with this id, if there is one."""
        return next((option for option in self.options if option.id == chosen), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """One procedure, whole: all its dates, cases and disputes.

    `change_dates` are the days on which anything begins or has just ended, known_from the first.
    """

    id: str
    n: int
    field: str
    name: str
    aliases: tuple[str, ...]
    known_from: date
    keyword: str
    summary: Fact
    codes: tuple[Code, ...]
    level: tuple[Level, ...]
    old_level: tuple[OldLevel, ...]
    who: tuple[Fact, ...]
    person: tuple[Question, ...]
    questions: tuple[Question, ...]
    papers: tuple[Paper, ...]
    fees: tuple[Fee, ...]
    time_limit: tuple[TimeLimit, ...]
    authority: tuple[Fact, ...]
    channels: tuple[Channel, ...]
    forms: tuple[Form, ...]
    result: tuple[Fact, ...]
    deadlines: tuple[Fact, ...]
    mistakes: tuple[Fact, ...]
    steps: tuple[Fact, ...]
    notes: tuple[Fact, ...]
    legal_basis: tuple[str, ...]
    hash: str
    place: Place
    change_dates: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "change_dates", self._changes())

    def _changes(self) -> tuple[date, ...]:
        leaves: list[Dated | Question] = [*self.dated(), *self.asked]
        days = {self.known_from, *(leaf.start for leaf in leaves if leaf.start)}
        days |= {leaf.end + timedelta(days=1) for leaf in leaves if leaf.end}
        return tuple(sorted(day for day in days if day >= self.known_from))

    @property
    def asked(self) -> tuple[Question, ...]:
        """All questions in the order they are put: the person first, then the case."""
        return self.person + self.questions

    def dated(self) -> Iterator[Dated]:
        """Every leaf that states law."""
        yield self.summary
        for group in (
            self.codes,
            self.level,
            self.old_level,
            self.who,
            self.papers,
            self.fees,
            self.time_limit,
            self.authority,
            self.channels,
            self.forms,
            self.result,
            self.deadlines,
            self.mistakes,
            self.steps,
            self.notes,
        ):
            yield from group


@dataclass(frozen=True, slots=True)
class Source:
    """An act, page or press report that a fact leans on."""

    id: str
    name: str
    kind: str
    read: str
    checked_on: date
    issued: date | None = None
    in_force: date | None = None
    ended: date | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of police work that the counter guides or counts."""

    id: str
    slug: str
    name: str
    short: str
    icon: str
    line: str
    guided: bool
    aliases: tuple[str, ...]
    intro: str
