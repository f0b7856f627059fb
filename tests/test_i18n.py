"""Languages: content in its own words, a mark where it is not translated, numbers as written."""

from datetime import date

import pytest
from flask import Flask

from kiosk.content.library import Library
from kiosk.i18n import content, content_markup, day, money, number


def test_english_content_is_complete(public_app: Flask, library: Library) -> None:
    with public_app.test_request_context("/en/"):
        for procedure in library.procedures.values():
            assert content("procedure", procedure.name).lang == "en"
            for paper in procedure.papers:
                assert content("paper", paper.name).lang == "en", paper.name


def test_a_sentence_without_translation_stays_and_says_so(public_app: Flask) -> None:
    with public_app.test_request_context("/en/"):
        assert content("text", "Câu <mới>") == ("Câu <mới>", "vi")
        shown = content_markup("text", "Câu <mới>")
        assert shown == '<span class="vi-only" lang="vi">Câu &lt;mới&gt;</span>'
    with public_app.test_request_context("/vi/"):
        assert content_markup("text", "Câu <mới>") == "Câu &lt;mới&gt;"
        assert content_markup("text", None) == ""


@pytest.mark.parametrize(
    ("lang", "figure", "amount"),
    [("vi", "1.234.567", "7.000"), ("en", "1,234,567", "7,000")],
)
def test_numbers_and_money(public_app: Flask, lang: str, figure: str, amount: str) -> None:
    with public_app.test_request_context(f"/{lang}/"):
        assert number(1234567) == figure
        assert money(7000).startswith(amount)


@pytest.mark.parametrize("lang", ["vi", "en", "km"])
def test_a_day_reads_the_same_everywhere(public_app: Flask, lang: str) -> None:
    with public_app.test_request_context(f"/{lang}/"):
        assert day(date(2026, 8, 5)) == "5/8/2026"


def test_a_page_without_language_asks_the_browser(public_app: Flask) -> None:
    answer = public_app.test_client().get("/m/QQQ", headers={"Accept-Language": "km, en;q=0.5"})
    assert '<html lang="km"' in answer.get_data(as_text=True)
