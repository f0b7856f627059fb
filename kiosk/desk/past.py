"""What was recorded, as it is read: one line an entry, and how the ids in it are called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, select

from kiosk import clock, units
from kiosk.access import devices, permits
from kiosk.access.models import Account, account
from kiosk.counts import asking
from kiosk.counts.periods import DEFAULT, Rules, due_before
from kiosk.desk import words
from kiosk.desk.catalogue import Catalogue, name
from kiosk.desk.screen import short
from kiosk.filings import ledger
from kiosk.filings.history import TAKEN_BACK, Filing
from kiosk.filings.ledger import Summary
from kiosk.i18n import day as spoken_day

LAST = 5
VOID_CAUSE = words.VOID_REASON | {TAKEN_BACK: _l("Hoàn tác ngay")}
LONG = 60  #: the bucket of all that took longer than half an hour


@dataclass(frozen=True, slots=True)
class Known:
    """How the ids of a unit's entries are called, and when its reports are due."""

    officers: Mapping[str, str] = field(default_factory=dict)
    devices: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    rules: Rules = DEFAULT
    changeable: bool = True  #: the reader may correct what the unit recorded

    def officer(self, officer: str) -> str:
        """Return a sign-in name; of an account not kept here, enough of its opaque id."""
        return self.officers.get(officer) or short(officer)

    def device(self, device: str) -> str:
        """Return what people call a machine; one that was never enrolled keeps its id."""
        return self.devices.get(device, device)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the list, as it is read."""

    filing_id: str
    day: date  #: for which it counts
    recorded_on: date
    time: str
    name: str
    quantity: int
    activity: str
    channel: str
    direct_reason: str
    outcome: str
    reason: str
    competent_unit: str
    officer: str
    device: str
    state: str
    void_reason: str
    changed: str  #: who did the latest thing to it, and when; empty while it stands as recorded
    marks: tuple[str, ...]
    open: bool

    @property
    def dated_back(self) -> bool:
        """Tell whether it was recorded after its day."""
        return self.day < self.recorded_on


NOBODY = Known()


def known(conn: Connection, who: Account, unit: str) -> Known:
    """Return how the ids in a unit's entries are called, for this reader."""
    logins = select(account.c.id, account.c.login).where(account.c.unit == unit)
    return Known(
        officers={row.id: row.login for row in conn.execute(logins)},
        devices={found.id: found.name for found in devices.listed(conn, (unit,))},
        units=unit_names(conn),
        rules=asking.rules(),
        changeable=unit == who.unit,
    )


def unit_names(conn: Connection) -> Mapping[str, str]:
    """Return what the units of today are called, by code; they are read once a request."""
    if "unit_names" not in g:
        g.unit_names = {found.code: found.name for found in units.all_units(conn, clock.today())}
    names: Mapping[str, str] = g.unit_names
    return names


def whose(who: Account) -> str | None:
    """Return whose entries somebody may see: his or her own, or None for all of the unit."""
    return None if permits.may(who, "filings.unit") else who.id


def today(conn: Connection, who: Account, works: Catalogue) -> tuple[tuple[Line, ...], Summary]:
    """Return the last entries of the day that somebody may see, and the sums of the whole day."""
    day, seen = clock.today(), known(conn, who, who.unit)
    last = ledger.recent(conn, who.unit, day, day, whose(who), limit=LAST)
    sums = ledger.summary(conn, who.unit, day, day, whose(who))
    return tuple(line(works, filing, seen) for filing in last), sums


def line(works: Catalogue, filing: Filing, seen: Known = NOBODY) -> Line:
    """Return an entry as the list shows it."""
    recorded = clock.local(filing.recorded_at)
    return Line(
        filing_id=filing.filing_id,
        day=filing.civil_date,
        recorded_on=recorded.date(),
        time=f"{recorded:%H:%M}",
        name=name(works, filing.procedure),
        quantity=filing.quantity,
        activity=said(words.ACTIVITY, filing.activity),
        channel=said(words.CHANNEL, filing.channel),
        direct_reason=said(words.DIRECT_REASON, filing.direct_reason),
        outcome=said(words.OUTCOME, filing.outcome),
        reason=said(words.REASON, filing.reason),
        competent_unit=_unit(seen, filing.competent_unit),
        officer=seen.officer(filing.recorded_by),
        device=seen.device(filing.device),
        state=said(words.KIND, filing.state),
        void_reason=said(VOID_CAUSE, filing.void_reason),
        changed=_changed(seen, filing),
        marks=tuple(_marks(seen, filing)),
        open=seen.changeable and filing.state != "voided",
    )


def said(known_words: words.Words, value: str | None) -> str:
    """Return how a word of a vocabulary is said; nothing for none, itself for one not known."""
    return str(known_words.get(value, value)) if value else ""


def usual_time(sums: Summary) -> list[str]:
    """Return how long help took, as sentences; what lay open for too long is only counted."""
    times = sum(sums.timed.values())
    told = [_usually(_median(sums.timed), times)] if times else []
    if sums.doubtful:
        out = _("Không tính thời gian của %(n)s lượt có biểu mẫu mở quá lâu.", n=sums.doubtful)
        told.append(str(out))
    return told


def _usually(bucket: int, times: int) -> str:
    if bucket == LONG:
        return str(_("Thời gian hỗ trợ: thường hơn 30 phút (%(n)s lượt có ghi).", n=times))
    return str(
        _(
            "Thời gian hỗ trợ: thường đến %(minutes)s phút (%(n)s lượt có ghi).",
            minutes=bucket,
            n=times,
        )
    )


def _median(timed: Mapping[int, int]) -> int:
    middle = (sum(timed.values()) + 1) // 2
    for bucket in sorted(timed):
        middle -= timed[bucket]
        if middle <= 0:
            break
    return bucket


def _unit(seen: Known, code: str | None) -> str:
    return seen.units.get(code, code) if code else ""


def _changed(seen: Known, filing: Filing) -> str:
    if filing.state == "recorded":
        return ""
    last, officer = clock.local(filing.last_at), seen.officer(filing.officer)
    if last.date() == clock.civil_date(filing.recorded_at):
        return f"{officer}, {last:%H:%M}"
    return str(
        _(
            "%(officer)s, %(time)s ngày %(day)s",
            officer=officer,
            time=f"{last:%H:%M}",
            day=spoken_day(last.date()),
        )
    )


def _marks(seen: Known, filing: Filing) -> list[str]:
    day = filing.civil_date
    late = due_before(day, filing.recorded_at, seen.rules) is not None
    changed_late = not late and due_before(day, filing.last_at, seen.rules) is not None
    marks = {
        _("Ghi lùi ngày"): day < clock.civil_date(filing.recorded_at),
        _("Ghi muộn"): late,
        _("Thay đổi sau hạn báo cáo"): changed_late,
        str(words.DOUBTFUL): filing.doubtful and filing.minutes is not None,
    }
    return [mark for mark, holds in marks.items() if holds]
