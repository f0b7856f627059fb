"""Commands about what is kept: the audit of what was done, and when old things go."""

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from kiosk import clock
from kiosk.cli.people import known_unit
from kiosk.cli.words import DAY, Mistake, store

if TYPE_CHECKING:
    from sqlalchemy import Engine

KEPT = timedelta(days=90)
FIRST_DAY = date(2020, 1, 1)


@click.command()
@click.option("--unit", default=None, help="only this unit and all under it")
@click.option("--from", "first", type=DAY, default=None, help="all days without it")
@click.option("--to", "last", type=DAY, default=None, help="until today without it")
@click.option("--csv", "as_csv", is_flag=True, help="with the hash of each event")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), default=None)
def audit(unit: str | None, first: date | None, last: date | None, **asked: Any) -> None:
    """Print or write what was done that is not a filing, each chain in its order."""
    first, last = first or FIRST_DAY, last or clock.today()
    if last < first:
        raise click.UsageError(f"--to {last} is before --from {first}")
    if asked["output"] and not asked["as_csv"]:
        raise click.UsageError("-o FILE needs --csv")
    with store(begun=True) as engine:
        codes = _units(engine, unit)
        if not asked["as_csv"]:
            _tell(engine, codes, first, last)
        elif asked["output"]:
            with asked["output"].open("w", encoding="utf-8", newline="") as file:
                _write_csv(file, engine, codes, first, last)
        else:
            _write_csv(sys.stdout, engine, codes, first, last)


def _units(engine: "Engine", code: str | None) -> tuple[str, ...] | None:
    from kiosk.db import reading
    from kiosk.units import children

    if code is None:
        return None
    with reading(engine) as connection:
        return children(connection, known_unit(connection, code), clock.today())


def _tell(engine: "Engine", codes: tuple[str, ...] | None, first: date, last: date) -> None:
    from kiosk.access.audit import rows

    for row in rows(engine, codes, first, last):
        at = f"{clock.local(row.at):%Y-%m-%d %H:%M:%S}"
        detail = " ".join(f"{name}={value}" for name, value in row.detail.items())
        click.echo(f"{at} {row.unit or '-'} {row.seq} {row.kind} {row.actor or '-'} {detail}")


def _write_csv(
    file: TextIO, engine: "Engine", codes: tuple[str, ...] | None, first: date, last: date
) -> None:
    from kiosk.admin.journal_csv import lines

    file.writelines(lines(engine, codes, first, last))


@click.command()
@click.option("--before", type=DAY, default=None, help="90 days ago without it")
@click.option("--ledger-before", type=DAY, default=None, help="also fold filings before this day")
@click.option("--dry-run", is_flag=True, help="say what would go, and let it stay")
def retain(before: date | None, ledger_before: date | None, *, dry_run: bool) -> None:
    """Remove what was kept long enough; no count changes."""
    from kiosk.admin.retention import Asked, retain
    from kiosk.filings.retain import Damaged

    today = clock.today()
    asked = Asked(before or today - KEPT, ledger_before)
    for name, day in (("--before", asked.before), ("--ledger-before", asked.ledger_before)):
        if day and day > today:
            raise click.UsageError(f"{name} {day} is still to come")
    with store(begun=True) as engine:
        try:
            gone = retain(engine, asked, dry_run=dry_run)
        except Damaged as fault:
            raise Mistake(
                f"the ledger does not agree, see `kiosk verify`: {fault.args[0]}"
            ) from None
    verb = "would go" if dry_run else "removed"
    click.echo(f"sessions before {asked.before}: {gone.sessions} {verb}")
    click.echo(f"calls before {asked.before}: {gone.calls} {verb}")
    if asked.ledger_before:
        events = "not counted in a dry run" if dry_run else f"{gone.events} {verb}"
        click.echo(f"filing events before {asked.ledger_before}: {events}")
