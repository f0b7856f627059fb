from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.handout.qr import QrRefused
from kiosk.handout.slip import Line, Need, Slip, Target, slip_of
from tests.handout.samples import HOSTS, TEXTS, URL, VI, sample

SNAPSHOTS = Path(__file__).parent / "snapshots"


def _lines(slip: Slip) -> list[str]:
    """Write a slip down as plain lines."""
    said = [slip.unit, slip.printed, f"# {slip.title}", *slip.under_title]
    for block in slip.blocks:
        said += ["", f"## {block.title} ({block.kind})"]
        said += [_line(line) for line in block.lines]
    said += ["", "## link"]
    if slip.link:
        said += [slip.link.label, slip.link.url, slip.link.address]
    said += [f"{slip.short_code_label}: {slip.short_code}", "", slip.as_of, *slip.footer]
    return [*said, slip.care, slip.end, slip.page, slip.language]


def _line(line: Line) -> str:
    box = "[ ] " if line.box else "- "
    label = f"{line.label}: " if line.label else ""
    note = f" ({line.note})" if line.note else ""
    return box + label + line.text + note


@pytest.mark.parametrize("name", TEXTS)
def test_the_lines_of_a_slip(name: str) -> None:
    assert "\n".join(_lines(sample(name))) + "\n" == (SNAPSHOTS / f"{name}.txt").read_text()


def test_empty_parts_leave_no_trace() -> None:
    bare = replace(
        VI,
        level="",
        case="",
        not_needed=(),
        where=(),
        time_limit=(),
        deadlines=(),
        mistakes=(),
        link=None,
        help=(),
        privacy="",
    )
    slip = slip_of(bare, ())
    assert [block.kind for block in slip.blocks] == ["boxes"]
    assert slip.under_title == ("Mã thủ tục: 1.004194",)
    assert slip.link is None
    assert slip.footer == ()


def test_nothing_to_bring_is_said() -> None:
    block = slip_of(replace(VI, needed=()), HOSTS).blocks[0]
    assert block.lines == (Line("Không cần giấy tờ nào."),)


def test_only_three_mistakes_are_told() -> None:
    slip = slip_of(replace(VI, mistakes=tuple("abcde")), HOSTS)
    assert [line.text for line in slip.blocks[-1].lines] == ["a", "b", "c"]


def test_every_needed_paper_has_its_box() -> None:
    papers = tuple(Need(f"Giấy {n}") for n in range(40))
    block = slip_of(replace(VI, needed=papers), HOSTS).blocks[0]
    assert [line.text for line in block.lines] == [paper.name for paper in papers]
    assert all(line.box for line in block.lines)


def test_a_link_off_the_list_is_refused() -> None:
    with pytest.raises(QrRefused):
        slip_of(VI, ["dichvucong.example"])


def test_the_printed_address_is_the_link_unless_a_shorter_one_is_given() -> None:
    whole = slip_of(replace(VI, link=Target(URL)), HOSTS).link
    short = slip_of(replace(VI, link=Target(URL, "dichvucong.gov.vn")), HOSTS).link
    assert whole is not None
    assert short is not None
    assert (whole.address, short.address) == (URL, "dichvucong.gov.vn")


def test_a_decomposed_text_arrives_composed() -> None:
    slip = slip_of(replace(VI, title="Đa\N{COMBINING BREVE}ng ky\N{COMBINING ACUTE ACCENT}"), HOSTS)
    assert slip.title == "Đăng ký"


def test_several_time_limits_stand_under_one_label() -> None:
    slip = slip_of(replace(VI, where=(), time_limit=("Thẻ: 7 ngày.", "Biển số: ngay.")), HOSTS)
    (facts,) = (block for block in slip.blocks if block.kind == "facts")
    assert facts.lines == (Line("Thẻ: 7 ngày. Biển số: ngay.", label="Thời hạn"),)


def test_a_paper_without_a_name_is_left_out() -> None:
    block = slip_of(replace(VI, needed=(Need("☐"), Need("Tờ khai"))), HOSTS).blocks[0]
    assert [line.text for line in block.lines] == ["Tờ khai"]
