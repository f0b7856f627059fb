"""The command as outside checks call it: documents, one reason on stderr, exit 0, 1 or 2."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import zxingcpp
from PIL import Image

from kiosk.cli.main import main

RENTED = (
    *("vneid=co", "cho-ai=toi", "viec=moi", "tuoi=du-18", "cho-o=thue"),
    *("mien-phi=khong", "cong-dan-so=du"),
)
ANSWERS = [word for pair in RENTED for word in ("--answer", pair)]


class Said(NamedTuple):
    """What one run of the command said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


class Command:
    """The command on a machine of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch = monkeypatch
        self.capsys = capsys

    def __call__(self, *words: object) -> Said:
        self.monkeypatch.setattr("sys.argv", ["kiosk", *map(str, words)])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = self.capsys.readouterr()
        return Said(code, out, err)


@pytest.fixture
def kiosk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The command on an empty machine."""
    monkeypatch.setenv("KIOSK_SECRET_KEY", "0" * 64)
    monkeypatch.setenv("KIOSK_SITE", str(tmp_path / "site"))
    monkeypatch.setenv("KIOSK_DATABASE_URL", f"sqlite:///{tmp_path / 'kiosk.db'}")
    return Command(monkeypatch, capsys)


def test_a_checklist_has_the_shape_that_was_promised(kiosk: Command) -> None:
    said = kiosk("checklist", "dang-ky-tam-tru", *ANSWERS, "--on", "2026-11-21", "--json")
    document = said.document
    assert {
        *("procedure", "code", "name", "on", "answers", "open_questions", "level", "papers"),
        *("fees", "time_limit", "authority", "channels", "deadlines", "links"),
        *("short_code", "reviewed"),
    } <= set(document)
    assert document["code"] == "1.004194"
    assert document["open_questions"] == []
    assert document["reviewed"] is False
    assert [fee["amount"] for fee in document["fees"] if fee["channel"] == "online"] == [0]
    assert [fee["amount"] for fee in document["fees"] if fee["channel"] == "counter"] == [15000]
    assert {"id", "name", "kind", "needed", "replaced_by", "sure", "source", "disputed"} <= set(
        document["papers"][0]
    )
    assert all(link["url"].startswith("https://dichvucong.gov.vn") for link in document["links"])
    assert len(document["short_code"]) <= 8


def test_the_waiver_ends_with_february_2027(kiosk: Command) -> None:
    def online(on: str) -> list[int]:
        fees = kiosk("checklist", "dang-ky-tam-tru", *ANSWERS, "--on", on, "--json").document[
            "fees"
        ]
        return [fee["amount"] for fee in fees if fee["channel"] == "online"]

    assert online("2027-02-28") == [0]
    assert online("2027-03-01") == [7000]
    assert online("2026-08-14") == [7000]


@pytest.mark.parametrize("lang", ["vi", "en", "km"])
def test_a_checklist_in_words(kiosk: Command, lang: str) -> None:
    said = kiosk("checklist", "dang-ky-tam-tru", *ANSWERS, "--lang", lang)
    assert said.code == 0
    assert "CT01" in said.out


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["checklist", "khong-co"], 1, "there is no procedure “khong-co”"),
        (["checklist", "dang-ky-tam-tru", "--answer", "cho-o=lau-dai"], 1, "is no answer to cho-o"),
        (["checklist", "dang-ky-tam-tru", "--answer", "thoi-tiet=mua"], 1, "is not asked"),
        (["checklist", "dang-ky-tam-tru", "--answer", "cho-o"], 2, "is not question=option"),
        (["checklist", "dang-ky-tam-tru", "--on", "hom-qua"], 2, "is not a date"),
        (["checklist"], 2, "Missing argument"),
        (["period", "fortnight"], 2, "no such kind of period: fortnight"),
        (["period", "special", "--at", "2026-11-21T10:00"], 1, "special"),
        (["count", "--unit", "X", "--from", "2026-11-01", "--to", "2026-11-02"], 1, "no unit “X”"),
        (["count", "--unit", "X", "--from", "2026-11-02", "--to", "2026-11-01"], 2, "is before"),
        (["slip", "QQQQ", "-o", "x.pdf"], 1, "neither a procedure nor a short code"),
        (["slip", "dang-ky-tam-tru", "-o", "x.pdf"], 1, "still to be answered"),
        (["links", "dead", "nowhere", "--by", "Đội trưởng"], 1, "there is no address"),
        (["user", "reset", "nobody"], 1, "is not the sign-in name of anybody"),
        (["user", "add", "x", "--unit", "X"], 1, "there is no unit “X”"),
        (["fly"], 2, "No such command"),
    ],
)
def test_a_mistake_is_one_line_and_an_exit_code(
    kiosk: Command, words: list[str], code: int, reason: str
) -> None:
    said = kiosk(*words)
    assert said.code == code
    assert reason in said.err
    assert said.err.strip().count("\n") == 0
    assert said.out == ""


def test_periods_as_documents(kiosk: Command) -> None:
    due = kiosk("period", "weekly", "--at", "2026-11-21T10:00+07:00", "--json").document
    assert due == {
        "kind": "week",
        "start": "2026-11-19",
        "end": "2026-11-25",
        "due_at": "2026-11-26T09:00:00+07:00",
    }
    month = kiosk("period-of", "month", "--date", "2026-11-14", "--json").document
    assert (month["start"], month["end"]) == ("2026-10-15", "2026-11-14")


def test_a_filled_machine_counts_and_agrees_with_itself(kiosk: Command, tmp_path: Path) -> None:
    first = kiosk("demo", "--events", "60")
    assert first.out.count("one-time password") == 3
    assert "holds data already" in kiosk("demo").out
    assert "agree" in kiosk("verify").out
    span = ("--unit", "T00", "--from", "2020-01-01", "--to", "2099-12-31")
    by_field = kiosk("count", *span, "--json").document
    by_unit = kiosk("count", *span, "--by", "unit", "--json").document
    assert by_field["total"]["assisted"] == by_unit["total"]["assisted"] == 60
    assert sum(row["assisted"] for row in by_unit["rows"]) == 60
    assert by_field["total"]["rate"] is None
    zero = kiosk("zero-list", "--on", "2026-11-21", "--json").document
    assert set(zero) == {"on", "horizon", "fields", "units", "silent"}
    sheet = tmp_path / "bao-cao.xlsx"
    assert kiosk("report", "week", "--unit", "T00", "-o", sheet).code == 0
    assert sheet.read_bytes()[:2] == b"PK"


def test_slips_of_a_case_and_of_its_code(kiosk: Command, tmp_path: Path) -> None:
    case = kiosk("checklist", "dang-ky-tam-tru", *ANSWERS, "--json").document
    target = tmp_path / "slip.png"
    assert kiosk("slip", case["short_code"], "--format", "png", "-o", target).code == 0
    read = zxingcpp.read_barcodes(Image.open(target).convert("L"))
    assert [code.text for code in read] == [case["links"][0]["url"]]
    for kind, magic in (("pdf", b"%PDF"), ("escpos", b"\x1b")):
        path = tmp_path / f"slip.{kind}"
        kiosk("slip", "dang-ky-tam-tru", *ANSWERS, "--format", kind, "-o", path)
        assert path.read_bytes().startswith(magic)


def test_the_table_of_paths_is_for_a_lawyer(kiosk: Command) -> None:
    said = kiosk("content", "paths", "cap-the-can-cuoc", "--csv", "--on", "2026-11-21")
    rows = list(csv.DictReader(StringIO(said.out)))
    assert len(rows) > 100
    assert all(row["papers"] and row["authority"] and row["sources"] for row in rows)
    assert "nothing" not in kiosk("content", "stale").out


def test_a_signature_and_a_dead_address_count_at_once(kiosk: Command) -> None:
    posts = ("--author-post", "Đội trưởng", "--reviewer-post", "Phó trưởng phòng")
    assert kiosk("content", "review", "dang-ky-tam-tru", "--document", "12/QĐ", *posts).code == 0
    reviewed = kiosk("checklist", "dang-ky-tam-tru", *ANSWERS, "--json").document
    assert reviewed["reviewed"] is True
    same = ("--author-post", "Đội trưởng", "--reviewer-post", "đội trưởng ")
    refused = kiosk("content", "review", "dang-ky-tam-tru", "--document", "12/QĐ", *same)
    assert (refused.code, "another post" in refused.err) == (1, True)
    assert kiosk("links", "dead", "national-search", "--by", "Cán bộ trực").code == 0
    links = kiosk("checklist", "dang-ky-tam-tru", *ANSWERS, "--json").document["links"]
    assert [link["url"] for link in links] == ["https://dichvucong.gov.vn"]
    assert "dead" in kiosk("links", "report").out


def test_units_come_from_a_file_all_or_none(kiosk: Command, tmp_path: Path) -> None:
    head = "code,name,level,parent,area_type,valid_from,valid_to,successor\n"
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(head + "U1,Công an xã Một,commune,,rural,2025-07-01,,\n", "utf-8")
    bad.write_text(head + "U2,Công an xã Hai,commune,,rural,soon,,\n", "utf-8")
    assert kiosk("unit", "import", good).out == "1 units\n"
    refused = kiosk("unit", "import", bad)
    assert refused.code == 1
    assert "bad.csv:2" in refused.err or "bad.csv:line 2" in refused.err
    issued = kiosk("user", "add", "lan", "--unit", "U1")
    assert "one-time password" in issued.out
    assert kiosk("user", "disable", "lan").code == 0


def test_bad_settings_stop_the_start(kiosk: Command) -> None:
    kiosk.monkeypatch.setenv("KIOSK_STAFF", "nowhere")
    said = kiosk("serve")
    assert (said.code, said.err) == (1, "kiosk: KIOSK_STAFF: “nowhere” is not HOST:PORT\n")
