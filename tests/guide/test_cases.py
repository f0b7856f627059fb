"""The overview: a case in the words of its answers, fees side by side."""

from flask import Flask

from kiosk.content.conditions import ALWAYS, condition
from kiosk.content.library import Library
from kiosk.guide.cases import LONGEST, case_words, fee_rows


def test_a_case_is_said_in_its_own_answers(public_app: Flask, library: Library) -> None:
    procedure = library.procedures["dang-ky-tam-tru"]
    question = next(one for one in procedure.asked if one.id == "cho-o")
    label = {option.id: option.label for option in question.options}
    with public_app.test_request_context("/vi/"):
        assert case_words(procedure, ALWAYS) == ""
        assert case_words(procedure, condition({"vneid": ["co"]})) == "Có VNeID mức độ 2"
        both = condition({"cho-o": ["thue", "muon"]})
        assert case_words(procedure, both) == f"{label['thue']} hoặc {label['muon']}"
        assert case_words(procedure, condition({"not": {"vneid": ["co"]}})).startswith("trừ khi:")


def test_a_long_case_is_left_to_the_questions(public_app: Flask, library: Library) -> None:
    with public_app.test_request_context("/vi/"):
        for procedure in library.procedures.values():
            for leaf in procedure.dated():
                assert len(case_words(procedure, leaf.when)) <= LONGEST


def test_online_and_counter_stand_in_one_row(library: Library) -> None:
    procedure = library.procedures["dang-ky-tam-tru"]
    rows = fee_rows(fee for fee in procedure.fees if fee.why == "base")
    amounts = [(row["online"].amount, row["counter"].amount) for row in rows if len(row) == 2]
    assert (7000, 15000) in amounts
    assert (5000, 10000) in amounts
