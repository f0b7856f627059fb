"""An entry about to be changed: how it stands, what was done to it, and the page that asks."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import abort, render_template, request, url_for
from flask_wtf import FlaskForm

from kiosk import clock
from kiosk.access import permits
from kiosk.counts import asking
from kiosk.counts.periods import due_before
from kiosk.counts.words import period_name
from kiosk.db import engine, reading
from kiosk.desk import entries, page
from kiosk.desk.forms import EntryForm
from kiosk.desk.past import known, line
from kiosk.desk.past_list import SPANS
from kiosk.desk.past_trail import trail
from kiosk.filings import ledger
from kiosk.filings.history import Entry, Filing, FilingEvent, fold, said

DESK = "ban"
SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry as it stands, with all that was done to it, the latest last."""

    present: Filing
    events: tuple[FilingEvent, ...]

    @property
    def void(self) -> bool:
        """Tell whether nothing can be changed any more."""
        return self.present.state == "voided"

    @property
    def last(self) -> str:
        """Return the id of the latest event: what a form filled from this has seen."""
        return self.events[-1].id

    @property
    def old(self) -> bool:
        """Tell whether to void it is grave: it was recorded more than a day ago."""
        return clock.now() - self.present.recorded_at > SOON

    def answered(self, client_id: str | None) -> bool:
        """Tell whether a form has already done its work here."""
        return any(event.client_id == client_id for event in self.events)


def standing(filing_id: UUID) -> Standing:
    """Return an entry that the officer may change; to anybody else it does not exist."""
    present = page.filing(filing_id)
    with reading(engine()) as conn:
        events = ledger.events(conn, present.unit, present.filing_id)
    # what the events say and not the row: so the form and what it has seen are of one moment
    folded = fold(events)
    return Standing(folded, events) if isinstance(folded, Filing) else abort(404)


def corrected(present: Filing, form: EntryForm) -> Entry:
    """Return what a valid form says of an entry: its day stays, its doubt while its minutes do."""
    work = page.works(present)[form.procedure.data]
    meant = entries.entry(form, work, present.civil_date)
    return replace(meant, doubtful=present.doubtful and meant.minutes == present.minutes)


def same(present: Filing, meant: Entry) -> bool:
    """Tell whether an entry says already what it is meant to say."""
    return said(replace(meant, client_id=present.client_id)) == said(present)


def asking_page(template: str, at: Standing, form: FlaskForm, **more: Any) -> str:
    """Return the page that asks how to change an entry, with the history of the entry."""
    who, works = permits.acting(), page.works(at.present)
    with reading(engine()) as conn:
        seen = known(conn, who, at.present.unit)
    return render_template(
        template,
        form=form,
        row=line(works, at.present, seen),
        deeds=trail(at.events, works, seen),
        late=_report_due(at.present.civil_date),
        old=at.old,
        came=came_from(),
        back=back(),
        **more,
    )


def came_from() -> str | None:
    """Return the page from which the officer came: the desk or a list, else nothing."""
    came = request.args.get("ve")
    return came if came == DESK or came in SPANS else None


def back() -> str:
    """Return the address of the page from which the officer came, else of the list."""
    came = came_from()
    return url_for("desk.today") if came == DESK else url_for("past.listed", ky=came)


def _report_due(day: date) -> str | None:
    period = due_before(day, clock.now(), asking.rules())
    return period_name(period) if period else None
