"""Commands of those who answer for a machine: accounts, machines, the audit, what is kept."""

import csv
import json
import re
import shutil
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine, func, insert, select

from kiosk import clock
from kiosk.access import devices
from kiosk.access.models import ROLES, audit_event, login_session
from kiosk.cli import people
from kiosk.cli.main import main
from kiosk.db import migrate, open_engine, reading, writing
from kiosk.station.models import call
from kiosk.units import import_csv

HEAD = "code,name,level,parent,area_type,valid_from,valid_to,successor\n"
UNITS = HEAD + (
    "P,Công an tỉnh Mẫu,province,,general,2025-07-01,,\n"
    "U1,Công an xã Một,commune,P,rural,2025-07-01,,\n"
    "U2,Công an xã Hai,commune,P,rural,2025-07-01,,\n"
)
ISSUED = re.compile(r"one-time password ([2-9a-z]{4}(?:-[2-9a-z]{4}){3})\n")


class Said(NamedTuple):
    """What one run of the command said."""

    code: int
    out: str
    err: str


class Command:
    """The command on a machine of its own."""

    def __init__(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self.folder = folder
        self.monkeypatch = monkeypatch
        self.capsys = capsys

    def __call__(self, *words: object) -> Said:
        self.monkeypatch.setattr("sys.argv", ["kiosk", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        return Said(code, *self.capsys.readouterr())

    def document(self, *words: object) -> Any:
        said = self(*words)
        assert said.code == 0, said.err
        return json.loads(said.out)

    @property
    def engine(self) -> Engine:
        return open_engine(f"sqlite:///{self.folder / 'kiosk.db'}")


@pytest.fixture
def bare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The command on an empty machine."""
    monkeypatch.setenv("KIOSK_SECRET_KEY", "0" * 64)
    monkeypatch.setenv("KIOSK_SITE", str(tmp_path / "site"))
    monkeypatch.setenv("KIOSK_DATABASE_URL", f"sqlite:///{tmp_path / 'kiosk.db'}")
    monkeypatch.delenv("KIOSK_DEVICE_KEY", raising=False)
    monkeypatch.setattr(people, "KEY_FILE", tmp_path / "var" / "device.key")
    return Command(tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with units and nothing else, made once."""
    file = tmp_path_factory.mktemp("machine") / "kiosk.db"
    migrate(f"sqlite:///{file}")
    engine = open_engine(f"sqlite:///{file}")
    with writing(engine) as conn:
        import_csv(conn, UNITS.splitlines())
    engine.dispose()
    return file


@pytest.fixture
def kiosk(bare: Command, machine: Path) -> Command:
    """The command on a machine with units."""
    shutil.copy(machine, bare.folder / "kiosk.db")
    return bare


def kinds(engine: Engine) -> list[str]:
    with reading(engine) as conn:
        return list(conn.execute(select(audit_event.c.kind).order_by(audit_event.c.at)).scalars())


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["user", "add", "lan", "--unit", "X"], 1, "there is no unit “X”"),
        (["user", "add", "x", "--unit", "U1"], 1, "a sign-in name is 3 to 32"),
        (["user", "add", "lan", "--unit", "U1", "--role", "king"], 2, "is not one of"),
        (["user", "add", "lan"], 2, "Missing option"),
        (["user", "reset", "nobody"], 1, "is not the sign-in name of anybody"),
        (["user", "disable", "nobody"], 1, "is not the sign-in name of anybody"),
        (["device", "enrol", "Máy 1", "--unit", "X"], 1, "there is no unit “X”"),
        (["device", "enrol", " ", "--unit", "U1"], 1, "a machine needs a name"),
        (["device", "enrol", "Máy 079123456789", "--unit", "U1"], 1, "must not hold a number"),
        (["device", "revoke", "x"], 1, "there is no machine “x”"),
        (["audit", "--unit", "X"], 1, "there is no unit “X”"),
        (["audit", "--from", "2026-11-02", "--to", "2026-11-01"], 2, "is before"),
        (["audit", "--from", "soon"], 2, "is not a date"),
        (["audit", "-o", "x.csv"], 2, "-o FILE needs --csv"),
        (["audit", "--csv", "-o", "/nowhere/x.csv"], 1, "No such file"),
        (["retain", "--before", "2999-01-01"], 2, "is still to come"),
        (["retain", "--ledger-before", "2999-01-01"], 2, "is still to come"),
    ],
)
def test_a_mistake_is_one_line_and_an_exit_code(
    kiosk: Command, words: list[str], code: int, reason: str
) -> None:
    said = kiosk(*words)
    assert (said.code, said.out) == (code, "")
    assert reason in said.err
    assert said.err.strip().count("\n") == 0


def test_accounts_of_every_role(kiosk: Command) -> None:
    assert set(people.ROLES) == set(ROLES)
    for n, role in enumerate(ROLES):
        said = kiosk("user", "add", f"ai{n}.do", "--unit", "U1", "--role", role)
        assert ISSUED.search(said.out)
    listed = kiosk.document("user", "list", "--json")
    assert [one["role"] for one in listed] == list(ROLES)
    assert listed[0] | {"created": ""} == {
        "login": "ai0.do",
        "role": "officer",
        "unit": "U1",
        "created": "",
        "second_factor": False,
        "closed": False,
    }
    assert "ai3.do | admin | U1" in kiosk("user", "list").out
    assert kiosk("user", "add", "ai0.do", "--unit", "U2").code == 1


def test_the_last_who_can_manage_is_not_closed(kiosk: Command) -> None:
    kiosk("user", "add", "truong", "--unit", "U1", "--role", "head")
    kiosk("user", "add", "lan", "--unit", "U1")
    assert kiosk("user", "disable", "lan").code == 0
    refused = kiosk("user", "disable", "Truong ")
    assert (refused.code, "last open account" in refused.err) == (1, True)
    kiosk("user", "add", "tinh", "--unit", "P", "--role", "admin")
    assert kiosk("user", "disable", "truong").code == 0
    assert ISSUED.search(kiosk("user", "reset", "truong").out)
    assert kiosk("user", "disable", "tinh").code == 0


def test_a_machine_from_key_to_revocation(kiosk: Command) -> None:
    said = kiosk("device", "enrol", "Máy quầy 1", "--unit", "U1")
    found = re.fullmatch(r"([a-z]{12}): key ([A-Z2-7-]{64})\n", said.out)
    assert found
    name, key = found.groups()
    assert devices.here(kiosk.engine, key) == name
    (listed,) = kiosk.document("device", "list", "--json")
    assert (listed["id"], listed["name"], listed["revoked"]) == (name, "Máy quầy 1", None)
    assert key not in kiosk("device", "list").out
    assert kiosk("device", "revoke", name).out == f"{name}: revoked\n"
    with pytest.raises(devices.DeviceRevoked):
        devices.here(kiosk.engine, key)
    assert kiosk.document("device", "list", "--json")[0]["revoked"]


def test_a_key_for_this_machine_is_kept_and_not_shown(kiosk: Command) -> None:
    said = kiosk("device", "enrol", "Máy này", "--unit", "U1", "--here")
    kept = people.KEY_FILE.read_text("ascii")
    assert kept not in said.out
    assert people.KEY_FILE.stat().st_mode & 0o777 == 0o600
    assert said.out.startswith(devices.here(kiosk.engine, kept))
    again = kiosk("device", "enrol", "Máy này", "--unit", "U1", "--here")
    assert (again.code, "has a key already" in again.err) == (1, True)
    assert people.KEY_FILE.read_text("ascii") == kept
    people.KEY_FILE.unlink()
    kiosk.monkeypatch.setenv("KIOSK_DEVICE_KEY", kept)
    hidden = kiosk("device", "enrol", "Máy này", "--unit", "U1", "--here")
    assert (hidden.code, "would hide the file" in hidden.err) == (1, True)
    assert len(kiosk.document("device", "list", "--json")) == 1


def test_the_audit_in_lines_and_as_a_table(kiosk: Command) -> None:
    kiosk("user", "add", "lan", "--unit", "U1")
    kiosk("user", "add", "minh", "--unit", "U2")
    every = kiosk("audit").out.splitlines()
    assert [line.split()[2:5] for line in every] == [
        ["U1", "1", "account_created"],
        ["U2", "1", "account_created"],
    ]
    assert kiosk("audit", "--unit", "P").out.count("account_created") == 2
    assert kiosk("audit", "--unit", "U1").out.count("account_created") == 1
    assert kiosk("audit", "--to", "2021-01-01").out == ""
    file = kiosk.folder / "audit.csv"
    assert kiosk("audit", "--unit", "U2", "--csv", "-o", file).code == 0
    text = file.read_bytes().decode("utf-8-sig")
    assert text == kiosk("audit", "--unit", "U2", "--csv").out.removeprefix("\ufeff")
    (row,) = csv.DictReader(StringIO(text, newline=""))
    assert (row["unit"], row["kind"], row["actor"]) == ("U2", "account_created", "console")


def test_imports_and_reviews_are_audited_where_there_is_a_database(bare: Command) -> None:
    posts = ("--author-post", "Đội trưởng", "--reviewer-post", "Phó trưởng phòng")
    signed = ("content", "review", "dang-ky-tam-tru", "--document", "12/QĐ", *posts)
    assert bare(*signed).code == 0
    assert not (bare.folder / "kiosk.db").exists()
    file = bare.folder / "units.csv"
    file.write_text(UNITS, "utf-8")
    assert bare("unit", "import", file).out == "3 units\n"
    assert bare(*signed).code == 0
    assert kinds(bare.engine) == ["units_imported", "content_reviewed"]
    refused = bare(*signed[:-1], "đội trưởng")
    assert refused.code == 1
    file.write_text(HEAD + "U3,Ba,commune,,rural,soon,,\n", "utf-8")
    assert bare("unit", "import", file).code == 1
    assert kinds(bare.engine) == ["units_imported", "content_reviewed"]
    assert "agree" in bare("verify").out


def old_rows(engine: Engine) -> None:
    long_ago = clock.now() - timedelta(days=200)
    keys = {"unit": "T01", "account": "x", "created_at": long_ago, "last_seen": long_ago}
    with writing(engine) as conn:
        for n in range(3):
            more = {"id": f"s{n}", "token_hash": f"{n}", "proved_at": long_ago}
            conn.execute(insert(login_session).values(**keys, **more))
        rung = {"unit": "T01", "source": "lobby", "kind": "help", "at": long_ago}
        conn.execute(insert(call).values(**rung, id="c", ended_at=long_ago))


def left(engine: Engine) -> tuple[int, int]:
    with reading(engine) as conn:
        counts = [conn.scalar(select(func.count()).select_from(t)) for t in (login_session, call)]
    return counts[0] or 0, counts[1] or 0


def test_what_is_old_goes_and_no_count_changes(bare: Command) -> None:
    bare("demo", "--events", "120")
    old_rows(bare.engine)
    span = ("--unit", "T00", "--from", "2020-01-01", "--to", "2099-12-31", "--json")
    before = [bare.document("count", *span, "--by", by) for by in ("field", "unit", "day")]
    with clock.at(clock.now() + timedelta(days=400)):
        day = clock.today() - timedelta(days=390)
        trial = bare("retain", "--ledger-before", day, "--dry-run").out
        assert (left(bare.engine), "retained" in kinds(bare.engine)) == ((3, 1), False)
        said = bare("retain", "--ledger-before", day).out
        assert trial.splitlines()[:2] == said.replace("removed", "would go").splitlines()[:2]
        assert re.search(r"sessions before [-\d]+: 3 removed", said)
        assert re.search(r"filing events before [-\d]+: [1-9]\d* removed", said)
        assert (left(bare.engine), kinds(bare.engine)[-2:]) == ((0, 0), ["retaining", "retained"])
        detail = last(bare.engine)
        assert (detail["sessions"], detail["calls"], detail["ledger_before"]) == (3, 1, str(day))
        assert detail["events"] > 0
        after = [bare.document("count", *span, "--by", by) for by in ("field", "unit", "day")]
        assert after == before
        assert "agree" in bare("verify").out
        assert bare("retain").out.count(": 0 removed") == 2


def last(engine: Engine) -> dict[str, Any]:
    with reading(engine) as conn:
        newest = select(audit_event.c.detail).where(audit_event.c.unit == "")
        found: dict[str, Any] = conn.execute(
            newest.order_by(audit_event.c.seq.desc()).limit(1)
        ).scalar_one()
    return found


def test_what_leaves_was_announced_however_it_ends(
    bare: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.admin import retention
    from kiosk.filings import retain as ledger

    def cut(_engine: Engine, _before: date) -> int:
        assert kinds(bare.engine)[-1] == "retaining"
        raise KeyboardInterrupt

    bare("demo", "--events", "5")
    monkeypatch.setattr(ledger, "retain", cut)
    with pytest.raises(KeyboardInterrupt):
        retention.retain(bare.engine, retention.Asked(date(2026, 1, 1), date(2025, 1, 1)))
    assert last(bare.engine) == {"ledger_before": "2025-01-01"}


def test_filings_of_the_last_year_stay(bare: Command) -> None:
    bare("demo", "--events", "5")
    refused = bare("retain", "--ledger-before", clock.today() - timedelta(days=30))
    assert (refused.code, "is kept" in refused.err) == (1, True)


def test_a_ledger_that_does_not_agree_is_left_as_it_is(bare: Command) -> None:
    bare("demo", "--events", "5")
    with writing(bare.engine) as conn:
        conn.exec_driver_sql("UPDATE filing_event SET quantity = quantity + 1")
    refused = bare("retain", "--ledger-before", clock.today() - timedelta(days=800))
    assert (refused.code, "does not agree" in refused.err) == (1, True)
    assert refused.err.strip().count("\n") == 0
