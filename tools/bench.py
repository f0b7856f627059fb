"""Measures, each beside its bare baseline in one run: ratios hold where seconds do not."""

import http.client
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from config import ROOT, Config
from kiosk import clock
from kiosk.content.check import check, paths
from kiosk.content.load import load_library
from kiosk.content.rules import checklist

if TYPE_CHECKING:
    from kiosk.filings.history import Entry

ROUNDS = 5
TICKS = 100  # clock ticks a second in /proc
CHECKLIST = "/vi/thu-tuc/dang-ky-tam-tru/{answers}/giay-to"


def cpu_ms(work: Callable[[], object], times: int) -> float:
    """Return the CPU time of one call in ms, the median of some rounds."""
    found = []
    for _round in range(ROUNDS):
        began = time.process_time()
        for _time in range(times):
            work()
        found.append((time.process_time() - began) * 1000 / times)
    return median(found)


def row(name: str, ours: float, unit: str, beside: str = "", base: float = 0.0) -> None:
    """Print one line of the table."""
    ratio = f"{ours / base:8.2f} × {beside} ({base:.3f} {unit})" if base else ""
    print(f"{name:<44}{ours:10.3f} {unit:<4}{ratio}", flush=True)


def content(folder: Path) -> None:
    """Load and walk the content beside the bare parse of its files."""
    import yaml

    files = [path.read_text("utf-8") for path in folder.rglob("*.yaml")]
    parse = cpu_ms(lambda: [yaml.load(text, yaml.CSafeLoader) for text in files], 1)
    row("content load", cpu_ms(lambda: load_library(folder), 1), "ms", "YAML parse", parse)
    library = load_library(folder)
    began = time.process_time()
    walked = check(library)[1]
    seconds = time.process_time() - began
    ends = sum(coverage.paths for coverage in walked)
    print(f"{'every path walked':<44}{seconds:10.2f} s   {ends} ends, {len(walked)} procedures")


def pages(settings: Config) -> str:
    """Render a checklist, kept and afresh, beside the bare checklist; return its address."""
    from kiosk.app import create_app

    app = create_app(settings, "public")
    library = app.extensions["kiosk.library"]
    procedure = library.procedures["dang-ky-tam-tru"]
    answers = next(islice(paths(procedure, clock.today()), 40, None))
    given = "/".join(f"{question}.{option}" for question, option in answers.items())
    address = CHECKLIST.format(answers=given)
    client = app.test_client()
    rule = cpu_ms(lambda: checklist(library, procedure.id, answers, clock.today()), 200)
    row("checklist, rules alone", rule, "ms")
    counter = iter(range(10**9))
    fresh = cpu_ms(lambda: client.get(f"{address}?n={next(counter)}"), 20)
    other = address.replace("/vi/", "/en/", 1)
    english = cpu_ms(lambda: client.get(f"{other}?n={next(counter)}"), 20)
    row(
        "checklist page afresh, translated", english, "ms", "the same in the source language", fresh
    )
    client.get(address)
    row("checklist page kept", cpu_ms(lambda: client.get(address), 50), "ms", "afresh", fresh)
    return address


def slips(settings: Config) -> None:
    """Make slips beside the same without QR."""
    from kiosk.app import create_app
    from kiosk.handout.fill import slip_text
    from kiosk.handout.pdf import a4
    from kiosk.handout.raster import raster
    from kiosk.handout.slip import slip_of

    app = create_app(settings, "public")
    library = app.extensions["kiosk.library"]
    procedure = library.procedures["dang-ky-tam-tru"]
    answers = next(islice(paths(procedure, clock.today()), 40, None))
    with app.test_request_context("/vi/"):
        case = checklist(library, procedure.id, answers, clock.today())
        slip = slip_of(slip_text(case, app.extensions["kiosk.site"]), library.hosts)
    bare = replace(slip, link=None)
    row("slip A4", cpu_ms(lambda: a4(slip), 10), "ms", "without QR", cpu_ms(lambda: a4(bare), 10))
    row("slip 576 dots", cpu_ms(lambda: raster(slip), 5), "ms")


def ledger(folder: Path) -> None:
    """Record filings beside a bare loop that writes the same rows in the same transactions."""
    from kiosk import db
    from kiosk.filings.history import Actor
    from kiosk.filings.ledger import record

    by, entries = Actor("T01", "bench", "bench"), _entries(BLOCK * BLOCKS)
    for name in ("rows", "ours", "bare"):
        db.migrate(f"sqlite:///{folder / name}.db")
    first = db.open_engine(f"sqlite:///{folder / 'rows.db'}")
    for entry in entries:
        record(first, entry, by)
    first.dispose()
    bare, engine = Bare(folder), db.open_engine(f"sqlite:///{folder / 'ours.db'}")
    works: dict[str, Callable[[int], object]] = {
        "ours": lambda n: record(engine, entries[n], by),
        "bare": bare.same,
        "one": bare.one,
    }
    seconds = _in_turns(works)
    name = "ledger, durable entries a second"
    row(name, 1 / seconds["ours"], "/s", "the same rows, bare", 1 / seconds["bare"])
    row(name, 1 / seconds["ours"], "/s", "one bare row", 1 / seconds["one"])
    engine.dispose()


BLOCK, BLOCKS = 25, 100  # so many of one kind, then of the next: all have the same weather


def _in_turns(works: Mapping[str, Callable[[int], object]]) -> dict[str, float]:
    """Return the seconds that each work takes once, the median of many blocks in turn."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for block in range(BLOCKS):
        for name, work in works.items():
            began = time.perf_counter()
            for n in range(block * BLOCK, (block + 1) * BLOCK):
                work(n)
            found[name].append((time.perf_counter() - began) / BLOCK)
    return {name: median(taken[BLOCKS // 10 :]) for name, taken in found.items()}


def _entries(count: int) -> "list[Entry]":
    from uuid_utils import uuid7

    from kiosk.filings.history import Entry

    return [
        Entry(
            client_id=str(uuid7()),
            procedure="dang-ky-tam-tru",
            field="residence",
            activity="filing",
            channel="national_portal",
            operated_by="officer",
            place="counter",
            competent_unit=None,
            outcome="submitted",
            reason=None,
            direct_reason=None,
            priority=False,
            language="vi",
            quantity=1,
            minutes=None,
            civil_date=clock.today(),
        )
        for _n in range(count)
    ]


class Bare:
    """Writes by sqlite3 alone, in the same file format and settings, what a ledger wrote before.

    All values are ready, as the driver wants them; its cache keeps the statements prepared.
    """

    def __init__(self, folder: Path) -> None:
        self.db = sqlite3.connect(folder / "bare.db", isolation_level=None)
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self.db.execute(f"PRAGMA {setting}")
        self.db.execute("CREATE TABLE one_row (id INTEGER PRIMARY KEY, said TEXT)")
        source = sqlite3.connect(folder / "rows.db")
        self.add_event, events = _copied(source, "filing_event", "ORDER BY seq")
        self.add_event += " ON CONFLICT (unit, client_id) DO NOTHING"
        self.add_filing, filings = _copied(
            source,
            "filing",
            "JOIN filing_event e ON e.unit = t.unit AND e.id = t.filing_id ORDER BY e.seq",
        )
        chain = source.execute("SELECT unit, device, epoch FROM device_epoch").fetchone()
        self.chain = chain[:2]
        self.db.execute("INSERT INTO device_epoch VALUES (?, ?, ?, 0, ?)", (*chain, "0" * 64))
        heads = source.execute("SELECT seq, hash FROM filing_event ORDER BY seq")
        self.rows = [
            (event, filing, (*head, *chain))
            for event, filing, head in zip(events, filings, heads, strict=True)
        ]
        self.gains = [_gain(source, table, len(self.rows)) for table in ROLLUPS]
        source.close()

    def same(self, n: int) -> None:
        """Write what the ledger writes for one entry."""
        event, filing, head = self.rows[n]
        do = self.db.execute
        do("BEGIN IMMEDIATE")
        do(HEAD, self.chain).fetchone()
        do(self.add_event, event)
        do(MOVE_HEAD, head)
        do(self.add_filing, filing)
        for gain, values in self.gains:
            do(gain, values)
        do("COMMIT")

    def one(self, n: int) -> None:
        """Write one row."""
        self.db.execute("INSERT INTO one_row VALUES (NULL, ?)", (f"{n:400}",))


HEAD = (
    "SELECT epoch, seq, head_hash FROM device_epoch "
    "WHERE unit = ? AND device = ? ORDER BY epoch DESC"
)
MOVE_HEAD = (
    "UPDATE device_epoch SET seq = ?, head_hash = ? WHERE unit = ? AND device = ? AND epoch = ?"
)
ROLLUPS = ("rollup_procedure_month", "rollup_procedure_week", "rollup_unit_day")


def _copied(source: sqlite3.Connection, table: str, order: str) -> tuple[str, list[Any]]:
    """Return the statement that adds a row of a table, and the rows to add."""
    found = source.execute(f"SELECT t.* FROM {table} t {order}")  # noqa: S608 - names of our own
    names = [column[0] for column in found.description]
    marks = ", ".join("?" * len(names))
    add = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - as above
    return add, found.fetchall()


def _gain(source: sqlite3.Connection, table: str, entries: int) -> tuple[str, tuple[Any, ...]]:
    """Return the statement that counts an entry in a roll-up, and its values."""
    add, ((*values,),) = _copied(source, table, "")
    known = source.execute(f"PRAGMA table_info({table})").fetchall()
    keys = [name for _n, name, _type, _null, _default, key in known if key]
    names = [name for _n, name, _type, _null, _default, key in known if not key]
    sums = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in names)
    once = (*values[: len(keys)], *(value // entries for value in values[len(keys) :]))
    return f"{add} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sums}", once


def served(address: str, folder: Path) -> None:
    """Serve a kept checklist over HTTP beside nginx serving the same bytes from a file."""
    port = _free_port()
    command = [str(Path(sys.executable).parent / "kiosk"), "serve", "--public", f"127.0.0.1:{port}"]
    with _running(command, port) as server:
        body = _get(port, address)
        ours = _server_ms(server.pid, port, address)
    if not shutil.which("nginx"):
        row("kept page over HTTP, server CPU", ours, "ms")
        return
    (folder / "page.html").write_bytes(body)
    port = _free_port()
    settings = folder / "nginx.conf"
    settings.write_text(
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/errors;"
        "events {} http { access_log off; "
        f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}"
    )
    command = ["nginx", "-c", str(settings), "-p", str(folder)]
    with _running(command, port) as server:
        static = _server_ms(server.pid, port, "/page.html")
    row("kept page over HTTP, server CPU", ours, "ms", "nginx, same bytes", static)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], port: int) -> Iterator["subprocess.Popen[bytes]"]:
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        for _try in range(100):
            time.sleep(0.1)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield server
    finally:
        server.terminate()
        server.wait()


def _get(port: int, address: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", address)
    return connection.getresponse().read()


def _server_ms(pid: int, port: int, address: str, n: int = 3000) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    found = []
    for _round in range(3):
        before = _cpu(pid)
        for _time in range(n):
            connection.request("GET", address)
            connection.getresponse().read()
        found.append((_cpu(pid) - before) * 1000 / n)
    return max(median(found), 0.001)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        machine = replace(
            Config.from_env({"KIOSK_SITE": name}), database_url=f"sqlite:///{name}/kiosk.db"
        )
        content(machine.content)
        where = pages(machine)
        slips(machine)
        ledger(place)
        served(where, place)
