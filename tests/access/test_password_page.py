from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select

from kiosk import clock, units
from kiosk.access import accounts, sessions
from kiosk.access.models import Account, audit_event
from kiosk.db import reading, writing
from tests.access.people import CHOSEN, NOON, Browser

Browse = Callable[[], Browser]


@pytest.fixture(autouse=True)
def noon() -> object:
    with clock.at(NOON):
        yield


def test_an_issued_password_opens_the_password_page_alone(browse: Browse, engine: Engine) -> None:
    issued = accounts.create(engine, "A", "mai", "officer")
    person = browse()
    assert person.sign_in("mai", issued).location == "/ban"
    assert person.get("/ban").location == "/mat-khau"
    page = person.get("/mat-khau")
    assert "Hãy đặt mật khẩu riêng" in page.text
    answer = person.post("/mat-khau", current=issued, new=CHOSEN, again=CHOSEN)
    assert answer.location == "/ban"
    assert person.get("/ban").status_code == 200
    assert browse().sign_in("mai", issued).status_code == 400


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"current": "wrong"}, "Mật khẩu hiện tại không đúng."),
        ({"new": "ngắn", "again": "ngắn"}, "ít nhất 12 ký tự"),
        ({"new": "matkhau-matkhau", "again": "matkhau-matkhau"}, "dễ đoán"),
        ({"new": "toi la lan.tran", "again": "toi la lan.tran"}, "tên đăng nhập"),
        ({"again": "một hai ba con chó"}, "không giống nhau"),
        ({"new": CHOSEN, "again": CHOSEN}, "phải khác"),
        ({"new": "ổ" * 129, "again": "ổ" * 129}, "quá dài"),
        ({"current": ""}, "Hãy nhập mật khẩu hiện tại."),
    ],
)
@pytest.mark.usefixtures("officer")
def test_a_refused_password_says_why(browse: Browse, data: dict[str, str], said: str) -> None:
    person = browse()
    person.sign_in()
    person.get("/mat-khau")
    new = "một hai ba con mèo"
    answer = person.post("/mat-khau", **{"current": CHOSEN, "new": new, "again": new} | data)
    assert answer.status_code == 400
    assert said in answer.text
    assert CHOSEN not in answer.text
    assert new not in answer.text


@pytest.mark.usefixtures("officer")
def test_a_new_password_leaves_no_other_browser_in(browse: Browse) -> None:
    person, other = browse(), browse()
    person.sign_in()
    other.sign_in()
    person.get("/mat-khau")
    new = "một hai ba con mèo"
    assert person.post("/mat-khau", current=CHOSEN, new=new, again=new).status_code == 302
    assert person.get("/mat-khau").status_code == 200
    assert other.get("/mat-khau").status_code == 302


def test_guessing_the_present_password_ends_the_session(
    browse: Browse, engine: Engine, officer: Account
) -> None:
    person = browse()
    person.sign_in()
    person.get("/mat-khau")
    more = {"new": "một hai ba con mèo", "again": "một hai ba con mèo"}
    answers = [person.post("/mat-khau", current=f"guess {n}", **more) for n in range(5)]
    assert [answer.status_code for answer in answers] == [400] * 4 + [302]
    assert answers[-1].location == "/dang-nhap"
    assert "Sai mật khẩu nhiều lần" in person.get("/dang-nhap").text
    assert person.get("/mat-khau").status_code == 302
    with reading(engine) as conn:
        kinds = list(conn.execute(select(audit_event.c.kind)).scalars())
        assert sessions.living(conn, officer) == ()
    assert kinds.count("proof_refused") == 5
    assert kinds[-1] == "session_revoked"


@pytest.mark.usefixtures("officer")
def test_empty_forms_meet_the_limit_too(browse: Browse) -> None:
    person = browse()
    person.sign_in()
    person.get("/mat-khau")
    answers = [person.post("/mat-khau") for _ in range(11)]
    assert answers[0].status_code == 400
    assert answers[-1].status_code == 429
    assert "thử lại sau" in answers[-1].text


def test_the_name_of_the_unit_is_no_password(browse: Browse, engine: Engine) -> None:
    issued = accounts.create(engine, "31615", "mai", "officer")
    row = "31615,Công an xã Mỹ Lộc,commune,,rural,2025-07-01,,"
    with writing(engine) as conn:
        units.import_csv(conn, [",".join(units.COLUMNS), row])
    person = browse()
    person.sign_in("mai", issued)
    person.get("/mat-khau")
    new = "Công an xã Mỹ Lộc 31615"
    answer = person.post("/mat-khau", current=issued, new=new, again=new)
    assert answer.status_code == 400
    assert "chỉ gồm tên đơn vị" in answer.text
