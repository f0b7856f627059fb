"""The tables a lawyer can read: answers on a day, and the papers, fee, level and time they give."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from kiosk.content.library import Library
from kiosk.content.rules import Checklist, checklist

FOLDER = Path(__file__).parent / "cases"
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def amounts(found: Checklist, channel: str) -> list[int | None]:
    return list(dict.fromkeys(fee.amount for fee in found.fees if fee.channel == channel))


@pytest.mark.parametrize(("slug", "case"), CASES)
def test_a_case_gives_what_the_table_says(
    library: Library, slug: str, case: dict[str, Any]
) -> None:
    found = checklist(library, slug, case["answers"], case["on"])
    assert not found.open_questions
    assert found.recorded or found.on < found.procedure.known_from
    assert [paper.id for paper in found.needed] == case["papers"]
    assert [paper.id for paper in found.not_needed] == case["not_needed"]
    for channel, wanted in case["fees"].items():
        assert amounts(found, channel) == wanted
    assert list(dict.fromkeys(level.form for level in found.level)) == case["level"]
    said = " ".join(limit.text for limit in found.time_limit)
    for part in case["time"]:
        assert part in said


def test_every_procedure_has_a_table_with_every_question(library: Library) -> None:
    for slug, procedure in library.procedures.items():
        cases = [case.values[1] for case in CASES if case.values[0] == slug]
        answered = {question for case in cases for question in case["answers"]}  # type: ignore[index]
        assert len(cases) >= 12
        assert {question.id for question in procedure.questions} <= answered
