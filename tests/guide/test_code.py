"""The short code: eight characters at most, the same case always the same, no slip passes."""

from datetime import date
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.content.check import paths
from kiosk.content.library import Library
from kiosk.guide.code import ALPHABET, LONGEST, CodeError, decode, encode

TODAY = date(2026, 11, 21)


def codes(library: Library) -> list[str]:
    return [
        encode(procedure, answers)
        for procedure in library.procedures.values()
        for answers in islice(paths(procedure, TODAY), 0, None, 61)
    ]


def test_every_case_comes_back_from_its_code(library: Library) -> None:
    for procedure in library.procedures.values():
        for answers in islice(paths(procedure, TODAY), 0, None, 7):
            code = encode(procedure, answers)
            assert len(code) <= LONGEST
            assert decode(library, code) == (procedure.id, dict(answers))


def test_the_take_home_address_is_short(library: Library) -> None:
    longest = max(codes(library), key=len)
    assert len(f"https://conganxa.cantho.gov.vn/m/{longest}".encode()) <= 62


def test_one_wrong_letter_is_always_noticed(library: Library) -> None:
    for code in codes(library)[::9]:
        for at, right in enumerate(code):
            for wrong in ALPHABET:
                if wrong != right:
                    with pytest.raises(CodeError):
                        decode(library, code[:at] + wrong + code[at + 1 :])


def test_two_letters_swapped_are_always_noticed(library: Library) -> None:
    for code in codes(library)[::9]:
        for at in range(len(code) - 1):
            a, b = code[at], code[at + 1]
            if a != b:
                with pytest.raises(CodeError):
                    decode(library, code[:at] + b + a + code[at + 2 :])


def test_it_is_read_as_people_write_it(library: Library) -> None:
    code = codes(library)[0]
    typed = f" {code[:2].lower()}-{code[2:4]} {code[4:].lower()} ".replace("0", "O").replace(
        "1", "l"
    )
    assert decode(library, typed) == decode(library, code)


def test_anything_typed_is_a_case_or_refused(library: Library) -> None:
    @settings(deadline=None, max_examples=200)
    @given(st.text(max_size=12) | st.text(ALPHABET, min_size=3, max_size=8))
    def typed_is_a_case_or_refused(typed: str) -> None:
        try:
            slug, _answers = decode(library, typed)
        except CodeError:
            return
        assert slug in library.procedures

    typed_is_a_case_or_refused()
