"""Commands of the numbers: periods, counts, zero lists, reports, totals, targets."""

from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from config import Config
from kiosk import clock
from kiosk.cli.words import DAY, INSTANT, Mistake, as_json, content_library, reading, say, store
from kiosk.counts.periods import Period, PeriodError, Rules, due_next, kind_of
from kiosk.counts.periods import period_of as holding

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Kind(click.ParamType[str]):
    """A kind of period, by either of its names."""

    name = "kind"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """Return the kind, or refuse with what is wrong."""
        try:
            return kind_of(str(value))
        except PeriodError as fault:
            self.fail(str(fault), param, ctx)


KIND = Kind()


def _rules() -> Rules:
    return Rules(weekly_cutoff_weekday=Config.from_env().weekly_cutoff)


def _told(found: Period, *, as_json: bool) -> None:
    document = {
        "kind": found.kind,
        "start": found.start.isoformat(),
        "end": found.end.isoformat(),
        "due_at": found.due_at.isoformat() if found.due_at else None,
    }
    if as_json:
        say(document)
    else:
        click.echo(f"{found.kind} {found.start} – {found.end}, due {document['due_at'] or '—'}")


@click.command()
@click.argument("kind", type=KIND)
@click.option("--at", "at", type=INSTANT, default=None, help="an instant; now without it")
@as_json
def period(kind: str, at: datetime | None, *, as_json: bool) -> None:
    """Print the period whose report is due next."""
    try:
        _told(due_next(kind, at or clock.now(), _rules()), as_json=as_json)
    except PeriodError as fault:
        raise Mistake(str(fault)) from None


@click.command("period-of")
@click.argument("kind", type=KIND)
@click.option("--date", "day", type=DAY, required=True)
@as_json
def period_of(kind: str, day: date, *, as_json: bool) -> None:
    """Print the period that holds a day."""
    try:
        _told(holding(kind, day, _rules()), as_json=as_json)
    except PeriodError as fault:
        raise Mistake(str(fault)) from None


def _territory(connection: "Connection", unit: str, first: date, last: date) -> tuple[str, ...]:
    from kiosk.units import territory

    found = territory(connection, unit, first, last)
    if not found:
        raise Mistake(f"there is no unit “{unit}” from {first} to {last}")
    return found


@click.command()
@click.option("--unit", required=True)
@click.option("--from", "first", type=DAY, required=True)
@click.option("--to", "last", type=DAY, required=True)
@click.option(
    "--by", type=click.Choice(["field", "procedure", "unit", "day", "outcome"]), default="field"
)
@as_json
def count(unit: str, first: date, last: date, by: Any, *, as_json: bool) -> None:
    """Print the numbers of a unit and all under it."""
    from kiosk.counts.table import Query
    from kiosk.counts.table import as_json as document
    from kiosk.counts.totals import count as counted

    if last < first:
        raise click.UsageError(f"--to {last} is before --from {first}")
    with reading() as connection:
        units = _territory(connection, unit, first, last)
        fields = tuple(content_library().fields)
        query = Query(units=units, first=first, last=last, by=by, fields=fields)
        table = counted(connection, query)
    if as_json:
        say(document(table, unit, first, last))
        return
    for row in (*table.rows, table.total):
        figures = (row.received, row.online, row.rate)
        shown = ("—" if figure is None else str(figure) for figure in figures)
        click.echo(" | ".join((row.key, str(row.assisted), *shown, row.source)))


@click.command("zero-list")
@click.option("--on", type=DAY, required=True)
@click.option("--horizon", type=click.Choice(["period", "year"]), default="period")
@click.option("--unit", default=None, help="only this unit and all under it")
@as_json
def zero_list(on: date, horizon: Any, unit: str | None, *, as_json: bool) -> None:
    """Print which units have received nothing online, by field, and which have said nothing."""
    from kiosk.counts.zero import ZeroQuery
    from kiosk.counts.zero import as_json as document
    from kiosk.counts.zero import zero_list as listed
    from kiosk.units import all_units

    with reading() as connection:
        everyone = tuple(found.code for found in all_units(connection, on))
        units = _territory(connection, unit, on, on) if unit else everyone
        fields = tuple(content_library().fields)
        asked = ZeroQuery(on=on, units=units, horizon=horizon, fields=fields, rules=_rules())
        found = listed(connection, asked)
    if as_json:
        say(document(found))
        return
    for field, names in found.fields:
        click.echo(f"{field}: {len(names):02} ({', '.join(names)})")
    click.echo(f"silent: {len(found.silent):02} ({', '.join(found.silent)})")


@click.command()
@click.argument("kind", type=KIND)
@click.option("--unit", required=True)
@click.option("--at", "at", type=INSTANT, default=None)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def report(kind: str, unit: str, at: datetime | None, output: Path) -> None:
    """Write the annex of the report due next as an Excel file; the journal keeps its hash."""
    from kiosk import db
    from kiosk.access import audit
    from kiosk.app import create_app
    from kiosk.counts.overview import Asked
    from kiosk.reports.annex import write_annex

    settings = Config.from_env()
    db.migrate(settings.database_url)
    app = create_app(settings, "staff")
    found = due_next(kind, at or clock.now(), _rules())
    library = app.extensions["kiosk.library"]
    with app.test_request_context("/"), db.reading(app.extensions["kiosk.engine"]) as connection:
        _territory(connection, unit, found.start, found.end)
        asked = Asked(unit, found, tuple(library.fields), rules=_rules())
        write_annex(output, connection, library, asked, clock.now())
    written = audit.ReportWritten(
        unit, audit.CONSOLE, f"{found.kind} {found.start}", sha256(output.read_bytes()).hexdigest()
    )
    with db.storing(app.extensions["kiosk.engine"]) as connection:
        audit.write(connection, written)
    click.echo(str(output))


def _known_scope(unit: str, on: date, field: str, procedure: str) -> str:
    """Return the field that is meant; refuse a unit, field or procedure that there is not."""
    from kiosk.units import find

    library = content_library()
    if field and field not in library.fields:
        raise Mistake(f"there is no field “{field}”")
    of = {found.id: found.field for found in library.procedures.values()}
    if procedure and of.get(procedure) not in ({field} if field else {*library.fields}):
        raise Mistake(f"there is no procedure “{procedure}”" + (f" in “{field}”" if field else ""))
    with reading() as connection:
        if find(connection, unit, on) is None:
            raise Mistake(f"there is no unit “{unit}” on {on}")
    return of.get(procedure, field)


@click.group()
def target() -> None:
    """Shares of online filing that a unit was assigned."""


@target.command("set")
@click.argument("percent")
@click.option("--unit", required=True)
@click.option("--field", default="")
@click.option("--procedure", default="")
@click.option("--from", "first", type=DAY, required=True)
@click.option("--to", "last", type=DAY, default=None)
@click.option("--basis", required=True, help="the document that assigns it")
@click.option("--replace", is_flag=True, help="in place of one that begins the same day")
def target_set(percent: str, first: date, last: date | None, *, replace: bool, **said: str) -> None:
    """Assign a share in percent, from a day on."""
    from kiosk.counts.targets import Target, TargetError, TargetStands, hundredths, set_target

    try:
        share = hundredths(percent)
    except TargetError as fault:
        raise click.UsageError(f"“{percent}” is not a share like 50 or 62,5: {fault}") from None
    field = _known_scope(said["unit"], first, said["field"], said["procedure"])
    assigned = Target(
        unit=said["unit"],
        percent_times_100=share,
        valid_from=first,
        valid_to=last,
        field=field,
        procedure=said["procedure"],
        basis=said["basis"].strip(),
    )
    with store() as engine:
        try:
            set_target(engine, assigned)
        except TargetStands as fault:
            if not replace:
                raise Mistake(f"{fault}; --replace puts this one in its place") from None
            set_target(engine, assigned, replacing=fault.standing.words)
            click.echo(f"replaced: {fault}", err=True)
        except TargetError as fault:
            raise Mistake(str(fault)) from None
    click.echo(f"{assigned.unit}: {assigned.percent} % from {first}")
