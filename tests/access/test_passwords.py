import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.access import passwords
from kiosk.access.passwords import WeakPasswordError


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("ngắn-quá", "short"),
        ("x" * 129, "long"),
        ("mai.nguyen-la-toi", "login"),
        ("MAI.NGUYEN-la-toi", "login"),
        ("matkhau123456", "common"),
        ("MậtKhẩu-2026-!", "common"),
        ("P@ssw0rd1234", "common"),
        ("123456789012", "common"),
        ("aaaabbbbcccc", "common"),
        ("1qaz2wsx3edc", "common"),
        ("Dragon-2026-2026", "common"),
        ("Công an xã Mỹ Lộc 2026", "context"),
        ("MyLoc-CanBo-MotCua-1", "context"),
        ("dichvucong.vneid.2026", "context"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, reason: str) -> None:
    with pytest.raises(WeakPasswordError) as refused:
        passwords.refuse_weak(password, "mai.nguyen", "Công an xã Mỹ Lộc 31615")
    assert refused.value.reason == reason


def test_a_few_unrelated_words_are_welcome() -> None:
    for password in ("ao dài xe đạp ổi", "Mỹ Lộc có cây gạo đỏ", "k" * 6 + "uvwxyz" * 20):
        passwords.refuse_weak(password, "mai.nguyen", "Công an xã Mỹ Lộc")


def test_there_are_no_rules_of_composition() -> None:
    for password in ("toàn chữ thường thôi", "TOÀN CHỮ HOA THÔI NHÉ", "x 1 y 2 z 3 w 4 v 5"):
        passwords.refuse_weak(password, "mai.nguyen")


def test_spaces_and_every_letter_count() -> None:
    stored = passwords.digest("a" * 127 + "b")
    assert not passwords.matches(stored, "a" * 127 + "c")
    assert not passwords.matches(passwords.digest(" đầu và cuối "), "đầu và cuối")


def test_the_common_list_is_folded_and_long_enough() -> None:
    words = passwords.COMMON.read_text(encoding="utf-8").split()
    assert len(words) >= 3000
    assert words == sorted(set(words))
    assert all(passwords.fold(word) == word for word in words)


def test_an_issued_password_is_long_random_and_not_weak() -> None:
    issued = {passwords.one_time() for _ in range(200)}
    assert len(issued) == 200
    for password in issued:
        assert len(password) >= 14
        passwords.refuse_weak(password, "mai.nguyen")


def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    typed = "ổi xanh phố cổ"
    stored = passwords.digest(unicodedata.normalize("NFC", typed))
    assert stored.startswith("$argon2id$")
    assert passwords.matches(stored, unicodedata.normalize("NFD", typed))
    assert not passwords.matches(stored, typed + ".")


@pytest.mark.parametrize("stored", [None, "", "not a hash"])
def test_nothing_matches_what_is_not_stored(stored: str | None) -> None:
    assert not passwords.matches(stored, "ổi xanh phố cổ")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=140), st.text(alphabet="abcdef", min_size=3, max_size=8))
def test_any_text_is_either_taken_or_refused_with_a_known_reason(text: str, login: str) -> None:
    reason = None
    try:
        passwords.refuse_weak(text, login)
    except WeakPasswordError as weak:
        reason = weak.reason
    assert reason in {None, "short", "long", "login", "common", "context"}
