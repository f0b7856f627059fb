"""The hash chain: every event of a device's epoch seals the one before it."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from functools import lru_cache
from itertools import groupby, pairwise
from json.encoder import encode_basestring
from operator import call, itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from kiosk.filings.history import EVENT, FilingEvent, values

GENESIS = "0" * 64

_UNKNOWN = {1: {"cause", "doubtful"}, 2: set[str]()}  # what a version had no word for
_HASHES = {"prev_hash", "hash"}
_VERSION = EVENT.index("v")


def _plain(value: str | int | None) -> str:
    return "null" if value is None else repr(value) if isinstance(value, int) else _text(value)


#: how JSON spells what stands in a field: as json.dumps does, without its detours
_text = encode_basestring
_SPELL: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(("v", "epoch", "seq", "quantity"), repr),
    **dict.fromkeys(("priority", "doubtful"), {False: "false", True: "true"}.__getitem__),
    **dict.fromkeys(
        ("cause", "channel", "competent_unit", "outcome", "reason", "direct_reason", "minutes"),
        lru_cache(512)(_plain),  # the same few words and units in every event
    ),
    "civil_date": lambda day: f'"{day.isoformat()}"',
    "at": lambda at: f'"{at.astimezone(UTC).isoformat("T", "microseconds")}"',
}


class _Form:
    """What a version seals of an event: a JSON object of its fields, sorted by name."""

    def __init__(self, unknown: set[str]) -> None:
        names = sorted(set(EVENT) - _HASHES - unknown)
        self._pick = itemgetter(*map(EVENT.index, names))
        self._spellings = [_SPELL.get(name, _text) for name in names]
        self._text = "{" + ",".join(f'"{name}":%s' for name in names) + "}"

    def of(self, row: Sequence[Any]) -> bytes:
        """Return the bytes for an event with these values of EVENT."""
        return (self._text % tuple(map(call, self._spellings, self._pick(row)))).encode()


_FORMS = {version: _Form(unknown) for version, unknown in _UNKNOWN.items()}


class Base(NamedTuple):
    """What a chain's first event follows: nothing, or the last of those that left the ledger."""

    seq: int = 0
    hash: str = GENESIS


Chain = tuple[str, str, int]  #: unit, device, epoch


def seal(prev_hash: str, content: Mapping[str, Any]) -> FilingEvent:
    """Return the event with this content (all but its two hashes) that follows `prev_hash`."""
    event = FilingEvent(**content, prev_hash=prev_hash, hash="")
    return replace(event, hash=chain_hash(prev_hash, event))


def digest(prev_hash: str, row: Sequence[Any]) -> str:
    """Return the seal of an event with these values of EVENT that follows `prev_hash`."""
    form = _FORMS[row[_VERSION]]
    return hashlib.sha256(prev_hash.encode() + b"\n" + form.of(row)).hexdigest()


def canonical(event: FilingEvent) -> bytes:
    """Return the bytes an event is sealed by: the same for the same event, for ever."""
    return _FORMS[event.v].of(tuple(values(event).values()))


def chain_hash(prev_hash: str, event: FilingEvent) -> str:
    """Return the seal of an event that follows `prev_hash`."""
    return digest(prev_hash, tuple(values(event).values()))


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
    return event.v in _FORMS and event.hash == chain_hash(event.prev_hash, event)
