"""The page of machines: a key shown once, taken back at once, by those who answer for the unit."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from kiosk import clock
from kiosk.access import devices
from kiosk.access.devices import DeviceRevoked
from kiosk.db import reading
from tests.admin.people import NOON, Person, everything, kinds
from tests.pages import Page

Sit = Callable[..., Person]
PATH = "/quan-tri/may"
KEY = re.compile(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){12}")


def names(engine: Engine) -> list[str]:
    with reading(engine) as conn:
        return [one.name for one in devices.listed(conn, None)]


def test_a_key_is_shown_once_and_works(
    sit: Sit, tree: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    head = sit()
    assert "Chưa cấp khóa cho máy nào." in head.open(PATH).text
    answer = head.post(PATH, name="Máy quầy 1")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    (key,) = KEY.findall(answer.text)
    with reading(tree) as conn:
        (made,) = devices.listed(conn, ("A",))
    assert devices.here(tree, key) == made.id
    assert made.id in answer.text
    page = head.open(PATH)
    assert key not in page.html
    assert f"Máy quầy 1 {made.id} 21/11/2026 truong Đang dùng" in page.text
    assert key not in everything(tree)
    assert key not in caplog.text


def test_a_revoked_key_is_worthless_at_once(sit: Sit, tree: Engine) -> None:
    head = sit()
    made, key = devices.enrol(tree, "A", "Máy quầy 1", "console")
    assert "Tại máy chủ" in head.open(PATH).text
    answer = head.post(f"{PATH}/{made.id}/thu-hoi")
    assert (answer.status_code, answer.location) == (302, PATH)
    with pytest.raises(DeviceRevoked):
        devices.here(tree, key)
    page = head.open(PATH)
    assert "Đã thu hồi ngày 21/11/2026" in page.text
    assert "thu-hoi" not in page.html
    assert kinds(tree, "A")[-1] == "device_revoked"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " "}, "Hãy nhập tên máy."),
        ({"name": "m" * 61}, "Tên máy quá dài: nhiều nhất 60 ký tự."),
        ({"name": "Máy 079123456789"}, "Tên máy có số giống giấy tờ"),
    ],
)
def test_a_mistake_is_said_beside_its_field(
    sit: Sit, tree: Engine, typed: dict[str, str], said: str
) -> None:
    head = sit()
    head.open(PATH)
    answer = head.post(PATH, **typed)
    page = Page(answer.text)
    assert (answer.status_code, said in page.text) == (400, True)
    assert typed["name"].strip() in [a.get("value") for a in page.all("input")]
    assert names(tree) == []


@pytest.mark.parametrize(
    ("role", "unit", "machine", "status"),
    [
        ("head", "A", "B", 404),
        ("head", "A", "P", 404),
        ("head", "A", "A", 302),
        ("head", "P", "B", 302),
        ("admin", "P", "B", 302),
        ("admin", "A", "B", 404),
    ],
)
def test_machines_out_of_reach_are_not_there(
    sit: Sit, tree: Engine, role: str, unit: str, machine: str, status: int
) -> None:
    made, key = devices.enrol(tree, machine, "Máy quầy 1")
    person = sit("ai-do", role, unit)
    assert (made.id in person.open(PATH).html) == (status == 302)
    assert person.post(f"{PATH}/{made.id}/thu-hoi").status_code == status
    assert person.post(f"{PATH}/khongco/thu-hoi").status_code == 404
    if status == 404:
        assert devices.here(tree, key) == made.id


def test_a_unit_out_of_reach_cannot_be_given_a_machine(sit: Sit, tree: Engine) -> None:
    province = sit("tinh", "admin", "P")
    province.open(f"{PATH}?don-vi=B")
    assert province.post(PATH, name="Máy", unit="Z").status_code == 404
    assert province.post(PATH, name="Máy", unit="B").status_code == 200
    head = sit()
    head.open(PATH)
    assert head.post(PATH, name="Máy hai", unit="B").status_code == 404
    with reading(tree) as conn:
        assert [one.name for one in devices.listed(conn, ("B",))] == ["Máy"]
        assert devices.listed(conn, ("A",)) == ()


def test_a_second_factor_alone_is_not_proof_enough(sit: Sit, tree: Engine) -> None:
    head = sit()
    made, key = devices.enrol(tree, "A", "Máy quầy 1")
    head.open(PATH)
    with clock.at(NOON + timedelta(minutes=11)):
        for path in (PATH, f"{PATH}/{made.id}/thu-hoi"):
            head.client.get(PATH)
            answer = head.post(path, name="Máy hai")
            assert 'name="_password"' in answer.text
    assert names(tree) == ["Máy quầy 1"]
    assert devices.here(tree, key) == made.id


def test_a_post_without_its_token_changes_nothing(sit: Sit, tree: Engine) -> None:
    head = sit()
    made, key = devices.enrol(tree, "A", "Máy quầy 1")
    for path in (PATH, f"{PATH}/{made.id}/thu-hoi"):
        assert head.client.post(path, data={"name": "Máy hai"}).status_code == 400
    assert names(tree) == ["Máy quầy 1"]
    assert devices.here(tree, key) == made.id
