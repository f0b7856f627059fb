import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from kiosk import clock
from kiosk.db import writing
from kiosk.desk.forms import EntryForm
from kiosk.desk.past_forms import CorrectForm, VoidForm
from kiosk.filings import ledger
from tests.desk.people import NOON, Officer, events, only

Sit = Callable[..., Officer]
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"procedure": ""}, "Hãy chọn thủ tục."),
        ({"procedure": "no-such"}, "Hãy chọn một mục trong danh sách."),
        ({"channel": "carrier-pigeon"}, "Hãy chọn một mục trong danh sách."),
        ({"activity": "x"}, "Hãy chọn một mục trong danh sách."),
        ({"minutes": "7"}, "Hãy chọn một mục trong danh sách."),
        ({"competent_unit": "Z"}, "Hãy chọn một mục trong danh sách."),
        ({"quantity": "0"}, "Số hồ sơ là số từ 1 đến 50."),
        ({"quantity": "51", "confirmed": "y"}, "Số hồ sơ là số từ 1 đến 50."),
        ({"quantity": "năm"}, "Số hồ sơ là số từ 1 đến 50."),
        ({"quantity": ""}, "Số hồ sơ là số từ 1 đến 50."),
        ({"quantity": "9" * 400}, "Số hồ sơ là số từ 1 đến 50."),
        ({"quantity": "9" * 5000}, "Số hồ sơ là số từ 1 đến 50."),
        ({"quantity": "6"}, "Hơn 5 hồ sơ: hãy đánh dấu xác nhận."),
        ({"channel": "direct"}, "Nộp trực tiếp phải có lý do."),
        ({"outcome": "not_submitted"}, "Không nộp được phải có lý do."),
        ({"channel": "post", "outcome": "saved"}, "không hợp với các mục đã chọn khác"),
        ({"client_id": "1"}, "Biểu mẫu đã cũ. Hãy lưu lại."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_the_rest_is_kept(
    sit: Sit, engine: Engine, procedure: str, answers: dict[str, str], said: str
) -> None:
    desk = sit()
    answer = desk.save(**{"procedure": procedure, "language": "km"} | answers)
    assert answer.status_code == 400
    assert said in desk.page
    assert "Lỗi:" in desk.page
    assert "Not a valid" not in desk.page
    assert events(engine) == 0
    kept = desk.form()
    assert kept["language"] == "km"
    if "procedure" not in answers:
        assert kept["procedure"] == procedure
    mended = {"quantity": "1", "channel": "vneid", "outcome": "submitted", "minutes": ""}
    mended |= {"activity": "filing", "competent_unit": "", "procedure": procedure}
    assert desk.send(**mended).status_code == 302
    assert events(engine) == 1


def test_a_mistake_in_the_folded_part_unfolds_it(sit: Sit, procedure: str) -> None:
    desk, unfolded = sit(), r'<details class="fold"\s+open'
    desk.save(procedure, minutes="7")
    assert re.search(unfolded, desk.page)
    desk.save(procedure, channel="direct")
    assert not re.search(unfolded, desk.page)


def test_a_large_count_is_asked_about_where_it_stands(sit: Sit, procedure: str) -> None:
    desk = sit()
    desk.open()
    assert 'class="if-many"' in desk.page
    desk.save(procedure, quantity="6")
    assert 'class="if-many is-many"' in desk.page
    assert 'value="6"' in desk.page


def test_without_its_token_nothing_is_recorded(sit: Sit, engine: Engine, procedure: str) -> None:
    desk = sit()
    assert desk.save(procedure, csrf_token="").status_code == 400
    assert "Chưa lưu: trang này đã cũ." in desk.page
    desk.open()
    assert desk.post("/ban/nhu-truoc", csrf_token="").status_code == 400
    assert events(engine) == 0


def test_every_page_of_the_desk_says_who_may_see_it(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("desk."):
            permission = getattr(app.view_functions[rule.endpoint], "permission", None)
            expected = "account.own" if rule.rule == "/" else "filings.record"  # / only leads on
            assert permission == expected


def test_no_form_of_the_desk_can_hold_free_text(app: Flask) -> None:
    with app.test_request_context():
        for form in (EntryForm(), CorrectForm(), VoidForm()):
            kinds = {field.type for field in form}
            assert kinds <= {
                "BooleanField",
                "CSRFTokenField",
                "HiddenField",
                "IntegerField",
                "RadioField",
                "SelectField",
            }


def test_nobody_records_without_signing_in(app: Flask, engine: Engine) -> None:
    stranger = app.test_client()
    for path in ("/", "/ban", "/ban/ma", f"/ban/sua/{uuid4()}", f"/ban/huy/{uuid4()}"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.location.split("?")[0]) == (302, "/dang-nhap")
    assert events(engine) == 0


def test_a_full_disk_is_said_and_the_form_is_kept(
    sit: Sit, engine: Engine, procedure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sit()
    desk.save(procedure)
    filing_id = only(engine).filing_id

    def full(*_args: object, **_more: object) -> None:
        raise ledger.StoreFull("full")

    with monkeypatch.context() as kept_whole:
        kept_whole.setattr(ledger, "void", full)
        desk.open()
        assert desk.post(f"/ban/huy-nhanh/{filing_id}").status_code == 507
        assert "hết chỗ lưu" in desk.page
    for name in ("record", "correct", "void"):
        monkeypatch.setattr(ledger, name, full)
    answer = desk.save(procedure, language="km", minutes="20")
    assert answer.status_code == 507
    assert "hết chỗ lưu" in desk.page
    kept = desk.form()
    assert (kept["procedure"], kept["language"], kept["minutes"]) == (procedure, "km", "20")
    identity = kept["client_id"]
    assert desk.send().status_code == 507
    assert desk.form()["client_id"] == identity
    desk.open(f"/ban/sua/{filing_id}")
    assert desk.send(f"/ban/sua/{filing_id}", quantity="4", cause="C04").status_code == 507
    assert desk.form()["quantity"] == "4" or 'value="4"' in desk.page
    desk.open(f"/ban/huy/{filing_id}")
    assert desk.send(f"/ban/huy/{filing_id}", reason="V02").status_code == 507
    assert desk.form()["reason"] == "V02"
    desk.open()
    assert desk.post("/ban/nhu-truoc").status_code == 507
    monkeypatch.undo()
    assert events(engine) == 1


def test_a_really_full_database_loses_nothing(sit: Sit, engine: Engine, procedure: str) -> None:
    desk = sit()
    desk.save(procedure)
    desk.open()
    with engine.connect() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()

    def cramped(raw: object, *_: object) -> None:
        raw.execute(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined]

    event.listen(engine, "checkout", cramped)
    codes = set()
    for _ in range(60):
        desk.open()
        answer = desk.send(procedure=procedure)
        codes.add(answer.status_code)
        if answer.status_code == 507:
            break
    event.remove(engine, "checkout", cramped)
    assert codes == {302, 507}
    assert "hết chỗ lưu" in desk.page
    assert ledger.verify(engine) == []


def test_an_entry_from_an_old_page_is_kept_to_be_saved_again(
    sit: Sit, engine: Engine, procedure: str
) -> None:
    desk = sit()
    answer = desk.save(procedure, language="km", csrf_token="old")
    assert answer.status_code == 400
    assert desk.form()["language"] == "km"
    assert events(engine) == 0
    assert desk.send().status_code == 302
    assert only(engine).language == "km"


def test_an_entry_after_an_idle_hour_is_kept_behind_the_lock(
    sit: Sit, engine: Engine, procedure: str
) -> None:
    desk = sit()
    desk.open()
    with clock.at(NOON + timedelta(hours=2)):
        answer = desk.send(procedure=procedure, quantity="4")
    assert answer.status_code == 423
    for kept in (f'value="{procedure}"', 'name="quantity"', 'name="client_id"'):
        assert kept in answer.text
    assert events(engine) == 0


def test_an_entry_after_the_end_of_a_session_is_said_to_be_lost(
    sit: Sit, engine: Engine, procedure: str
) -> None:
    desk = sit()
    desk.open()
    with clock.at(NOON + timedelta(hours=11)):
        desk.follow(desk.send(procedure=procedure))
    assert "Lần ghi vừa rồi chưa được lưu." in desk.page
    assert events(engine) == 0


def test_a_database_held_by_another_is_said_and_the_form_is_kept(
    sit: Sit, engine: Engine, procedure: str
) -> None:
    desk = sit()
    desk.save(procedure)
    filing_id = only(engine).filing_id

    def impatient(raw: object, *_: object) -> None:
        raw.execute("PRAGMA busy_timeout=0")  # type: ignore[attr-defined]

    event.listen(engine, "checkout", impatient)
    with writing(engine):
        assert desk.save(procedure, language="km").status_code == 503
        assert "Máy đang bận, lần ghi này chưa được lưu. Hãy bấm Lưu lần nữa." in desk.page
        assert (desk.form()["procedure"], desk.form()["language"]) == (procedure, "km")
        desk.open(f"/ban/sua/{filing_id}")
        assert desk.send(f"/ban/sua/{filing_id}", quantity="4", cause="C04").status_code == 503
        assert 'value="4"' in desk.page
        for path in ("/ban/nhu-truoc", f"/ban/huy-nhanh/{filing_id}", f"/ban/huy/{filing_id}"):
            desk.open()
            assert desk.post(path, reason="V02").status_code == 503
            assert "Máy đang bận nên chưa ghi được." in desk.page
    event.remove(engine, "checkout", impatient)
    assert events(engine) == 1
    assert desk.save(procedure).status_code == 302
