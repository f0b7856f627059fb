"""The short code: a procedure and its answers in at most eight characters, nothing stored.

Bits, lowest first: 8 for the procedure's n, then for each question in the order of its n as many
bits as it reserves, 0 for “not answered”. Written in Crockford's base32 with one check character.
"""

from collections.abc import Mapping

from kiosk.content.library import Library
from kiosk.content.model import Procedure, Question
from kiosk.content.rules import Answers

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, ".": None})
PROCEDURE_BITS = 8
LONGEST = 8
SHORTEST = 3


class CodeError(ValueError):
    """The characters are not a code of this guide; typed wrongly, or not one at all."""


def encode(procedure: Procedure, answers: Answers) -> str:
    """Return the code of a case; the same case always has the same code."""
    value, shift = procedure.n, PROCEDURE_BITS
    for question in _by_number(procedure):
        option = question.option(answers.get(question.id, ""))
        value |= (option.n if option else 0) << shift
        shift += question.bits
    digits = _digits(value)
    return "".join(ALPHABET[digit] for digit in [*digits, _check(digits)])


def decode(library: Library, typed: str) -> tuple[str, dict[str, str]]:
    """Return the procedure's id and the answers; raise CodeError for anything else."""
    digits = _typed(typed)
    if _check(digits[:-1]) != digits[-1]:
        raise CodeError("check")
    value = 0
    for digit in digits[:-1]:
        value = value << 5 | digit
    procedure = library.numbered(value & (1 << PROCEDURE_BITS) - 1)
    if procedure is None:
        raise CodeError("procedure")
    return procedure.id, _answers(procedure, value >> PROCEDURE_BITS)


def spaced(code: str) -> str:
    """Return a code in groups that are easy to read out."""
    return code if len(code) <= 4 else f"{code[:4]} {code[4:]}"  # noqa: PLR2004


def _by_number(procedure: Procedure) -> list[Question]:
    return sorted(procedure.asked, key=lambda question: question.n)


def _digits(value: int) -> list[int]:
    digits: list[int] = []
    while value or len(digits) < SHORTEST - 1:
        digits.append(value & 31)
        value >>= 5
    return digits[::-1]


def _typed(typed: str) -> list[int]:
    text = typed.upper().translate(READ_AS)
    if not SHORTEST <= len(text) <= LONGEST or any(letter not in ALPHABET for letter in text):
        raise CodeError("letters")
    return [ALPHABET.index(letter) for letter in text]


def _check(digits: list[int]) -> int:
    # A polynomial over GF(32): every single wrong letter and every swap of neighbours shows.
    total = 0
    for digit in digits:
        total = _double(total) ^ digit
    return _double(total)


def _double(value: int) -> int:
    return (value << 1) ^ (0b100101 if value & 16 else 0)


def _answers(procedure: Procedure, rest: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for question in _by_number(procedure):
        n = rest & (1 << question.bits) - 1
        rest >>= question.bits
        option = next((option for option in question.options if option.n == n), None)
        if option:
            found[question.id] = option.id
        elif n:
            raise CodeError("answer")
    if rest:
        raise CodeError("answer")
    return found


def answers_of(library: Library, typed: str) -> tuple[Procedure, Mapping[str, str]]:
    """Return the procedure itself and the answers; raise CodeError."""
    name, answers = decode(library, typed)
    return library.procedures[name], answers
