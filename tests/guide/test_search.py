"""Search: without marks, by initials, by other names, nearly right; and nothing for nonsense."""

import pytest

from kiosk.content.library import Library
from kiosk.guide.search import find, folded, index


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("dang ky xe", "dang-ky-xe-lan-dau"),
        ("dkx", "dang-ky-xe-lan-dau"),
        ("đăng ký xe máy", "dang-ky-xe-lan-dau"),
        ("tạm trú", "dang-ky-tam-tru"),
        ("tam tru", "dang-ky-tam-tru"),
        ("KT3", "dang-ky-tam-tru"),
        ("dktt", "dang-ky-tam-tru"),
        ("dang ki tam tru", "dang-ky-tam-tru"),
        ("căn cước", "cap-the-can-cuoc"),
        ("cccd", "cap-the-can-cuoc"),
        ("can cuoc cong dan", "cap-the-can-cuoc"),
        ("mất thẻ căn cước", "cap-the-can-cuoc"),
        ("1.004194", "dang-ky-tam-tru"),
        ("1.115970", "dang-ky-xe-lan-dau"),
        ("temporary residence", "dang-ky-tam-tru"),
    ],
)
def test_the_right_procedure_comes_first(library: Library, typed: str, first: str) -> None:
    names = {"dang-ky-tam-tru": ("Temporary residence registration",)}
    found = find(index(library, names), typed)
    assert found, typed
    assert found[0].id == first


@pytest.mark.parametrize("typed", ["", "   ", "?!", "zzzzqqq", "nấu phở"])
def test_nonsense_finds_nothing(library: Library, typed: str) -> None:
    assert find(index(library, {}), typed) == ()


def test_folding_takes_marks_and_the_barred_d() -> None:
    assert folded("Đăng ký XE  lần-đầu") == "dang ky xe lan dau"
