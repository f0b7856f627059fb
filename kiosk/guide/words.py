"""The guide's own words for what the content says in ids: kinds of paper, channels, fees."""

from typing import Any

from flask_babel import lazy_gettext as _l

from kiosk.content.model import Fee
from kiosk.content.rules import Checklist, fee_state
from kiosk.i18n import gettext as _
from kiosk.i18n import money

PAPER_KINDS = {
    "form": _l("Điền tờ khai"),
    "bring_original": _l("Mang bản chính"),
    "bring_copy": _l("Mang bản sao"),
    "upload_scan": _l("Chụp rồi tải lên"),
    "upload_scan_show_original": _l("Chụp rồi tải lên, giữ bản chính để đối chiếu"),
    "hand_in": _l("Nộp lại bản chính"),
    "confirm_on_vneid": _l("Xác nhận trên VNeID"),
    "bring_vehicle": _l("Đưa xe đến"),
    "in_database": _l("Đã có trong cơ sở dữ liệu"),
}
LEVEL_FORMS = {
    "toan_trinh": _l("Trực tuyến toàn trình"),
    "mot_phan": _l("Trực tuyến một phần"),
    "thong_tin": _l("Chỉ cung cấp thông tin"),
}
CHANNELS = {
    "portal": _l("Cổng Dịch vụ công quốc gia"),
    "vneid": _l("Ứng dụng VNeID"),
    "ministry_portal": _l("Cổng Dịch vụ công Bộ Công an"),
    "counter": _l("Trực tiếp tại quầy"),
    "post": _l("Bưu chính công ích"),
}
ONLINE = {"portal", "vneid", "ministry_portal"}
FEE_CHANNELS = {"online": _l("Nộp trực tuyến"), "counter": _l("Nộp tại quầy")}
FEE_UNITS = {
    "ho-so": _l("mỗi hồ sơ"),
    "nguoi": _l("mỗi người"),
    "the": _l("mỗi thẻ"),
    "xe": _l("mỗi xe"),
}
FEE_WHY = {
    "base": _l("mức thu thông thường"),
    "reduction": _l("mức đã giảm"),
    "exempt": _l("thuộc diện được miễn"),
    "waiver": _l("được miễn theo chính sách công dân số"),
}
SURE = {
    "secondary": _l("theo nguồn dẫn lại"),
    "unverified": _l("chưa kiểm chứng"),
}
AUTHORITIES = {
    "commune": _l("Cấp xã"),
    "province": _l("Cấp tỉnh"),
    "central": _l("Cấp Bộ"),
}
TIME_OF = {
    "giai-quyet": _l("Giải quyết hồ sơ"),
    "giai-quyet-tren-mang": _l("Giải quyết khi nộp trực tuyến"),
    "bien-so": _l("Cấp biển số"),
}


def page_words() -> dict[str, Any]:
    """Return what the guide's templates call by name."""
    return {
        "PAPER_KINDS": PAPER_KINDS,
        "LEVEL_FORMS": LEVEL_FORMS,
        "CHANNELS": CHANNELS,
        "FEE_CHANNELS": FEE_CHANNELS,
        "FEE_UNITS": FEE_UNITS,
        "FEE_WHY": FEE_WHY,
        "SURE": SURE,
        "AUTHORITIES": AUTHORITIES,
        "TIME_OF": TIME_OF,
        "fee_sentence": fee_sentence,
    }


def fee_sentence(case: Checklist, channel: str) -> str:
    """Say what one channel costs today in this case."""
    here = tuple(fee for fee in case.fees if fee.channel == channel)
    match fee_state(here, channel) if _is_open(case, channel) else "none":
        case "free":
            return _("Không thu lệ phí (%(why)s).", why=_why_free(here[0]))
        case "known":
            return _amount(here[0])
        case "disputed":
            amounts = sorted({fee.amount or 0 for fee in here})
            both = _(" hoặc ").join(money(amount) for amount in amounts)
            return _("Các nguồn nêu khác nhau: %(both)s. Xin hỏi cán bộ trước khi nộp.", both=both)
        case "unknown":
            return _("Chưa rõ mức thu. Xin hỏi cán bộ trước khi nộp.")
    return _("Không nhận nộp theo cách này.")


def _is_open(case: Checklist, channel: str) -> bool:
    ways = {one.id in ONLINE for one in case.channels if one.id != "post"}
    return not ways or (channel == "online") in ways


def _why_free(fee: Fee) -> str:
    return str(FEE_WHY[fee.why]) if fee.why != "base" else _("theo quy định")


def _amount(fee: Fee) -> str:
    said = money(fee.amount or 0)
    return _(
        "%(amount)s %(unit)s, %(why)s.", amount=said, unit=FEE_UNITS[fee.per], why=FEE_WHY[fee.why]
    )
