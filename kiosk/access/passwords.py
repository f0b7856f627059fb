"""Passwords: hashing, the ones that are issued, and the ones that are too weak."""

import re
import secrets
import unicodedata
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 128
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is misread on paper
OWN_LETTERS = 5  # that a password needs beside the words of the place
TRADE = (
    *("congan", "canhsat", "canbo", "motcua", "bophan", "tiepnhan", "dichvucong", "hanhchinh"),
    *("kiosk", "vneid", "matkhau", "dangnhap", "hoso", "phuong", "tinh", "thanhpho", "admin"),
)
COMMON = Path(__file__).parent / "common_passwords.txt"

_hasher = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
_slots = BoundedSemaphore(2)  # an old box must not spend its memory on a burst of sign-ins


class WeakPasswordError(ValueError):
    """A chosen password is refused; `reason` is short, long, common, login or context."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def digest(password: str) -> str:
    """Return what is stored instead of the password."""
    with _slots:
        return _hasher.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Tell whether the password is the one; with nothing stored, take as long and say no."""
    with _slots:
        try:
            _hasher.verify(stored or _nobody(), _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def outdated(stored: str) -> bool:
    """Tell whether it was hashed with parameters that are no longer ours."""
    return _hasher.check_needs_rehash(stored)


def one_time() -> str:
    """Return a random password to be changed at the first sign-in: four groups of four."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def refuse_weak(password: str, login: str, place: str = "") -> None:
    """Raise WeakPasswordError unless the password may be chosen; `place` names the unit."""
    if len(password) < SHORTEST:
        raise WeakPasswordError("short")
    if len(password) > LONGEST:
        raise WeakPasswordError("long")
    plain = fold(password)
    if login in plain:
        raise WeakPasswordError("login")
    if _guessable(plain):
        raise WeakPasswordError("common")
    if len(_beyond(plain, place)) < OWN_LETTERS:
        raise WeakPasswordError("context")


def fold(text: str) -> str:
    """Return text in small letters without Vietnamese marks."""
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(mark for mark in parts if not unicodedata.combining(mark))


def _guessable(plain: str) -> bool:
    letters = re.sub(r"[\W\d_]", "", plain)
    repeated = re.fullmatch(r"(.+?)\1*", letters)
    few = len(set(plain)) < 5  # noqa: PLR2004 - aaaabbbbcccc
    return few or not repeated or bool({plain, letters, repeated[1]} & _common())


def _beyond(plain: str, place: str) -> str:
    # what a password says that is not the unit's name or the trade
    known = {*re.findall(r"[^\W_]{2,}", fold(place)), *TRADE}
    longest_first = sorted(known, key=len, reverse=True)
    return re.sub("|".join([*longest_first, r"[\W\d_]"]), "", re.sub(r"[\W\d_]", "", plain))


def _normal(password: str) -> str:
    # two keyboards may spell the same Vietnamese letter differently
    return unicodedata.normalize("NFC", password)


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").split())


@cache
def _nobody() -> str:
    return _hasher.hash(one_time())
