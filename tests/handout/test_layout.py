from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.handout import operators, pdf, raster
from kiosk.handout.layout import Setter
from kiosk.handout.marks import Code, Mark, Pen, Row, Words, beside, columns, together
from kiosk.handout.slip import Need, Pair, Slip, slip_of
from kiosk.handout.text import BREAK, words
from tests.handout.samples import HOSTS, KM, TEXTS, VI, sample
from tests.handout.texts import ANY_TEXT

ROLLS = (384, 504, 512, 546, 576, 640)
SLACK = 0.01


def _placed(rows: Iterable[Row]) -> Iterator[Words]:
    return (mark for row in rows for mark in row.marks if isinstance(mark, Words))


def _sheet(slip: Slip) -> tuple[Setter, list[Row]]:
    setter = Setter(pdf.LARGE if slip.large else pdf.EASY, operators.width_of)
    head = [*pdf._letterhead(slip, setter), *pdf._head(slip, setter)]
    return setter, [*head, *setter.blocks(slip), *pdf._foot(slip, setter, "Trang 1/1")]


def _letters(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, f" \xa0{BREAK}")))


def _everything(slip: Slip) -> list[str]:
    lines = [line for block in slip.blocks for line in block.lines]
    said = [part for line in lines for part in (line.text, line.label, line.note)]
    return [slip.unit, slip.title, *slip.under_title, *said, *slip.footer, slip.as_of]


def _with(text: str, *, large: bool) -> Slip:
    said = replace(
        VI,
        title=text,
        unit=text,
        case=text,
        needed=(Need(text, text, text), Need("x", text)),
        not_needed=(Need(text, note=text),),
        where=(Pair(text, text), Pair("Phí", text)),
        deadlines=(text,),
        mistakes=(text, text),
        help=(text,),
        as_of=text,
        large=large,
    )
    return slip_of(said, HOSTS)


@given(ANY_TEXT, st.sampled_from(ROLLS), st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_line_is_wider_than_the_roll(text: str, width: int, large: bool) -> None:
    slip = _with(text, large=large)
    room = width - 2 * raster.MARGIN + SLACK
    for mark in _placed(raster.composed(slip, width)):
        assert mark.x >= 0
        assert mark.x + raster.width_of(mark.text, mark.pen) <= room, mark


@given(ANY_TEXT, st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_line_is_wider_than_the_sheet(text: str, large: bool) -> None:
    setter, rows = _sheet(_with(text, large=large))
    for mark in _placed(rows):
        assert mark.x >= 0
        assert mark.x + operators.width_of(mark.text, mark.pen) <= setter.style.width + SLACK, mark


@given(ANY_TEXT)
@settings(max_examples=60, deadline=None)
def test_every_letter_of_a_slip_reaches_the_paper(text: str) -> None:
    slip = _with(text, large=False)
    for rows in (raster.composed(slip, 576), _sheet(slip)[1]):
        drawn = _letters("".join(mark.text for mark in _placed(rows)))
        for said in _everything(slip):
            assert _letters(said) in drawn


@given(ANY_TEXT, st.integers(1, 12), st.booleans())
@settings(max_examples=40, deadline=None)
def test_no_page_is_fuller_than_the_paper(text: str, times: int, large: bool) -> None:
    _, rows = _sheet(_with(" ".join([text] * times), large=large))
    for page in pdf.paginated(rows, 700):
        assert sum(row.height for row in page) <= max(700, *(row.height for row in page))
        assert len(page) == 1 or sum(row.height for row in page) <= 700


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("large", [False, True])
def test_type_on_a_roll_is_large_enough(name: str, large: bool) -> None:
    smallest = min(
        mark.pen.size for mark in _placed(raster.composed(sample(name, large=large), 576))
    )
    assert smallest >= (40 if large else 24)
    assert smallest * raster.KHMER >= 28


def test_headings_on_a_roll_stand_out() -> None:
    style = raster._style(560, large=False)
    assert 32 <= style.heading.size <= 40
    assert 32 <= style.title.size <= 40


def test_each_needed_paper_has_a_drawn_box() -> None:
    papers = len(VI.needed)
    slip = sample("vi")
    for rows in (raster.composed(slip, 576), _sheet(slip)[1]):
        frames = [mark for row in rows for mark in row.marks if _is_box(mark)]
        assert len(frames) == papers


def _is_box(mark: Mark) -> bool:
    return type(mark).__name__ == "Frame"


def test_the_code_has_its_quiet_zone_within_the_roll() -> None:
    for width in ROLLS:
        (code,) = (
            mark
            for row in raster.composed(sample("vi"), width)
            for mark in row.marks
            if isinstance(mark, Code)
        )
        assert code.x >= 0
        assert code.x + code.side <= width - 2 * raster.MARGIN


def test_a_title_leaves_no_word_alone() -> None:
    setter = Setter(pdf.EASY, operators.width_of)
    rows = setter.title("Đăng ký, cấp biển số xe lần đầu đối với xe lắp ráp trong nước", 347)
    lines = [mark.text for mark in _placed(rows)]
    assert len(lines) > 1
    assert len(words(lines[-1])) > 2


def test_a_title_keeps_khmer_words_whole() -> None:
    title = slip_of(KM, HOSTS).title
    setter = Setter(raster._style(368, large=True), raster.width_of)
    lines = [mark.text for mark in _placed(setter.title(title, 368))]
    assert {word.strip(BREAK) for line in lines for word in words(line)} == set(title.split(BREAK))


def test_columns_share_their_baselines() -> None:
    pen = Pen(10)
    low = Row(20, (Words(0, 15, "ខ", pen),))
    high = Row(14, (Words(50, 10, "x", pen),))
    (row, rest) = beside([low], [high, high])
    assert {mark.y for mark in row.marks} == {15}
    assert row.height == 20
    assert len(rest.marks) == 1


def test_long_columns_may_part_and_short_ones_may_not() -> None:
    rows = [Row(10, (Words(0, 8, "x", Pen(10)),))] * 31
    assert len(columns(rows[:1], rows)) == 31
    assert len(columns(rows[:1], rows[1:])) == 1


def test_columns_are_read_one_after_the_other() -> None:
    pen = Pen(10)
    left = [Row(10, (Words(0, 8, text, pen),)) for text in "ab"]
    right = [Row(10, (Words(50, 8, text, pen),)) for text in "cd"]
    assert [mark.text for mark in _placed(columns(left, right))] == ["a", "b", "c", "d"]


def test_rows_together_are_kept_but_for_the_last() -> None:
    assert [row.keep for row in together([Row(1), Row(1, keep=True), Row(1, keep=True)])] == [
        True,
        True,
        False,
    ]
