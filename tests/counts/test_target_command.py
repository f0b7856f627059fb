"""The command that sets a target: the same guard, the same audit, nothing replaced unseen."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from kiosk.access import audit
from kiosk.access.models import audit_event
from kiosk.cli.main import kiosk
from kiosk.counts.targets import target
from kiosk.db import migrate, open_engine, reading
from tests.counts.build import add_units

BASIS = ("--basis", "Kế hoạch 104/KH-CAH")
SET = ("target", "set")
SINCE = ("--unit", "92", "--from", "2023-01-01")


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'kiosk.db'}"
    migrate(url)
    opened = open_engine(url)
    add_units(opened, "92", level="province", name="=1+1\n😀")
    add_units(opened, "31615", parent="92")
    yield opened
    opened.dispose()


def run(machine: Engine, *words: str) -> Result:
    database = str(machine.url)
    env = {"KIOSK_SECRET_KEY": "0" * 64, "KIOSK_DATABASE_URL": database}
    folder = Path(database.removeprefix("sqlite:///")).parent
    return CliRunner().invoke(kiosk, words, env={**env, "KIOSK_SITE": str(folder / "site")})


def kept(machine: Engine) -> list[tuple[str, str, str, int]]:
    columns = (target.c.unit, target.c.field, target.c.procedure, target.c.percent_times_100)
    with reading(machine) as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns))]


def audited(machine: Engine) -> list[tuple[str, int, int | None]]:
    with reading(machine) as connection:
        rows = connection.execute(select(audit_event).order_by(audit_event.c.seq)).all()
    return [
        (row.actor, row.detail["percent_times_100"], row.detail.get("replaced_times_100"))
        for row in rows
    ]


def test_a_target_is_set_and_audited(machine: Engine) -> None:
    said = run(machine, *SET, "50", *SINCE, *BASIS)
    assert (said.exit_code, said.output) == (0, "92: 50.00 % from 2023-01-01\n")
    assert kept(machine) == [("92", "", "", 5000)]
    assert audited(machine) == [("console", 5000, None)]


def test_a_procedure_brings_its_field(machine: Engine) -> None:
    assert (
        run(machine, *SET, "100", *SINCE, *BASIS, "--procedure", "dang-ky-tam-tru").exit_code == 0
    )
    assert kept(machine) == [("92", "residence", "dang-ky-tam-tru", 10_000)]


def test_what_stands_is_replaced_only_when_asked(machine: Engine) -> None:
    run(machine, *SET, "50", *SINCE, *BASIS)
    refused = run(machine, *SET, "62,5", *SINCE, *BASIS)
    assert refused.exit_code == 1
    assert "from 2023-01-01 there is a target of 50.00 % already" in refused.output
    assert "--replace" in refused.output
    assert kept(machine) == [("92", "", "", 5000)]
    done = run(machine, *SET, "62,5", *SINCE, *BASIS, "--replace")
    assert done.exit_code == 0
    assert "replaced: from 2023-01-01 there is a target of 50.00 %" in done.stderr
    assert kept(machine) == [("92", "", "", 6250)]
    assert audited(machine) == [("console", 5000, None), ("console", 6250, 5000)]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("x", *SINCE, *BASIS), 2, "is not a share like 50 or 62,5"),
        (("62,555", *SINCE, *BASIS), 2, "two places at most"),
        (("100,01", *SINCE, *BASIS), 1, "0 to 100 %"),
        (("50", *SINCE, "--basis", "gọi 0912 345 678"), 1, "seems to hold a phone number"),
        (("50", *SINCE, "--basis", " "), 1, "needs its basis"),
        (("50", *SINCE, *BASIS, "--to", "2022-01-01"), 1, "cannot end before it begins"),
        (("50", *SINCE, *BASIS, "--field", "x"), 1, "there is no field “x”"),
        (("50", *SINCE, *BASIS, "--procedure", "x"), 1, "there is no procedure “x”"),
        (
            ("50", *SINCE, *BASIS, "--field", "vehicle", "--procedure", "dang-ky-tam-tru"),
            1,
            "there is no procedure “dang-ky-tam-tru” in “vehicle”",
        ),
        (("50", "--unit", "nowhere", "--from", "2023-01-01", *BASIS), 1, "there is no unit"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(
    machine: Engine, words: tuple[str, ...], code: int, said: str
) -> None:
    refused = run(machine, *SET, *words)
    assert refused.exit_code == code
    assert said in refused.output
    assert (kept(machine), audited(machine)) == ([], [])


@pytest.mark.parametrize("command", ["count", "zero-list"])
def test_documents_are_plain_and_of_the_promised_shape(machine: Engine, command: str) -> None:
    days = ("--from", "2026-10-15", "--to", "2026-11-14")
    asked = days if command == "count" else ("--on", "2026-11-14")
    said = run(machine, command, "--unit", "92", *asked, "--json")
    assert said.exit_code == 0, said.output
    document = json.loads(said.stdout)
    if command == "count":
        assert list(document) == ["unit", "from", "to", "rows", "total"]
        keys = ["key", "assisted", "received", "online", "rate", "source"]
        assert {tuple(row) for row in (*document["rows"], document["total"])} == {tuple(keys)}
    else:
        assert list(document) == ["on", "horizon", "fields", "units", "silent"]


def test_the_annex_of_a_hostile_name_is_written(machine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    said = run(machine, "report", "month", "--unit", "92", "-o", str(path))
    assert (said.exit_code, path.exists()) == (0, True), said.output


def test_a_report_that_is_written_stands_in_the_journal(machine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    assert run(machine, "report", "month", "--unit", "92", "-o", str(path)).exit_code == 0
    with reading(machine) as connection:
        (written,) = connection.execute(
            select(audit_event).where(audit_event.c.kind == "report_written")
        )
        assert audit.verify(connection) == []
    assert (written.unit, written.actor) == ("92", "console")
    assert written.detail["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert re.fullmatch(r"month \d{4}-\d\d-15", written.detail["period"])
