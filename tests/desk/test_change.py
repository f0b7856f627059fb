import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine

from kiosk import clock
from kiosk.content.library import Library
from kiosk.filings import ledger
from tests.desk.people import NOON, Officer, events, filings, only

Sit = Callable[..., Officer]
SECOND = timedelta(seconds=1)


def test_undo_within_half_a_minute(sit: Sit, engine: Engine, procedure: str) -> None:
    desk = sit()
    desk.follow(desk.save(procedure))
    filing_id = only(engine).filing_id
    assert re.search(r'data-undo="30"', desk.page)
    with clock.at(NOON + 30 * SECOND):
        desk.follow(desk.post(f"/ban/huy-nhanh/{filing_id}"))
    assert "Đã hủy lần ghi." in desk.page
    found = only(engine)
    assert (found.state, found.void_reason) == ("voided", "V00")
    assert desk.rows[0][6].startswith("Đã hủy: Hoàn tác ngay")


def test_undo_after_half_a_minute_asks_for_a_reason(
    sit: Sit, engine: Engine, procedure: str
) -> None:
    desk = sit()
    saved = desk.save(procedure)
    filing_id = only(engine).filing_id
    with clock.at(NOON + 31 * SECOND):
        desk.follow(saved)
        assert "Hoàn tác" not in desk.page
        desk.follow(desk.post(f"/ban/huy-nhanh/{filing_id}"))
    assert "Đã quá 30 giây" in desk.page
    assert "Lý do hủy" in desk.page
    assert only(engine).state == "recorded"


def test_undo_twice_is_one_void(sit: Sit, engine: Engine, procedure: str) -> None:
    desk = sit()
    desk.follow(desk.save(procedure))
    filing_id = only(engine).filing_id
    for _ in range(2):
        assert desk.post(f"/ban/huy-nhanh/{filing_id}").status_code == 302
    assert events(engine) == 2


@pytest.mark.parametrize("reason", ["V01", "V02", "V03", "V04", "V99"])
def test_void_with_a_closed_reason(sit: Sit, engine: Engine, procedure: str, reason: str) -> None:
    desk = sit()
    desk.save(procedure)
    filing_id = only(engine).filing_id
    assert desk.open(f"/ban/huy/{filing_id}").status_code == 200
    desk.follow(desk.send(f"/ban/huy/{filing_id}", reason=reason))
    assert only(engine).void_reason == reason
    desk.follow(desk.open(f"/ban/huy/{filing_id}"))
    assert "không sửa hay hủy được nữa" in desk.page
    desk.follow(desk.open(f"/ban/sua/{filing_id}"))
    desk.follow(desk.post(f"/ban/sua/{filing_id}", procedure=procedure))
    assert events(engine) == 2


@pytest.mark.parametrize("reason", ["", "V05", "R01", "vì nhầm"])
def test_void_without_one_is_refused(sit: Sit, engine: Engine, procedure: str, reason: str) -> None:
    desk = sit()
    desk.save(procedure)
    filing_id = only(engine).filing_id
    desk.open(f"/ban/huy/{filing_id}")
    assert desk.send(f"/ban/huy/{filing_id}", reason=reason).status_code == 400
    assert "Hãy chọn lý do hủy." in desk.page
    assert only(engine).state == "recorded"


def test_correct_shows_what_was_said_and_keeps_its_day(
    sit: Sit, engine: Engine, procedure: str, content: Library
) -> None:
    desk = sit()
    desk.save(procedure, channel="direct", direct_reason="D05", quantity="9", confirmed="y")
    filing_id = only(engine).filing_id
    other = f"khac-{next(iter(content.fields))}"
    with clock.at(NOON + timedelta(days=1)):
        desk.arrive()
        desk.open(f"/ban/sua/{filing_id}")
        shown = desk.form()
        assert (shown["procedure"], shown["channel"]) == (procedure, "direct")
        assert (shown["direct_reason"], shown["quantity"]) == ("D05", "9")
        changes = {"procedure": other, "channel": "vneid", "quantity": "2", "cause": "C01"}
        answer = desk.send(f"/ban/sua/{filing_id}", **changes)
        desk.send(f"/ban/sua/{filing_id}", **changes)
        desk.follow(answer)
        assert "Đã lưu bản sửa." in desk.page
        (found,) = filings(engine)
    assert (found.state, found.procedure, found.channel) == ("corrected", other, "vneid")
    assert (found.quantity, found.direct_reason, found.civil_date) == (2, None, NOON.date())
    assert events(engine) == 2


def test_a_wrong_correction_keeps_what_was_typed(sit: Sit, engine: Engine, procedure: str) -> None:
    desk = sit()
    desk.save(procedure)
    filing_id = only(engine).filing_id
    desk.open(f"/ban/sua/{filing_id}")
    answer = desk.send(f"/ban/sua/{filing_id}", quantity="77", language="en")
    assert answer.status_code == 400
    assert 'value="77"' in desk.page
    assert desk.form()["language"] == "en"
    desk.send(f"/ban/sua/{filing_id}", quantity="2", channel="post", outcome="saved", cause="C02")
    assert "không hợp" in desk.page
    assert only(engine).state == "recorded"


def test_an_entry_whose_procedure_is_gone_can_still_be_corrected(
    sit: Sit, engine: Engine, procedure: str, content: Library
) -> None:
    desk = sit()
    desk.save(procedure)
    known = only(engine)
    gone = dict(content.procedures)
    del gone[procedure]
    library = Library(**{name: getattr(content, name) for name in Library.__slots__})
    object.__setattr__(library, "procedures", gone)
    application = desk.client.application
    application.extensions["kiosk.library"] = library
    try:
        desk.open()
        assert desk.rows[0][1] == procedure
        desk.open(f"/ban/sua/{known.filing_id}")
        assert desk.form()["procedure"] == procedure
        answer = desk.send(f"/ban/sua/{known.filing_id}", quantity="2", cause="C04")
        assert answer.status_code == 302
    finally:
        application.extensions["kiosk.library"] = content
    assert (only(engine).procedure, only(engine).quantity) == (procedure, 2)


@pytest.mark.parametrize("act", ["sua", "huy", "huy-nhanh"])
@pytest.mark.parametrize(("role", "unit"), [("officer", "A"), ("officer", "B"), ("head", "B")])
def test_nobody_else_touches_an_entry(
    sit: Sit, engine: Engine, procedure: str, act: str, role: str, unit: str
) -> None:
    sit().save(procedure)
    other = sit("other", role, unit)
    path = f"/ban/{act}/{only(engine).filing_id}"
    other.open()
    assert other.post(path, reason="V01", procedure=procedure, quantity="2").status_code == 404
    if act != "huy-nhanh":
        assert other.open(path).status_code == 404
    assert events(engine) == 1
    other.open()
    assert other.rows == []


@pytest.mark.parametrize("act", ["sua", "huy"])
def test_the_head_of_the_unit_may(sit: Sit, engine: Engine, procedure: str, act: str) -> None:
    sit().save(procedure)
    head = sit("head", "head")
    path = f"/ban/{act}/{only(engine).filing_id}"
    assert head.open(path).status_code == 200
    said = {"reason": "V02"} if act == "huy" else {"cause": "C04", "quantity": "3"}
    head.follow(head.send(path, **said))
    found = only(engine)
    assert (found.state, found.quantity) in {("voided", 1), ("corrected", 3)}
    assert (found.recorded_by, found.officer) == ("id-lan", "id-head")
    assert len(head.rows) == 1


def test_the_head_does_not_undo_for_another(sit: Sit, engine: Engine, procedure: str) -> None:
    sit().save(procedure)
    head = sit("head", "head")
    head.open()
    assert head.post(f"/ban/huy-nhanh/{only(engine).filing_id}").status_code == 404
    assert only(engine).state == "recorded"


def test_the_notice_of_another_is_not_shown(sit: Sit, engine: Engine, procedure: str) -> None:
    sit().save(procedure)
    other = sit("minh")
    other.open(f"/ban?moi={only(engine).filing_id}")
    assert "Đã ghi 1 hồ sơ" not in other.page
    other.open("/ban?moi=nonsense")
    assert "Hoàn tác" not in other.page


@pytest.mark.parametrize("path", ["/ban/sua/1", "/ban/huy/x", f"/ban/sua/{UUID(int=7)}"])
def test_an_unknown_entry_is_not_found(sit: Sit, path: str) -> None:
    assert sit().open(path).status_code == 404


def test_an_undo_does_not_void_what_was_corrected_meanwhile(
    sit: Sit, engine: Engine, procedure: str
) -> None:
    desk, head = sit(), sit("head", "head")
    desk.follow(desk.save(procedure))
    filing_id = only(engine).filing_id
    head.open(f"/ban/sua/{filing_id}")
    assert head.send(f"/ban/sua/{filing_id}", quantity="3", cause="C04").status_code == 302
    desk.follow(desk.post(f"/ban/huy-nhanh/{filing_id}"))
    assert "Chưa hủy: lần ghi này đã được sửa." in desk.page
    assert (only(engine).state, only(engine).quantity) == ("corrected", 3)
    assert events(engine) == 2


@pytest.mark.parametrize("act", ["huy-nhanh", "huy", "sua"])
def test_an_entry_that_left_the_ledger_meanwhile_is_not_there(
    sit: Sit, engine: Engine, procedure: str, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sit()
    desk.save(procedure)
    filing_id = only(engine).filing_id

    def gone(*_args: object, **_more: object) -> None:
        raise ledger.UnknownFiling(filing_id)

    for name in ("correct", "void"):
        monkeypatch.setattr(ledger, name, gone)
    if act == "huy-nhanh":
        desk.open()
    else:
        desk.open(f"/ban/{act}/{filing_id}")
    more = {"cause": "C04", "quantity": "2"} if act == "sua" else {"reason": "V01"}
    answer = desk.send(f"/ban/{act}/{filing_id}", **more)
    assert answer.status_code == 404
    assert "<h1" in answer.text


def test_a_list_row_without_its_events_is_not_there(
    sit: Sit, engine: Engine, procedure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sit()
    desk.save(procedure)
    filing_id = only(engine).filing_id
    monkeypatch.setattr(ledger, "events", lambda *_args: ())
    for act in ("sua", "huy"):
        assert desk.open(f"/ban/{act}/{filing_id}").status_code == 404
