"""The `kiosk` command: words in, words out; the work is done elsewhere."""

import json
import sys
from datetime import date, datetime
from typing import Any

import click

from config import Config, ConfigError
from kiosk import clock
from kiosk.content.reader import ContentError

USER_MISTAKE = 1
USAGE = 2


class Day(click.ParamType):
    """An ISO date."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """Return the date, or refuse with what is wrong."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}” is not a date like 2026-11-21", param, ctx)


class Instant(click.ParamType):
    """An ISO instant; without a zone it is meant in Viet Nam."""

    name = "instant"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        """Return the aware instant, or refuse with what is wrong."""
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}” is not an instant like 2026-11-21T10:00+07:00", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=clock.VIETNAM)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def kiosk() -> None:
    """Guide, checklists, slips, filing log and counts for a one-stop counter."""


def say(document: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


@kiosk.group()
def content() -> None:
    """What the law asks: check it, list its paths, see what gets old, sign it."""


@content.command("check")
def content_check() -> None:
    """Read all content, walk every path, list every mistake."""
    from kiosk.content.check import check
    from kiosk.content.load import load_library

    settings = Config.from_env()
    mistakes, walked = check(load_library(settings.content, settings.site / "links.yaml"))
    for line in mistakes:
        click.echo(line, err=True)
    if mistakes:
        raise click.exceptions.Exit(USER_MISTAKE)
    for done in walked:
        click.echo(f"{done.procedure}: {done.paths} paths on {done.days} days, no gap")


def main() -> None:
    """Run the command; one line on stderr and exit 1 or 2 when it cannot be done."""
    try:
        kiosk.main(standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.UsageError as fault:
        click.echo(f"kiosk: {fault.format_message()}", err=True)
        sys.exit(USAGE)
    except ContentError as fault:
        click.echo("\n".join(fault.mistakes), err=True)
        sys.exit(USER_MISTAKE)
    except (ConfigError, click.ClickException, OSError) as fault:
        click.echo(f"kiosk: {fault}", err=True)
        sys.exit(USER_MISTAKE)


if __name__ == "__main__":
    main()
