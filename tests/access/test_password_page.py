from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from kiosk import clock
from kiosk.access import login
from tests.access.people import CHOSEN, NOON, Browser

Browse = Callable[[], Browser]


@pytest.fixture(autouse=True)
def noon() -> object:
    with clock.at(NOON):
        yield


def test_an_issued_password_opens_the_password_page_alone(browse: Browse, engine: Engine) -> None:
    issued = login.create_account(engine, "A", "mai", "head")
    person = browse()
    assert person.sign_in("mai", issued).location == "/"
    for path in ("/", "/ban", "/so-lieu"):
        assert person.get(path).location == "/mat-khau"
    page = person.get("/mat-khau")
    assert "Hãy đặt mật khẩu riêng" in page.text
    answer = person.post("/mat-khau", current=issued, new=CHOSEN, again=CHOSEN)
    assert answer.location == "/"
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


@pytest.mark.usefixtures("officer")
def test_guessing_the_present_password_meets_the_limit(browse: Browse) -> None:
    person = browse()
    person.sign_in()
    person.get("/mat-khau")
    answers = [person.post("/mat-khau", current=f"guess {n}") for n in range(11)]
    assert answers[0].status_code == 400
    assert answers[-1].status_code == 429
    assert "thử lại sau" in answers[-1].text
