"""Commands of the machine itself: serve, demo, accounts, units, verify."""

from pathlib import Path

import click

from config import Config, ConfigError, address, staff_address
from kiosk.cli.words import USER_MISTAKE, Mistake, store


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
    """Fill an empty machine with a made-up unit, some weeks of filings and two accounts."""
    from kiosk.ops.demo import fill

    settings = Config.from_env()
    with store() as engine:
        for line in fill(engine, settings.site, events):
            click.echo(line)


@click.command()
def verify() -> None:
    """Recompute every chain, every present state and every roll-up, and compare."""
    from kiosk.access import audit
    from kiosk.db import reading
    from kiosk.filings.stored import verify as problems

    with store() as engine:
        found = problems(engine)
        with reading(engine) as connection:
            found += audit.verify(connection)
    for line in found:
        click.echo(line, err=True)
    if found:
        raise click.exceptions.Exit(USER_MISTAKE)
    click.echo("ledger, present states, roll-ups and audit agree")


@click.group()
def user() -> None:
    """Accounts of officers: add, disable, reset."""


@user.command("add")
@click.argument("login")
@click.option("--unit", required=True, help="code of the unit")
@click.option("--role", type=click.Choice(["officer", "head"]), default="officer")
def user_add(login: str, unit: str, role: str) -> None:
    """Open an account; its one-time password is printed once and must be changed."""
    from kiosk.access.login import AccountError, create_account
    from kiosk.clock import today
    from kiosk.db import reading
    from kiosk.units import find

    with store() as engine:
        with reading(engine) as connection:
            if find(connection, unit, today()) is None:
                raise Mistake(f"there is no unit “{unit}”; `kiosk unit import FILE` brings units")
        try:
            issued = create_account(engine, unit, login, role)
        except AccountError as fault:
            raise Mistake(str(fault)) from None
    click.echo(f"{login}: one-time password {issued}")


@user.command("disable")
@click.argument("login")
def user_disable(login: str) -> None:
    """Close an account and end its sessions; what it recorded stays."""
    from kiosk.access.login import AccountError, disable

    with store() as engine:
        try:
            disable(engine, login)
        except AccountError as fault:
            raise Mistake(str(fault)) from None
    click.echo(f"{login}: disabled")


@user.command("reset")
@click.argument("login")
def user_reset(login: str) -> None:
    """Issue a new one-time password."""
    from kiosk.access.login import AccountError, reset

    with store() as engine:
        try:
            issued = reset(engine, login)
        except AccountError as fault:
            raise Mistake(str(fault)) from None
    click.echo(f"{login}: one-time password {issued}")


@click.group()
def unit() -> None:
    """Police units: a dated tree with successors."""


@unit.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def unit_import(file: Path) -> None:
    """Read units from a CSV file, all or none."""
    from kiosk.db import writing
    from kiosk.units import UnitsError, import_csv

    with store() as engine, writing(engine) as connection, file.open(encoding="utf-8-sig") as lines:
        try:
            n = import_csv(connection, lines)
        except UnitsError as fault:
            raise Mistake("\n".join(f"{file}:{line}" for line in fault.mistakes)) from None
    click.echo(f"{n} units")
