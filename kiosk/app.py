"""create_app(settings, surface): the same factory builds each listener, step by named step."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Literal, Protocol

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import Signer

from kiosk import i18n, web
from kiosk.cache import PageCache
from kiosk.content.check import inconsistencies
from kiosk.content.load import load_library
from kiosk.content.reader import ContentError
from kiosk.content.review import reviewed
from kiosk.content.site import load_site

Surface = Literal["public", "lobby", "staff"]
SURFACES: tuple[Surface, ...] = ("public", "lobby", "staff")


class Settings(Protocol):
    """What an application must be told; the settings of the machine fit."""

    @property
    def content(self) -> Path: ...  # noqa: D102 - named after the setting
    @property
    def translations(self) -> Path: ...  # noqa: D102
    @property
    def static(self) -> Path: ...  # noqa: D102
    @property
    def site(self) -> Path: ...  # noqa: D102
    @property
    def database_url(self) -> str: ...  # noqa: D102
    @property
    def secret_key(self) -> str: ...  # noqa: D102
    @property
    def hosts(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def weekly_cutoff(self) -> int: ...  # noqa: D102
    @property
    def https(self) -> bool: ...  # noqa: D102
    @property
    def proxy(self) -> str: ...  # noqa: D102
    @property
    def device_key(self) -> str | None: ...  # noqa: D102


def create_app(settings: Settings, surface: Surface) -> Flask:
    """Return the application of one listener; raise ContentError rather than serve bad content."""
    app = web.Application("kiosk", static_folder=str(settings.static), static_url_path="/static")
    app.config.update(
        SURFACE=surface,
        SECRET_KEY=settings.secret_key,
        HTTPS=settings.https,
        TRUSTED_HOSTS=list(settings.hosts),
        MAX_CONTENT_LENGTH=64 * 1024,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        WEEKLY_CUTOFF=settings.weekly_cutoff,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    i18n.init(app, settings.translations)
    web.init(app)
    _content(app, settings)
    if surface == "staff":
        _staff(app, settings)
    else:
        _citizen(app)
    if surface == "lobby":
        _lobby(app, settings)
    if surface == "public":
        app.wsgi_app = PageCache(app.wsgi_app)  # type: ignore[assignment,method-assign]
    return app


def _content(app: Flask, settings: Settings) -> None:
    library = load_library(settings.content, settings.site / "links.yaml")
    mistakes = inconsistencies(library)
    if mistakes:
        raise ContentError(mistakes)
    app.extensions["kiosk.library"] = library
    app.extensions["kiosk.site"] = load_site(settings.site)
    app.extensions["kiosk.reviewed"] = reviewed(library, settings.site)


def _citizen(app: Flask) -> None:
    from kiosk.guide.views import guide
    from kiosk.handout.views import handout

    app.register_blueprint(guide)
    app.register_blueprint(handout)


def _lobby(app: Flask, settings: Settings) -> None:
    # The screen at the counter alone can call an officer; the public web knows no database.
    from kiosk import db
    from kiosk.limits import limiter
    from kiosk.lobby.views import lobby

    limiter.init_app(app)
    app.extensions["kiosk.engine"] = db.open_engine(settings.database_url)
    app.register_blueprint(lobby)


def _staff(app: Flask, settings: Settings) -> None:
    # The officers' half alone knows the whole database: the public web never imports it.
    from flask_wtf import CSRFProtect

    from kiosk import db
    from kiosk.access import devices, permits
    from kiosk.admin.setup import SetupCode
    from kiosk.limits import limiter

    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,
        SESSION_COOKIE_NAME="__Host-staff" if settings.https else "staff",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
    )
    app.session_interface = _Signed()
    Signer.default_digest_method = staticmethod(sha256)  # of the forms' tokens
    app.extensions["kiosk.engine"] = db.open_engine(settings.database_url)
    app.extensions["kiosk.setup"] = SetupCode()
    app.extensions["kiosk.device"] = lambda: devices.here(db.engine(), settings.device_key)
    CSRFProtect(app)
    limiter.init_app(app)
    permits.register(app)
    _staff_pages(app)


class _Signed(SecureCookieSessionInterface):
    """The officers' cookie, signed with SHA-256 instead of SHA-1."""

    digest_method = staticmethod(sha256)


def _staff_pages(app: Flask) -> None:
    from kiosk.access.own_views import own
    from kiosk.access.views import access
    from kiosk.admin.audit_views import audit
    from kiosk.admin.device_views import devices
    from kiosk.admin.setup_views import setup
    from kiosk.admin.views import admin
    from kiosk.counts.target_views import targets
    from kiosk.counts.views import counts
    from kiosk.desk.call_views import calls
    from kiosk.desk.help_views import desk_help
    from kiosk.desk.past_views import past
    from kiosk.desk.views import desk
    from kiosk.reports.views import reports

    pages = (access, own, setup, desk, past, calls, desk_help, counts, targets, reports)
    for blueprint in (*pages, admin, devices, audit):
        app.register_blueprint(blueprint)
