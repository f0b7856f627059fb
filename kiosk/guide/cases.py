"""The overview of a procedure: for whom a line holds, and what each channel costs."""

from collections.abc import Iterable

from kiosk.content.conditions import All, AnyOf, Condition, Is, Not
from kiosk.content.model import Fee, Option, Procedure
from kiosk.i18n import content
from kiosk.i18n import gettext as _

LONGEST = 110  # letters; more are not read, the questions say it better


def case_words(procedure: Procedure, condition: Condition) -> str:
    """Return the answers that a condition asks for; empty where it holds for everybody."""
    said = _said(procedure, condition)
    return said if len(said) <= LONGEST else _("tùy câu trả lời của ông/bà")


def _said(procedure: Procedure, condition: Condition) -> str:
    match condition:
        case Is(question, options):
            return _(" hoặc ").join(_labels(procedure, question, options))
        case Not(part):
            inner = _said(procedure, part)
            return _("trừ khi: %(case)s", case=inner) if inner else ""
        case All(parts):
            return "; ".join(filter(None, (_said(procedure, part) for part in parts)))
        case AnyOf(parts):
            return _(" hoặc ").join(filter(None, (_said(procedure, part) for part in parts)))


def _labels(procedure: Procedure, name: str, wanted: frozenset[str]) -> list[str]:
    question = next((one for one in procedure.asked if one.id == name), None)
    options = question.options if question else ()
    return [option_words(option) for option in options if option.id in wanted]


def option_words(option: Option) -> str:
    """Return an answer so that it is understood without its question."""
    return content("option", option.short or option.label).text


def fee_rows(fees: Iterable[Fee]) -> list[dict[str, Fee]]:
    """Return one row a case, with what it costs online and at the counter beside each other."""
    rows: dict[object, dict[str, Fee]] = {}
    for fee in fees:
        row = rows.setdefault((fee.when, fee.why, fee.needs, fee.per, fee.start, fee.end), {})
        for channel in ("online", "counter"):
            if fee.channel in {channel, "any"}:
                row[channel] = fee
    return list(rows.values())
