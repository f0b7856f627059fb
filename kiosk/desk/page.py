"""What a request to the desk is about: who asks, which filing, what the page holds."""

from typing import Any
from uuid import UUID

from flask import abort, current_app, g, render_template, request
from sqlalchemy import Connection

from kiosk import clock
from kiosk.access import permits
from kiosk.access.models import Account
from kiosk.content.library import Library
from kiosk.counts import asking
from kiosk.db import engine, reading
from kiosk.desk import entries, past, screen
from kiosk.desk.catalogue import Catalogue, Work, catalogue, found
from kiosk.desk.days import Day, offered
from kiosk.desk.forms import DeskForm, EntryForm, new_id
from kiosk.desk.past import Line
from kiosk.desk.screen import Saved, Shelf
from kiosk.filings import ledger
from kiosk.filings.history import Actor, Filing


def actor() -> Actor:
    """Return who writes into the ledger; raise DeviceRevoked at a machine that may not."""
    who = permits.acting()
    return Actor(who.unit, who.id, str(current_app.extensions["kiosk.device"]()))


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


def form(
    present: Filing | None = None, kind: type[EntryForm] = EntryForm, **answers: Any
) -> EntryForm:
    """Return the form of a request: as it was sent, or with these answers."""
    made = kind(data=answers)
    _offer(made, present)
    return made


def fresh(**answers: Any) -> DeskForm:
    """Return an empty form as this officer's habits, or else the counter's preset, fill it."""
    usual = current_app.extensions["kiosk.site"].desk
    return _desk_form(**entries.presets(last(), usual) | answers)


def last() -> Filing | None:
    """Return what the officer recorded last, before this request; it is read once."""
    if "last_entry" not in g:
        who = permits.acting()
        with reading(engine()) as conn:
            g.last_entry = ledger.last_entry(conn, who.unit, who.id)
    found: Filing | None = g.last_entry
    return found


def sent() -> DeskForm:
    """Return the form of the desk as it was sent."""
    return _desk_form()


def desk(shown: DeskForm, **more: Any) -> str:
    """Return the desk: the form, its tiles, what was just saved, the last entries of the day."""
    who, known = permits.acting(), works()
    with reading(engine()) as conn:
        usual = _usual(conn, who)
        rows, sums = past.today(conn, who, known)
        said = _saved(conn, who, known)
    typed, before = request.values.get("q", ""), last()
    hits = [work.procedure for work in found(library(), known, typed)]
    return render_template(
        "desk/desk.html",
        form=shown,
        shelf=screen.shelf(library(), known, hits or usual, shown.procedure.data),
        days=_days(),
        rows=rows,
        totals=sums,
        saved=said,
        again=screen.repeatable(known, before) if before and entries.repeatable(before) else None,
        again_id=new_id(),
        typed=typed,
        nothing_found=bool(typed.strip()) and not hits,
        **{"focus": "procedure" if hits else None} | more,
    )


def line(present: Filing) -> Line:
    """Return a filing as the pages show it."""
    return past.line(works(present), present)


def shelf(present: Filing, shown: EntryForm) -> Shelf:
    """Return the tiles of a filing's form."""
    return screen.shelf(library(), works(present), [present.procedure], shown.procedure.data)


def library() -> Library:
    """Return the content this listener serves."""
    held: Library = current_app.extensions["kiosk.library"]
    return held


def _desk_form(**answers: Any) -> DeskForm:
    made = DeskForm(data=answers)
    _offer(made)
    made.offer_days(_days())
    return made


def _offer(made: EntryForm, present: Filing | None = None) -> None:
    made.offer(list(works(present)), _units(present))
    if not made.is_submitted() and not made.client_id.data:
        made.client_id.data = new_id()


def _days() -> tuple[Day, ...]:
    return offered(clock.now(), asking.rules())


def _usual(conn: Connection, who: Account) -> list[str]:
    own = ledger.frequent(conn, who.unit, who.id, screen.USUAL)
    common = ledger.frequent(conn, who.unit, None, screen.USUAL)
    return [*own, *common, *current_app.extensions["kiosk.site"].desk.procedures]


def _saved(conn: Connection, who: Account, known: Catalogue) -> Saved | None:
    present = ledger.find(conn, who.unit, request.args.get("moi", ""))
    if present is None or present.recorded_by != who.id:
        return None
    return screen.saved(known, present, clock.now(), asking.rules())


def _units(present: Filing | None) -> dict[str, str]:
    own = permits.acting().unit
    with reading(engine()) as conn:
        known = dict(past.unit_names(conn))
    if present and present.competent_unit:
        known.setdefault(present.competent_unit, present.competent_unit)
    return {code: name for code, name in known.items() if code != own}
