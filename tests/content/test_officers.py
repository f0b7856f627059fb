"""The content for officers: no law without a source, no number of a person, all translated."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from kiosk.content.check import LAW_WORDS, inconsistencies
from kiosk.content.leaves import leaves
from kiosk.content.library import Library
from kiosk.content.load import load_library
from kiosk.content.model import SURE
from kiosk.content.officers import FILE, PRACTICE, HelpItem, advice
from kiosk.content.reader import ContentError

CONTENT = Path(__file__).parents[2] / "content"
CODES = (*(f"R{n:02}" for n in range(1, 11)), *(f"D{n:02}" for n in range(1, 7)))
TODAY = date(2026, 11, 21)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content, free to be spoilt."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def spoilt(folder: Path, old: str, new: str) -> str:
    path = folder / FILE
    text = path.read_text("utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), "utf-8")
    try:
        return "\n".join(inconsistencies(load_library(folder)))
    except ContentError as refused:
        return "\n".join(refused.mistakes)


def items(library: Library) -> list[HelpItem]:
    return [item for page in library.help for item in page.items]


def test_the_five_pages_are_there(library: Library) -> None:
    assert [page.id for page in library.help] == [
        *("muoi-buoc", "vuong-mac", "khong-tu-choi", "uu-tien", "bao-ve-thong-tin")
    ]
    steps = library.help[0]
    assert steps.numbered
    assert len(steps.items) == 10
    assert all(item.more for item in steps.items), "each step has its usual mistake"


def test_every_source_exists_and_every_sentence_of_law_is_sure_of_something(
    library: Library,
) -> None:
    for item in items(library):
        assert (item.kind == PRACTICE) == (item.source == ()) == (item.sure is None), item.id
        for leaf in item.dated():
            assert leaf.source
            assert set(leaf.source) <= library.sources.keys()
            assert leaf.sure in SURE


def test_practice_names_no_law(library: Library) -> None:
    for item in items(library):
        for text in (*item.more, *([item.text] if item.kind == PRACTICE else [])):
            assert not LAW_WORDS.search(text), text


def test_every_rule_that_must_not_be_broken_has_its_source_and_its_words(library: Library) -> None:
    forbidden = next(page for page in library.help if page.id == "khong-tu-choi")
    for item in forbidden.items:
        assert item.source, item.id
        assert any("“" in sentence for sentence in item.more), item.id


def test_no_number_of_a_person_and_nothing_unsaid(library: Library) -> None:
    for _kind, text, file in leaves(library):
        if file == FILE:
            assert text.strip() == text
            assert not re.search(r"\d[\d .-]{7,}\d", text.replace("1.012564", "")), text


def test_sentences_are_short(library: Library) -> None:
    for _kind, text, file in leaves(library):
        for sentence in re.split(r"(?<=[.?:;])\s", text) if file == FILE else ():
            assert len(sentence.split()) <= 40, sentence


@pytest.mark.parametrize("code", CODES)
def test_each_reason_leads_to_one_item_on_any_day(library: Library, code: str) -> None:
    assert [code in item.reasons for item in items(library)].count(True) == 1
    for day in (TODAY, date(2027, 3, 1), date(2030, 1, 1)):
        assert advice([page.on(day) for page in library.help], code)


def test_pages_hold_what_holds_on_a_day(library: Library) -> None:
    forbidden = next(page for page in library.help if page.id == "khong-tu-choi")
    ids = {item.id for item in forbidden.on(date(2026, 8, 4)).items}
    assert "bao-mot-lan" not in ids
    assert "bao-mot-lan" in {item.id for item in forbidden.on(date(2026, 8, 5)).items}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("source: nd224-2026", "source: hearsay", "“hearsay” is not a known source"),
        ("sure: secondary", "sure: perhaps", "sure: “perhaps” is not one of full"),
        (
            "        kind: practice",
            "        kind: rumour",
            "kind: “rumour” is not one of law, practice",
        ),
        ("        kind: practice\n", "", "source: no fact without a source"),
        ("        kind: practice", "        kind: practice\n        sure: full", "not known here"),
        ("Gõ mã thủ tục in", "Nghị định bắt gõ mã in", "speaks of law without a source"),
        ("Gõ tên không dấu, gõ", "Trả 10.000 đồng, gõ", "speaks of law without a source"),
        ("guide: nop-truc-tuyen", "guide: dang-nhap", "guide: “dang-nhap” is not one of"),
        ("portal: national", "portal: vneid", "“vneid” is no portal with an address"),
        ("portal: national", "portal: nowhere", "“nowhere” is no portal with an address"),
        ('code: "3.000228"', 'code: "9.999999"', "no sentence with a source names 9.999999"),
        ("as_of: 2026-11-21", "as_of: 2027-01-01", "were last checked on 2026-11-21"),
        ("as_of: 2026-11-21", "as_of: soon", "a date like 2026-03-15"),
        ("    as_of: 2026-11-21\n", "", "the day on which the page was last checked"),
        ("from: 2026-07-01", "from: 2026-07-01\n        to: 2026-06-01", "before it begins"),
        ("from: 2026-07-01", "from: 2026-07-01\n        when: {vneid: [co]}", "nobody answers"),
        ("id: vuong-mac", "id: muoi-buoc", "“muoi-buoc” is used twice"),
        ("id: otp", "id: tai-khoan", "“tai-khoan” is used twice"),
        ("reasons: [R04]", "reasons: [R10]", "R10 leads to tai-khoan"),
        ("reasons: [R04]", "reasons: [X1]", "“X1” is not a reason like R07"),
        ("Gõ mã thủ tục in", "Gõ 012345678901 in", "a number as long as a person's"),
        ("Gõ mã thủ tục in", "Go\u0303 mã thủ tục in", "is not in NFC"),
        ("pages:", "page:", "page: this key is not known here"),
    ],
)
def test_what_the_check_refuses(folder: Path, old: str, new: str, said: str) -> None:
    assert said in spoilt(folder, old, new)


def test_an_item_that_a_reason_leads_to_may_not_end(folder: Path) -> None:
    said = spoilt(
        folder,
        "        from: 2025-10-01\n        source: ct24-2025",
        "        from: 2025-10-01\n        to: 2027-01-01\n        source: ct24-2025",
    )
    assert "a reason leads here, so it may not end" in said


def test_the_file_must_be_there(folder: Path) -> None:
    (folder / FILE).unlink()
    with pytest.raises(ContentError, match=r"officers\.yaml:1: file: cannot be read"):
        load_library(folder)


def test_whoever_translates_finds_every_sentence(library: Library) -> None:
    said = {text for _kind, text, file in leaves(library) if file == FILE}
    for page in library.help:
        assert {page.title, page.intro, page.more, page.link.say} <= said
        for item in page.items:
            assert {item.title, item.text, *item.more, *(one.text for one in item.facts)} <= said
            assert {one.note for one in item.dated() if one.note} <= said
            assert {one.dispute.text for one in item.dated() if one.dispute} <= said
