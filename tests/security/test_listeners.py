"""What each listener says of itself in headers, and what it never takes from a stranger."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from itsdangerous import Signer
from werkzeug.routing import Rule

from config import Config
from kiosk.app import SURFACES, create_app
from kiosk.web import CSP, HEADERS, public

LARGE = 65 * 1024


@pytest.fixture(scope="module", params=SURFACES)
def app(request: pytest.FixtureRequest, settings: Config) -> Flask:
    return create_app(settings, request.param)


@pytest.fixture(scope="module", params=SURFACES)
def behind_tls(request: pytest.FixtureRequest, settings: Config) -> Flask:
    return create_app(replace(settings, https=True), request.param)


def plain(app: Flask) -> Iterator[Rule]:
    """Yield the addresses that can be opened as they stand."""
    for rule in app.url_map.iter_rules():
        if not rule.arguments and "GET" in (rule.methods or ()):
            yield rule


def test_every_answer_carries_every_header(app: Flask) -> None:
    client = app.test_client()
    paths = [rule.rule for rule in plain(app)] + ["/vi/", "/no/such/page", "/static/css/kiosk.css"]
    for path in paths:
        answer = client.get(path)
        answer.close()
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, f"{path}: {name}"
        assert "Server" not in answer.headers
        assert "Strict-Transport-Security" not in answer.headers
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_nothing_of_the_policy_is_unsafe() -> None:
    assert "unsafe" not in CSP
    assert "*" not in CSP
    for directive in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in CSP
    assert "form-action 'self'" in CSP


def test_behind_tls_a_year_of_it_is_promised(behind_tls: Flask) -> None:
    promised = behind_tls.test_client().get("/no/such/page").headers["Strict-Transport-Security"]
    assert promised == "max-age=31536000; includeSubDomains"


def test_officers_cookies_belong_to_one_host_and_travel_nowhere(settings: Config) -> None:
    app = create_app(replace(settings, https=True), "staff")
    cookie = app.test_client().get("/dang-nhap").headers["Set-Cookie"]
    assert cookie.startswith("__Host-staff=")
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= {
        part.strip() for part in cookie.split(";")
    }
    assert "Domain" not in cookie


def test_officers_pages_are_kept_nowhere(app: Flask) -> None:
    if app.config["SURFACE"] == "staff":
        for rule in plain(app):
            if rule.endpoint != "static":
                kept = app.test_client().get(rule.rule).headers["Cache-Control"]
                assert kept == "no-store", rule


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "x y"]
)
def test_a_name_that_is_not_ours_is_neither_answered_nor_repeated(app: Flask, host: str) -> None:
    answer = app.test_client().get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert host not in answer.text
    assert "Location" not in answer.headers


def test_a_forwarded_host_is_not_a_host(app: Flask) -> None:
    said = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = app.test_client().get("/", headers=said, follow_redirects=False)
    assert "evil" not in answer.text + answer.headers.get("Location", "")


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "TRACK", "PUT", "DELETE"])
def test_other_methods_are_refused(app: Flask, method: str) -> None:
    for path in ("/", "/vi/", "/dang-nhap"):
        assert app.test_client().open(path, method=method).status_code in {404, 405}


def test_what_is_too_large_is_refused_before_it_is_read(app: Flask) -> None:
    posts = [rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    for path in posts:
        if "<" not in path:
            answer = app.test_client().post(path, data={"x": "y" * LARGE})
            assert answer.status_code < 500, path
    if app.config["SURFACE"] == "staff":
        answer = app.test_client().post("/dang-nhap", data={"login": "y" * LARGE})
        assert answer.status_code == 413


def test_a_parameter_of_a_thousand_parts_is_refused(app: Flask) -> None:
    many = "&".join(f"a{n}=1" for n in range(5_000))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = app.test_client().post("/dang-nhap", data=many, headers=form)
    assert answer.status_code < 500


def test_cookies_and_tokens_are_signed_with_sha_256(staff_app: Flask) -> None:
    with staff_app.test_request_context():
        signing = staff_app.session_interface.get_signing_serializer(staff_app)  # type: ignore[attr-defined]
        for signer in (signing.make_signer(b"x"), Signer("k")):
            assert getattr(signer.algorithm, "digest_method")().name == "sha256"  # noqa: B009


def test_a_fault_is_logged_without_its_message(
    settings: Config, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings, "public")
    app.config["PROPAGATE_EXCEPTIONS"] = False

    sent = "079123456789"

    def broken() -> str:
        raise RuntimeError(sent)

    app.view_functions["guide.front"] = public(broken)
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert "RuntimeError" in caplog.text
    assert "broken" in caplog.text
    assert sent not in caplog.text + answer.text
