"""Whose word is taken for where a visitor comes from."""

from collections.abc import Iterable
from typing import Any

import pytest
from waitress.adjustments import Adjustments
from waitress.proxy_headers import proxy_headers_middleware

from config import Config
from kiosk.app import create_app
from kiosk.ops.serve import _held, proxied

PROXY, STRANGER = "10.1.2.3", "10.9.9.9"
SAID = {
    "HTTP_X_FORWARDED_FOR": "203.0.113.7",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_HOST": "evil.example",
    "HTTP_FORWARDED": "for=198.51.100.1;host=evil.example",
}


def seen(proxy: str, comes_from: str) -> dict[str, Any]:
    """Return what the application is told of a request with every header a proxy may send."""
    told: dict[str, Any] = {}

    def app(environ: dict[str, Any], _start: object) -> Iterable[bytes]:
        told.update(environ)
        return []

    settings = Adjustments(**proxied(proxy))
    guarded = proxy_headers_middleware(
        app,
        trusted_proxy=settings.trusted_proxy,
        trusted_proxy_count=settings.trusted_proxy_count,
        trusted_proxy_headers=settings.trusted_proxy_headers,
        clear_untrusted=settings.clear_untrusted_proxy_headers,
        log_untrusted=settings.log_untrusted_proxy_headers,
    )
    asked = {"REMOTE_ADDR": comes_from, "HTTP_HOST": "quay.vn", "wsgi.url_scheme": "http", **SAID}
    guarded({**asked, "SERVER_NAME": "quay.vn", "SERVER_PORT": "80"}, lambda *_said: None)
    return told


def test_the_named_proxy_tells_address_and_scheme_and_nothing_else() -> None:
    told = seen(PROXY, PROXY)
    assert (told["REMOTE_ADDR"], told["wsgi.url_scheme"]) == ("203.0.113.7", "https")
    assert told["HTTP_HOST"] == "quay.vn"
    assert "HTTP_FORWARDED" not in told


@pytest.mark.parametrize("proxy", ["", PROXY])
def test_nobody_else_is_believed(proxy: str) -> None:
    told = seen(proxy, STRANGER)
    assert (told["REMOTE_ADDR"], told["wsgi.url_scheme"]) == (STRANGER, "http")
    assert told["HTTP_HOST"] == "quay.vn"
    if proxy:
        assert not told.keys() & SAID.keys()


def test_nobody_sends_more_than_a_form_holds(settings: Config) -> None:
    app = create_app(settings, "public")
    server = _held(app, "", "public", "127.0.0.1:0")
    try:
        assert server.adj.max_request_body_size == app.config["MAX_CONTENT_LENGTH"] == 64 * 1024
    finally:
        server.close()
