"""The hash chain: every event of a device's epoch seals the one before it."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from itertools import groupby, pairwise
from json.encoder import encode_basestring
from operator import itemgetter
from types import MappingProxyType, NoneType
from typing import Any, NamedTuple

from kiosk.filings.history import FilingEvent, values

GENESIS = "0" * 64

#: what each version says, in the order in which it is sealed
_SEALED = {
    version: tuple(sorted({f.name for f in fields(FilingEvent)} - {"prev_hash", "hash"} - unknown))
    for version, unknown in ((1, {"cause", "doubtful"}), (2, set()))
}
_said = {version: itemgetter(*names) for version, names in _SEALED.items()}
_JSON = {
    version: "{" + ",".join(f'"{name}":%s' for name in names) + "}"
    for version, names in _SEALED.items()
}


class _Spelling(dict[type, Callable[[Any], str]]):
    """How JSON spells a value of each type: as json.dumps does, without its detours."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        return next(self[base] for base in kind.__mro__[1:] if base in self)


_spell = _Spelling(
    {
        str: encode_basestring,
        int: repr,
        bool: {False: "false", True: "true"}.__getitem__,
        NoneType: {None: "null"}.__getitem__,
        date: lambda day: f'"{day.isoformat()}"',
        datetime: lambda at: f'"{at.astimezone(UTC).isoformat(timespec="microseconds")}"',
    }
)


class Base(NamedTuple):
    """What a chain's first event follows: nothing, or the last of those that left the ledger."""

    seq: int = 0
    hash: str = GENESIS


Chain = tuple[str, str, int]  #: unit, device, epoch


def seal(prev_hash: str, content: Mapping[str, Any]) -> FilingEvent:
    """Return the event with this content (all but its two hashes) that follows `prev_hash`."""
    return FilingEvent(**content, prev_hash=prev_hash, hash=digest(prev_hash, content))


def digest(prev_hash: str, content: Mapping[str, Any]) -> str:
    """Return the seal of an event with this content that follows `prev_hash`."""
    return hashlib.sha256(prev_hash.encode() + b"\n" + _canonical(content)).hexdigest()


def canonical(event: FilingEvent) -> bytes:
    """Return the bytes an event is sealed by: the same for the same event, for ever."""
    return _canonical(values(event))


def chain_hash(prev_hash: str, event: FilingEvent) -> str:
    """Return the seal of an event that follows `prev_hash`."""
    return digest(prev_hash, values(event))


def chain_of(event: FilingEvent) -> Chain:
    """Return which chain an event is a link of."""
    return event.unit, event.device, event.epoch


def broken_links(
    events: Iterable[FilingEvent], bases: Mapping[Chain, Base] = MappingProxyType({})
) -> list[str]:
    """Return one line for each fault in the chains of these events, which must be whole."""
    ordered = sorted(events, key=lambda event: (*chain_of(event), event.seq))
    return [
        f"event {event.id} (unit {event.unit}, device {event.device}, epoch {event.epoch}, "
        f"seq {event.seq}): {fault}"
        for chain, links in groupby(ordered, chain_of)
        for event, fault in _faults(list(links), bases.get(chain, Base()))
    ]


def _canonical(content: Mapping[str, Any]) -> bytes:
    version = content["v"]
    said = [_spell[value.__class__](value) for value in _said[version](content)]
    return (_JSON[version] % tuple(said)).encode()


def _faults(links: list[FilingEvent], base: Base) -> Iterator[tuple[FilingEvent, str]]:
    if links[0].seq != base.seq + 1:
        yield links[0], f"the chain does not begin at {base.seq + 1}"
    elif links[0].prev_hash != base.hash:
        yield links[0], "the first event follows another"
    for before, event in pairwise(links):
        if event.seq != before.seq + 1:
            yield event, f"comes after number {before.seq}"
        elif event.prev_hash != before.hash:
            yield event, "does not follow the event before it"
    yield from ((event, "is not what was sealed") for event in links if not _as_sealed(event))


def _as_sealed(event: FilingEvent) -> bool:
    if event.v == 1 and (event.cause is not None or event.doubtful):
        return False  # what its version had no word for, no seal covers
    return event.v in _SEALED and event.hash == chain_hash(event.prev_hash, event)
