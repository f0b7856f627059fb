"""How the closed vocabularies of the ledger are said on the officers' pages."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

Words = dict[str, LazyString]

DOUBTFUL = _l("Biểu mẫu mở quá lâu nên không tính thời gian hỗ trợ.")

CHANNEL: Words = {
    "national_portal": _l("Cổng Dịch vụ công quốc gia"),
    "vneid": _l("Ứng dụng VNeID"),
    "ministry_portal": _l("Cổng dịch vụ công Bộ Công an"),
    "direct": _l("Nộp trực tiếp tại quầy"),
    "post": _l("Bưu chính công ích"),
}
ACTIVITY: Words = {
    "filing": _l("Nộp hồ sơ"),
    "account_help": _l("Hỗ trợ tài khoản"),
    "guidance": _l("Chỉ hướng dẫn"),
}
OPERATED_BY: Words = {
    "officer": _l("Cán bộ thao tác giúp"),
    "citizen_helped": _l("Công dân thao tác, có hướng dẫn"),
    "citizen_alone": _l("Công dân tự làm"),
}
PLACE: Words = {
    "counter": _l("Tại quầy"),
    "kiosk": _l("Tại ki-ốt"),
    "mobile": _l("Lưu động hoặc tại nhà"),
}
OUTCOME: Words = {
    "submitted": _l("Đã nộp"),
    "saved": _l("Đã lưu, chưa nộp"),
    "not_submitted": _l("Không nộp được"),
}
REASON: Words = {
    "R01": _l("Thiếu giấy tờ"),
    "R02": _l("Ảnh hoặc bản quét không rõ"),
    "R03": _l("Khai sai hoặc không khớp cơ sở dữ liệu"),
    "R04": _l("Sai thẩm quyền hoặc nơi nộp"),
    "R05": _l("Không đủ điều kiện"),
    "R06": _l("Trùng hồ sơ"),
    "R07": _l("Lỗi thanh toán hoặc hoàn phí"),
    "R08": _l("Công dân rút"),
    "R09": _l("Lỗi hệ thống"),
    "R10": _l("Tài khoản định danh chưa dùng được"),
    "R99": _l("Lý do khác"),
}
DIRECT_REASON: Words = {
    "D01": _l("Không có điện thoại phù hợp"),
    "D02": _l("Chưa có tài khoản định danh"),
    "D03": _l("Không có SIM chính chủ"),
    "D04": _l("Cổng dịch vụ công lỗi"),
    "D05": _l("Quy định phải có mặt"),
    "D06": _l("Công dân muốn nộp trực tiếp"),
    "D99": _l("Lý do khác"),
}
VOID_REASON: Words = {
    "V01": _l("Ghi hai lần"),
    "V02": _l("Nhầm lựa chọn của công dân"),
    "V03": _l("Nhầm thủ tục"),
    "V04": _l("Ghi thử"),
    "V99": _l("Lý do khác"),
}
CORRECT_REASON: Words = {
    "C01": _l("Nhầm thủ tục"),
    "C02": _l("Nhầm nơi nộp"),
    "C03": _l("Nhầm kết quả"),
    "C04": _l("Nhầm số lượng"),
    "C05": _l("Hồ sơ đã được nộp sau đó"),
    "C99": _l("Lý do khác"),
}
BACKDATE_REASON: Words = {
    "B01": _l("Đông người, chưa kịp ghi"),
    "B02": _l("Mất điện, mất mạng hoặc máy hỏng"),
    "B03": _l("Làm lưu động hoặc tại nhà"),
    "B99": _l("Lý do khác"),
}
LANGUAGE: Words = {
    "vi": _l("Tiếng Việt"),
    "km": _l("Tiếng Khmer"),
    "en": _l("Tiếng Anh"),
    "other": _l("Tiếng khác"),
}
MINUTES: Words = {
    "": _l("Không ghi"),
    "5": _l("Đến 5 phút"),
    "10": _l("Đến 10 phút"),
    "20": _l("Đến 20 phút"),
    "30": _l("Đến 30 phút"),
    "60": _l("Hơn 30 phút"),
}
KIND: Words = {
    "recorded": _l("Đã ghi"),
    "corrected": _l("Đã sửa"),
    "voided": _l("Đã hủy"),
}
