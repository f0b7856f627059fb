"""The whole rule language: all, any, not, and a question with the answers that count."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class All:
    """Holds when every part holds; with no part it always holds."""

    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when at least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds exactly when its part does not."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class Is:
    """Holds when the question was answered with one of the options."""

    question: str
    options: frozenset[str]


Condition = All | AnyOf | Not | Is
ALWAYS = All()


def holds(condition: Condition, answers: Mapping[str, str]) -> bool:
    """Tell whether a condition holds; an unanswered question satisfies no list of options."""
    match condition:
        case Is(question, options):
            return answers.get(question) in options
        case All(parts):
            return all(holds(part, answers) for part in parts)
        case AnyOf(parts):
            return any(holds(part, answers) for part in parts)
        case Not(part):
            return not holds(part, answers)


def mentioned(condition: Condition) -> Iterator[Is]:
    """Every question with options that a condition names."""
    match condition:
        case Is():
            yield condition
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from mentioned(part)
        case Not(part):
            yield from mentioned(part)


def condition(written: object) -> Condition:
    """Return the condition a mapping spells; raise ValueError where it says anything else."""
    if not isinstance(written, dict) or not written:
        raise ValueError("a condition is {question: [options]}, {all: …}, {any: …} or {not: …}")
    parts = tuple(_part(word, rest) for word, rest in written.items())
    return parts[0] if len(parts) == 1 else All(parts)


def _part(word: str, rest: object) -> Condition:
    if word == "not":
        return Not(condition(rest))
    if not isinstance(rest, list) or not rest:
        raise ValueError(f"“{word}” needs a list that is not empty")
    if word == "all":
        return All(tuple(condition(part) for part in rest))
    if word == "any":
        return AnyOf(tuple(condition(part) for part in rest))
    return Is(word, frozenset(_options(word, rest)))


def _options(word: str, rest: Iterable[object]) -> Iterable[str]:
    for option in rest:
        if not isinstance(option, str):
            raise ValueError(  # noqa: TRY004 - one kind of fault for whoever writes the file
                f"“{word}” lists {option!r}, which is not the id of an option"
            )
        yield option
