"""What an official return holds for one field or procedure, and what cannot be true of it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

LARGEST = 99_999_999


def add(*parts: int | None) -> int | None:
    """Return the sum; unknown as soon as one part is unknown."""
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts of dossiers of one period; None is "not known", which is not zero."""

    carried_over: int | None = None
    online_full: int | None = None
    online_partial: int | None = None
    direct: int | None = None
    post: int | None = None
    early: int | None = None
    on_time: int | None = None
    late: int | None = None
    open_in_time: int | None = None
    open_overdue: int | None = None
    returned: int | None = None

    @property
    def online(self) -> int | None:
        """Received online: wholly and in part; one of the two may be left out."""
        if self.online_full is None and self.online_partial is None:
            return None
        return (self.online_full or 0) + (self.online_partial or 0)

    @property
    def received(self) -> int | None:
        """Received in the period by every channel; unknown without online and direct."""
        return add(self.online, self.direct, self.post or 0)

    @property
    def resolved(self) -> int | None:
        """Resolved in the period: early, on time, late."""
        return add(self.early, self.on_time, self.late)

    @property
    def open(self) -> int | None:
        """Still open at the end of the period."""
        return add(self.open_in_time, self.open_overdue)

    @property
    def unclassified(self) -> int | None:
        """Had to be resolved, yet is neither resolved nor open."""
        resolved = add(self.resolved, self.open)
        handled = add(self.carried_over, self.received)
        return None if resolved is None or handled is None else handled - resolved

    def settled(self) -> "Figures":
        """Return the same with a zero where a channel left out means that nothing came by it."""
        full, partial, post = self.online_full, self.online_partial, self.post
        if self.online is not None:
            full, partial = full or 0, partial or 0
        if self.received is not None:
            post = post or 0
        return replace(self, online_full=full, online_partial=partial, post=post)


NAMES = tuple(field.name for field in fields(Figures))
NIL = Figures(**dict.fromkeys(NAMES, 0))


def total(parts: Iterable[Figures]) -> Figures:
    """Return the sum of returns; what one of them does not know, the sum does not know."""
    several = tuple(part.settled() for part in parts)
    return Figures(**{name: add(*(getattr(part, name) for part in several)) for name in NAMES})


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that cannot be true: the figure it is about, and what is wrong with it."""

    field: str
    code: str


def refuse(figures: Figures) -> list[Mistake]:
    """Return everything that cannot be true of these figures; nothing if they may stand."""
    mistakes = [
        Mistake(name, code)
        for name in NAMES
        if (code := _impossible(getattr(figures, name))) is not None
    ]
    return mistakes or list(_contradictions(figures))


def _impossible(count: int | None) -> str | None:
    if count is None or 0 <= count <= LARGEST:
        return None
    return "negative" if count < 0 else "too_large"


def _contradictions(figures: Figures) -> Iterable[Mistake]:
    handled = add(figures.carried_over, figures.received)
    resolved = figures.resolved
    if handled is not None and (figures.late or 0) > handled:
        yield Mistake("late", "more_late_than_handled")
    if handled is not None and resolved is not None and resolved > handled:
        yield Mistake("on_time", "more_resolved_than_handled")
    elif figures.unclassified:
        yield Mistake("open_in_time", "does_not_close")
    if resolved is not None and figures.returned is not None and figures.returned > resolved:
        yield Mistake("returned", "more_returned_than_resolved")
