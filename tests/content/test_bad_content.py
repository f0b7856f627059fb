"""Bad content is refused at the door: file, line, field and what to do; nothing half-loads."""

import shutil
from pathlib import Path

import pytest

from kiosk.content.check import check, inconsistencies
from kiosk.content.load import load_library
from kiosk.content.reader import ContentError
from kiosk.content.writer import write_whole

CONTENT = Path(__file__).parents[2] / "content"
PROCEDURE = "citizen-id/cap-the-can-cuoc.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content, free to be spoilt."""
    shutil.copytree(CONTENT, tmp_path / "content")
    for path in (tmp_path / "content").glob("*/*.yaml"):
        if path.parent.name != "sources.d" and path.name != Path(PROCEDURE).name:
            path.unlink()
    return tmp_path / "content"


def spoil(folder: Path, name: str, old: str, new: str) -> int:
    """Replace the first occurrence; return its line."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def refused(folder: Path) -> str:
    with pytest.raises(ContentError) as caught:
        load_library(folder)
    return "\n".join(caught.value.mistakes)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sure: full", "sure: perhaps", "sure: “perhaps” is not one of full, secondary"),
        ("n: 20", "n: twenty", "n: a whole number from 1 to 255 is needed"),
        ("n: 20", "n: 20\nn: 21", "n: written twice, keep one"),
        ("aliases:", "alias:", "alias: this key is not known here"),
        ("known_from: 2026-03-15", "known_from: soon", "known_from: a date like"),
        ("summary:", "Summary:", "summary: say in a sentence"),
        ("id: cap-the-can-cuoc", "id: cap_the", "id: “cap_the” must be of a-z"),
        ("questions:", "questions: 3\nrest:", "questions: a list is needed here"),
        ("name:", "name: [", "YAML:"),
        ("known_from: 2026-03-15", "known_from: 2026-13-45", "known_from: a date like"),
        ("n: 20", "n: 0x1F", "n: a whole number"),
        ("n: 20", "n: 20\n? [a]\n: b", "key: must be one plain word"),
        ("n: 20", 'n: 20\nx: "\u0007"', "YAML: a letter that no text may hold"),
    ],
)
def test_a_mistake_is_named_with_its_place(folder: Path, old: str, new: str, said: str) -> None:
    spoil(folder, PROCEDURE, old, new)
    found = refused(folder)
    assert said in found
    assert all(line.split(":")[0].endswith(".yaml") for line in found.splitlines())
    assert all(line.split(":")[1].isdigit() for line in found.splitlines())


def test_the_line_is_the_line_of_the_mistake(folder: Path) -> None:
    line = spoil(folder, PROCEDURE, "sure: full", "sure: perhaps")
    assert f"{PROCEDURE}:{line}: sure:" in refused(folder)


def test_all_mistakes_of_a_run_come_together(folder: Path) -> None:
    spoil(folder, PROCEDURE, "n: 20", "n: 0")
    spoil(folder, "portals.yaml", "https://dichvucong.gov.vn/tim-kiem", "http://example.com/tim")
    spoil(folder, "fields.yaml", "slug: cu-tru", "slug: Cư trú")
    found = refused(folder)
    assert found.count("\n") >= 2
    assert "is not https on an allowed host" in found


def test_a_fact_without_a_source_is_no_fact(folder: Path) -> None:
    path = folder / PROCEDURE
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if line.strip().startswith("source:"))
    del lines[at]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert "source: no fact without a source" in refused(folder)


def test_a_date_may_not_end_before_it_begins(folder: Path) -> None:
    spoil(folder, PROCEDURE, "from: 2026-08-18", "from: 2026-08-18\n    to: 2026-08-01")
    assert "before it begins on 2026-08-18" in refused(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "levels.yaml").unlink()
    assert "levels.yaml:1: file: cannot be read" in refused(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (PROCEDURE, "field: citizen-id", "field: fishing", "“fishing” is not in fields.yaml"),
        (PROCEDURE, "vneid: [co]", "vneid: [maybe]", "“maybe” is not an answer to vneid"),
        (PROCEDURE, "vneid: [co]", "weather: [co]", "“weather” is not a question here"),
        ("levels.yaml", "source: nd224-2026", "source: hearsay", "“hearsay” is not a known source"),
    ],
)
def test_what_no_single_file_can_know(
    folder: Path, name: str, old: str, new: str, said: str
) -> None:
    spoil(folder, name, old, new)
    assert said in "\n".join(inconsistencies(load_library(folder)))


def test_a_number_is_never_used_twice(folder: Path) -> None:
    path = folder / PROCEDURE
    twin = path.read_text(encoding="utf-8").replace("id: cap-the-can-cuoc", "id: khac", 1)
    path.with_name("khac.yaml").write_text(twin, encoding="utf-8")
    assert "20 belongs to" in "\n".join(inconsistencies(load_library(folder)))


def test_a_paper_that_no_path_asks_for_is_found(folder: Path) -> None:
    extra = (
        "papers:\n  - {id: vo-ich, name: Giấy vô ích, kind: bring_copy, source: portal-2026-07,\n"
        "     sure: full, when: {all: [{vneid: [co]}, {vneid: [khong]}]}}\n"
    )
    spoil(folder, PROCEDURE, "papers:\n", extra)
    assert "no path asks for vo-ich" in "\n".join(check(load_library(folder))[0])


def test_an_outcome_without_authority_is_found(folder: Path) -> None:
    path = folder / PROCEDURE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\nauthority:\n", "\nnotes_:\n"), encoding="utf-8")
    assert "notes_: this key is not known" in refused(folder)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("national-search: dead", "key: value pairs are needed"),
        ("national-search: {status: zz, tested_on: 2026-11-01, tested_by: x}", "is not one of"),
        ("national-search: {status: dead, tested_on: gestern, tested_by: x}", "a date like"),
        ("nowhere: {status: dead, tested_on: 2026-11-01, tested_by: x}", "no such address"),
        ("[a]", "key: value pairs are needed at the top"),
    ],
)
def test_click_tests_are_read_as_strictly(folder: Path, written: str, said: str) -> None:
    links = folder.parent / "links.yaml"
    links.write_text(written, encoding="utf-8")
    with pytest.raises(ContentError, match=r"links\.yaml:1") as caught:
        load_library(folder, links)
    assert said in str(caught.value)


def test_a_file_is_replaced_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "reviews.yaml"
    write_whole(path, "old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, "new")
    assert path.read_text("utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["reviews.yaml"]
