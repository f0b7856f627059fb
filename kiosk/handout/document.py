"""Drawn pages → one PDF file: page objects, links, typefaces cut to the glyphs in use.

reportlab's object layer writes the file. Its canvas is left out: it lists an unembedded Helvetica
in every file, and gives shaped letters private codes that no reader can copy or search.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.handout.operators import Canvas
from kiosk.handout.typeface import FACES, UPEM, ascent_descent, cut, letters, natural_advance

if TYPE_CHECKING:
    from reportlab.pdfbase.pdfdoc import PDFDocument, PDFObject, PDFObjectReference, PDFPage

_TAG = str.maketrans("0123456789abcdef", "ABCDEFGHIJKLMNOP")
_CMAP_HEAD = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Spelling def"
    " /CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange"
)
_CMAP_TAIL = "endcmap CMapName currentdict /CMap defineresource pop end end"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says of itself, and the size of its pages in points."""

    title: str
    author: str
    subject: str
    language: str
    width: float
    height: float


def written(sheet: Sheet, canvases: Sequence[Canvas]) -> bytes:
    """Return the file; the same pages give the same bytes."""
    from reportlab.pdfbase.pdfdoc import PDFDocument

    document = PDFDocument(compression=1, invariant=1, lang=sheet.language, pdfVersion=(1, 5))
    document.setTitle(sheet.title)
    document.setAuthor(sheet.author)
    document.setSubject(sheet.subject)
    document.setCreator(sheet.author)
    fonts = _fonts(document, canvases)
    for canvas in canvases:
        document.addPage(_page(document, sheet, canvas, fonts))
    return bytes(document.GetPDFData(None))


def _page(
    document: "PDFDocument", sheet: Sheet, canvas: Canvas, fonts: "PDFObjectReference"
) -> "PDFPage":
    from reportlab.pdfbase.pdfdoc import PDFArray, PDFPage

    page = PDFPage()
    page.MediaBox = PDFArray([0, 0, sheet.width, sheet.height])
    page.Resources = _reference(document, Font=fonts)
    page.Contents = _stream(document, "\n".join(canvas.operators).encode("ascii"))
    page.Annots = [_link(document, *link) for link in canvas.links]
    return page


def _link(
    document: "PDFDocument", url: str, box: tuple[float, float, float, float]
) -> "PDFObjectReference":
    from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFString

    return _reference(
        document,
        Type="/Annot",
        Subtype="/Link",
        Rect=PDFArray(list(box)),
        Border=PDFArray([0, 0, 0]),
        A=PDFDictionary({"S": "/URI", "URI": PDFString(url)}),
    )


def _fonts(document: "PDFDocument", canvases: Sequence[Canvas]) -> "PDFObjectReference":
    used: defaultdict[str, set[int]] = defaultdict(set)
    for canvas in canvases:
        for face, glyphs in canvas.glyphs.items():
            used[face] |= glyphs
    return _reference(
        document, **{face: _embedded(document, face, used[face]) for face in sorted(used)}
    )


def _embedded(document: "PDFDocument", face: str, used: set[int]) -> "PDFObjectReference":
    from reportlab.pdfbase.pdfdoc import PDFArray

    glyphs = sorted({0, *used})
    name = f"/{_tag(glyphs)}+{FACES[face][0]}"
    descendant = _reference(
        document,
        Type="/Font",
        Subtype="/CIDFontType2",
        BaseFont=name,
        CIDSystemInfo="<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
        FontDescriptor=_descriptor(document, face, glyphs, name),
        CIDToGIDMap="/Identity",
        W=_widths(face, glyphs),
    )
    return _reference(
        document,
        Type="/Font",
        Subtype="/Type0",
        BaseFont=name,
        Encoding="/Identity-H",
        DescendantFonts=PDFArray([descendant]),
        ToUnicode=_stream(document, _spelling(face, glyphs)),
    )


def _tag(glyphs: Sequence[int]) -> str:
    """Name a cut: two cuts of one typeface in one reader must not be taken for another."""
    return hashlib.sha256(repr(glyphs).encode()).hexdigest()[:6].translate(_TAG)


def _descriptor(
    document: "PDFDocument", face: str, glyphs: Sequence[int], name: str
) -> "PDFObjectReference":
    ascent, descent = ascent_descent(face)
    return _reference(
        document,
        Type="/FontDescriptor",
        FontName=name,
        Flags=4,
        FontBBox=f"[ {-UPEM} {-UPEM} {2 * UPEM} {2 * UPEM} ]",
        ItalicAngle=0,
        Ascent=ascent,
        Descent=descent,
        CapHeight=ascent,
        StemV=80,
        FontFile2=_stream(document, cut(face, glyphs)),
    )


def _widths(face: str, glyphs: Sequence[int]) -> str:
    said = " ".join(f"{glyph} [{natural_advance(face, glyph)}]" for glyph in glyphs)
    return f"[ {said} ]"


def _spelling(face: str, glyphs: Sequence[int]) -> bytes:
    """Say which letter each glyph is, for copying and search."""
    known = letters(face)
    pairs = [f"<{glyph:04x}> <{ord(known[glyph]):04x}>" for glyph in glyphs if glyph in known]
    groups = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]  # PDF's limit
    said = (f"{len(group)} beginbfchar\n" + "\n".join(group) + "\nendbfchar" for group in groups)
    return "\n".join((_CMAP_HEAD, *said, _CMAP_TAIL)).encode("ascii")


def _reference(document: "PDFDocument", **entries: object) -> "PDFObjectReference":
    from reportlab.pdfbase.pdfdoc import PDFDictionary

    return _kept(document, PDFDictionary(entries))


def _stream(document: "PDFDocument", content: bytes) -> "PDFObjectReference":
    from reportlab.pdfbase.pdfdoc import PDFStream, PDFZCompress

    stream = PDFStream(content=content, filters=[PDFZCompress])
    stream.dictionary["Length1"] = len(content)
    return _kept(document, stream)


def _kept(document: "PDFDocument", thing: "PDFObject") -> "PDFObjectReference":
    made: PDFObjectReference = document.Reference(thing)  # type: ignore[no-untyped-call]
    return made
