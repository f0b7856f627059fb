"""The short code of a slip at the desk: what it fills, what it leaves, what it never does."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine

from kiosk.content.library import Library
from kiosk.desk.codes import told
from kiosk.guide.code import CodeError, encode
from tests.desk.people import Officer, events, only

Sit = Callable[..., Officer]
TODAY = date(2026, 11, 21)
RESIDENCE, CARD = "dang-ky-tam-tru", "cap-the-can-cuoc"


def code(content: Library, procedure: str, **answers: str) -> str:
    given = {name.replace("_", "-"): option for name, option in answers.items()}
    return encode(content.procedures[procedure], given)


@pytest.mark.parametrize(
    ("answer", "operated_by"),
    [("co", "citizen_helped"), ("khong", "officer"), ("khong-ro", "officer")],
)
def test_vneid_tells_who_will_type(library: Library, answer: str, operated_by: str) -> None:
    found = told(library, code(library, RESIDENCE, vneid=answer), TODAY, "national_portal")
    assert found["operated_by"] == operated_by
    assert (found["activity"], found["procedure"]) == ("filing", RESIDENCE)


def test_whom_it_is_for_tells_nothing_of_who_types(library: Library) -> None:
    found = told(library, code(library, RESIDENCE, cho_ai="nguoi-khac"), TODAY, None)
    assert "operated_by" not in found


@pytest.mark.parametrize("usual", ["national_portal", "vneid", "ministry_portal"])
def test_the_channel_so_far_stays_where_the_procedure_takes_it(
    library: Library, usual: str
) -> None:
    assert told(library, code(library, RESIDENCE), TODAY, usual)["channel"] == usual


@pytest.mark.parametrize("usual", ["direct", "post", None, "x"])
def test_else_it_is_one_that_the_procedure_takes(library: Library, usual: str | None) -> None:
    found = told(library, code(library, RESIDENCE), TODAY, usual)
    assert found["channel"] in {"national_portal", "vneid", "ministry_portal"}


def test_every_code_tells_what_a_form_may_say(library: Library) -> None:
    for procedure in library.procedures.values():
        for question in procedure.asked:
            for option in question.options:
                found = told(library, encode(procedure, {question.id: option.id}), TODAY, "vneid")
                assert found["procedure"] == procedure.id
                assert found.get("channel") in {"vneid", "national_portal", "direct", None}


def test_an_open_question_sends_nobody_to_the_counter(library: Library) -> None:
    for procedure in library.procedures:
        found = told(library, code(library, procedure), TODAY, "national_portal")
        assert found.get("channel") in {"national_portal", None}


def test_what_is_no_code_is_refused(library: Library) -> None:
    with pytest.raises(CodeError):
        told(library, "QQQQ", TODAY, None)


def test_typed_into_the_form_it_fills_and_records_nothing(
    sit: Sit, engine: Engine, content: Library
) -> None:
    desk = sit()
    desk.open()
    typed = code(content, RESIDENCE, vneid="khong")
    answer = desk.send(ma=typed, quantity="3", language="km", activity="guidance")
    assert answer.status_code == 200
    assert events(engine) == 0
    assert f"Đã điền theo mã {typed}." in desk.page
    form = desk.form()
    assert (form["procedure"], form["operated_by"]) == (RESIDENCE, "officer")
    assert (form["activity"], form["outcome"]) == ("filing", "submitted")
    assert (form["quantity"], form["language"], form["ma"]) == ("3", "km", "")
    assert re.search(r'<button[^>]*id="save"[^>]*\sautofocus', desk.page)
    assert desk.send().status_code == 302
    found = only(engine)
    assert (found.procedure, found.operated_by, found.quantity) == (RESIDENCE, "officer", 3)


def test_a_wrong_code_keeps_the_form_as_filled_until_it_is_gone(
    sit: Sit, engine: Engine, procedure: str
) -> None:
    desk = sit()
    desk.open()
    for _ in range(2):
        answer = desk.send(procedure=procedure, ma="SAI MÃ", quantity="3", outcome="saved")
        assert answer.status_code == 400
        assert "Mã này không đúng." in desk.page
        assert 'value="SAI MÃ"' in desk.page
        form = desk.form()
        assert (form["procedure"], form["quantity"], form["outcome"]) == (procedure, "3", "saved")
        assert re.search(r'<input id="ma"\s+autofocus', desk.page)
    assert events(engine) == 0
    assert desk.send(ma=" ").status_code == 302
    assert only(engine).quantity == 3


def test_a_scanned_code_counts_however_the_page_was_sent(
    sit: Sit, engine: Engine, content: Library
) -> None:
    desk = sit()
    typed = code(content, CARD)
    desk.open(f"/ban/ma?ma={typed[:2]}-{typed[2:]}")
    assert desk.form()["procedure"] == CARD
    desk.open()
    assert desk.send(tra="ma").status_code == 200
    assert "procedure" not in desk.form()
    assert events(engine) == 0


def test_where_only_the_counter_is_left_the_reason_is_asked(
    sit: Sit, engine: Engine, content: Library
) -> None:
    desk = sit()
    desk.open()
    same_commune = code(content, RESIDENCE, vneid="co", cho_ai="toi", viec="cung-xa")
    assert desk.send(ma=same_commune).status_code == 200
    assert desk.form()["channel"] == "direct"
    assert re.search(r'<input autofocus[^>]*id="direct_reason-0"', desk.page)
    assert desk.send().status_code == 400
    assert desk.send(direct_reason="D05").status_code == 302
    assert only(engine).direct_reason == "D05"


def test_a_name_is_searched_for_and_the_form_stays(
    sit: Sit, engine: Engine, content: Library
) -> None:
    desk = sit()
    desk.open()
    answer = desk.send(q="ho chieu", quantity="4", channel="vneid")
    assert answer.status_code == 200
    assert events(engine) == 0
    form = desk.form()
    assert (form["q"], form["q_cu"]) == ("ho chieu", "ho chieu")
    assert (form["quantity"], form["channel"]) == ("4", "vneid")
    assert desk.send(procedure="khac-immigration").status_code == 302
    assert (only(engine).procedure, only(engine).quantity) == ("khac-immigration", 4)
    desk.open()
    desk.send(q="zzzzzz")
    assert "Không tìm thấy" in desk.page
    desk.send(q="zzzzzz", tra="q", procedure=content.procedures[CARD].id)
    assert events(engine) == 1
    assert desk.form()["procedure"] == CARD
