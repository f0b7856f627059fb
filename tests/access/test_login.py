import sqlite3
from datetime import timedelta
from typing import Literal

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, event, select

from kiosk import clock, units
from kiosk.access import accounts, audit, login, passwords, sessions
from kiosk.access.accounts import AccountError
from kiosk.access.backoff import Refusal
from kiosk.access.models import Account, account, audit_event
from kiosk.access.passwords import WeakPasswordError
from kiosk.db import reading, writing
from tests.access.people import CHOSEN, NOON, known


def kinds(engine: Engine) -> list[str]:
    with reading(engine) as conn:
        rows = conn.execute(select(audit_event.c.kind).order_by(audit_event.c.seq))
        assert audit.verify(conn) == []
        return list(rows.scalars())


def test_a_new_account_must_change_its_password(engine: Engine) -> None:
    issued = accounts.create(engine, "A", " Mai.Nguyen ", "head")
    found = login.verify(engine, "MAI.nguyen", issued, "::1", NOON)
    assert isinstance(found, Account)
    assert (found.login, found.unit, found.role, found.must_change) == (
        "mai.nguyen",
        "A",
        "head",
        True,
    )
    assert found.language == "vi"
    assert kinds(engine) == ["account_created"]


def test_a_given_password_is_used_and_still_must_be_changed(engine: Engine) -> None:
    assert accounts.create(engine, "A", "mai", "head", CHOSEN) == CHOSEN
    found = login.verify(engine, "mai", CHOSEN, "::1", NOON)
    assert isinstance(found, Account)
    assert found.must_change


@pytest.mark.parametrize("name", ["", "ab", "1abc", "a b c", "nguyễn", "a" * 33, "x'; --"])
def test_a_sign_in_name_has_a_plain_shape(engine: Engine, name: str) -> None:
    with pytest.raises(AccountError, match="sign-in name"):
        accounts.create(engine, "A", name, "officer")


def test_a_role_is_one_of_those_known(engine: Engine) -> None:
    with pytest.raises(AccountError, match="officer, head, viewer, admin"):
        accounts.create(engine, "A", "mai", "boss")


def test_a_sign_in_name_is_one_of_its_kind_in_the_box(engine: Engine, officer: Account) -> None:
    with pytest.raises(AccountError, match="taken"):
        accounts.create(engine, "B", officer.login.upper(), "officer")


def test_no_password_is_stored(engine: Engine, officer: Account) -> None:
    with reading(engine) as conn:
        stored = conn.execute(select(account.c.password_hash)).scalar_one()
    assert officer
    assert stored.startswith("$argon2id$")
    assert CHOSEN not in stored


def test_the_real_hashing_takes_memory() -> None:
    made = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1).hash("x")
    assert "m=32768,t=3,p=1" in made


@pytest.mark.parametrize("name", ["lan.tran", "nobody.here", "", "' OR 1=1 --"])
def test_a_refusal_is_the_same_for_any_name(engine: Engine, officer: Account, name: str) -> None:
    assert officer
    assert login.verify(engine, name, "wrong", "10.0.0.1", NOON) == Refusal()


def test_the_password_of_a_missing_name_is_hashed_too(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            tried.append(str(password))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_hasher", Counting(1, 8, 1))
    login.verify(engine, "nobody.here", "first", "10.0.0.1", NOON)
    accounts.create(engine, "A", "mai", "officer")
    login.verify(engine, "mai", "second", "10.0.0.1", NOON)
    accounts.close(engine, known(engine, "mai"))
    login.verify(engine, "mai", "third", "10.0.0.1", NOON)
    login.verify(engine, "", "fourth", "10.0.0.1", NOON)
    assert tried == ["first", "second", "third", "fourth"]


def test_a_refusal_costs_the_database_as_much_for_any_name(
    engine: Engine, officer: Account
) -> None:
    said: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def listen(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    def statements(name: str) -> list[str]:
        said.clear()
        login.verify(engine, name, "wrong", "10.0.0.1", NOON)
        return list(said)

    assert len(statements(officer.login)) == len(statements("nobody.here"))


def test_a_password_is_hashed_anew_when_the_rounds_have_grown(
    engine: Engine, officer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(2, 16, 1))
    assert login.verify(engine, officer.login, CHOSEN, "::1", NOON) == officer
    with reading(engine) as conn:
        assert "m=16,t=2" in conn.execute(select(account.c.password_hash)).scalar_one()
    assert login.verify(engine, officer.login, CHOSEN, "::1", NOON) == officer


def test_a_disabled_account_is_refused_like_any_other(engine: Engine, officer: Account) -> None:
    entered = sessions.begin(engine, officer)
    accounts.close(engine, known(engine, officer.login))
    assert login.verify(engine, officer.login, CHOSEN, "::1", NOON) == Refusal()
    assert sessions.resume(engine, entered.token) is None
    assert kinds(engine)[-2:] == ["account_disabled", "sign_in_refused"]


def test_a_reset_opens_the_account_with_an_issued_password(
    engine: Engine, officer: Account
) -> None:
    entered = sessions.begin(engine, officer)
    accounts.close(engine, known(engine, officer.login))
    issued = accounts.reset(engine, known(engine, officer.login))
    assert sessions.resume(engine, entered.token) is None
    assert login.verify(engine, officer.login, CHOSEN, "::1", NOON) == Refusal()
    found = login.verify(engine, officer.login, issued, "::1", NOON)
    assert isinstance(found, Account)
    assert found.must_change
    assert found.id == officer.id


def test_a_password_change_ends_every_session(engine: Engine, officer: Account) -> None:
    with clock.at(NOON):
        first, second = sessions.begin(engine, officer), sessions.begin(engine, officer)
        login.choose_password(engine, officer, CHOSEN, "một hai ba con mèo")
        assert sessions.resume(engine, first.token) is None
        assert sessions.resume(engine, second.token) is None
    assert login.verify(engine, officer.login, CHOSEN, "::1", NOON) == Refusal()
    found = login.verify(engine, officer.login, "một hai ba con mèo", "::1", NOON)
    assert found == officer


@pytest.mark.parametrize(
    "new",
    [
        "ngắn",
        "matkhau-2026-moi",
        "xin chào lan.tran",
        "Công an xã Mỹ Lộc 2026",
        CHOSEN,
    ],
)
def test_a_password_change_can_be_refused(engine: Engine, officer: Account, new: str) -> None:
    row = "A,Công an xã Mỹ Lộc,commune,,rural,2025-07-01,,"
    with writing(engine) as conn:
        units.import_csv(conn, [",".join(units.COLUMNS), row])
    with pytest.raises(WeakPasswordError):
        login.choose_password(engine, officer, CHOSEN, new)
    assert login.verify(engine, officer.login, CHOSEN, "::1", NOON) == officer


def test_a_right_password_does_not_pass_while_locked(engine: Engine, officer: Account) -> None:
    for _ in range(5):
        assert login.verify(engine, officer.login, "wrong", "::1", NOON) == Refusal()
    assert login.verify(engine, officer.login, CHOSEN, "::1", NOON) == Refusal(timedelta(minutes=1))
    later = NOON + timedelta(minutes=1)
    assert login.verify(engine, officer.login, CHOSEN, "::1", later) == officer
    assert kinds(engine).count("sign_in_refused") == 5


NEW = "một hai ba con mèo"


def test_a_reset_while_a_password_is_looked_at_stands(
    engine: Engine, officer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued: list[str] = []

    def slow(stored: str | None, password: str) -> bool:
        if password == CHOSEN and not issued:
            issued.append(accounts.reset(engine, known(engine, officer.login)))
        return PasswordHasher(1, 8, 1).verify(str(stored), password)

    with monkeypatch.context() as patched:
        patched.setattr(passwords, "matches", slow)
        patched.setattr(passwords, "outdated", lambda _stored: True)
        found = login.verify(engine, officer.login, CHOSEN, "::1", NOON)
    assert isinstance(found, Account)
    with pytest.raises(sessions.Overtaken):
        sessions.begin(engine, found)
    assert login.verify(engine, officer.login, CHOSEN, "::1", NOON) == Refusal()
    again = login.verify(engine, officer.login, issued[0], "::1", NOON)
    assert isinstance(again, Account)
    assert again.must_change


def test_nobody_comes_in_whose_account_was_closed_meanwhile(
    engine: Engine, officer: Account
) -> None:
    accounts.close(engine, known(engine, officer.login))
    with pytest.raises(sessions.Overtaken):
        sessions.begin(engine, officer)
    with pytest.raises(sessions.Overtaken):
        login.choose_password(engine, officer, CHOSEN, NEW)


def test_a_password_chosen_too_late_does_not_replace_an_issued_one(
    engine: Engine, officer: Account
) -> None:
    issued = accounts.reset(engine, known(engine, officer.login))
    with pytest.raises(sessions.Overtaken):
        login.choose_password(engine, officer, CHOSEN, NEW)
    assert login.verify(engine, officer.login, NEW, "::1", NOON) == Refusal()
    assert isinstance(login.verify(engine, officer.login, issued, "::1", NOON), Account)


def test_no_password_is_hashed_while_the_database_is_held(
    engine: Engine, officer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def free(password: str) -> str:
        with writing(engine):
            hashed.append(password)
        return "$argon2id$"

    monkeypatch.setattr(passwords, "digest", free)
    monkeypatch.setattr(passwords, "outdated", lambda _stored: True)
    event.listen(engine, "checkout", impatient)
    assert login.verify(engine, officer.login, CHOSEN, "::1", NOON) == officer
    event.remove(engine, "checkout", impatient)
    assert hashed == [CHOSEN]


def impatient(raw: sqlite3.Connection, *_more: object) -> None:
    raw.execute("PRAGMA busy_timeout=0")
