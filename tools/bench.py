"""Measures, each beside its bare baseline in one run: ratios hold where seconds do not."""

import http.client
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from statistics import median

from config import ROOT, Config
from kiosk import clock
from kiosk.content.check import check, paths
from kiosk.content.load import load_library
from kiosk.content.rules import checklist

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
    """Record filings beside a bare loop that writes as many durable rows."""
    from kiosk import db
    from kiosk.filings.history import Actor, Entry
    from kiosk.filings.ledger import record

    url = f"sqlite:///{folder / 'ledger.db'}"
    db.migrate(url)
    engine = db.open_engine(url)
    entry = Entry(
        client_id="00000000-0000-0000-0000-000000000000",
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
        civil_date=date.today(),  # noqa: DTZ011, TID251 - any day will do
    )
    by = Actor("T01", "bench", "bench")

    def ours(n: int) -> None:
        record(engine, replace(entry, client_id=f"00000000-0000-0000-0000-{n:012x}"), by)

    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for setting in ("journal_mode=WAL", "synchronous=FULL"):
        bare.execute(f"PRAGMA {setting}")
    bare.execute("CREATE TABLE row (id TEXT PRIMARY KEY, said TEXT)")

    def raw(n: int) -> None:
        bare.execute("INSERT INTO row VALUES (?, ?)", (f"{n:012x}", "x" * 400))

    rates = {name: _rate(work) for name, work in (("ours", ours), ("bare", raw))}
    row("ledger, durable entries a second", rates["ours"], "/s", "one bare row", rates["bare"])


def _rate(work: Callable[[int], None], n: int = 400) -> float:
    began = time.perf_counter()
    for number in range(n):
        work(number)
    return n / (time.perf_counter() - began)


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
