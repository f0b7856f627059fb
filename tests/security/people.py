"""People of a unit, as the attacks need them: chosen password, second factor where it is due."""

from datetime import datetime

from sqlalchemy import Engine, insert

from kiosk import clock
from kiosk.access.models import Account, account, opaque_id
from kiosk.db import writing
from kiosk.units import import_csv

NOON = datetime(2026, 11, 21, 12, tzinfo=clock.VIETNAM)
UNITS = """code,name,level,parent,area_type,valid_from,valid_to,successor
P,Tỉnh Mẫu,province,,general,2025-07-01,,
A,Xã An Bình,commune,P,rural,2025-07-01,,
B,Xã Hòa Lợi,commune,P,remote,2025-07-01,,
"""


def units(engine: Engine) -> None:
    """Let there be a province with two communes."""
    with writing(engine) as connection:
        import_csv(connection, UNITS.splitlines())


def seated(engine: Engine, role: str, unit: str = "A", login: str = "") -> Account:
    """Return an account that may sit down at once."""
    second = role in {"head", "admin"}
    who = Account(
        opaque_id(), login or f"{role}-{unit.lower()}", unit, role, "vi", second_factor=second
    )
    row = {
        "unit": unit,
        "id": who.id,
        "login": who.login,
        "role": role,
        "password_hash": "-",
        "must_change": False,
        "created_at": clock.now(),
        "language": "vi",
        "totp_secret": "-" if second else None,
    }
    with writing(engine) as connection:
        connection.execute(insert(account).values(row))
    return who
