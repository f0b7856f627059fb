"""The journal: what was done, in plain words, within reach; checked on demand; as a table."""

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st
from sqlalchemy import Engine, event, insert, update
from sqlalchemy import text as text_clause

from kiosk import clock
from kiosk.access import audit, devices, events
from kiosk.access.audit import Event
from kiosk.access.models import audit_event
from kiosk.admin import journal_csv, words
from kiosk.db import writing
from tests.admin.people import NOON, Person, add
from tests.pages import Page

Sit = Callable[..., Person]
PATH = "/quan-tri/nhat-ky"


def happen(engine: Engine, *said: Event) -> None:
    with writing(engine) as conn:
        for one in said:
            audit.write(conn, one)


KINDS = [
    found
    for found in vars(events).values()
    if isinstance(found, type) and issubclass(found, Event) and found is not Event
]


def example(kind: type[Event]) -> Event:
    """Return an event of a kind with something in each of its fields."""
    usual = {
        "valid_from": "2026-11-19",
        "before": "2026-08-01",
        "ledger_before": "2026-08-01",
        "percent_times_100": 6250,
    }
    names = [name for name in kind.__dataclass_fields__ if name not in {"unit", "actor", "kind"}]
    numbers = {"count": 3, "sessions": 4, "calls": 2, "events": 5, "replaced_times_100": 5000}
    more = {name: usual.get(name, numbers.get(name, "abcdefghij")) for name in names}
    return kind("A", "idlan", **more)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_event_has_its_sentence(kind: type[Event], sit: Sit, tree: Engine) -> None:
    assert kind.kind in words.EVENT
    assert kind.kind in words.KIND
    happen(tree, example(kind))
    text = sit("pho").open(f"{PATH}?loai={kind.kind}").text
    assert "Sự kiện khác" not in text
    assert "%(" not in text


def test_it_says_who_did_what_to_whom(sit: Sit, tree: Engine) -> None:
    head = sit()
    add(tree, "lan", "officer", "A")
    devices.enrol(tree, "A", "Máy quầy 1", "idtruong")
    happen(
        tree,
        events.AccountReset("A", "idtruong", "idlan"),
        events.AccountCreated("A", "console", "idlan", "officer"),
        events.SignInRefused("", ""),
        events.SignedIn("A", "idlanquadaiquadai", "abcdefghijkl"),
        events.TargetSet("A", "idtruong", "residence", None, 6250, "2026-11-19"),
    )
    text = head.open(PATH).text
    assert "truong Cấp lại mật khẩu cho tài khoản lan." in text
    assert "Tại máy chủ Mở tài khoản lan, vai trò: Cán bộ tiếp nhận." in text
    assert "Chung của máy Không rõ Đăng nhập bị từ chối." in text
    assert "idlanq… Đăng nhập (phiên abcdef…)." in text
    assert "truong Cấp khóa cho máy Máy quầy 1." in text
    assert "Đặt chỉ tiêu 62,5% từ ngày 19/11/2026" in text
    assert "(lĩnh vực: Đăng ký, quản lý cư trú; thủ tục: tất cả)." in text
    assert "12:00 21/11/2026" in text


def test_days_and_kinds_are_filtered_newest_first(sit: Sit, tree: Engine) -> None:
    for days in (40, 20, 1):
        with clock.at(NOON - timedelta(days=days)):
            happen(tree, events.UnitsImported("A", "console", days))
    head = sit()
    text = head.open(f"{PATH}?loai=units_imported").text
    assert text.index(": 1 dòng") < text.index(": 20 dòng")
    assert ": 40 dòng" not in text
    early = head.open(f"{PATH}?tu=2026-10-01&den=2026-10-31&loai=units_imported").text
    assert ": 40 dòng" in early
    assert ": 20 dòng" not in early.replace(": 40 dòng", "") or "2026-11-01" in early
    for odd in ("tu=x", "den=2026-02-30", "tu=9999-12-31", "tu=2026-11-30&den=2026-11-01"):
        head.open(f"{PATH}?{odd}&loai=khong-co&trang=x")


def test_long_journals_come_in_pages_that_keep_the_filter(sit: Sit, tree: Engine) -> None:
    happen(tree, *(events.UnitsImported("A", "console", n) for n in range(1, 121)))
    head = sit()
    page = head.open(f"{PATH}?loai=units_imported&tu=2026-11-01")
    (following,) = [link for link in page.links if "trang=2" in link]
    assert "loai=units_imported" in following
    assert "tu=2026-11-01" in following
    assert ": 71 dòng" in page.text
    assert ": 70 dòng" not in page.text
    assert ": 70 dòng" in head.open(following).text


@pytest.mark.parametrize(("role", "status"), [("officer", 403), ("viewer", 403)])
def test_who_may_not_read_it(sit: Sit, role: str, status: int) -> None:
    person = sit("ai-do", role, "A")
    person.open(PATH, status)
    assert person.client.get(f"{PATH}.csv").status_code == status


def test_other_units_are_out_of_reach(sit: Sit, tree: Engine) -> None:
    happen(tree, events.UnitsImported("B", "console", 7), events.UnitsImported("P", "console", 8))
    head, province = sit(), sit("tinh", "admin", "P")
    page = head.open(PATH)
    assert "7 dòng" not in page.text
    assert "8 dòng" not in page.text
    head.open(f"{PATH}?don-vi=B", 404)
    assert head.client.get(f"{PATH}.csv?don-vi=B").status_code == 404
    table = head.client.get(f"{PATH}.csv").text
    assert {row["unit"] for row in read(table)} <= {"A", ""}
    assert "7 dòng" in province.open(PATH).text
    chosen = province.open(f"{PATH}?don-vi=B").text
    assert "7 dòng" in chosen
    assert "8 dòng" not in chosen


def test_an_altered_line_is_found_when_asked(sit: Sit, tree: Engine) -> None:
    happen(tree, events.UnitsImported("A", "console", 7), events.UnitsImported("B", "console", 7))
    head = sit()
    assert "nguyên vẹn" not in head.open(PATH).text
    assert "nhật ký còn nguyên vẹn" in head.open(f"{PATH}?kiem-tra=1").text
    spoil(tree, "B")
    assert "nhật ký còn nguyên vẹn" in head.open(f"{PATH}?kiem-tra=1").text
    spoil(tree, "A")
    text = head.open(f"{PATH}?kiem-tra=1").text
    assert "có 1 chỗ đã bị sửa hoặc mất" in text
    assert "audit A 1" in text


def spoil(engine: Engine, unit: str) -> None:
    with writing(engine) as conn:
        which = (audit_event.c.unit == unit, audit_event.c.seq == 1)
        conn.execute(update(audit_event).where(*which).values(detail={"count": 8}))


def test_an_altered_event_still_has_its_line(sit: Sit, tree: Engine) -> None:
    happen(tree, events.Retained("A", "console", "2026-08-01", 1, 1, None, 0))
    with writing(tree) as conn:
        conn.execute(update(audit_event).values(detail={"before": "hôm qua"}))
    assert "Sự kiện khác (retained)." in sit().open(f"{PATH}?loai=retained").text


def read(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_table_holds_all_and_its_cells_never_run(sit: Sit, tree: Engine) -> None:
    happen(tree, events.UnitsImported("A", "console", 7))
    hostile = {"unit": "A", "seq": 99, "kind": "=cmd", "actor": '@SUM("1")', "at": NOON}
    with writing(tree) as conn:
        conn.execute(insert(audit_event).values(**hostile, detail={}, prev_hash="-", hash="+1"))
    head = sit()
    answer = head.client.get(f"{PATH}.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=nhat-ky-2026-11-21.csv"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.is_streamed
    assert answer.data.startswith(b"\xef\xbb\xbfat,unit,seq,kind,actor,detail,hash\r\n")
    rows = read(answer.text)
    assert [*rows[0]] == ["at", "unit", "seq", "kind", "actor", "detail", "hash"]
    first = rows[0]
    assert (first["at"], first["kind"]) == ("2026-11-21T05:00:00+00:00", "units_imported")
    assert json.loads(first["detail"]) == {"count": 7}
    assert len(first["hash"]) == 64
    odd = next(row for row in rows if row["seq"] == "99")
    assert (odd["kind"], odd["actor"], odd["hash"]) == ("'=cmd", '\'@SUM("1")', "'+1")


@runs(max_examples=100, deadline=None)
@given(st.text(max_size=20))
def test_no_cell_begins_as_a_formula(text: str) -> None:
    cell = journal_csv.defused(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == text.removeprefix("'") or cell == text


def test_a_long_table_is_whole_and_each_chain_in_order(
    tree: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "BLOCK", 7)
    happen(tree, *(events.UnitsImported(unit, "console", n) for n in range(20) for unit in "BA"))
    day = date(2026, 11, 21)
    found = [(row.unit, row.seq) for row in audit.rows(tree, None, day, day)]
    assert found == [(unit, seq) for unit in "AB" for seq in range(1, 21)]
    assert not [*audit.rows(tree, None, date(2026, 11, 1), date(2026, 11, 20))]
    assert len([*audit.rows(tree, ("B",), day, day, "units_imported")]) == 20
    assert len([*journal_csv.lines(tree, ("B",), day, day, "set_up")]) == 1


def test_reading_changes_nothing(sit: Sit, tree: Engine) -> None:
    head = sit()
    head.open(PATH)
    before = [*journal_csv.lines(tree, None, date(2026, 1, 1), date(2027, 1, 1))]
    head.open(f"{PATH}?kiem-tra=1")
    assert head.client.get(f"{PATH}.csv").text
    assert [*journal_csv.lines(tree, None, date(2026, 1, 1), date(2027, 1, 1))] == before
    assert Page(head.page).heading == "Nhật ký"


def test_what_went_is_said_with_its_days(sit: Sit, tree: Engine) -> None:
    happen(
        tree,
        events.Retaining("", "console", "2025-03-01"),
        events.Retained("", "console", "2026-08-01", 3, 2, "2025-03-01", 120),
        events.Retained("", "console", "2026-08-02", 1, 4, None, 0),
    )
    text = sit().open(PATH).text
    assert "Bắt đầu dọn các lần ghi trước ngày 1/3/2025." in text
    assert "trước ngày 1/8/2026: 3 phiên, 2 lời gọi; lần ghi trước ngày 1/3/2025: 120" in text
    assert "trước ngày 2/8/2026: 1 phiên, 4 lời gọi." in text


def test_a_check_reads_the_chains_within_reach_alone(sit: Sit, tree: Engine) -> None:
    happen(tree, *(events.UnitsImported(unit, "console", 7) for unit in "AB"))
    spoil(tree, "B")
    head = sit()
    asked: list[str] = []
    with monitored(tree, asked):
        text = head.open(f"{PATH}?kiem-tra=1").text
    assert "nhật ký còn nguyên vẹn" in text
    chains = [said for said in asked if "audit_event.prev_hash" in said]
    assert chains
    assert all("unit IN" in said for said in chains)


@contextmanager
def monitored(engine: Engine, said: list[str]) -> Iterator[None]:
    def listen(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    yield
    event.remove(engine, "before_cursor_execute", listen)


@pytest.mark.parametrize(("column", "value"), [("detail", "{"), ("at", "2026-11-21 05 rubbish")])
def test_a_line_that_cannot_be_read_is_shown_as_such(
    sit: Sit, tree: Engine, column: str, value: str
) -> None:
    if tree.dialect.name != "sqlite":
        pytest.skip("no such value can be stored")
    happen(tree, events.UnitsImported("A", "console", 7), events.UnitsImported("A", "console", 8))
    with writing(tree) as conn:
        spoilt = f"UPDATE audit_event SET {column} = :value WHERE unit = 'A' AND seq = 1"  # noqa: S608
        conn.execute(text_clause(spoilt), {"value": value})
    head = sit()
    page = head.open(f"{PATH}?kiem-tra=1")
    assert "Nhập đơn vị: không đọc được" in page.text
    assert ": 8 dòng" in page.text
    assert "audit A 1: cannot be read" in page.text
    rows = read(head.client.get(f"{PATH}.csv").text)
    (odd,) = (row for row in rows if (row["unit"], row["seq"]) == ("A", "1"))
    assert (odd["kind"], odd[column]) == ("units_imported", "không đọc được")
