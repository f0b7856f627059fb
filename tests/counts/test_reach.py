"""Numbers and targets of other units: every address, from each role at each level of a tree."""

from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from kiosk.counts.official import official_total
from kiosk.counts.targets import target
from kiosk.db import reading
from tests.counts.build import add_units
from tests.counts.conftest import Reader, SignIn

ROLES = ("officer", "head", "viewer", "admin")
BELOW = {
    "92": ("92", "31615", "31615.a", "31633"),
    "31615": ("31615", "31615.a"),
    "31615.a": ("31615.a",),
}
EVERYWHERE = ("92", "31615", "31615.a", "31633", "93", "40001", "nowhere")
READ, ENTER, SET = "counts.read", "official.enter", "targets.set"
MAY = {"officer": (), "head": (READ, ENTER, SET), "viewer": (READ,), "admin": (READ, ENTER, SET)}
PERIOD = "ky=thang&ngay=2026-11-01"


class Way(NamedTuple):
    """One address, how it is asked, and the permission it needs."""

    endpoint: str
    method: str
    path: str
    needs: str


WAYS = (
    Way("counts.overview", "GET", f"?{PERIOD}", READ),
    Way("reports.workbook", "GET", f"/bang.xlsx?{PERIOD}", READ),
    Way("targets.listed", "GET", "/chi-tieu?", READ),
    Way("counts.figures", "GET", f"/nhap/residence?{PERIOD}", ENTER),
    Way("counts.keep", "POST", f"/nhap/residence?{PERIOD}", ENTER),
    Way("counts.nothing", "POST", f"/khong-phat-sinh?{PERIOD}", ENTER),
    Way("targets.keep", "POST", "/chi-tieu?", SET),
)


@pytest.fixture
def tree(sign_in: SignIn, engine: Engine) -> SignIn:
    """Three levels of one province, and another province beside it."""
    add_units(engine, "31615.a", parent="31615", level="post")
    add_units(engine, "93", level="province")
    add_units(engine, "40001", parent="93")
    return sign_in


def ask(reader: Reader, way: Way, unit: str) -> int:
    address = f"/so-lieu{way.path}&don-vi={unit}"
    if way.method == "GET":
        return reader.client.get(address).status_code
    typed = {"online_full": "3", "direct": "1"}
    if way.endpoint == "targets.keep":
        typed = {"unit": unit, "about": "residence", "percent": "50", "basis": "104/KH-CAH"}
        typed["valid_from"] = "2026-01-01"
    return reader.post(address, **typed).status_code


def kept(engine: Engine) -> dict[str, int]:
    """Return how much was written about each unit."""
    found: dict[str, int] = {}
    with reading(engine) as connection:
        for table in (official_total, target):
            rows = connection.execute(select(table.c.unit, func.count()).group_by(table.c.unit))
            for unit, n in rows:
                found[unit] = found.get(unit, 0) + n
    return found


def test_every_address_is_tried(staff_app: Flask) -> None:
    there = {
        (rule.endpoint, method)
        for rule in staff_app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in {"counts", "reports", "targets"}
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == {(way.endpoint, way.method) for way in WAYS}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("own", BELOW)
def test_nobody_gets_beyond_the_own_units(
    tree: SignIn, engine: Engine, role: str, own: str
) -> None:
    reader = tree(role, own)
    reader.token = token(reader)
    for way in WAYS:
        for unit in EVERYWHERE:
            expected = 200 if way.method == "GET" else 302
            if way.needs not in MAY[role]:
                expected = 403
            elif unit not in BELOW[own]:
                expected = 404
            assert ask(reader, way, unit) == expected, (way.endpoint, unit)
    writes = 3 if ENTER in MAY[role] else 0
    assert kept(engine) == {unit: writes for unit in BELOW[own] if writes}


def token(reader: Reader) -> str:
    """Return a token for forms, from a page that every role may see."""
    page = reader.get("/mat-khau")
    return next(field["value"] for field in page.all("input") if field.get("name") == "csrf_token")


@pytest.mark.parametrize("role", ["head", "admin"])
def test_figures_say_from_where_they_were_typed(tree: SignIn, engine: Engine, role: str) -> None:
    reader = tree(role, "92")
    address = f"/so-lieu/nhap/residence?{PERIOD}&don-vi=31615"
    form = reader.get(address)
    assert "Đang nhập thay cho Công an 31615." in form.text
    assert [a for a in form.all("form") if "don-vi=31615" in a["action"]]
    answer = reader.post(address, online_full="3", direct="1")
    page = reader.get(answer.headers["Location"])
    assert page.heading == "Số liệu: Công an 31615"
    with reading(engine) as connection:
        row = connection.execute(select(official_total)).one()
    assert (row.unit, row.entered_by) == ("31615", f"92/id-92-{role}")
    said = f"do {role}.92 (Công an 92)"
    assert said in reader.get(address).text
    if role == "head":
        assert said in tree("head", "31615").get(f"/so-lieu/nhap/residence?{PERIOD}").text


def test_a_refused_form_stays_with_its_unit(tree: SignIn, engine: Engine) -> None:
    reader = tree("admin", "92")
    address = f"/so-lieu/nhap/residence?{PERIOD}&don-vi=31615"
    reader.get(address)
    page = reader.post_wrong(address, direct="hai")
    again = next(form["action"] for form in page.all("form") if "/nhap/" in form["action"])
    assert reader.post(again, direct="2").status_code == 302
    assert kept(engine) == {"31615": 1}


def test_a_viewer_is_offered_nothing_to_write(tree: SignIn) -> None:
    reader = tree("viewer", "92")
    for address in ("/so-lieu", "/so-lieu?don-vi=31615", "/so-lieu/chi-tieu?don-vi=31615"):
        page = reader.get(address)
        forms = [form["action"] for form in page.all("form") if form.get("method") == "post"]
        assert [action for action in forms if action.startswith("/so-lieu")] == []
        assert not [link for link in page.links if "/nhap/" in link]


def test_a_province_is_led_to_its_units_and_back(tree: SignIn) -> None:
    reader = tree("viewer", "92")
    page = reader.get("/so-lieu")
    assert "Cộng của đơn vị này và mọi đơn vị bên dưới." in page.text
    assert "Không có số liệu riêng" in page.text
    commune = next(link for link in page.links if link.endswith("don-vi=31615"))
    page = reader.get(commune)
    post = next(link for link in page.links if link.endswith("don-vi=31615.a"))
    page = reader.get(post)
    assert page.heading == "Số liệu: Công an 31615.a"
    back = [link.replace("&amp;", "&") for link in page.links]
    assert "/so-lieu?ky=tuan&ngay=2026-11-19" in back
    assert "/so-lieu?ky=tuan&ngay=2026-11-19&don-vi=31615" in back


def test_a_commune_is_not_led_above_itself(tree: SignIn) -> None:
    page = tree("head", "31615").get("/so-lieu?don-vi=31615.a")
    assert "Công an 92" not in page.text


def test_figures_of_a_province_are_its_own_dossiers(tree: SignIn) -> None:
    reader = tree("admin", "92")
    page = reader.get("/so-lieu")
    assert "Nhập số liệu riêng của Công an 92" in page.text
    assert "khong-phat-sinh" not in page.html
    own = next(link for link in page.links if "/nhap/residence" in link)
    assert "Số liệu của đơn vị bên dưới được cộng tự động." in reader.get(own).text


def test_nothing_is_reported_for_a_unit_below(tree: SignIn, engine: Engine) -> None:
    reader = tree("admin", "92")
    page = reader.get("/so-lieu?don-vi=31633&ky=thang&ngay=2026-11-01")
    assert "Báo thay cho Công an 31633." in page.text
    (action,) = [f["action"] for f in page.all("form") if "khong-phat-sinh" in f["action"]]
    page = reader.get(reader.post(action).headers["Location"])
    assert page.heading == "Số liệu: Công an 31633"
    assert kept(engine) == {"31633": 1}
