"""The guard of the few fields that people fill with words: nothing about a citizen passes."""

import re
import unicodedata

# Series of two letters that plates bear; QĐ, KH, CV and the like name documents.
_SERIES = r"(?:[A-ZĐ]\d?|LD|DA|MĐ|TĐ|NG|NN|QT|CD|KT|HC|MK|LB|RM|SA|CC)"
_SIGNS = (
    ("dossier", re.compile(r"\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}|[A-Z]\d{2}(?:\.\d{3}){1,3}-\d{6}")),
    ("phone", re.compile(r"(?:\+?84|(?<!\d)0)[ .-]?[2-9]\d(?:[ .-]?\d){7,8}(?!\d)")),
    ("number", re.compile(r"\d{9}|(?<!\d)\d{3}([ .-])\d{3}\1\d{3}(?!\d)")),
    (
        "plate",
        re.compile(rf"(?<!\d)\d{{2}}[ -]?{_SERIES}[ .-]{{0,3}}(?:\d{{3}}\.?\d{{2}}|\d{{4}})(?!\d)"),
    ),
)


def personal(text: str) -> str | None:
    """Return what a note seems to hold of a citizen: dossier, phone, number, plate; or None."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return next((sign for sign, pattern in _SIGNS if pattern.search(plain)), None)
