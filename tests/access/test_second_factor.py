import base64
import hashlib
import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update

from kiosk.access import accounts, picture, recovery, second_factor
from kiosk.access.models import Account, account, audit_event, recovery_code
from kiosk.db import reading, writing
from tests.access.people import NOON, SECRET, code, known

KEY = "k" * 64
SECOND = timedelta(seconds=1)
RFC = base64.b32encode(b"12345678901234567890").decode()


@pytest.fixture
def owner(engine: Engine, officer: Account) -> Account:
    """The officer, whose telephone knows SECRET."""
    with writing(engine) as conn:
        second_factor.store(conn, KEY, officer, SECRET, 0)
    return officer


def use(engine: Engine, who: Account, typed: str, after: int = 0, key: str = KEY) -> bool:
    with writing(engine) as conn:
        return second_factor.use(conn, key, who, typed, NOON + after * SECOND)


@pytest.mark.parametrize(
    ("second", "expected"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(second: int, expected: str) -> None:
    at = NOON.fromtimestamp(second, NOON.tzinfo)
    assert second_factor.step(RFC, expected, at) == second // 30
    assert second_factor.step(RFC, f" {expected[:3]} {expected[3:]} ", at) == second // 30


def test_one_step_early_or_late_is_taken_and_two_are_not(engine: Engine, owner: Account) -> None:
    assert not use(engine, owner, code(NOON, steps=-2))
    assert not use(engine, owner, code(NOON, steps=2))
    assert use(engine, owner, code(NOON, steps=-1))
    assert use(engine, owner, code(NOON))
    assert use(engine, owner, code(NOON, steps=1))


def test_a_code_is_good_once(engine: Engine, owner: Account) -> None:
    assert use(engine, owner, code(NOON))
    assert not use(engine, owner, code(NOON))
    assert not use(engine, owner, code(NOON), after=29)
    assert not use(engine, owner, code(NOON, steps=-1)), "older than one that was used"
    assert use(engine, owner, code(NOON, steps=1), after=30)


@pytest.mark.parametrize(
    "typed", ["", "000000", "12345", "1234567", "abcdef", "٠١٢٣٤٥", "12 34 5x", "-12345", "1e5000"]
)
def test_anything_else_is_not_a_code(engine: Engine, owner: Account, typed: str) -> None:
    assert not use(engine, owner, typed)


def test_the_secret_is_not_in_the_database(engine: Engine, owner: Account) -> None:
    with reading(engine) as conn:
        stored = conn.execute(select(account.c.totp_secret)).scalar_one()
        assert SECRET not in str(conn.execute(select(account)).all())
    assert len(stored) <= 255
    assert owner.id not in stored


def test_the_longest_account_fits(engine: Engine) -> None:
    who = Account("i" * 16, "a" * 32, "u" * 32, "head", "vi")
    assert len(second_factor._seal(KEY, second_factor._place(who.unit, who.id), SECRET)) <= 255
    assert engine


@pytest.mark.parametrize("broken", ["", "-", "gAAAAA", "ổi", "x" * 255])
def test_what_cannot_be_decrypted_lets_nobody_in(
    engine: Engine, owner: Account, broken: str
) -> None:
    with writing(engine) as conn:
        conn.execute(update(account).values(totp_secret=broken))
        assert not second_factor.readable(conn, KEY, owner)
    assert not use(engine, owner, code(NOON))
    assert not use(engine, owner, "")


def test_another_key_or_another_row_decrypts_nothing(engine: Engine, owner: Account) -> None:
    assert not use(engine, owner, code(NOON), key="l" * 64)
    accounts.create(engine, "A", "ke.gian", "officer")
    with writing(engine) as conn:
        stolen = conn.execute(
            select(account.c.totp_secret).where(account.c.id == owner.id)
        ).scalar_one()
        mine = conn.execute(select(account.c.id).where(account.c.login == "ke.gian")).scalar_one()
        conn.execute(update(account).where(account.c.id == mine).values(totp_secret=stolen))
    assert not use(engine, Account(mine, "ke.gian", "A", "officer", "vi"), code(NOON))
    assert use(engine, owner, code(NOON))


def test_an_offer_is_for_one_session_and_half_an_hour() -> None:
    made = second_factor.offer(KEY, "s1", NOON)
    assert re.fullmatch("[A-Z2-7]{32}", made.secret)
    assert made.secret not in made.sealed
    assert second_factor.offered(KEY, "s1", made.sealed, NOON + 1800 * SECOND) == made
    assert second_factor.offered(KEY, "s1", made.sealed, NOON + 1801 * SECOND) is None
    assert second_factor.offered(KEY, "s2", made.sealed, NOON) is None
    assert second_factor.offered("l" * 64, "s1", made.sealed, NOON) is None
    for text in ("", "x", "ổi", made.sealed[:-1], made.secret):
        assert second_factor.offered(KEY, "s1", text, NOON) is None


def test_a_reset_takes_it_away_with_its_codes(engine: Engine, owner: Account) -> None:
    with writing(engine) as conn:
        recovery.issue(conn, owner.unit, owner.id)
    accounts.reset(engine, known(engine, owner.login), by="a9")
    with reading(engine) as conn:
        assert conn.execute(select(account.c.totp_secret, account.c.totp_step)).one() == (None,) * 2
        assert recovery.left(conn, owner.unit, owner.id) == 0
        rows = conn.execute(select(audit_event).order_by(audit_event.c.seq)).all()
    assert [row.kind for row in rows][-2:] == ["account_reset", "second_factor_reset"]
    assert (rows[-1].actor, rows[-1].detail) == ("a9", {"account": owner.id})
    accounts.reset(engine, known(engine, owner.login))
    with reading(engine) as conn:
        kinds = list(conn.execute(select(audit_event.c.kind)).scalars())
    assert kinds.count("second_factor_reset") == 1


def test_recovery_codes_are_ten_long_and_stored_as_hashes(engine: Engine, owner: Account) -> None:
    with writing(engine) as conn:
        codes = recovery.issue(conn, owner.unit, owner.id)
        stored = str(conn.execute(select(recovery_code)).all())
    assert len(set(codes)) == 10
    for text in codes:
        assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){5}", text)
        assert text not in stored
        assert hashlib.sha256(text.replace("-", "").encode()).hexdigest() in stored


def test_a_recovery_code_is_good_once_and_for_its_owner(engine: Engine, owner: Account) -> None:
    with writing(engine) as conn:
        first, second, *_ = recovery.issue(conn, owner.unit, owner.id)
        assert not recovery.use(conn, owner.unit, "somebody", first)
        assert not recovery.use(conn, "B", owner.id, first)
        assert recovery.use(conn, owner.unit, owner.id, first)
        assert not recovery.use(conn, owner.unit, owner.id, first)
        spoken = second.lower().replace("-", " ").replace("0", "o").replace("1", "l")
        assert recovery.use(conn, owner.unit, owner.id, spoken)
        assert recovery.left(conn, owner.unit, owner.id) == 8


def test_new_recovery_codes_kill_the_old_ones(engine: Engine, owner: Account) -> None:
    with writing(engine) as conn:
        old = recovery.issue(conn, owner.unit, owner.id)
        new = recovery.issue(conn, owner.unit, owner.id)
        assert not any(recovery.use(conn, owner.unit, owner.id, text) for text in old)
        assert recovery.left(conn, owner.unit, owner.id) == 10
        assert recovery.use(conn, owner.unit, owner.id, new[9])


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_may_be_typed_for_a_code(typed: str) -> None:
    assert second_factor.step(SECRET, typed, NOON) is None or len("".join(typed.split())) == 6
    assert second_factor.offered(KEY, "s1", typed, NOON) is None
    assert len(recovery._hash(typed)) == 64


def test_a_telephone_reads_the_picture() -> None:
    import zxingcpp
    from PIL import Image, ImageDraw

    address = second_factor.address(SECRET, "mai.nguyen", "Công an xã Mỹ Lộc")
    made = picture.qr(address)
    assert made.startswith("data:image/svg+xml;base64,")
    svg = base64.b64decode(made.split(",")[1]).decode()
    assert "style" not in svg
    side = int(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
    image = Image.new("L", (side * 4, side * 4), 255)
    draw = ImageDraw.Draw(image)
    for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", svg):
        left, top = int(x) * 4, int(y) * 4
        draw.rectangle((left, top, left + int(length) * 4 - 1, top + 3), 0)
    (found,) = zxingcpp.read_barcodes(image)
    assert found.text == address
    assert f"secret={SECRET}" in address
    assert "issuer=C%C3%B4ng%20an" in address
