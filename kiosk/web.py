"""What every page obeys: headers, error pages, addresses, and who may see it."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from traceback import format_tb
from typing import Any, TypeVar

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response as BaseResponse

from kiosk.i18n import LANGUAGES, gettext, language

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
HSTS = "max-age=31536000; includeSubDomains"
PUBLIC = "public"
MOST_DIGITS = 6  # of the number of a page

View = TypeVar("View", bound=Callable[..., Any])


class LanguageConverter(BaseConverter):
    """One of the languages, as the first part of an address."""

    regex = "|".join(LANGUAGES)


class AnswersConverter(BaseConverter):
    """Answers as path segments, question.option/question.option; the last of a kind counts."""

    part_isolating = False
    regex = r"[a-z0-9-]+\.[a-z0-9-]+(?:/[a-z0-9-]+\.[a-z0-9-]+)*"

    def to_python(self, value: str) -> dict[str, str]:
        """Return the answers by question."""
        return dict(part.split(".", 1) for part in value.split("/"))

    def to_url(self, value: Mapping[str, str]) -> str:
        """Return the answers as path segments."""
        return "/".join(f"{question}.{option}" for question, option in value.items())


class Application(Flask):
    """A Flask application whose log never holds an address: answers are part of it."""

    def log_exception(self, exc_info: Any) -> None:
        """Log where a fault was, the view's name and an id that the visitor can read out.

        Its message is left out: it may quote what was sent.
        """
        g.reference = secrets.token_hex(4)
        kind, _fault, trace = exc_info
        where = "".join(format_tb(trace))
        self.logger.error(
            "fault %s in %s: %s\n%s", g.reference, request.endpoint, kind.__name__, where
        )


def init(app: Flask) -> None:
    """Give an application its converters, its headers and its error pages."""
    app.url_map.converters["lang"] = LanguageConverter
    app.url_map.converters["answers"] = AnswersConverter
    app.after_request(_headers)
    app.context_processor(_page)
    app.jinja_env.globals["asset"] = _asset
    app.register_error_handler(HTTPException, _explained)


def _page() -> dict[str, Any]:
    return {
        "surface": current_app.config["SURFACE"],
        "site": current_app.extensions["kiosk.site"],
        "home_url": _home(),
    }


def _home() -> str:
    if current_app.config["SURFACE"] == "staff":
        return str(current_app.extensions["kiosk.home"]())
    return url_for("guide.home", lang=language())


def _asset(name: str) -> str:
    """Return the address of a static file; it changes when the file does, so it may be kept."""
    known: dict[str, str] = current_app.extensions.setdefault("kiosk.assets", {})
    if name not in known:
        content = (Path(str(current_app.static_folder)) / name).read_bytes()
        known[name] = hashlib.sha256(content).hexdigest()[:10]
    return url_for("static", filename=name, v=known[name])


def public(view: View) -> View:
    """Mark a view that anybody may see."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def needs(permission: str) -> Callable[[View], View]:
    """Mark a view that needs a permission, and refuse whoever has it not."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:
            if not current_app.extensions["kiosk.permits"](permission):
                abort(403)
            return view(*args, **values)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def quiet(view: View) -> View:
    """Mark a view that a page asks by itself: no sign of an officer, and no page to be sent to."""
    view.quiet = True  # type: ignore[attr-defined]
    return view


def is_quiet() -> bool:
    """Tell whether the view of the request is a quiet one."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "quiet", False))


def page_asked() -> int:
    """Return which page of a long list is asked for, the first being 1."""
    typed = request.args.get("trang", "")
    known = typed.isascii() and typed.isdecimal() and len(typed) < MOST_DIGITS
    return max(int(typed), 1) if known else 1


def is_local(target: str | None) -> bool:
    """Tell whether a target is a path of this application, however a browser reads it."""
    if not target or not target.isprintable() or "\\" in target:
        return False
    path = target.partition("?")[0].partition("#")[0]
    return path.startswith("/") and "//" not in path


def local_redirect(target: str | None, otherwise: str, code: int = 302) -> BaseResponse:
    """Redirect within this application; any other target is replaced."""
    return redirect(str(target) if is_local(target) else otherwise, code)


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["HTTPS"]:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    if current_app.config["SURFACE"] == "staff" and request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"  # a sheet too: Flask would let it be kept
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _explained(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 - a redirect is no error
        return error.get_response()
    if isinstance(error, SecurityError):
        return _unknown_host(), status
    if status >= 500:  # noqa: PLR2004 - what failed once may fail again: build no address
        return _bare(
            gettext("Có lỗi ở phía chúng tôi"),
            gettext("Xin thử lại. Nếu vẫn lỗi, xin đọc mã này cho cán bộ: %(reference)s")
            % {"reference": g.get("reference", "")},
        ), status
    return render_template("errors/error.html", status=status), status


def _unknown_host() -> str:
    # No address can be built under a name that is not ours: this page links to nothing.
    return _bare(
        gettext("Địa chỉ này không phải của chúng tôi"),
        gettext("Xin gõ lại địa chỉ in trên phiếu, hoặc hỏi cán bộ tại quầy."),
    )


def _bare(heading: str, text: str) -> str:
    page = current_app.jinja_env.get_template("errors/bare.html")
    return page.render(lang=language(), heading=heading, text=text)
