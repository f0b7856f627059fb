"""The `kiosk` command: words in, words out; the work is done elsewhere."""

import sys

import click

from config import ConfigError
from kiosk.cli.citizen import checklist, content, links, slip
from kiosk.cli.machine import demo, serve, unit, user, verify
from kiosk.cli.numbers import count, period, period_of, report, target, zero_list
from kiosk.cli.words import USAGE, USER_MISTAKE
from kiosk.content.reader import ContentError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def kiosk() -> None:
    """Guide, checklists, slips, filing log and counts for a one-stop counter."""


for command in (
    *(serve, demo, verify, user, unit),
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
    except click.UsageError as fault:
        click.echo(f"kiosk: {fault.format_message()}", err=True)
        sys.exit(USAGE)
    except click.Abort:
        sys.exit(USER_MISTAKE)
    except ContentError as fault:
        click.echo("\n".join(fault.mistakes), err=True)
        sys.exit(USER_MISTAKE)
    except click.ClickException as fault:
        click.echo(f"kiosk: {fault.format_message()}", err=True)
        sys.exit(USER_MISTAKE)
    except (ConfigError, OSError) as fault:
        click.echo(f"kiosk: {fault}", err=True)
        sys.exit(USER_MISTAKE)
