import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageFont

from kiosk.handout import pdf
from kiosk.handout.marks import Pen, Row, Words
from kiosk.handout.operators import KHMER, Canvas, width_of
from kiosk.handout.slip import Need, Slip, SlipText, slip_of
from kiosk.handout.text import BREAK, FONTS
from tests.handout.samples import HOSTS, TEXTS, URL, VI, sample


def _opened(slip: Slip) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(pdf.a4(slip))


def _text(slip: Slip) -> str:
    pages = (page.get_textpage().get_text_range() for page in _opened(slip))
    return re.sub(r"[\s\xa0]+", " ", " ".join(pages))


def _picture(slip: Slip, scale: float = 2) -> Image.Image:
    picture: Image.Image = _opened(slip)[0].render(scale=scale, grayscale=True).to_pil()
    return picture


def _sentences(slip: Slip) -> Iterator[str]:
    yield from (slip.unit, slip.printed, slip.title, *slip.under_title, slip.short_code)
    yield from (slip.as_of, *slip.footer)
    for block in slip.blocks:
        yield block.title
        for line in block.lines:
            yield from (line.text, line.note, line.label)
    if slip.link:
        yield from (slip.link.label, slip.link.address)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("large", [False, True])
def test_every_sentence_can_be_searched_and_copied(name: str, large: bool) -> None:
    slip = sample(name, large=large)
    text = _text(slip)
    for sentence in _sentences(slip):
        said = sentence.replace(BREAK, "").replace("\xa0", " ")
        if name == "km":  # no spaces between words: a line break reads like a space
            assert said.replace(" ", "") in text.replace(" ", "")
        else:
            assert said in text


@pytest.mark.parametrize("name", ["vi", "en", "km"])
@pytest.mark.parametrize("large", [False, True])
def test_the_code_reads_back(name: str, large: bool) -> None:
    codes = zxingcpp.read_barcodes(_picture(sample(name, large=large)))
    assert [code.text for code in codes] == [URL]


@pytest.mark.parametrize("name", TEXTS)
def test_the_same_slip_gives_the_same_bytes(name: str) -> None:
    first = pdf.a4(sample(name))
    pdf.a4(sample("en"))
    assert pdf.a4(sample(name)) == first


def test_the_file_says_what_it_is() -> None:
    document = _opened(sample("vi"))
    about = document.get_metadata_dict()
    assert about["Title"] == "Đăng ký tạm trú"
    assert about["Author"] == "Công an phường Hòa Khánh"
    for language in ("vi", "en", "km"):
        assert f"/Lang ({language})".encode() in pdf.a4(sample(language))


@pytest.mark.parametrize("name", TEXTS)
def test_all_typefaces_are_inside_and_nothing_else(name: str) -> None:
    content = pdf.a4(sample(name))
    named = set(re.findall(rb"/BaseFont /[A-P]{6}\+(\S+)", content))
    expected = {b"BeVietnamPro-Regular", b"BeVietnamPro-Bold"}
    assert named == expected | ({b"NotoSansKhmer-Regular"} if name == "km" else set())
    assert b"Helvetica" not in content


def test_the_code_can_be_tapped() -> None:
    assert f"/URI ({URL})".encode() in pdf.a4(sample("vi"))


def test_a_typical_slip_is_one_page() -> None:
    assert [len(_opened(sample(name))) for name in ("vi", "en", "km")] == [1, 1, 1]


def test_a_slip_a_little_too_long_is_set_closer() -> None:
    pages = [len(_opened(slip_of(_longer(papers), HOSTS))) for papers in range(3, 16)]
    easy = [len(pdf._set(slip_of(_longer(papers), HOSTS), pdf.EASY)[1]) for papers in range(3, 16)]
    assert pages[0] == 1
    assert pages[-1] == easy[-1] == 2
    assert pages.count(1) > easy.count(1)


def _longer(papers: int) -> SlipText:
    return replace(VI, needed=tuple(Need(f"Giấy tờ số {n}", "Bản chính") for n in range(papers)))


def test_a_long_slip_has_numbered_pages() -> None:
    document = _opened(sample("long"))
    assert len(document) == 2
    for number, page in enumerate(document, 1):
        assert f"Trang {number}/2" in page.get_textpage().get_text_range()


def test_a_paper_is_never_parted_from_its_remark() -> None:
    papers = tuple(Need(f"Giấy tờ số {n}.", "Mang bản chính", f"Lời dặn {n}.") for n in range(60))
    document = _opened(slip_of(replace(VI, needed=papers), HOSTS))
    assert len(document) >= 3
    pages = [page.get_textpage().get_text_range() for page in document]
    for n in range(60):
        assert sum(f"số {n}." in page and f"dặn {n}." in page for page in pages) == 1


def test_boxes_are_drawn_and_never_written() -> None:
    slip = slip_of(replace(VI, needed=(Need("☐ Tờ khai ✓ → nộp"),)), HOSTS)
    assert "Tờ khai – nộp" in _text(slip)
    assert not set("☐☑✓→?") & set(_text(slip))
    # The box stands left of its text: a frame with white inside, on the height of the letters.
    picture = _picture(slip, 4)
    strip = picture.crop((int(pdf.LEFT * 4) - 4, 0, int((pdf.LEFT + 12) * 4), picture.height))
    assert min(strip.resize((1, strip.height), Image.Resampling.BOX).tobytes()) < 128


def test_a_page_begins_with_ink_and_holds_what_belongs_together() -> None:
    words = (Words(0, 5, "x", Pen(10)),)
    group = [Row(5, keep=True), Row(10, words, keep=True), Row(10, words)]
    pages = list(pdf.paginated([*group, *group, *group], 60))
    assert [sum(row.height for row in page) for page in pages] == [45, 20]
    assert all(page[0].marks for page in pages)


def test_a_group_taller_than_a_page_is_parted() -> None:
    rows = [Row(10, (Words(0, 5, str(n), Pen(10)),), keep=True) for n in range(9)]
    pages = list(pdf.paginated(rows, 40))
    assert [len(page) for page in pages] == [4, 4, 1]


def test_khmer_is_drawn_as_another_engine_draws_it() -> None:
    """pdfium draws our glyphs, Pillow shapes and draws by itself: the ink must be the same."""
    word, size = "ស្នើសុំចុះឈ្មោះស្ត្រីកម្ពុជាខ្ញុំ", 60
    ours = _khmer_by_pdf(word, size)
    theirs = Image.new("L", ours.size, 255)
    font = ImageFont.truetype(
        FONTS / "noto-sans-khmer-400.ttf", size, layout_engine=ImageFont.Layout.RAQM
    )
    ImageDraw.Draw(theirs).text((20, 120), word, 0, font, anchor="ls")
    differing = ImageChops.difference(ours, theirs).point([0] * 160 + [255] * 96)
    ink = theirs.point([255] * 128 + [0] * 128)
    share = sum(differing.histogram()[255:]) / sum(ink.histogram()[255:])
    assert share < 0.05


def _khmer_by_pdf(word: str, size: float) -> Image.Image:
    from kiosk.handout.document import Sheet, written

    pen = Pen(size / KHMER)
    width, height = width_of(word, pen) + 40, 200
    canvas = Canvas(0)
    canvas.draw(Words(20, 120, word, pen), height)
    content = written(Sheet("", "", "", "km", width, height), [canvas])
    page = pypdfium2.PdfDocument(BytesIO(content))[0]
    picture: Image.Image = page.render(scale=1, grayscale=True).to_pil()
    return picture
