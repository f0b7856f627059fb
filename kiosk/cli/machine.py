"""Commands of the machine itself: serve, demo, units, verify."""

from pathlib import Path

import click

from config import Config, ConfigError, address, staff_address
from kiosk.cli.words import USER_MISTAKE, Mistake, store

HEAD = 16  # signs of a hash that are enough to write down


@click.command()
@click.option("--public", "public", help="HOST:PORT")
@click.option("--lobby", "lobby", help="HOST:PORT")
@click.option("--staff", "staff", help="HOST:PORT")
def serve(public: str | None, lobby: str | None, staff: str | None) -> None:
    """Serve the listeners named, or all three where none is named."""
    from kiosk import db
    from kiosk.ops.serve import serve as run

    settings = Config.from_env()
    asked = {"public": public, "lobby": lobby, "staff": staff}
    if not any(asked.values()):
        asked = {"public": settings.public, "lobby": settings.lobby, "staff": settings.staff}
    listeners = {surface: wanted for surface, wanted in asked.items() if wanted}
    for surface, wanted in listeners.items():
        try:
            if surface == "staff":
                staff_address("--staff", wanted, settings.https)
            else:
                address(f"--{surface}", wanted)
        except ConfigError as fault:
            raise click.UsageError(str(fault)) from None
    if listeners.keys() & {"staff", "lobby"}:
        db.migrate(settings.database_url)
    run(settings, listeners, click.echo)  # type: ignore[arg-type]


@click.command()
@click.option("--events", type=click.IntRange(1, 10_000_000), default=None, help="how many filings")
def demo(events: int | None) -> None:
    """Fill an empty machine with a made-up unit, some weeks of filings and three accounts."""
    from kiosk.ops.demo import fill

    settings = Config.from_env()
    with store() as engine:
        for line in fill(engine, settings.site, events):
            click.echo(line)


@click.command()
def verify() -> None:
    """Recompute every chain, every present state and every roll-up, and compare.

    Where all is well, the head of each chain is printed: written onto a signed report it shows
    later that nothing before it was changed.
    """
    from kiosk.access import audit
    from kiosk.db import reading
    from kiosk.filings import ledger

    with store(begun=True) as engine:
        found = _told(ledger.verify(engine))
        with reading(engine) as connection:
            found += _told(audit.verify(connection))
            if found:
                raise click.exceptions.Exit(USER_MISTAKE)
            filed, acted = ledger.heads(connection), audit.heads(connection)
    click.echo("ledger, present states, roll-ups and audit agree")
    for head in filed:
        chain = f"ledger {head.unit} {head.device} epoch {head.epoch}"
        click.echo(f"{chain} number {head.seq} {head.head_hash[:HEAD]}")
    for end in acted:
        click.echo(f"audit {end.unit or '-'} number {end.seq} {end.hash[:HEAD]}")


def _told(problems: list[str]) -> int:
    for line in problems:
        click.echo(line, err=True)
    return len(problems)


@click.group()
def unit() -> None:
    """Police units: a dated tree with successors."""


@unit.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def unit_import(file: Path) -> None:
    """Read units from a CSV file, all or none."""
    from kiosk.access import accounts, audit
    from kiosk.db import storing
    from kiosk.units import UnitsError, import_csv

    with store() as engine, storing(engine) as connection, file.open(encoding="utf-8-sig") as lines:
        try:
            n = import_csv(connection, lines)
        except UnitsError as fault:
            raise Mistake("\n".join(f"{file}:{line}" for line in fault.mistakes)) from None
        audit.write(connection, audit.UnitsImported(accounts.NO_UNIT, audit.CONSOLE, n))
    click.echo(f"{n} units")
