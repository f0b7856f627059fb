"""The page of accounts: who sees and changes whom, secrets shown once, nobody locked out."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from kiosk import clock
from kiosk.access import accounts, login, passwords, sessions
from kiosk.access.models import Account, account, login_session
from kiosk.db import reading, writing
from tests.admin.people import CHOSEN, NOON, Person, add, everything, kinds
from tests.pages import Page

Sit = Callable[..., Person]
PATH = "/quan-tri/tai-khoan"
ISSUED = re.compile(r"[2-9a-z]{4}(?:-[2-9a-z]{4}){3}")


def state(engine: Engine, name: str) -> accounts.Listed:
    with reading(engine) as conn:
        found = accounts.named(conn, name)
    assert found
    return found


def secret(person: Person) -> str:
    found = ISSUED.findall(Page(person.page).text)
    assert len(found) == 1
    return str(found[0])


def test_a_head_opens_an_account_and_its_password_is_shown_once(sit: Sit, tree: Engine) -> None:
    head = sit()
    head.open(PATH)
    answer = head.post(PATH, login=" CanBo.Moi ", role="officer")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    issued = secret(head)
    assert issued not in head.open(PATH).html
    assert "canbo.moi" in head.page
    assert issued not in everything(tree)
    entered = login.verify(tree, "canbo.moi", issued, "10.0.0.1", NOON)
    assert isinstance(entered, Account)
    assert (entered.unit, entered.role, entered.must_change) == ("A", "officer", True)
    assert kinds(tree, "A")[-1] == "account_created"


def test_secrets_are_in_no_log(sit: Sit, tree: Engine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    head = sit()
    head.open(PATH)
    head.post(PATH, login="canbo", role="officer")
    assert secret(head) not in caplog.text
    assert secret(head) not in repr(state(tree, "canbo"))


def test_the_list_says_who_is_who(sit: Sit, tree: Engine) -> None:
    head = sit()
    add(tree, "lan", "officer", "A", totp_secret=None)
    add(tree, "minh", "officer", "A", disabled_at=clock.now())
    add(tree, "xa-khac", "officer", "B")
    text = head.open(PATH).text
    assert "lan Cán bộ tiếp nhận 21/11/2026 Chưa — Đang mở" in text
    assert "minh Cán bộ tiếp nhận 21/11/2026 Có — Đã đóng" in text
    assert "truong Chỉ huy đơn vị 21/11/2026 Có 12:00 21/11/2026 Đang mở" in text
    assert "xa-khac" not in text


def test_a_province_sees_all_units_or_the_chosen_one(sit: Sit, tree: Engine) -> None:
    province = sit("tinh", "admin", "P")
    add(tree, "lan", "officer", "A")
    add(tree, "minh", "officer", "B")
    everybody = province.open(PATH).text
    assert "lan Cán bộ tiếp nhận Công an xã An Bình" in everybody
    assert "minh Cán bộ tiếp nhận Công an xã Hòa Lợi" in everybody
    chosen = province.open(f"{PATH}?don-vi=B").text
    assert "minh" in chosen
    assert "lan Cán" not in chosen


def test_long_lists_come_in_pages(sit: Sit, tree: Engine) -> None:
    head = sit()
    for n in range(60):
        add(tree, f"canbo{n:02}", "officer", "A")
    first = head.open(PATH)
    assert ("canbo49" in first.text, "canbo50" in first.text) == (True, False)
    assert f"{PATH}?trang=2" in first.links
    second = head.open(f"{PATH}?trang=2")
    assert ("canbo49" in second.text, "canbo50" in second.text) == (False, True)
    for odd in ("0", "-1", "²", "x", "9" * 40):
        head.open(f"{PATH}?trang={odd}")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"login": ""}, "Hãy nhập tên đăng nhập."),
        ({"login": "Lê Văn A"}, "Tên đăng nhập dài 3 đến 32 ký tự"),
        ({"login": "a" * 33}, "Tên đăng nhập dài 3 đến 32 ký tự"),
        ({"login": "truong"}, "Tên đăng nhập này đã có người dùng."),
        ({"role": ""}, "Hãy chọn vai trò."),
        ({"role": "admin"}, "Hãy chọn vai trò."),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_what_was_typed_is_kept(
    sit: Sit, tree: Engine, typed: dict[str, str], said: str
) -> None:
    head = sit()
    head.open(PATH)
    before = everything(tree)
    answer = head.post(PATH, **{"login": "lan", "role": "officer"} | typed)
    assert answer.status_code == 400
    page = Page(answer.text)
    assert said in page.text
    assert page.title.startswith("Lỗi:")
    wanted = accounts.normalise(typed.get("login", "lan"))
    assert wanted in [a.get("value", "") for a in page.all("input") if a.get("name") == "login"]
    assert everything(tree) == before


def test_a_unit_out_of_reach_cannot_be_chosen(sit: Sit) -> None:
    province, head = sit("tinh", "admin", "P"), sit()
    province.open(PATH)
    assert province.post(PATH, login="lan", role="officer", unit="Z").status_code == 404
    province.open(PATH)
    assert province.post(PATH, login="lan", role="viewer", unit="B").status_code == 200
    head.open(PATH)
    assert head.post(PATH, login="minh", role="officer", unit="B").status_code == 404
    head.open(PATH)
    assert "minh" not in head.page
    assert head.post(PATH, login="minh", role="officer", unit="A").status_code == 200
    head.open(f"{PATH}?don-vi=B", 404)
    head.open(f"{PATH}?don-vi=P", 404)
    head.open(f"{PATH}?don-vi=Z", 404)


def test_closing_ends_every_session_at_once(sit: Sit, tree: Engine) -> None:
    head, officer = sit(), sit("lan", "officer")
    assert officer.client.get("/mat-khau").status_code == 200
    head.open(PATH)
    answer = head.post(f"{PATH}/idlan/dong")
    assert (answer.status_code, answer.location) == (302, PATH)
    assert state(tree, "lan").closed
    assert officer.client.get("/mat-khau").status_code == 302
    assert "Đã đóng tài khoản lan." in head.open(PATH).text
    assert kinds(tree, "A")[-1] == "account_disabled"
    before = everything(tree)
    assert head.post(f"{PATH}/idlan/dong").status_code == 302
    assert everything(tree) == before


def test_a_reset_opens_again_with_a_new_password_and_no_second_factor(
    sit: Sit, tree: Engine
) -> None:
    head, officer = sit(), sit("lan", "officer")
    head.open(PATH)
    head.post(f"{PATH}/idlan/dong")
    head.open(PATH)
    assert head.post(f"{PATH}/idlan/dat-lai").status_code == 200
    issued = secret(head)
    found = state(tree, "lan")
    assert (found.closed, found.second_factor) == (False, False)
    assert officer.client.get("/mat-khau").status_code == 302
    assert isinstance(login.verify(tree, "lan", issued, "10.0.0.1", NOON), Account)
    assert {"account_reset", "second_factor_reset"} <= set(kinds(tree, "A"))
    assert issued not in everything(tree)


@pytest.mark.parametrize("act", ["dong", "dat-lai"])
@pytest.mark.parametrize(
    ("role_of", "target", "status"),
    [
        ("head A", "of-b", 404),  # another commune
        ("head A", "of-p", 404),  # above
        ("head A", "nobody", 404),
        ("head P", "of-b", None),
        ("head P", "admin-p", 403),  # a role a head may not give
        ("head P", "viewer-p", 403),
        ("admin P", "of-b", None),
        ("admin P", "admin-p", None),
        ("officer A", "of-a", 403),
        ("viewer P", "of-a", 403),
    ],
)
def test_who_may_change_whom(
    sit: Sit, tree: Engine, role_of: str, target: str, status: int | None, act: str
) -> None:
    for name in ("of-a", "of-b", "of-p", "admin-p", "viewer-p"):
        kind, home = name.split("-")
        add(tree, name, {"of": "officer"}.get(kind, kind), home.upper())
    role, unit = role_of.split()
    person = sit("ai-do", role, unit)
    person.open(PATH, 403 if role in {"officer", "viewer"} else 200)
    before = everything(tree)
    answer = person.post(f"{PATH}/id{target}/{act}", **token(person))
    if status:
        assert answer.status_code == status
        assert everything(tree) == before
    else:
        assert answer.status_code == (302 if act == "dong" else 200)


def token(person: Person) -> dict[str, str]:
    """Return a token for a post from any page, for those who see none of ours."""
    page = person.client.get("/mat-khau").text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return {"csrf_token": found[1]}


@pytest.mark.parametrize("act", ["dong", "dat-lai"])
def test_nobody_closes_or_resets_the_own_account(sit: Sit, tree: Engine, act: str) -> None:
    head = sit()
    add(tree, "pho", "head", "A")
    assert head.open(PATH).html.count(f"{PATH}/idtruong/") == 0
    answer = head.post(f"{PATH}/idtruong/{act}")
    assert answer.status_code == 409
    assert "Không thể tự đóng hay tự cấp lại" in answer.text
    assert not state(tree, "truong").closed


def test_the_last_who_can_manage_stays(sit: Sit, tree: Engine) -> None:
    head = sit()
    add(tree, "pho", "head", "A")
    with reading(tree) as conn:
        me = accounts.named(conn, "truong")
        other = accounts.named(conn, "pho")
    assert me
    assert other
    accounts.close(tree, other, by="idtruong")
    with pytest.raises(accounts.KeptOpen, match="last"):  # another closes me at the same moment
        accounts.close(tree, me, by="idpho")
    assert not state(tree, "truong").closed
    assert head.client.get(PATH).status_code == 200


def test_the_page_says_why_the_last_one_stays(
    sit: Sit, tree: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = sit()
    add(tree, "pho", "head", "A")
    head.open(PATH)

    def last(*_: object) -> None:
        raise accounts.KeptOpen("last")

    monkeypatch.setattr(accounts, "close", last)
    answer = head.post(f"{PATH}/idpho/dong")
    assert (answer.status_code, "tài khoản quản lý cuối cùng" in answer.text) == (409, True)


def test_after_ten_minutes_the_password_is_asked_and_nothing_is_done(
    sit: Sit, tree: Engine
) -> None:
    head = sit()
    add(tree, "lan", "officer", "A")
    head.open(PATH)
    with clock.at(NOON + timedelta(minutes=11)):
        rows = everything(tree)
        for path, form in (
            (PATH, {"login": "moi", "role": "officer"}),
            (f"{PATH}/idlan/dong", {}),
            (f"{PATH}/idlan/dat-lai", {}),
        ):
            head.client.get(PATH)
            answer = head.post(path, **form)
            assert answer.status_code == 423, path
            assert 'name="_password"' in answer.text
            assert all(value in answer.text for value in form.values())
    seen = re.compile(r"datetime\.datetime\([^)]*\)")
    assert seen.sub("", everything(tree)) == seen.sub("", rows)


def test_with_the_password_the_kept_form_goes_through(sit: Sit, tree: Engine) -> None:
    head = sit(password_hash=passwords.digest(CHOSEN))
    head.open(PATH)
    with clock.at(NOON + timedelta(minutes=11)):
        head.client.get(PATH)
        head.post(PATH, login="canbo", role="officer")
        hidden = {
            a["name"]: a["value"]
            for a in Page(head.page).all("input")
            if a.get("type") == "hidden" and a["name"] != "csrf_token"
        }
        sent = hidden | {"_password": CHOSEN}
        answer = head.post("/mo-khoa", **sent)
        assert (answer.status_code, answer.location) == (307, PATH)
        assert head.post(answer.location, **sent).status_code == 200
    assert secret(head)
    assert state(tree, "canbo").role == "officer"


def test_a_post_without_its_token_changes_nothing(sit: Sit, tree: Engine) -> None:
    head = sit()
    add(tree, "lan", "officer", "A")
    before = everything(tree)
    for path in (PATH, f"{PATH}/idlan/dong", f"{PATH}/idlan/dat-lai"):
        assert head.client.post(path, data={"login": "moi", "role": "officer"}).status_code == 400
    assert everything(tree) == before


def test_last_seen_is_of_the_latest_session(tree: Engine) -> None:
    who = add(tree, "lan", "officer", "A")
    sessions.begin(tree, who)
    later = clock.now() + timedelta(hours=1)
    with clock.at(later):
        sessions.begin(tree, who)
    assert state(tree, "lan").last_seen == later
    with writing(tree) as conn:
        conn.execute(update(login_session).values(last_seen=NOON))
    assert state(tree, "lan").last_seen == NOON
    with reading(tree) as conn:
        assert len(conn.execute(select(account.c.id)).all()) == 1
