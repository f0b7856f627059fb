"""Reading YAML with a good memory for lines: every mistake of a run is kept, none stops it."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml

from kiosk.content.model import Place

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
T = TypeVar("T")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class ContentError(Exception):
    """The content cannot be used; `mistakes` holds one line for each fault found."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class Mistakes(list[str]):
    """The faults of one run, each as file:line: field: what to do."""

    def add(self, place: Place, name: str, text: str) -> None:
        """Remember one fault."""
        self.append(f"{place}: {name}: {text}")


class Mapping:
    """One YAML mapping being read; a wrong or unknown key is a mistake with its line."""

    def __init__(self, node: yaml.MappingNode, file: str, mistakes: Mistakes) -> None:
        self.place = Place(file, node.start_mark.line + 1)
        self.mistakes = mistakes
        self._items: dict[str, yaml.Node] = {}
        self._read: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.mistakes.add(self._at(key), "key", "must be one plain word")
                continue
            if key.value in self._items:
                self.mistakes.add(self._at(key), key.value, "written twice, keep one")
            self._items[key.value] = value

    def _at(self, node: yaml.Node) -> Place:
        return Place(self.place.file, node.start_mark.line + 1)

    def names(self) -> Iterator[str]:
        """The keys as written."""
        return iter(self._items)

    def has(self, name: str) -> bool:
        """Tell whether the key is there."""
        return name in self._items

    def wrong(self, name: str, text: str) -> None:
        """Remember a fault of this key."""
        node = self._items.get(name)
        self.mistakes.add(self._at(node) if node else self.place, name, text)

    def plain(self, name: str) -> Any:
        """Return the value as plain data, None where the key is missing."""
        self._read.add(name)
        node = self._items.get(name)
        return None if node is None else plain(node)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; its absence is a mistake unless there is a default."""
        value = self.plain(name)
        if value is None and default is not None:
            return default
        if isinstance(value, str) and value.strip():
            return value
        self.wrong(name, "a text is needed here; put figures and times in quotes")
        return ""

    def maybe(self, name: str) -> str | None:
        """Return a text or None."""
        return self.text(name) if self.has(name) else None

    def one_of(self, name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """Return one of the allowed words."""
        value = self.text(name, default)
        if value and value not in allowed:
            self.wrong(name, f"“{value}” is not one of {', '.join(allowed)}")
        return value

    def slug(self, name: str) -> str:
        """Return an identifier of small letters, digits and single hyphens."""
        value = self.text(name)
        if value and not SLUG.fullmatch(value):
            self.wrong(name, f"“{value}” must be of a-z, 0-9 and hyphens")
        return value

    def number(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number within bounds."""
        value = self.plain(name)
        if value is None and default is not None:
            return default
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.wrong(name, f"a whole number from {low} to {high} is needed here")
        return low

    def day(self, name: str) -> date | None:
        """Return a date or None."""
        value = self.plain(name)
        if value is None or isinstance(value, date):
            return value
        self.wrong(name, "a date like 2026-03-15 is needed here")
        return None

    def words(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; a single text counts as a list of one."""
        value = self.plain(name)
        if value is None:
            return ()
        found = [value] if isinstance(value, str) else value
        if isinstance(found, list) and all(isinstance(word, str) and word for word in found):
            return tuple(found)
        self.wrong(name, "a list of texts is needed here")
        return ()

    def each(self, name: str, make: Callable[["Mapping"], T]) -> tuple[T, ...]:
        """Return what `make` makes of each mapping in a list."""
        self._read.add(name)
        node = self._items.get(name)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(name, "a list is needed here")
            return ()
        return tuple(made for made in (self._made(name, item, make) for item in node.value) if made)

    def one(self, name: str, make: Callable[["Mapping"], T]) -> T | None:
        """Return what `make` makes of the mapping under this key, None where it is missing."""
        self._read.add(name)
        node = self._items.get(name)
        return None if node is None else self._made(name, node, make)

    def _made(self, name: str, node: yaml.Node, make: Callable[["Mapping"], T]) -> T | None:
        if not isinstance(node, yaml.MappingNode):
            self.mistakes.add(self._at(node), name, "key: value pairs are needed here")
            return None
        inner = Mapping(node, self.place.file, self.mistakes)
        made = make(inner)
        inner.close()
        return made

    def close(self) -> None:
        """Remember every key that nobody asked for."""
        for name in self._items:
            if name not in self._read:
                self.wrong(name, "this key is not known here")


def plain(node: yaml.Node) -> Any:
    """Return a node as plain Python data."""
    if isinstance(node, yaml.MappingNode):
        return {str(plain(key)): plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(item) for item in node.value]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    try:
        return _typed(node)
    except ValueError:
        return node.value  # a time like 7:30, a day that is none: whoever asks refuses the text


def _typed(node: yaml.Node) -> Any:
    value = node.value
    match node.tag.rpartition(":")[2]:
        case "int":
            return int(value.replace("_", ""))
        case "bool":
            return value.lower() in {"true", "yes", "on"}
        case "null":
            return None
        case "timestamp" if len(value) == len("2026-03-15"):
            return date.fromisoformat(value)
        case _:
            return value


def root(path: Path, folder: Path, mistakes: Mistakes) -> Mapping | None:
    """Return the mapping a file holds, or None after remembering why not."""
    file = path.relative_to(folder).as_posix()
    node = _composed(path, file, mistakes)
    if node is None:
        return None
    if isinstance(node, yaml.MappingNode):
        return Mapping(node, file, mistakes)
    mistakes.add(Place(file, 1), "file", "key: value pairs are needed at the top")
    return None


def sequence(path: Path, folder: Path, mistakes: Mistakes) -> list[Mapping]:
    """Return the mappings of a file that holds a list."""
    file = path.relative_to(folder).as_posix()
    node = _composed(path, file, mistakes)
    if not isinstance(node, yaml.SequenceNode):
        mistakes.add(Place(file, 1), "file", "a list is needed at the top")
        return []
    return [
        Mapping(item, file, mistakes) for item in node.value if _is_mapping(item, file, mistakes)
    ]


def _is_mapping(node: yaml.Node, file: str, mistakes: Mistakes) -> bool:
    if isinstance(node, yaml.MappingNode):
        return True
    mistakes.add(Place(file, node.start_mark.line + 1), "item", "key: value pairs are needed here")
    return False


def _composed(path: Path, file: str, mistakes: Mistakes) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(path.read_text(encoding="utf-8"), Loader=Loader)
    except (OSError, UnicodeDecodeError) as fault:
        mistakes.add(Place(file, 1), "file", f"cannot be read: {fault}")
        return None
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        mistakes.add(Place(file, line), "YAML", str(fault.problem))
        return None
    except yaml.YAMLError:
        mistakes.add(Place(file, 1), "YAML", "a letter that no text may hold; type it again")
        return None
    if node is None:
        mistakes.add(Place(file, 1), "file", "is empty")
    return node
