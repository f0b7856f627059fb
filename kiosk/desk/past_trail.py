"""What was done to one entry: when, by whom, on which machine, what it changed, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kiosk import clock
from kiosk.desk import words
from kiosk.desk.catalogue import Catalogue, name
from kiosk.desk.past import VOID_CAUSE, Known, said
from kiosk.filings.history import FilingEvent
from kiosk.i18n import day, number

CAUSES = words.CORRECT_REASON | VOID_CAUSE | words.BACKDATE_REASON
NOTHING = _l("không có")
LABELS: dict[str, LazyString] = {
    "procedure": _l("Thủ tục"),
    "quantity": _l("Số hồ sơ"),
    "channel": _l("Nộp qua"),
    "direct_reason": _l("Lý do nộp trực tiếp"),
    "activity": _l("Việc đã làm"),
    "outcome": _l("Kết quả"),
    "reason": _l("Lý do không nộp được"),
    "operated_by": _l("Ai thao tác?"),
    "place": _l("Ở đâu?"),
    "competent_unit": _l("Đơn vị có thẩm quyền"),
    "priority": _l("Người được ưu tiên"),
    "language": _l("Ngôn ngữ của công dân"),
    "minutes": _l("Thời gian hỗ trợ"),
}
VOCABULARIES = {
    "channel": words.CHANNEL,
    "direct_reason": words.DIRECT_REASON,
    "activity": words.ACTIVITY,
    "outcome": words.OUTCOME,
    "reason": words.REASON,
    "operated_by": words.OPERATED_BY,
    "place": words.PLACE,
    "language": words.LANGUAGE,
    "minutes": words.MINUTES,
    "priority": {"True": _l("có"), "False": _l("không")},
}


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done to an entry."""

    day: str
    time: str
    officer: str
    device: str
    what: str
    changes: tuple[str, ...]
    why: str


def trail(events: Sequence[FilingEvent], works: Catalogue, seen: Known) -> list[Deed]:
    """Return what was done to an entry; its events come in order of time."""
    before = (None, *events)
    return [
        _deed(event, () if last is None else tuple(_changes(last, event, works, seen)), seen)
        for last, event in zip(before, events, strict=False)
    ]


def _deed(event: FilingEvent, changes: tuple[str, ...], seen: Known) -> Deed:
    at = clock.local(event.at)
    return Deed(
        day=day(at.date()),
        time=f"{at:%H:%M}",
        officer=seen.officer(event.officer),
        device=seen.device(event.device),
        what=said(words.KIND, event.kind),
        changes=changes,
        why=said(CAUSES, _cause(event)),
    )


def _cause(event: FilingEvent) -> str | None:
    # the first version of an event had no cause of its own
    return event.cause or (event.reason if event.kind == "voided" and event.v == 1 else None)


def _changes(
    before: FilingEvent, after: FilingEvent, works: Catalogue, seen: Known
) -> Iterator[str]:
    if after.kind != "corrected":
        return
    for field, label in LABELS.items():
        was, is_now = getattr(before, field), getattr(after, field)
        if was != is_now:
            yield str(
                _(
                    "%(what)s: trước là “%(was)s”, nay là “%(now)s”",
                    what=label,
                    was=_value(field, was, works, seen),
                    now=_value(field, is_now, works, seen),
                )
            )


def _value(field: str, value: Any, works: Catalogue, seen: Known) -> str:
    if value in (None, ""):
        return str(NOTHING)
    if field == "quantity":
        return number(value)
    if field == "procedure":
        return name(works, value)
    if field == "competent_unit":
        return seen.units.get(value, value)
    return said(VOCABULARIES[field], str(value))
