from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.web import is_local, local_redirect


@pytest.mark.parametrize(
    "target", ["/", "/ban", "/ban?moi=1&q=a//b", "/ban#list", "/so-lieu/nhập", "/a%2f%2fb"]
)
def test_a_path_of_ours_is_local(target: str) -> None:
    assert is_local(target)


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "ban",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "https://evil.example",
        "https:evil.example",
        "HTTPS:/evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "%2f%2fevil.example",
        "/.//evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/ban\r\nSet-Cookie: a=b",
        " /ban",
        "\u2028/ban",
        "/\u202eban",
        "//[",
        "?next=/ban",
    ],
)
def test_anything_else_is_not(target: str | None) -> None:
    assert not is_local(target)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="/\\.:?#@%[]abc \t\r\n\u2028", max_size=12))
@example("/%5cevil.example")
def test_whatever_passes_stays_in_the_box(target: str) -> None:
    if is_local(target):
        there = urljoin("https://box.example/here", target.replace("\\", "/"))
        assert urlsplit(there).netloc == "box.example"


def test_a_bad_target_is_replaced_with_its_status(staff_app: Flask) -> None:
    with staff_app.test_request_context():
        assert local_redirect("//[", "/ban").location == "/ban"
        answer = local_redirect("/ban?a=b", "/", 307)
    assert (answer.location, answer.status_code) == ("/ban?a=b", 307)
