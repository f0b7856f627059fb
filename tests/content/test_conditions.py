"""The rule language: total, “not” is its exact complement, an open question meets no list."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.content.conditions import All, AnyOf, Condition, Is, Not, condition, holds, mentioned
from kiosk.content.masks import Alphabet, met
from kiosk.content.model import Option, Question

QUESTIONS = st.sampled_from(["a", "b", "c"])
OPTIONS = st.sampled_from(["x", "y", "z"])
LEAVES = st.builds(Is, QUESTIONS, st.frozensets(OPTIONS, min_size=1))
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(All, st.lists(inner, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple))
    ),
    max_leaves=8,
)
ANSWERS = st.dictionaries(QUESTIONS, OPTIONS)


@settings(deadline=None, max_examples=200)
@given(CONDITIONS, ANSWERS)
def test_not_is_the_exact_complement(rule: Condition, answers: dict[str, str]) -> None:
    assert holds(Not(rule), answers) is not holds(rule, answers)


@settings(deadline=None, max_examples=200)
@given(CONDITIONS, ANSWERS)
def test_only_the_questions_named_matter(rule: Condition, answers: dict[str, str]) -> None:
    named = {part.question for part in mentioned(rule)}
    rest = {question: option for question, option in answers.items() if question in named}
    assert holds(rule, answers) is holds(rule, rest)


def test_an_open_question_meets_no_list() -> None:
    assert not holds(Is("a", frozenset({"x", "y"})), {})


def test_several_questions_in_one_mapping_mean_all_of_them() -> None:
    rule = condition({"a": ["x"], "b": ["y", "z"]})
    assert holds(rule, {"a": "x", "b": "z"})
    assert not holds(rule, {"a": "x"})


@pytest.mark.parametrize(
    "written",
    [{}, [], "a", {"a": "x"}, {"a": []}, {"all": {}}, {"not": []}, {"a": [1]}, {"any": ["x"]}],
)
def test_anything_else_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        condition(written)


ASKED = [
    Question(
        id=name,
        n=n,
        bits=3,
        ask="?",
        options=tuple(Option(o, i + 1, o) for i, o in enumerate("xyz")),
    )
    for n, name in enumerate("abc")
]


@settings(deadline=None, max_examples=200)
@given(CONDITIONS, ANSWERS)
def test_masks_mean_what_conditions_mean(rule: Condition, answers: dict[str, str]) -> None:
    alphabet = Alphabet(ASKED)
    case = alphabet.nothing
    for question, option in answers.items():
        case = alphabet.answered(case, question, option)
    assert met(alphabet.clauses(rule), case) is holds(rule, answers)
