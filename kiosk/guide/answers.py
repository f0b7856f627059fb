"""Where a citizen stands among the questions: plain arithmetic on answers."""

from collections.abc import Mapping
from datetime import date

from kiosk.content.model import Procedure, Question
from kiosk.content.rules import Answers, asked


def kept(procedure: Procedure, answers: Answers, on: date) -> dict[str, str]:
    """Return the answers that count, in the order they are asked; unknown ones are dropped."""
    return dict(asked(procedure, answers, on)[1])


def changed(procedure: Procedure, answers: Answers, choice: Answers, on: date) -> dict[str, str]:
    """Return the answers with some given anew; all others that still count are kept."""
    return kept(procedure, {**answers, **choice}, on)


def next_open(procedure: Procedure, answers: Answers, on: date) -> Question | None:
    """Return the first question still open, None when the checklist is ready."""
    met, given = asked(procedure, answers, on)
    return next((question for question in met if question.id not in given), None)


def before(procedure: Procedure, answers: Answers, question_id: str, on: date) -> Question | None:
    """Return the question before this one on the way, None at the first."""
    met = asked(procedure, answers, on)[0]
    ids = [question.id for question in met]
    index = ids.index(question_id) if question_id in ids else 0
    return met[index - 1] if index > 0 else None


def about_person(answers: Mapping[str, str], person: Mapping[str, Question]) -> dict[str, str]:
    """Return the answers that are about the person, not the case: they go along to any page."""
    return {
        name: answers[name]
        for name, question in person.items()
        if name in answers and question.option(answers[name])
    }
