"""What a request to the desk is about: who asks, which filing, what the page holds."""

from typing import Any
from uuid import UUID

from flask import abort, current_app, render_template, request
from sqlalchemy import Connection

from kiosk import clock, units
from kiosk.access import permits
from kiosk.content.library import Library
from kiosk.db import engine, reading
from kiosk.desk import entries, screen
from kiosk.desk.catalogue import Catalogue, Work, catalogue, found
from kiosk.desk.forms import EntryForm, new_id
from kiosk.desk.screen import Line, Saved, Shelf
from kiosk.filings import ledger
from kiosk.filings.history import Actor, Filing


def actor() -> Actor:
    """Return who writes into the ledger."""
    who = permits.acting()
    return Actor(who.unit, who.id, str(current_app.config.get("DEVICE", "box")))


def filing(filing_id: UUID) -> Filing:
    """Return a filing that the officer may touch; to anybody else it does not exist."""
    who = permits.acting()
    with reading(engine()) as conn:
        present = ledger.find(conn, who.unit, str(filing_id))
    whole_unit = permits.may(who, "filings.unit", present.unit) if present else False
    if present is None or not (whole_unit or present.recorded_by == who.id):
        abort(404)
    return present


def works(present: Filing | None = None) -> Catalogue:
    """Return what may be recorded; also what a filing says, if the content no longer knows it."""
    known = dict(catalogue(library()))
    if present and present.procedure not in known:
        known[present.procedure] = Work(present.procedure, present.field, present.procedure)
    return known


def form(present: Filing | None = None, **answers: Any) -> EntryForm:
    """Return the form of a request: as it was sent, or with these answers."""
    made = EntryForm(data=answers)
    made.offer(list(works(present)), _units(present))
    if not made.is_submitted() and not answers.get("client_id"):
        made.client_id.data = new_id()
    return made


def fresh(**answers: Any) -> EntryForm:
    """Return an empty form as this officer's habits fill it."""
    who = permits.acting()
    with reading(engine()) as conn:
        last = ledger.last_entry(conn, who.unit, who.id)
    return form(**entries.presets(last) | answers)


def desk(shown: EntryForm, **more: Any) -> str:
    """Return the desk: the form, the tiles, the day's list."""
    who, known = permits.acting(), works()
    mine = None if permits.may(who, "filings.unit") else who.id
    with reading(engine()) as conn:
        usual = _usual(conn, who.unit, who.id)
        last = ledger.last_entry(conn, who.unit, who.id)
        day = ledger.recent(conn, who.unit, clock.today(), clock.today(), mine)
        said = _saved(conn, who.unit, who.id, known)
    typed = request.args.get("q", "") if request.method == "GET" else ""
    hits = [work.procedure for work in found(library(), known, typed)]
    return render_template(
        "desk/desk.html",
        form=shown,
        shelf=screen.shelf(library(), known, hits or usual, shown.procedure.data),
        rows=[screen.line(known, filing) for filing in day],
        totals=screen.totals(day),
        saved=said,
        again=screen.line(known, last) if last and entries.repeatable(last) else None,
        again_id=new_id(),
        typed=typed,
        nothing_found=bool(typed.strip()) and not hits,
        **more,
    )


def line(present: Filing) -> Line:
    """Return a filing as the pages show it."""
    return screen.line(works(present), present)


def shelf(present: Filing, shown: EntryForm) -> Shelf:
    """Return the tiles of a filing's form."""
    return screen.shelf(library(), works(present), [present.procedure], shown.procedure.data)


def library() -> Library:
    """Return the content this listener serves."""
    held: Library = current_app.extensions["kiosk.library"]
    return held


def _usual(conn: Connection, unit: str, officer: str) -> list[str]:
    own = ledger.frequent(conn, unit, officer, screen.USUAL)
    return [*own, *ledger.frequent(conn, unit, None, screen.USUAL)]


def _saved(conn: Connection, unit: str, officer: str, known: Catalogue) -> Saved | None:
    present = ledger.find(conn, unit, request.args.get("moi", ""))
    if present is None or present.recorded_by != officer:
        return None
    return screen.saved(known, present, clock.now())


def _units(present: Filing | None) -> dict[str, str]:
    own = permits.acting().unit
    with reading(engine()) as conn:
        known = {unit.code: unit.name for unit in units.all_units(conn, clock.today())}
    if present and present.competent_unit:
        known.setdefault(present.competent_unit, present.competent_unit)
    return {code: name for code, name in known.items() if code != own}
