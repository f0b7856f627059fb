"""A made-up unit to try everything on: communes, weeks of filings, official totals, three accounts.

Nothing here is real; the same day always gives the same history.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import yaml
from sqlalchemy import Engine, func, select
from uuid_utils.compat import uuid7

from kiosk import clock
from kiosk.access.accounts import create
from kiosk.access.models import account
from kiosk.counts.figures import Figures
from kiosk.counts.official import ENTERED, Origin, Topic, enter
from kiosk.counts.periods import due_next, previous
from kiosk.db import reading, writing
from kiosk.filings.history import Actor, Entry
from kiosk.filings.ledger import Act, recent, seed
from kiosk.units import import_csv

PROVINCE, HOME = "T00", "T01"
COMMUNES = ("T01", "T02", "T03")
UNITS = """code,name,level,parent,area_type,valid_from,valid_to,successor
T00,Công an tỉnh Mẫu,province,,general,2025-07-01,,
T01,Công an xã An Bình,commune,T00,rural,2025-07-01,,
T02,Công an xã Hòa Lợi,commune,T00,remote,2025-07-01,,
T03,Công an phường Bình Minh,commune,T00,general,2025-07-01,,
"""
SITE = {
    "unit": HOME,
    "name": "Công an xã An Bình",
    "parent": "Công an tỉnh Mẫu",
    "address": "Số 1 đường Trung tâm, xã An Bình",
    "hours": "thứ Hai đến thứ Sáu, 7:30–11:30 và 13:30–17:00; sáng thứ Bảy",
}
ACCOUNTS = (("canbo", HOME, "officer"), ("truong", HOME, "head"), ("tinh", PROVINCE, "admin"))
WEEKS = 6
PROCEDURES = (
    ("dang-ky-tam-tru", "residence", 5),
    ("cap-the-can-cuoc", "citizen-id", 4),
    ("dang-ky-xe-lan-dau", "vehicle", 2),
)
BATCH = 5_000
SUNDAY = 6


def fill(engine: Engine, site: Path, events: int | None) -> Iterator[str]:
    """Make what is missing, and say in lines what was made; a filled machine stays as it is."""
    _site(site)
    if not _empty(engine):
        yield "The machine holds data already; nothing was added."
        for login, _unit, role in ACCOUNTS:
            yield f"sign-in {login} ({role}): as set; `kiosk user reset {login}` issues another"
        return
    with writing(engine) as connection:
        import_csv(connection, UNITS.splitlines())
    yield f"{_history(engine, events)} made-up filings"
    _totals(engine)
    for login, unit, role in ACCOUNTS:
        issued = create(engine, unit, login, role)
        yield f"sign-in {login} ({role}): one-time password {issued}"


def _empty(engine: Engine) -> bool:
    with reading(engine) as connection:
        return connection.scalar(select(func.count()).select_from(account)) == 0


def _site(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "site.yaml"
    if not path.exists():
        path.write_text(yaml.safe_dump(SITE, allow_unicode=True, sort_keys=False), "utf-8")


def _history(engine: Engine, events: int | None) -> int:
    chance = random.Random(2026)  # noqa: S311 - made-up history, the same every time
    days = [day for day in _days() if day.weekday() != SUNDAY]
    per_day = 9 if events is None else -(-events // (len(days) * len(COMMUNES)))
    acts = [
        _act(chance, unit, day, n)
        for day in days
        for unit in COMMUNES
        for n in range(per_day if events else chance.randint(4, 14))
    ][:events]
    acts.sort(key=lambda act: act.at)
    return sum(seed(engine, acts[at : at + BATCH]) for at in range(0, len(acts), BATCH))


def _days() -> list[date]:
    yesterday = clock.today() - timedelta(days=1)
    return [yesterday - timedelta(days=n) for n in range(WEEKS * 7)][::-1]


def _act(chance: random.Random, unit: str, day: date, n: int) -> Act:
    weights = [weight for _, _, weight in PROCEDURES]
    procedure, field, _weight = chance.choices(PROCEDURES, weights)[0]
    channel = chance.choices(["national_portal", "vneid", "direct"], [6, 3, 1])[0]
    drafts = 0 if channel == "direct" else 1
    outcome = chance.choices(["submitted", "saved", "not_submitted"], [17, drafts, 2])[0]
    entry = Entry(
        client_id=str(uuid7()),
        procedure=procedure,
        field=field,
        activity="filing",
        channel=channel,
        operated_by=chance.choice(["officer", "citizen_helped"]),
        place=chance.choice(["counter", "counter", "kiosk"]),
        competent_unit=None,
        outcome=outcome,
        reason=chance.choice(["R01", "R02", "R10"]) if outcome == "not_submitted" else None,
        direct_reason=chance.choice(["D01", "D02"]) if channel == "direct" else None,
        priority=chance.random() < 0.1,  # noqa: PLR2004
        language=chance.choices(["vi", "km"], [9, 1])[0],
        quantity=1,
        minutes=chance.choice([None, 5, 10, 20]),
        civil_date=day,
    )
    moment = datetime.combine(day, time(7, 30), clock.VIETNAM)
    moment += timedelta(minutes=(n * 37) % 540, seconds=n, microseconds=int(unit[1:]))
    return Act(entry, Actor(unit, f"mau-{unit.lower()}", "demo"), moment)


def _totals(engine: Engine) -> None:
    """Official totals of the last three weeks for two communes; the third has not reported."""
    period = due_next("week", clock.now())
    for _week in range(3):
        period = previous(period)
        for unit in COMMUNES[:2]:
            with reading(engine) as connection:
                filed = recent(connection, unit, period.start, period.end)
            figures = {}
            for _name, field, _weight in PROCEDURES:
                online = sum(one.channel != "direct" for one in filed if one.field == field)
                online = 0 if unit == COMMUNES[1] and field == "vehicle" else online * 2
                figures[Topic(field)] = Figures(online_full=online, direct=online // 3 + 2, post=0)
            enter(engine, unit, period, figures, Origin(ENTERED, "mau"))
