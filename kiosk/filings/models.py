"""The tables of the ledger, and what a row of them adds to the counts."""

from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    CompoundSelect,
    Date,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    case,
    literal,
    select,
)

from kiosk.db import Instant, metadata
from kiosk.filings.buckets import METRICS
from kiosk.filings.history import ONLINE

UNIT, CODE, WORD, ID, SHA256 = String(32), String(64), String(16), String(36), String(64)


def _entry_columns() -> tuple[Column[Any], ...]:
    """Return the columns of what the form said; named as in history.Entry."""
    return (
        Column("client_id", ID, nullable=False),
        Column("procedure", CODE, nullable=False),
        Column("field", CODE, nullable=False),
        Column("activity", WORD, nullable=False),
        Column("channel", WORD),
        Column("operated_by", WORD, nullable=False),
        Column("place", WORD, nullable=False),
        Column("competent_unit", UNIT),
        Column("outcome", WORD),
        Column("reason", String(4)),
        Column("direct_reason", String(4)),
        Column("priority", Boolean, nullable=False),
        Column("language", String(8), nullable=False),
        Column("quantity", Integer, nullable=False),
        Column("minutes", Integer),
        Column("civil_date", Date, nullable=False),
        Column("doubtful", Boolean, nullable=False),
    )


#: named as in history.FilingEvent; rows are added, never changed
filing_event = Table(
    "filing_event",
    metadata,
    Column("unit", UNIT, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("v", Integer, nullable=False),
    Column("filing_id", ID, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("cause", String(4)),
    Column("officer", CODE, nullable=False),
    Column("device", CODE, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    *_entry_columns(),
    Column("at", Instant, nullable=False),
    Column("prev_hash", SHA256, nullable=False),
    Column("hash", SHA256, nullable=False),
    UniqueConstraint("unit", "device", "epoch", "seq"),
    UniqueConstraint("unit", "client_id"),
    Index(None, "unit", "filing_id"),
)

#: named as in history.Filing
filing = Table(
    "filing",
    metadata,
    Column("unit", UNIT, primary_key=True),
    Column("filing_id", ID, primary_key=True),  #: UUIDv7: in the order of recording
    *_entry_columns(),
    Column("state", WORD, nullable=False),
    Column("void_reason", String(4)),
    Column("recorded_by", CODE, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("device", CODE, nullable=False),
    Column("officer", CODE, nullable=False),
    Column("last_at", Instant, nullable=False),
    Index(None, "unit", "civil_date"),
    Index(None, "unit", "recorded_by", "filing_id"),  # what an officer did last
)

device_epoch = Table(
    "device_epoch",
    metadata,
    Column("unit", UNIT, primary_key=True),
    Column("device", CODE, primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),  #: the highest is current
    Column("seq", Integer, nullable=False),  #: number of the last event of the chain
    Column("head_hash", SHA256, nullable=False),  #: and its seal
)


def _sums(name: str, day: str, *keys: str) -> Table:
    return Table(
        name,
        metadata,
        Column("unit", UNIT, primary_key=True),
        Column(day, Date, primary_key=True),
        *(Column(key, CODE, primary_key=True) for key in keys),
        *(Column(metric, Integer, nullable=False) for metric in METRICS),
    )


rollup_unit_day = _sums("rollup_unit_day", "civil_date", "field")
rollup_procedure_week = _sums("rollup_procedure_week", "week_start", "field", "procedure")
rollup_procedure_month = _sums("rollup_procedure_month", "month_start", "field", "procedure")

#: by the level of a buckets.Place
ROLLUPS = {
    "unit_day": rollup_unit_day,
    "procedure_week": rollup_procedure_week,
    "procedure_month": rollup_procedure_month,
}

#: what left the ledger when its time was over: its sums, by which every count stays what it was
retained_day = _sums("retained_day", "civil_date", "field", "procedure")

#: where a chain begins whose first events left the ledger: after the event of this number and seal
chain_base = Table(
    "chain_base",
    metadata,
    Column("unit", UNIT, primary_key=True),
    Column("device", CODE, primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", SHA256, nullable=False),
)

#: up to which day a unit's filings may have left the ledger
retained = Table(
    "retained",
    metadata,
    Column("unit", UNIT, primary_key=True),
    Column("before", Date, nullable=False),
    Column("seal", SHA256, nullable=False),  #: over this, the unit's sums and its chains' bases
)

_filed = case((filing.c.activity == "filing", filing.c.quantity), else_=0)
_submitted = case((filing.c.outcome == "submitted", _filed), else_=0)

#: what a living filing adds to each metric, as buckets.figures has it
ADDS = {
    "entries": literal(1),
    "assisted": _filed,
    "submitted": _submitted,
    "saved": case((filing.c.outcome == "saved", _filed), else_=0),
    "not_submitted": case((filing.c.outcome == "not_submitted", _filed), else_=0),
    "online": case((filing.c.channel.in_(ONLINE), _submitted), else_=0),
    "direct": case((filing.c.channel == "direct", _submitted), else_=0),
    "post": case((filing.c.channel == "post", _submitted), else_=0),
    "help": filing.c.quantity - _filed,
    "priority": case((filing.c.priority, filing.c.quantity), else_=0),
}


def counted(first: date, after: date) -> CompoundSelect[Any]:
    """Return rows that add up to the counts of these days, those that left the ledger included."""
    keys = ("unit", "civil_date", "field", "procedure")
    metrics = (ADDS[metric].label(metric) for metric in METRICS)
    there = select(*(filing.c[key] for key in keys), *metrics).where(
        filing.c.state != "voided", filing.c.civil_date >= first, filing.c.civil_date < after
    )
    gone = select(*(retained_day.c[name] for name in (*keys, *METRICS))).where(
        retained_day.c.civil_date >= first, retained_day.c.civil_date < after
    )
    return there.union_all(gone)
