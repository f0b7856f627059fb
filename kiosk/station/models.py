"""The box's own small facts: who calls for an officer."""

from sqlalchemy import Column, Index, String, Table

from kiosk.db import Instant, metadata

KINDS = ("help", "no_paper_came", "paper_low", "paper_out", "cover_open", "printer_offline")

call = Table(
    "call",
    metadata,
    Column("unit", String(32), primary_key=True),
    Column("id", String(36), primary_key=True),  #: UUIDv7: in the order of calling
    Column("source", String(32), nullable=False),  #: the screen or the printer
    Column("kind", String(16), nullable=False),  #: one of KINDS
    Column("at", Instant, nullable=False),
    Column("ended_at", Instant),  #: answered by an officer, or over by itself
    Column("ended_by", String(16)),  #: account id of who answered
    Index(None, "unit", "ended_at"),
)
