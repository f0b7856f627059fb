"""What an online public service is: three scales, kept apart, and how to file online."""

from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.content.model import LEVEL_FORMS, Dated, Fact
from kiosk.content.parse import dated, fact
from kiosk.content.reader import Mapping, Mistakes, root


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Fact):
    """One step of filing online, with its title."""

    title: str


@dataclass(frozen=True, slots=True)
class Item:
    """One level of a scale: what it means, an example, what can be done at it."""

    id: str
    label: str
    name: str
    meaning: Fact
    example: Fact
    can: dict[str, bool]


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale of levels; `columns` names what `can` answers, in order."""

    id: str
    name: str
    lead: Fact
    columns: dict[str, str]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared(Dated):
    """An old level beside today's form; a working guide, no rule."""

    old: str
    current: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """The fee waiver for digital citizens."""

    lead: tuple[Fact, ...]
    conditions: tuple[Fact, ...]
    free: tuple[Fact, ...]
    after: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Levels:
    """Everything levels.yaml says."""

    intro: tuple[Fact, ...]
    scales: tuple[Scale, ...]
    compare_lead: tuple[Fact, ...]
    compare: tuple[Compared, ...]
    benefits: tuple[Fact, ...]
    time: tuple[Fact, ...]
    results: tuple[Fact, ...]
    steps: tuple[Step, ...]
    warnings: tuple[Fact, ...]
    digital_citizen: Waiver
    rights: tuple[Fact, ...]
    kiosk: tuple[Fact, ...]

    def on(self, day: date) -> "Levels":
        """Return the same with only what holds on a day."""
        return replace(self, **_now(self, day), digital_citizen=_waiver_on(self, day))

    def dated(self) -> tuple[Dated, ...]:
        """Every leaf that states law."""
        waiver = self.digital_citizen
        return (
            *(leaf for name in LISTS for leaf in getattr(self, name)),
            *(scale.lead for scale in self.scales),
            *(item.meaning for scale in self.scales for item in scale.items),
            *(item.example for scale in self.scales for item in scale.items),
            *(leaf for part in fields(waiver) for leaf in getattr(waiver, part.name)),
        )


LISTS = (
    *("intro", "compare_lead", "compare", "benefits", "time", "results"),
    *("steps", "warnings", "rights", "kiosk"),
)


SPECIAL = {"compare_lead", "compare", "steps"}


def _now(levels: Levels, day: date) -> dict[str, Any]:
    return {
        name: tuple(leaf for leaf in getattr(levels, name) if leaf.valid(day)) for name in LISTS
    }


def _waiver_on(levels: Levels, day: date) -> Waiver:
    waiver = levels.digital_citizen
    parts = (getattr(waiver, part.name) for part in fields(waiver))
    return Waiver(*(tuple(leaf for leaf in part if leaf.valid(day)) for part in parts))


def load_levels(folder: Path, mistakes: Mistakes) -> Levels | None:
    """Read levels.yaml of a content folder; None after remembering what is wrong."""
    given = root(folder / "levels.yaml", folder, mistakes)
    if given is None:
        return None
    waiver = given.one("digital_citizen", _waiver)
    levels = Levels(
        **{name: given.each(name, fact) for name in LISTS if name not in SPECIAL},
        compare_lead=_single(given, "compare_lead"),
        scales=given.each("scales", _scale),
        compare=given.each("compare", _compared),
        steps=given.each("steps", _step),
        digital_citizen=waiver or Waiver((), (), (), ()),
    )
    given.close()
    return levels


def _single(given: Mapping, name: str) -> tuple[Fact, ...]:
    found = given.one(name, fact)
    return (found,) if found else ()


def _one(given: Mapping, name: str) -> Fact:
    found = given.one(name, fact)
    if found is None:
        given.wrong(name, "a fact is needed here")
    return found or Fact(text="", source=(), sure="unverified")


def _waiver(given: Mapping) -> Waiver:
    return Waiver(
        lead=_single(given, "lead"),
        conditions=given.each("conditions", fact),
        free=given.each("free", fact),
        after=_single(given, "after"),
    )


def _scale(given: Mapping) -> Scale:
    columns = given.plain("columns") or {}
    scale = Scale(
        id=given.slug("id"),
        name=given.text("name"),
        lead=_one(given, "lead"),
        columns=columns,
        items=given.each("items", _item),
    )
    for item in scale.items:
        if set(item.can) != set(columns):
            given.wrong("items", f"{item.id}: “can” must answer {', '.join(columns)}")
    return scale


def _item(given: Mapping) -> Item:
    return Item(
        id=given.text("id"),
        label=given.text("label"),
        name=given.text("name"),
        meaning=_one(given, "meaning"),
        example=_one(given, "example"),
        can=given.plain("can") or {},
    )


def _compared(given: Mapping) -> Compared:
    return Compared(
        old=given.text("old"),
        current=given.one_of("current", LEVEL_FORMS),
        note=given.maybe("note"),
        **dated(given),
    )


def _step(given: Mapping) -> Step:
    return Step(
        title=given.text("title"), text=given.text("text"), note=given.maybe("note"), **dated(given)
    )
