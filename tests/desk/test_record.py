import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from kiosk import clock
from kiosk.content.library import Library
from kiosk.guide.code import encode
from tests.desk.people import NOON, Officer, events, filings, only, tiles

Sit = Callable[..., Officer]
SECOND = timedelta(seconds=1)


def test_procedure_channel_save(sit: Sit, engine: Engine, procedure: str) -> None:
    desk = sit()
    desk.open()
    answer = desk.send(procedure=procedure, channel="vneid")
    desk.follow(answer)
    assert "Đã ghi 1 hồ sơ" in desk.page
    assert "Hoàn tác" in desk.page
    found = only(engine)
    assert (found.procedure, found.channel, found.outcome) == (procedure, "vneid", "submitted")
    assert (found.unit, found.recorded_by, found.civil_date) == ("A", "id-lan", clock.today())
    assert (found.activity, found.operated_by, found.place) == (
        "filing",
        "citizen_helped",
        "counter",
    )
    assert (found.quantity, found.priority, found.language, found.minutes) == (1, False, "vi", None)
    assert desk.rows[0][0] == "12:00"


def test_the_national_portal_is_chosen_already(sit: Sit, engine: Engine, procedure: str) -> None:
    assert sit().save(procedure).status_code == 302
    assert only(engine).channel == "national_portal"


def test_every_field_of_police_work_can_be_recorded(
    sit: Sit, engine: Engine, content: Library
) -> None:
    desk = sit()
    for field in content.fields:
        assert desk.save(f"khac-{field}").status_code == 302
    assert {found.field for found in filings(engine)} == set(content.fields)


def test_all_that_can_be_said_is_kept(sit: Sit, engine: Engine, procedure: str) -> None:
    answer = sit().save(
        procedure,
        channel="direct",
        direct_reason="D02",
        outcome="not_submitted",
        reason="R01",
        operated_by="officer",
        place="mobile",
        priority="y",
        language="km",
        quantity="6",
        confirmed="y",
        minutes="20",
    )
    assert answer.status_code == 302
    found = only(engine)
    assert (found.channel, found.direct_reason) == ("direct", "D02")
    assert (found.outcome, found.reason) == ("not_submitted", "R01")
    assert (found.operated_by, found.place, found.priority) == ("officer", "mobile", True)
    assert (found.language, found.quantity, found.minutes) == ("km", 6, 20)


def test_reasons_that_do_not_arise_are_dropped(sit: Sit, engine: Engine, procedure: str) -> None:
    answer = sit().save(procedure, direct_reason="D02", reason="R01")
    assert answer.status_code == 302
    found = only(engine)
    assert (found.direct_reason, found.reason) == (None, None)


@pytest.mark.parametrize("activity", ["guidance", "account_help"])
@pytest.mark.parametrize("channel", ["vneid", "direct", "post"])
def test_help_that_is_no_filing_has_no_outcome(
    sit: Sit, engine: Engine, procedure: str, activity: str, channel: str
) -> None:
    answer = sit().save(procedure, activity=activity, channel=channel, direct_reason="D01")
    assert answer.status_code == 302
    found = only(engine)
    assert (found.activity, found.outcome, found.direct_reason) == (activity, None, None)
    assert found.channel == ("vneid" if channel == "vneid" else None)


def test_a_form_sent_twice_is_one_entry_with_one_answer(
    sit: Sit, engine: Engine, procedure: str
) -> None:
    desk = sit()
    desk.open()
    first = desk.send(procedure=procedure)
    second = desk.send(procedure=procedure)
    assert first.location == second.location
    assert events(engine) == 1
    desk.save(procedure)
    assert events(engine) == 2


def test_habits_are_kept_and_nothing_of_the_last_citizen(
    sit: Sit, engine: Engine, procedure: str
) -> None:
    desk, colleague = sit(), sit("minh")
    desk.save(
        procedure,
        channel="ministry_portal",
        place="mobile",
        operated_by="officer",
        language="km",
        priority="y",
        quantity="3",
        minutes="30",
    )
    desk.open()
    form = desk.form()
    assert (form["channel"], form["place"], form["operated_by"]) == (
        "ministry_portal",
        "mobile",
        "officer",
    )
    assert (form["language"], form["quantity"], form["minutes"]) == ("vi", "1", "")
    assert "priority" not in form
    assert "procedure" not in form
    colleague.open()
    assert colleague.form()["channel"] == "national_portal"
    assert events(engine) == 1


def test_a_direct_intake_does_not_become_a_habit(sit: Sit, procedure: str) -> None:
    desk = sit()
    desk.save(procedure, channel="direct", direct_reason="D06")
    desk.open()
    assert desk.form()["channel"] == "national_portal"
    assert "Ghi thêm một lần giống lần trước" not in desk.page


def test_what_is_recorded_often_stands_first(sit: Sit, content: Library) -> None:
    often = f"khac-{list(content.fields)[-1]}"
    desk = sit()
    desk.open()
    assert tiles(desk)[0] != often
    for _ in range(2):
        desk.save(often)
    desk.open()
    assert tiles(desk)[0] == often
    assert (
        len(tiles(desk)) == len(set(tiles(desk))) == len(content.procedures) + len(content.fields)
    )


def test_the_last_entry_is_repeated_in_one_tap(sit: Sit, engine: Engine, procedure: str) -> None:
    desk = sit()
    desk.open()
    assert "Ghi thêm một lần giống lần trước" not in desk.page
    desk.save(procedure, channel="vneid", place="kiosk", language="km", quantity="4", priority="y")
    desk.open()
    identity = re.search(r'name="client_id" value="([^"]+)"', desk.page)
    assert identity
    answers = [desk.post("/ban/nhu-truoc", client_id=identity[1]) for _ in range(2)]
    assert answers[0].location == answers[1].location
    desk.follow(answers[0])
    assert "Đã ghi 1 hồ sơ" in desk.page
    again, first = filings(engine)
    assert (again.procedure, again.channel, again.place) == (procedure, "vneid", "kiosk")
    assert (again.quantity, again.language, again.priority) == (1, "vi", False)
    assert first.quantity == 4


def test_with_no_last_entry_there_is_nothing_to_repeat(sit: Sit, engine: Engine) -> None:
    desk = sit()
    desk.open()
    desk.follow(desk.post("/ban/nhu-truoc", client_id=str(uuid4())))
    assert "Chưa có lần ghi nào để lặp lại." in desk.page
    assert events(engine) == 0


def test_repeating_needs_an_identity_of_ours(sit: Sit, engine: Engine, procedure: str) -> None:
    desk = sit()
    desk.save(procedure)
    desk.open()
    assert desk.post("/ban/nhu-truoc", client_id="x").status_code == 400
    assert events(engine) == 1


def test_a_short_code_chooses_the_procedure(sit: Sit, engine: Engine, content: Library) -> None:
    desk = sit()
    for procedure in content.procedures.values():
        code = encode(procedure, {})
        assert desk.open(f"/ban/ma?ma={code.lower()}").status_code == 200
        assert desk.form()["procedure"] == procedure.id
        assert f"Đã điền theo mã {code.lower()}." in desk.page
    assert desk.send().status_code == 302
    assert only(engine).procedure == procedure.id


@pytest.mark.parametrize("typed", ["SAI MÃ", "0000000", "<script>", "012345678901", "%00"])
def test_a_wrong_code_says_so_and_stays(sit: Sit, typed: str) -> None:
    desk = sit()
    answer = desk._seen(desk.client.get("/ban/ma", query_string={"ma": typed}))
    assert answer.status_code == 400
    assert "Mã này không đúng." in desk.page
    assert "<script>" not in desk.page
    assert "procedure" not in desk.form()


def test_search_is_without_marks_and_without_script(sit: Sit, content: Library) -> None:
    procedure = next(iter(content.procedures.values()))
    desk = sit()
    desk.open("/ban?q=" + procedure.aliases[0])
    assert tiles(desk)[0] == procedure.id
    desk.open("/ban?q=ho%20chieu")
    assert "khac-immigration" in tiles(desk)[:2]
    desk.open("/ban?q=zzzzzzzz")
    assert "Không tìm thấy" in desk.page


def test_the_day_has_its_totals(sit: Sit, engine: Engine, procedure: str) -> None:
    desk = sit()
    desk.save(procedure, quantity="3")
    desk.save(procedure, channel="direct", direct_reason="D05")
    desk.save(procedure, outcome="not_submitted", reason="R09")
    desk.save(procedure, activity="guidance")
    desk.save(procedure, quantity="5")
    desk.post(f"/ban/huy-nhanh/{filings(engine)[0].filing_id}")
    desk.open()
    assert "4 lượt hỗ trợ, 4 hồ sơ đã nộp, trong đó 3 hồ sơ trực tuyến." in desk.page
    assert len(desk.rows) == 5
    assert {row[4] for row in desk.rows} == {
        "Đã nộp",
        "Không nộp được Lỗi hệ thống",
        "Chỉ hướng dẫn",
    }
    with clock.at(NOON + timedelta(days=1)):
        desk.arrive()
        desk.open()
        assert desk.rows == []


@pytest.mark.parametrize("address", ["/ban/ma", "/ban/ma?ma=", "/ban/ma?ma=%20"])
def test_no_code_is_no_mistake(sit: Sit, address: str) -> None:
    answer = sit().open(address)
    assert (answer.status_code, answer.location) == (302, "/ban")


def test_a_form_sent_again_with_other_answers_is_not_dropped_unsaid(
    sit: Sit, engine: Engine, procedure: str
) -> None:
    desk = sit()
    desk.open()
    used = desk.form()["client_id"]
    desk.send(procedure=procedure)
    answer = desk.send(procedure=procedure, quantity="3")
    assert answer.status_code == 400
    assert "Biểu mẫu này đã được ghi rồi. Hãy mở trang mới." in desk.page
    assert desk.form()["client_id"] != used
    assert events(engine) == 1
    assert desk.send().status_code == 302
    assert [found.quantity for found in filings(engine)] == [3, 1]


def test_repeating_with_a_used_identity_says_so(sit: Sit, engine: Engine, procedure: str) -> None:
    desk = sit()
    desk.save(procedure, quantity="2")
    used = only(engine).client_id
    desk.open()
    desk.follow(desk.post("/ban/nhu-truoc", client_id=used))
    assert "Biểu mẫu này đã được ghi rồi." in desk.page
    assert events(engine) == 1


def test_a_form_sent_again_past_midnight_is_one_entry(
    sit: Sit, engine: Engine, procedure: str
) -> None:
    desk = sit()
    desk.open()
    first = desk.send(procedure=procedure)
    with clock.at(NOON + timedelta(days=1)):
        desk.arrive()
        assert desk.send(procedure=procedure).location == first.location
    assert events(engine) == 1


def test_the_list_has_buttons_to_correct_and_to_void(sit: Sit, procedure: str) -> None:
    desk = sit()
    desk.follow(desk.save(procedure))
    for act in ("sua", "huy"):
        assert re.search(rf'<a class="button button--quiet"\s+href="/ban/{act}/', desk.page)
