"""Commands of the citizen's half: content, checklist, slip, links."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from config import Config
from kiosk import clock
from kiosk.cli.words import (
    DAY,
    PAIR,
    USER_MISTAKE,
    Mistake,
    as_json,
    content_library,
    language,
    page,
    say,
    store,
)
from kiosk.content.library import Library
from kiosk.content.model import Procedure

Pairs = tuple[tuple[str, str], ...]
answer = click.option("--answer", "answers", type=PAIR, multiple=True, help="question=option")
on_day = click.option("--on", type=DAY, default=None, help="the law of this day")


@click.group()
def content() -> None:
    """What the law asks: check it, list its paths, see what gets old, sign it."""


@content.command("check")
def content_check() -> None:
    """Read all content, walk every path, list every mistake."""
    from kiosk.content.check import check

    mistakes, walked = check(content_library())
    for line in mistakes:
        click.echo(line, err=True)
    if mistakes:
        raise click.exceptions.Exit(USER_MISTAKE)
    for done in walked:
        click.echo(f"{done.procedure}: {done.paths} paths on {done.days} days, no gap")


@content.command("paths")
@click.argument("slug", required=False)
@click.option("--csv", "as_csv", is_flag=True)
@on_day
def content_paths(slug: str | None, on: date | None, *, as_csv: bool) -> None:
    """List every path of answers with its papers, fee, time limit, level and sources."""
    from kiosk.content.table import HEAD, rows

    library = content_library()
    chosen = [_procedure(library, slug)] if slug else list(library.procedures.values())
    found = (row for procedure in chosen for row in rows(library, procedure, on or clock.today()))
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows(found)
        return
    for row in found:
        click.echo(" | ".join(row))


@content.command("stale")
@on_day
def content_stale(on: date | None) -> None:
    """List what ends within 60 days, or was last checked over 180 days ago."""
    from kiosk.content.table import stale

    lines = stale(content_library(), on or clock.today())
    click.echo("\n".join(lines) or "nothing is stale")


@content.command("review")
@click.argument("slug")
@click.option("--document", required=True, help="number of the signing document")
@click.option("--author-post", required=True)
@click.option("--reviewer-post", required=True)
def content_review(slug: str, document: str, author_post: str, reviewer_post: str) -> None:
    """Record who signed the content of a procedure as it stands."""
    from kiosk.content.review import Review, sign

    library = content_library()
    signed = Review(
        procedure=slug,
        hash=_procedure(library, slug).hash,
        document=document,
        author_post=author_post,
        reviewer_post=reviewer_post,
        on=clock.today(),
    )
    settings = Config.from_env()
    with _audited(settings.database_url, slug, signed.hash):
        sign(library, settings.site, signed)
    click.echo(f"{slug}: signed by {document}")


@contextmanager
def _audited(url: str, slug: str, content_hash: str) -> Iterator[None]:
    """Audit a signature together with it; a citizens' machine has no database to say it to."""
    if not Path(url.removeprefix("sqlite:///")).exists():
        yield
        return
    from kiosk.access import accounts, audit
    from kiosk.db import storing

    with store() as engine, storing(engine) as connection:
        yield
        said = audit.ContentReviewed(accounts.NO_UNIT, audit.CONSOLE, slug, content_hash)
        audit.write(connection, said)


def _procedure(library: Library, slug: str) -> Procedure:
    found = library.procedures.get(slug)
    if found is None:
        known = ", ".join(library.procedures)
        raise Mistake(f"there is no procedure “{slug}”; there are {known}")
    return found


def _answers(procedure: Procedure, pairs: Pairs) -> dict[str, str]:
    known = {question.id: question for question in procedure.asked}
    for question, option in pairs:
        if question not in known:
            raise Mistake(f"“{question}” is not asked; asked are {', '.join(known)}")
        if known[question].option(option) is None:
            options = ", ".join(one.id for one in known[question].options)
            raise Mistake(f"“{option}” is no answer to {question}; answers are {options}")
    return dict(pairs)


@click.command()
@click.argument("slug")
@answer
@on_day
@language
@as_json
def checklist(slug: str, answers: Pairs, on: date | None, lang: str, *, as_json: bool) -> None:
    """Print the checklist of one case."""
    from kiosk.content.rules import checklist as made
    from kiosk.guide.document import document, plain

    with page(lang) as app:
        library: Library = app.extensions["kiosk.library"]
        given = _answers(_procedure(library, slug), answers)
        case = made(library, slug, given, on or clock.today())
        found = document(case, reviewed=slug in app.extensions["kiosk.reviewed"])
        if as_json:
            say(found)
        else:
            click.echo(plain(case))


@click.command()
@click.argument("slug_or_code")
@answer
@click.option("--format", "kind", type=click.Choice(["pdf", "png", "escpos"]), default="pdf")
@click.option("--width-dots", type=click.IntRange(384, 832), default=576)
@click.option("--large", is_flag=True, help="large print")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@on_day
@language
def slip(slug_or_code: str, on: date | None, lang: str, output: Path, **asked: Any) -> None:
    """Write the slip of one case, or of a short code, to a file."""
    from kiosk.content.rules import checklist as made
    from kiosk.guide.code import CodeError, decode
    from kiosk.handout.fill import slip_text
    from kiosk.handout.slip import slip_of

    with page(lang) as app:
        library: Library = app.extensions["kiosk.library"]
        slug, given = slug_or_code, dict(asked["answers"])
        if slug not in library.procedures:
            try:
                slug, given = decode(library, slug_or_code)
            except CodeError:
                raise Mistake(f"“{slug_or_code}” is neither a procedure nor a short code") from None
        case = made(
            library,
            slug,
            _answers(library.procedures[slug], tuple(given.items())),
            on or clock.today(),
        )
        if not case.recorded:
            raise Mistake(f"{slug}: nothing is recorded before {case.procedure.known_from}")
        if case.open_questions:
            raise Mistake(f"still to be answered: {', '.join(case.open_questions)}")
        text = slip_text(case, app.extensions["kiosk.site"], large=asked["large"])
        output.write_bytes(_drawn(slip_of(text, library.hosts), asked["kind"], asked["width_dots"]))


def _drawn(made: Any, kind: str, width: int) -> bytes:
    if kind == "pdf":
        from kiosk.handout.pdf import a4

        return a4(made)
    from io import BytesIO

    from kiosk.handout.raster import raster

    image = raster(made, width)
    if kind == "escpos":
        from kiosk.printing.escpos import strips

        return strips(image)
    drawn = BytesIO()
    image.save(drawn, "PNG")
    return drawn.getvalue()


@click.group()
def links() -> None:
    """The addresses behind the QR codes, and what a person's click said of them."""


@links.command("report")
def links_report() -> None:
    """List every pattern of address and, per procedure, the one in use."""
    from kiosk.content.rules import checklist as made

    library = content_library()
    for pattern in library.patterns:
        tested = f"{pattern.tested_on or '-'} {pattern.tested_by or ''}".strip()
        click.echo(f"{pattern.status:9} {pattern.id:24} {pattern.use:10} {tested}")
    for procedure in library.procedures:
        for link in made(library, procedure, {}, clock.today()).links[:1]:
            click.echo(f"{procedure}: {link.use} {link.url}")


@links.command("tested")
@click.argument("pattern")
@click.option("--by", required=True, help="post of the person who clicked, no name")
def links_tested(pattern: str, by: str) -> None:
    """Record that a person clicked an address through and it opened the right page."""
    _mark(pattern, "tested", by)


@links.command("dead")
@click.argument("pattern")
@click.option("--by", required=True, help="post of the person who clicked, no name")
def links_dead(pattern: str, by: str) -> None:
    """Record that an address is dead; from its next start `kiosk serve` uses the one after it."""
    _mark(pattern, "dead", by)


def _mark(pattern: str, status: str, by: str) -> None:
    from kiosk.content.clicks import record

    known = [one.id for one in content_library().patterns]
    if pattern not in known:
        raise Mistake(f"there is no address “{pattern}”; there are {', '.join(known)}")
    record(Config.from_env().site / "links.yaml", pattern, status, by, clock.today())
    click.echo(f"{pattern}: {status}")
