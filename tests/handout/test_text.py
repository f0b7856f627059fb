import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.handout.text import (
    BREAK,
    KHMER,
    LATIN,
    VIETNAMESE,
    Run,
    clusters,
    has_khmer,
    printable,
    runs,
    words,
    wrap,
)
from tests.handout.texts import ANY_TEXT


def _em(text: str) -> float:
    return float(sum(1 for letter in text if letter != BREAK))


def _without_breaks(text: str) -> str:
    return text.replace(" ", "").replace(BREAK, "")


def test_all_vietnamese_letters_are_known_in_both_cases() -> None:
    assert len(set(VIETNAMESE)) == 146  # 12 vowels in 6 tones and đ, small and capital
    assert set(VIETNAMESE) <= set(LATIN)


def test_decomposed_letters_are_composed() -> None:
    for letter in VIETNAMESE:
        assert printable(unicodedata.normalize("NFD", letter)) == letter


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("☐ Tờ khai ✓", "Tờ khai"),
        ("VNeID → Dịch vụ", "VNeID\xa0– Dịch vụ"),
        ("№ 5", "số 5"),
        ("hai\ndòng\t và", "hai dòng và"),
        ("mềm\u00admại", "mềmmại"),
        ("tiếng 中", "tiếng ?"),
        ("Mang bản chính · Còn hạn – rõ", "Mang bản chính\xa0· Còn hạn\xa0– rõ"),
        ("5.000\xa0đồng", "5.000\xa0đồng"),
    ],
)
def test_what_paper_cannot_show_is_said_otherwise(written: str, shown: str) -> None:
    assert printable(written) == shown


@given(st.text())
def test_printable_text_holds_only_letters_of_the_fonts(text: str) -> None:
    shown = printable(text)
    assert set(shown) <= set(LATIN + KHMER + BREAK)
    assert printable(shown) == shown


def test_runs_change_with_the_script() -> None:
    assert runs(f"CT01 ខ្មែរ{BREAK}ខ្មែរ xã") == (
        Run("CT01 ", khmer=False),
        Run("ខ្មែរខ្មែរ", khmer=True),
        Run(" xã", khmer=False),
    )
    assert has_khmer("xã ខ")
    assert not has_khmer("xã")


def test_words_keep_the_space_after_them() -> None:
    assert words(f"một hai{BREAK}ba\xa0bốn") == ("một ", f"hai{BREAK}", "ba\xa0bốn")


def test_a_cluster_is_a_base_with_marks_and_feet() -> None:
    assert list(clusters("ស្ត្រីខ្ញុំ")) == ["ស្ត្រី", "ខ្ញុំ"]
    assert list(clusters("ế")) == ["ế"]


def test_lines_break_at_spaces_and_marks_only() -> None:
    assert wrap("một hai ba", 7, _em) == ("một hai", "ba")
    assert wrap(f"កខ{BREAK}គឃ{BREAK}ង", 4, _em) == (f"កខ{BREAK}គឃ", "ង")
    assert wrap("5.000\xa0đồng một", 11, _em) == ("5.000\xa0đồng", "một")


def test_an_address_breaks_after_its_signs_first() -> None:
    assert wrap("https://dichvucong.gov.vn/tim-kiem", 14, _em) == (
        "https://",
        "dichvucong.",
        "gov.vn/tim-",
        "kiem",
    )


def test_a_label_takes_room_on_the_first_line() -> None:
    assert wrap("một hai", 8, _em, taken=4) == ("một", "hai")
    assert wrap("dài quá", 7, _em, taken=5) == ("", "dài quá")


@given(ANY_TEXT, st.integers(12, 60))
@settings(max_examples=200, deadline=None)
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width, _em)
    assert all(_em(line) <= width for line in lines)
    assert _without_breaks("".join(lines)) == _without_breaks(text)


@given(ANY_TEXT, st.integers(12, 60))
@settings(max_examples=200, deadline=None)
def test_no_line_begins_inside_a_cluster(text: str, width: int) -> None:
    whole = [cluster for word in words(text) for cluster in clusters(word.strip(" " + BREAK))]
    kept = [
        cluster
        for line in wrap(text, width, _em)
        for word in words(line)
        for cluster in clusters(word.strip(" " + BREAK))
    ]
    assert kept == whole
