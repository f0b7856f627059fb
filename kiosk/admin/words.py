"""How the administration is said: roles, mistakes, and one sentence for each kind of event."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kiosk.access.accounts import called, short
from kiosk.access.audit import CONSOLE
from kiosk.access.devices import LONGEST_NAME
from kiosk.clock import civil_date, local
from kiosk.i18n import day

Words = Mapping[str, LazyString]
OPAQUE = {"account", "device", "session"}
DAYS = {"before", "ledger_before", "valid_from"}

ROLE: Words = {
    "officer": _l("Cán bộ tiếp nhận"),
    "head": _l("Chỉ huy đơn vị"),
    "viewer": _l("Người xem số liệu"),
    "admin": _l("Quản trị"),
}
DEVICE_NAME: Words = {
    "empty": _l("Hãy nhập tên máy."),
    "long": _l("Tên máy quá dài: nhiều nhất %(n)s ký tự.", n=LONGEST_NAME),
    "personal": _l("Tên máy có số giống giấy tờ, điện thoại hoặc biển số. Hãy đặt tên khác."),
}
KEPT_OPEN: Words = {
    "own": _l("Không thể tự đóng hay tự cấp lại tài khoản của mình. Hãy nhờ người quản lý khác."),
    "last": _l(
        "Đây là tài khoản quản lý cuối cùng đang mở của máy. "
        "Hãy mở một tài khoản quản lý khác trước."
    ),
}
KIND: Words = {
    "signed_in": _l("Đăng nhập"),
    "sign_in_refused": _l("Đăng nhập bị từ chối"),
    "signed_out": _l("Đăng xuất"),
    "proof_refused": _l("Nhập sai mật khẩu khi đang làm việc"),
    "session_revoked": _l("Kết thúc phiên từ xa"),
    "password_changed": _l("Đổi mật khẩu"),
    "account_created": _l("Mở tài khoản"),
    "account_disabled": _l("Đóng tài khoản"),
    "account_reset": _l("Cấp lại mật khẩu"),
    "second_factor_set": _l("Cài xác thực hai lớp"),
    "second_factor_reset": _l("Gỡ xác thực hai lớp"),
    "recovery_used": _l("Dùng mã dự phòng"),
    "recovery_renewed": _l("Tạo mã dự phòng"),
    "device_enrolled": _l("Cấp khóa máy"),
    "device_revoked": _l("Thu hồi khóa máy"),
    "units_imported": _l("Nhập đơn vị"),
    "target_set": _l("Đặt chỉ tiêu"),
    "content_reviewed": _l("Duyệt nội dung"),
    "report_written": _l("Lập báo cáo"),
    "set_up": _l("Thiết lập lần đầu"),
    "retaining": _l("Bắt đầu dọn lần ghi cũ"),
    "retained": _l("Dọn dữ liệu cũ"),
}
EVENT: Words = {
    "signed_in": _l("Đăng nhập (phiên %(session)s)."),
    "sign_in_refused": _l("Đăng nhập bị từ chối."),
    "proof_refused": _l("Nhập sai mật khẩu trong phiên %(session)s."),
    "signed_out": _l("Đăng xuất (phiên %(session)s)."),
    "password_changed": _l("Đổi mật khẩu của mình."),
    "account_created": _l("Mở tài khoản %(account)s, vai trò: %(role)s."),
    "account_disabled": _l("Đóng tài khoản %(account)s."),
    "account_reset": _l("Cấp lại mật khẩu cho tài khoản %(account)s."),
    "second_factor_set": _l("Cài xác thực hai lớp."),
    "second_factor_reset": _l("Gỡ xác thực hai lớp của tài khoản %(account)s."),
    "recovery_used": _l("Đăng nhập bằng một mã dự phòng."),
    "recovery_renewed": _l("Tạo bộ mã dự phòng mới."),
    "session_revoked": _l("Kết thúc từ xa phiên %(session)s."),
    "device_enrolled": _l("Cấp khóa cho máy %(device)s."),
    "device_revoked": _l("Thu hồi khóa của máy %(device)s."),
    "units_imported": _l("Nhập danh sách đơn vị: %(count)s dòng."),
    "target_set": _l(
        "Đặt chỉ tiêu %(percent)s%% từ ngày %(valid_from)s "
        "(lĩnh vực: %(field)s; thủ tục: %(procedure)s)."
    ),
    "content_reviewed": _l("Ghi nhận đã duyệt nội dung thủ tục %(procedure)s."),
    "report_written": _l("Lập tệp báo cáo kỳ %(period)s."),
    "set_up": _l("Thiết lập lần đầu, mở tài khoản %(account)s."),
    "retaining": _l("Bắt đầu dọn các lần ghi trước ngày %(ledger_before)s."),
    "retained": _l("Dọn dữ liệu cũ trước ngày %(before)s: %(sessions)s phiên, %(calls)s lời gọi."),
}
FOLDED = _l(
    "Dọn dữ liệu cũ trước ngày %(before)s: %(sessions)s phiên, %(calls)s lời gọi; "
    "lần ghi trước ngày %(ledger_before)s: %(events)s dòng."
)
REPLACED = _l(
    "Đặt chỉ tiêu %(percent)s%% thay cho %(replaced)s%% từ ngày %(valid_from)s "
    "(lĩnh vực: %(field)s; thủ tục: %(procedure)s)."
)


#: kinds that say more when something more is known of them
LONGER = (
    ("target_set", "replaced_times_100", REPLACED),
    ("retained", "ledger_before", FOLDED),
)


@dataclass(frozen=True, slots=True)
class Known:
    """What ids are called: accounts by sign-in name, machines and procedures by name."""

    accounts: Mapping[str, str] = field(default_factory=dict)
    devices: Mapping[str, str] = field(default_factory=dict)
    procedures: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)


def actor(who: str, known: Known) -> str:
    """Return who did something: a sign-in name where there is one, else the short id."""
    if not who:
        return str(_("Không rõ"))
    if who == CONSOLE:
        return str(_("Tại máy chủ"))
    return called(who, known.accounts)


def civil(at: datetime) -> str:
    """Return the day of an instant as a page writes it."""
    return day(civil_date(at))


def moment(at: datetime) -> str:
    """Return an instant to the minute as a page writes it."""
    return f"{local(at):%H:%M} {civil(at)}"


def sentence(kind: str, detail: Mapping[str, Any], known: Known) -> str:
    """Return one plain sentence on an event; a kind that has none is named as it is."""
    said = EVENT.get(kind)
    for of, more, longer in LONGER:
        if of == kind and detail.get(more) is not None:
            said = longer
    if said is None:
        return str(_("Sự kiện khác (%(kind)s).", kind=kind))
    try:
        return str(said) % _spoken(detail, known)
    except (KeyError, TypeError, ValueError):  # an event that was altered still has its line
        return str(_("Sự kiện khác (%(kind)s).", kind=kind))


def _spoken(detail: Mapping[str, Any], known: Known) -> dict[str, str]:
    names: dict[str, Mapping[str, str]] = {
        "account": known.accounts,
        "device": known.devices,
        "procedure": known.procedures,
        "field": known.fields,
        "role": {role: str(label) for role, label in ROLE.items()},
    }
    told = {name: _called(name, value, names.get(name, {})) for name, value in detail.items()}
    for name, held in (("percent", "percent_times_100"), ("replaced", "replaced_times_100")):
        if detail.get(held) is not None:
            told[name] = f"{int(detail[held]) / 100:g}".replace(".", ",")
    return told


def _called(name: str, value: Any, names: Mapping[str, str]) -> str:
    if value in (None, ""):
        return str(_("tất cả"))
    spelt = str(value)
    if name in DAYS:
        return day(date.fromisoformat(spelt))
    return names.get(spelt) or (short(spelt) if name in OPAQUE else spelt)
