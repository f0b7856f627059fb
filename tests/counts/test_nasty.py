"""Whatever is sent to the pages of numbers: an answer, never a fault of ours."""

import random

import pytest
from sqlalchemy import Engine

from kiosk.db import reading
from tests.counts.conftest import SignIn
from tests.counts.test_reach import WAYS, token

NASTY = (
    *("", " ", "0", "-1", "1e309", "999999999999999999999", "079123456789", "%", "\x00", "nan"),
    *("'", '"', "<script>", "../../etc/passwd", "a" * 3000, "😀", "e\u0301", "\u202e", "\r\nX: y"),
    *("2026-02-30", "0001-01-01", "9999-12-31", "31/12/9999", "=1+1", "%(n)s", "{{ 7 }}", "/", "٣"),
    *("residence", "residence/", "/dang-ky-tam-tru", "92", "31615", "50", "62,5", "2026-11-01"),
    *("thang", "nam", "50 %", "2026-01-01", "104/KH-CAH"),
)
WORDS = (
    *("ky", "ngay", "don-vi", "thu-tuc", "unit", "about", "percent", "valid_from", "valid_to"),
    *("basis", "replaces", "online_full", "direct", "post", "carried_over", "late"),
)


@pytest.mark.parametrize("role", ["head", "admin", "viewer"])
def test_nothing_that_is_sent_is_our_fault(sign_in: SignIn, engine: Engine, role: str) -> None:
    chance = random.Random(f"numbers {role}")  # noqa: S311 - the same requests at every run
    reader = sign_in(role, "92")
    reader.token = token(reader)

    def some() -> dict[str, str]:
        words = chance.sample(WORDS, chance.randint(0, 7))
        return {word: chance.choice(NASTY) for word in words}

    for _ in range(120):
        way = chance.choice(WAYS)
        path = f"/so-lieu{way.path.partition('?')[0]}".replace(
            "residence", chance.choice(("residence", "nothing", "%00", "a" * 200))
        )
        form = {"csrf_token": chance.choice((reader.token, reader.token, "old")), **some()}
        asked = some()
        answer = reader.client.open(
            path,
            method=way.method,
            query_string=asked,
            data=form if way.method == "POST" else None,
        )
        assert answer.status_code < 500, (way, asked, form)
    with reading(engine) as connection:
        assert connection.exec_driver_sql("pragma integrity_check").scalar() == "ok"
