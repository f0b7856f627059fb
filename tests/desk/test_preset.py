"""What a place sets for its desk, and the machine the desk writes from."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from kiosk.access.devices import DeviceRevoked
from kiosk.content.reader import ContentError
from kiosk.content.site import Preset, Site, load_site
from tests.desk.people import Officer, events, only, tiles

Sit = Callable[..., Officer]
SET = """
name: Công an xã Mẫu
desk:
  procedures: [khac-immigration, dang-ky-xe-lan-dau]
  place: kiosk
  channel: vneid
"""


def site(folder: Path, text: str) -> Site:
    (folder / "site.yaml").write_text(text, encoding="utf-8")
    return load_site(folder)


@pytest.fixture
def preset(app: Flask, tmp_path: Path) -> Iterator[Preset]:
    """The desk of a place that has set something."""
    kept = app.extensions["kiosk.site"]
    app.extensions["kiosk.site"] = replace(kept, desk=site(tmp_path, SET).desk)
    yield app.extensions["kiosk.site"].desk
    app.extensions["kiosk.site"] = kept


def test_a_site_file_may_set_the_desk(tmp_path: Path) -> None:
    found = site(tmp_path, SET)
    assert found.name == "Công an xã Mẫu"
    assert found.desk == Preset(("khac-immigration", "dang-ky-xe-lan-dau"), "kiosk", "vneid")


@pytest.mark.parametrize("text", ["name: x\n", "desk: {}\n", "desk: {place: counter}\n"])
def test_what_it_leaves_out_has_a_default(tmp_path: Path, text: str) -> None:
    assert site(tmp_path, text).desk == Preset((), "counter", "national_portal")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("desk: {place: home}", "place"),
        ("desk: {channel: direct}", "channel"),
        ("desk: {procedures: [Đăng ký]}", "procedures"),
        ("desk: {procedures: 7}", "procedures"),
        ("desk: {colour: red}", "colour"),
        ("desk: counter", "desk"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ContentError) as fault:
        site(tmp_path, text)
    assert f"site.yaml:1: {named}:" in str(fault.value)


def test_the_preset_fills_a_desk_without_habits(sit: Sit, preset: Preset) -> None:
    desk = sit()
    desk.open()
    form = desk.form()
    assert (form["place"], form["channel"]) == (preset.place, preset.channel)
    assert tuple(tiles(desk)[:2]) == preset.procedures


def test_habits_go_before_the_preset(sit: Sit, preset: Preset, procedure: str) -> None:
    desk, colleague = sit(), sit("minh")
    desk.save(procedure, place="counter", channel="ministry_portal")
    desk.open()
    assert (desk.form()["place"], desk.form()["channel"]) == ("counter", "ministry_portal")
    assert tiles(desk)[:3] == [procedure, *preset.procedures]
    colleague.open()
    assert colleague.form()["place"] == preset.place
    assert tiles(colleague)[:3] == [procedure, *preset.procedures], "what the unit does often"


def test_a_direct_intake_leads_back_to_the_preset(sit: Sit, preset: Preset, procedure: str) -> None:
    desk = sit()
    desk.save(procedure, channel="direct", direct_reason="D05")
    desk.open()
    assert desk.form()["channel"] == preset.channel


def test_an_unknown_procedure_of_the_preset_is_passed_over(
    sit: Sit, app: Flask, preset: Preset
) -> None:
    odd = Preset(("khong-co", *preset.procedures))
    app.extensions["kiosk.site"] = replace(app.extensions["kiosk.site"], desk=odd)
    desk = sit()
    desk.open()
    assert tuple(tiles(desk)[:2]) == preset.procedures


@pytest.fixture
def machine(app: Flask) -> Iterator[dict[str, object]]:
    """How the machine is called; a test may say otherwise."""
    kept = app.extensions["kiosk.device"]
    yield app.extensions
    app.extensions["kiosk.device"] = kept


def test_the_machine_is_named_in_the_entry(
    sit: Sit, engine: Engine, procedure: str, machine: dict[str, object]
) -> None:
    machine["kiosk.device"] = lambda: "quaymot"
    sit().save(procedure)
    assert only(engine).device == "quaymot"


def test_a_machine_never_enrolled_is_the_box(sit: Sit, engine: Engine, procedure: str) -> None:
    sit().save(procedure)
    assert only(engine).device == "box"


def test_a_machine_that_cannot_be_told_records_nothing(
    sit: Sit, engine: Engine, procedure: str, machine: dict[str, object]
) -> None:
    desk = sit()
    desk.open()
    del machine["kiosk.device"]
    assert desk.send(procedure=procedure).status_code == 500
    assert events(engine) == 0


def test_a_revoked_machine_records_nothing_and_says_so(
    sit: Sit, engine: Engine, procedure: str, machine: dict[str, object]
) -> None:
    desk = sit()
    desk.follow(desk.save(procedure))
    filing_id = only(engine).filing_id

    def revoked() -> str:
        raise DeviceRevoked("x")

    machine["kiosk.device"] = revoked
    for path in ("/ban", "/ban/nhu-truoc", f"/ban/huy-nhanh/{filing_id}"):
        desk.open()
        answer = desk.send(path, procedure=procedure)
        assert answer.status_code == 403
        assert "Máy này không được ghi" in answer.text
    assert events(engine) == 1
