"""A checklist as a document for other programs, and as plain lines for a terminal."""

from typing import Any

from kiosk.content.model import Dated, Fact
from kiosk.content.rules import Checklist
from kiosk.guide.code import encode
from kiosk.guide.words import FEE_CHANNELS, LEVEL_FORMS, PAPER_KINDS, fee_sentence
from kiosk.i18n import content
from kiosk.i18n import gettext as _


def document(case: Checklist, *, reviewed: bool) -> dict[str, Any]:
    """Return the checklist in plain data; texts are in the page's language."""
    return {
        "procedure": case.procedure.id,
        "code": case.code,
        "name": content("procedure", case.procedure.name).text,
        "on": case.on.isoformat(),
        "recorded": case.recorded,
        "known_from": case.procedure.known_from.isoformat(),
        "answers": dict(case.answers),
        "open_questions": list(case.open_questions),
        "level": [{"form": level.form, **_cited(level)} for level in case.level],
        "papers": [_paper(paper) for paper in case.papers],
        "fees": [_fee(fee) for fee in case.fees],
        "time_limit": [
            {**_fact(limit), "of": limit.of, "days": limit.days, "unit": limit.unit}
            for limit in case.time_limit
        ],
        "authority": [_fact(fact) for fact in case.authority],
        "channels": [{"id": channel.id, **_fact(channel)} for channel in case.channels],
        "deadlines": [_fact(fact) for fact in case.deadlines],
        "links": [
            {"url": link.url, "tested_on": link.tested_on.isoformat() if link.tested_on else None}
            for link in case.links
        ],
        "short_code": encode(case.procedure, case.answers),
        "reviewed": reviewed,
        "next_change": case.next_change.isoformat() if case.next_change else None,
    }


def _cited(leaf: Dated) -> dict[str, Any]:
    return {
        "sure": leaf.sure,
        "source": list(leaf.source),
        "from": leaf.start.isoformat() if leaf.start else None,
        "to": leaf.end.isoformat() if leaf.end else None,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    disputed = content("dispute", fact.dispute.text).text if fact.dispute else None
    return {"text": content("text", fact.text).text, "dispute": disputed, **_cited(fact)}


def _paper(paper: Any) -> dict[str, Any]:
    replaced = content("replaced-by", paper.replaced_by).text if paper.replaced_by else None
    return {
        "id": paper.id,
        "name": content("paper", paper.name).text,
        "kind": paper.kind,
        "needed": paper.needed,
        "replaced_by": replaced,
        "disputed": paper.dispute is not None,
        **_cited(paper),
    }


def _fee(fee: Any) -> dict[str, Any]:
    return {
        "channel": fee.channel,
        "amount": fee.amount,
        "per": fee.per,
        "why": fee.why,
        **_cited(fee),
    }


def plain(case: Checklist) -> str:
    """Return the checklist as lines of text."""
    lines = [content("procedure", case.procedure.name).text, ""]
    if not case.recorded:
        return "\n".join([*lines, _("Chưa ghi nhận quy định của ngày này.")])
    lines += [
        f"[ ] {content('paper', paper.name).text} – {PAPER_KINDS[paper.kind]}"
        for paper in case.needed
    ]
    lines += [
        f" –  {content('paper', paper.name).text} – {PAPER_KINDS[paper.kind]}"
        for paper in case.not_needed
    ]
    lines += [""]
    lines += [f"{word}: {fee_sentence(case, name)}" for name, word in FEE_CHANNELS.items()]
    lines += [str(LEVEL_FORMS[level.form]) for level in case.level]
    lines += [content("text", fact.text).text for fact in (*case.time_limit, *case.authority)]
    if case.open_questions:
        lines += ["", _("Còn câu hỏi: %(names)s", names=", ".join(case.open_questions))]
    lines += ["", _("Mã ngắn: %(code)s", code=encode(case.procedure, case.answers))]
    return "\n".join(lines)
