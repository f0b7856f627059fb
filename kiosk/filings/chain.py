"""The hash chain: every event of a device's epoch seals the one before it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import UTC
from itertools import groupby, pairwise
from typing import Any

from kiosk.filings.history import FilingEvent

GENESIS = "0" * 64

_SEALED = tuple(f.name for f in fields(FilingEvent) if f.name not in {"prev_hash", "hash"})
_to_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def seal(prev_hash: str, content: Mapping[str, Any]) -> FilingEvent:
    """Return the event with this content (all but its two hashes) that follows `prev_hash`."""
    return FilingEvent(**content, prev_hash=prev_hash, hash=_digest(prev_hash, content))


def canonical(event: FilingEvent) -> bytes:
    """Return the bytes an event is sealed by: the same for the same event, for ever."""
    return _canonical({name: getattr(event, name) for name in _SEALED})


def chain_hash(prev_hash: str, event: FilingEvent) -> str:
    """Return the seal of an event that follows `prev_hash`."""
    return _digest(prev_hash, {name: getattr(event, name) for name in _SEALED})


def broken_links(events: Iterable[FilingEvent]) -> list[str]:
    """Return one line for each fault in the chains of these events, which must be whole."""
    ordered = sorted(events, key=lambda event: (*_chain(event), event.seq))
    return [
        f"event {event.id} (unit {event.unit}, device {event.device}, epoch {event.epoch}, "
        f"seq {event.seq}): {fault}"
        for _, links in groupby(ordered, _chain)
        for event, fault in _faults(list(links))
    ]


def _digest(prev_hash: str, content: Mapping[str, Any]) -> str:
    return hashlib.sha256(prev_hash.encode() + b"\n" + _canonical(content)).hexdigest()


def _canonical(content: Mapping[str, Any]) -> bytes:
    at = content["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return _to_json({**content, "at": at, "civil_date": content["civil_date"].isoformat()}).encode()


def _chain(event: FilingEvent) -> tuple[str, str, int]:
    return event.unit, event.device, event.epoch


def _faults(links: list[FilingEvent]) -> Iterator[tuple[FilingEvent, str]]:
    if links[0].seq != 1:
        yield links[0], "the chain does not begin at 1"
    elif links[0].prev_hash != GENESIS:
        yield links[0], "the first event follows another"
    for before, event in pairwise(links):
        if event.seq != before.seq + 1:
            yield event, f"comes after number {before.seq}"
        elif event.prev_hash != before.hash:
            yield event, "does not follow the event before it"
    for event in links:
        if event.hash != chain_hash(event.prev_hash, event):
            yield event, "is not what was sealed"
