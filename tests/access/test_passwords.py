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
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, reason: str) -> None:
    with pytest.raises(WeakPasswordError) as refused:
        passwords.refuse_weak(password, "mai.nguyen")
    assert refused.value.reason == reason


def test_a_few_unrelated_words_are_welcome() -> None:
    passwords.refuse_weak("ao dài xe đạp ổi", "mai.nguyen")


def test_the_common_list_is_folded_and_long_enough() -> None:
    words = passwords.COMMON.read_text(encoding="utf-8").split()
    assert len(words) >= 200
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
    assert reason in {None, "short", "long", "login", "common"}
