"""What Alembic runs: the schema at an address that db.migrate names, one transaction a revision."""

from alembic import context

import kiosk.access.models
import kiosk.counts.official
import kiosk.counts.targets
import kiosk.filings.models
import kiosk.station.models
import kiosk.units  # noqa: F401 - tables register themselves
from kiosk.db import Instant, metadata, open_engine, writing


def render(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column type as what it is in SQL: a revision outlives the code beside it."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


engine = open_engine(context.config.attributes["url"])
with writing(engine) as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
