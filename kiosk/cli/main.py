"""The `kiosk` command: words in, words out; the work is done elsewhere."""

import sys

import click

from config import ConfigError
from kiosk.cli.citizen import checklist, content, links, slip
from kiosk.cli.machine import demo, serve, unit, verify
from kiosk.cli.numbers import count, period, period_of, report, target, zero_list
from kiosk.cli.people import device, user
from kiosk.cli.records import audit, retain
from kiosk.cli.words import USAGE, USER_MISTAKE
from kiosk.content.reader import ContentError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def kiosk() -> None:
    """Guide, checklists, slips, filing log and counts for a one-stop counter."""


for command in (
    *(serve, demo, verify, unit),
    *(user, device, audit, retain),
    *(content, checklist, slip, links),
    *(period, period_of, count, zero_list, report, target),
):
    kiosk.add_command(command)


def main() -> None:
    """Run the command; one line on stderr and exit 1 or 2 when it cannot be done."""
    try:
        kiosk.main(standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.exceptions.NoArgsIsHelpError as help_page:
        click.echo(help_page.format_message())
        sys.exit(USAGE)
    except Exception as fault:
        said = _said(fault)
        if said is None:
            raise
        click.echo(said, err=True)
        sys.exit(USAGE if isinstance(fault, click.UsageError) else USER_MISTAKE)


def _said(fault: Exception) -> str | None:
    """Return what to say of a fault that is the user's or the machine's, None of one of ours."""
    if isinstance(fault, ContentError):
        return "\n".join(fault.mistakes)
    if isinstance(fault, click.ClickException):
        return f"kiosk: {fault.format_message()}"
    if isinstance(fault, (ConfigError, OSError, ValueError, OverflowError, click.Abort)):
        return f"kiosk: {_one_line(fault)}"
    if type(fault).__module__.startswith(("sqlalchemy", "sqlite3", "alembic", "kiosk.db")):
        return f"kiosk: the database: {_one_line(fault)}"
    return None


def _one_line(fault: Exception) -> str:
    return (str(fault) or type(fault).__name__).splitlines()[0]
