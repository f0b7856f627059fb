"""The page that asks for the password again; a form that met it is kept, and sent on after it."""

from collections.abc import Iterator, Mapping
from posixpath import normpath
from typing import NoReturn
from urllib.parse import unquote

from flask import (
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import logout_user
from werkzeug.exceptions import HTTPException

from kiosk.access.forms import ProofForm
from kiosk.access.sessions import Session
from kiosk.web import is_local, is_quiet

LOCKED = 423
OPEN_WHILE_LOCKED = frozenset({"own.unlock", "own.lock", "access.sign_out"})
SECRET = frozenset(
    {"current", "new", "again", "code", "present", "csrf_token"}
)  # never written into a page
TARGET = "_to"
#: what a kept form does once it is sent on, by endpoint
DEEDS: Mapping[str, LazyString] = {
    "admin.create": _l("mở tài khoản mới"),
    "admin.close": _l("đóng tài khoản"),
    "admin.reset": _l("cấp lại mật khẩu"),
    "devices.enrol": _l("cấp khóa cho máy"),
    "devices.revoke": _l("thu hồi khóa của máy"),
    "past.void": _l("hủy lần ghi"),
    "past.correct": _l("sửa lần ghi"),
    "desk.record": _l("ghi nhận hỗ trợ"),
    "targets.keep": _l("đặt chỉ tiêu"),
    "own.new_codes": _l("tạo mã dự phòng mới"),
}
OTHER_DEED = _l("gửi lại trang vừa điền")

Kept = tuple[tuple[str, str], ...]


def bar(entered: Session) -> NoReturn:
    """Stop a request until the password is given: a page is led back to, a form is kept."""
    if is_quiet():
        abort(make_response("", 401))
    if request.method in {"GET", "HEAD"}:
        abort(redirect(url_for("own.unlock", next=asked_for())))
    abort(make_response(page(ProofForm(formdata=None), entered, asked_for()), LOCKED))


def page(form: ProofForm, entered: Session, target: str | None) -> str:
    """Return the page: with a target it holds the form of the request, to be sent there."""
    return render_template(
        "access/unlock.html",
        form=form,
        locked=entered.locked,
        login=entered.account.login,
        target=target,
        deed=_deed(target) if target else None,
        wanted=onward(request.args.get("next")),
        kept=kept() if target else (),
    )


def kept() -> Kept:
    """Return the fields of the posted form that may be written into a page and sent again."""
    return tuple(_kept())


def holds_work() -> bool:
    """Tell whether the request brings a form that somebody filled in."""
    own = request.endpoint in OPEN_WHILE_LOCKED and TARGET not in request.form
    return request.method == "POST" and not own


def asked_for() -> str:
    """Return the address of the request within this application."""
    return request.full_path.rstrip("?")


def onward(target: str | None) -> str | None:
    """Return where to go on to, if that is a page of this application other than the lock's own."""
    if not target or not is_local(target):
        return None
    return None if _path(target) == url_for("own.unlock") else target


def ended() -> ResponseReturnValue:
    """Lead to sign-in after a session ended because its password was guessed at."""
    logout_user()
    session.clear()
    flash(_("Sai mật khẩu nhiều lần nên phiên làm việc đã kết thúc. Hãy đăng nhập lại."), "warn")
    return redirect(url_for("access.sign_in"))


def _kept() -> Iterator[tuple[str, str]]:
    for name, value in request.form.items(multi=True):
        if name != TARGET and name not in SECRET and "password" not in name:
            yield name, value


def _deed(target: str) -> LazyString:
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, _values = adapter.match(_path(target), "POST") if adapter else ("", {})
    except HTTPException:
        return OTHER_DEED
    return DEEDS.get(endpoint, OTHER_DEED)


def _path(target: str) -> str:
    # as the browser and then the server read it: without dots, without escapes
    return normpath(unquote(target.partition("?")[0].partition("#")[0]))
