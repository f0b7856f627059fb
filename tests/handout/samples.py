"""Slips as a counter hands them out: Vietnamese, English, Khmer, short and long."""

from dataclasses import replace
from datetime import date

from kiosk.handout.slip import Labels, Need, Pair, Slip, SlipText, Target, slip_of

HOSTS = ("dichvucong.gov.vn", "dichvucong.bocongan.gov.vn")
SEARCH = "https://dichvucong.gov.vn/tim-kiem-thu-tuc-hanh-chinh?keyword="
URL = SEARCH + "%C4%90%C4%83ng%20k%C3%BD%20t%E1%BA%A1m%20tr%C3%BA"
HOME = "https://dichvucong.gov.vn"
DAY = date(2026, 11, 21)
SPACE = "\N{NO-BREAK SPACE}"

VI_LABELS = Labels(
    needed="Giấy tờ cần có",
    nothing_needed="Không cần giấy tờ nào.",
    not_needed="Không phải mang",
    where="Nộp ở đâu, hết bao nhiêu",
    time_limit="Thời hạn",
    deadlines="Mốc cần nhớ",
    mistakes="Lỗi hay gặp",
    link="Quét mã để mở Cổng Dịch vụ công quốc gia",
    short_code="Mã ngắn",
    care="Phiếu in nhiệt phai dần: xin chụp ảnh lại.",
    end="hết",
    page="Trang",
)

VI = SlipText(
    unit="Công an phường Hòa Khánh",
    printed_on=DAY,
    printed="In ngày 21/11/2026",
    title="Đăng ký tạm trú",
    code="Mã thủ tục: 1.004194",
    labels=VI_LABELS,
    level="Trực tuyến toàn trình",
    case="Nhà thuê · Đủ 18 tuổi · Làm cho mình",
    needed=(
        Need(
            "Tờ khai thay đổi thông tin cư trú (Mẫu CT01)",
            "Điền trên mạng",
            "Chủ nhà đồng ý ngay trong tờ khai hoặc bằng văn bản riêng.",
        ),
        Need(
            "Hợp đồng thuê nhà hoặc văn bản cho thuê, cho mượn, cho ở nhờ",
            "Tải ảnh lên, mang bản chính khi được mời",
            "Không bắt buộc công chứng.",
        ),
        Need("Ý kiến của chủ sở hữu chỗ ở", "Xác nhận trên VNeID"),
    ),
    not_needed=(
        Need("Thẻ căn cước", "", "đã có trong Cơ sở dữ liệu quốc gia về dân cư"),
        Need("Giấy khai sinh của con", "", "đã có trong cơ sở dữ liệu hộ tịch điện tử"),
    ),
    where=(
        Pair("Nơi tiếp nhận", "Công an cấp xã nơi ông/bà đến ở."),
        Pair("Địa chỉ", "Số 12 đường Âu Cơ, phường Hòa Khánh"),
        Pair("Giờ làm việc", "Thứ Hai đến thứ Sáu, 7 giờ 30 – 11 giờ 30 và 13 giờ 30 – 17 giờ"),
        Pair("Lệ phí nộp trực tuyến", f"7.000{SPACE}đồng mỗi hồ sơ"),
        Pair("Lệ phí nộp tại quầy", f"15.000{SPACE}đồng mỗi hồ sơ"),
    ),
    time_limit=("3 ngày làm việc kể từ khi nhận đủ hồ sơ hợp lệ",),
    deadlines=("Ở nơi mới từ 30 ngày trở lên thì phải đăng ký tạm trú.",),
    mistakes=(
        "Ảnh chụp hợp đồng bị lóa, thiếu trang có chữ ký.",
        "Chọn sai phường, xã sau khi sắp xếp đơn vị hành chính ngày 1/7/2025.",
    ),
    link=Target(URL, "dichvucong.gov.vn"),
    short_code="7K2M 9Q4T",
    help=("Hỏi hoặc phản ánh: 0236 3842 xxx.",),
    as_of="Đúng theo quy định ngày 21/11/2026; quy định sẽ đổi vào ngày 1/3/2027.",
    privacy="Phiếu không chứa thông tin cá nhân.",
)

LONG = replace(
    VI,
    title="Đăng ký, cấp biển số xe lần đầu đối với xe sản xuất, lắp ráp trong nước",
    code="Mã thủ tục: 1.013099",
    needed=tuple(
        Need(
            f"{name} (giấy tờ thứ {n})",
            "Mang bản chính",
            "Ghi rõ số khung, số máy; ảnh chụp đủ bốn góc, không lóa, không cắt mép.",
        )
        for n, name in enumerate(
            (
                "Giấy khai đăng ký xe",
                "Giấy tờ của chủ xe",
                "Chứng từ chuyển quyền sở hữu xe",
                "Chứng từ hoàn thành nghĩa vụ tài chính",
                "Phiếu kiểm tra chất lượng xuất xưởng",
                "Chứng nhận nguồn gốc xe",
                "Giấy giới thiệu của cơ quan, tổ chức",
                "Văn bản ủy quyền có chứng thực",
                "Giấy chứng nhận an toàn kỹ thuật và bảo vệ môi trường",
                "Hóa đơn điện tử của đại lý bán xe",
                "Biên lai lệ phí trước bạ điện tử",
                "Tờ khai hải quan đối với xe nhập khẩu",
                "Quyết định điều chuyển tài sản công",
                "Bản cà số khung, số máy",
            ),
            1,
        )
    ),
)

EN = replace(
    VI,
    unit="Hòa Khánh Ward Police, Đà Nẵng City",
    printed="Printed on 21 November 2026",
    title="Register a temporary residence",
    code="Procedure code: 1.004194",
    labels=Labels(
        needed="What you need",
        nothing_needed="You need no papers.",
        not_needed="Do not bring",
        where="Where to file and what it costs",
        time_limit="Time limit",
        deadlines="Dates to remember",
        mistakes="Common mistakes",
        link="Scan to open the National Public Service Portal",
        short_code="Short code",
        care="Thermal paper fades: please take a photo of this slip.",
        end="end",
        page="Page",
    ),
    level="Fully online service",
    case="Rented home · 18 or older · For myself",
    needed=(
        Need(
            "Declaration of a change of residence (form CT01)",
            "Fill in online",
            "The owner agrees in the form itself or in a separate letter.",
        ),
        Need(
            "Lease, or a letter that lends or lets the home",
            "Upload a photo, show the original when asked",
        ),
    ),
    not_needed=(Need("ID card", "", "already in the National Population Database"),),
    where=(
        Pair("Received by", "The commune police where you come to live."),
        Pair("Hours", "Monday to Friday, 7:30–11:30 and 13:30–17:00"),
        Pair("Fee online", "7,000 đồng for one registration"),
        Pair("Fee at the counter", "15,000 đồng for one registration"),
    ),
    time_limit=("3 working days after a complete file is received",),
    deadlines=("Register if you stay 30 days or more.",),
    mistakes=("The photo of the lease is blurred or lacks the signed page.",),
    help=("Questions and complaints: 0236 3842 xxx.",),
    as_of="True to the rules of 21 November 2026.",
    privacy="This slip holds no personal data.",
    language="en",
)


def _km(text: str) -> str:
    """Put the mark for a line break where an author would."""
    return text.replace("|", "\N{ZERO WIDTH SPACE}")


KM = replace(
    VI,
    unit=_km("នគរបាល|សង្កាត់ Hòa Khánh ទីក្រុង Đà Nẵng"),
    printed=_km("បោះពុម្ព|ថ្ងៃទី 21/11/2026"),
    title=_km("ការ|ចុះបញ្ជី|ស្នាក់នៅ|បណ្តោះអាសន្ន"),
    code=_km("លេខកូដ|នីតិវិធី: 1.004194"),
    labels=Labels(
        needed=_km("ឯកសារ|ដែល|ត្រូវការ"),
        nothing_needed=_km("មិន|ត្រូវការ|ឯកសារ|ទេ។"),
        not_needed=_km("មិន|បាច់|យក|មក"),
        where=_km("ដាក់|នៅ|ទីណា|អស់|ប៉ុន្មាន"),
        time_limit=_km("រយៈពេល"),
        deadlines=_km("កាលបរិច្ឆេទ|ត្រូវ|ចាំ"),
        mistakes=_km("កំហុស|ដែល|តែង|ជួប"),
        link=_km("ស្កេន|លេខកូដ|ដើម្បី|បើក|វិបផតថល|សេវា|សាធារណៈ|ជាតិ"),
        short_code=_km("លេខកូដ|ខ្លី"),
        care=_km("ក្រដាស|នេះ|នឹង|រសាត់|ពណ៌|សូម|ថត|រូប|ទុក។"),
        end=_km("ចប់"),
        page=_km("ទំព័រ"),
    ),
    level=_km("សេវា|សាធារណៈ|តាម|អនឡាញ|ពេញលេញ"),
    case=_km("ផ្ទះ|ជួល · អាយុ|គ្រប់ 18 ឆ្នាំ · ធ្វើ|សម្រាប់|ខ្លួនឯង"),
    needed=(
        Need(
            _km("លិខិត|ប្រកាស|ផ្លាស់ប្តូរ|ព័ត៌មាន|អំពី|ការ|ស្នាក់នៅ (CT01)"),
            _km("បំពេញ|តាម|អនឡាញ"),
            _km("ម្ចាស់|ផ្ទះ|យល់ព្រម|នៅ|ក្នុង|លិខិត|ប្រកាស|ឬ|ដោយ|លិខិត|ដាច់ដោយឡែក។"),
        ),
        Need(
            _km("កិច្ចសន្យា|ជួល|ផ្ទះ|ឬ|លិខិត|ឲ្យ|ស្នាក់នៅ|ដោយ|មិន|គិត|ថ្លៃ"),
            _km("ផ្ទុក|រូបភាព|ឡើង|និង|យក|ច្បាប់ដើម|មក|បង្ហាញ"),
        ),
        Need("Ý kiến của chủ sở hữu chỗ ở", _km("បញ្ជាក់|លើ VNeID")),
    ),
    not_needed=(Need(_km("អត្តសញ្ញាណប័ណ្ណ"), "", _km("មាន|រួច|ក្នុង|មូលដ្ឋាន|ទិន្នន័យ|ជាតិ|អំពី|ប្រជាជន")),),
    where=(
        Pair(_km("កន្លែង|ទទួល"), _km("នគរបាល|ឃុំ|ដែល|លោក/លោកស្រី|មក|ស្នាក់នៅ។")),
        Pair(_km("ម៉ោង|ធ្វើការ"), _km("ថ្ងៃ|ចន្ទ|ដល់|ថ្ងៃ|សុក្រ 7:30–11:30 និង 13:30–17:00")),
        Pair(_km("កម្រៃ|តាម|អនឡាញ"), f"7.000{SPACE}đồng"),
        Pair(_km("កម្រៃ|នៅ|បញ្ជរ"), f"15.000{SPACE}đồng"),
    ),
    time_limit=(_km("3 ថ្ងៃ|ធ្វើការ|បន្ទាប់|ពី|ទទួល|សំណុំ|ឯកសារ|គ្រប់គ្រាន់"),),
    deadlines=(_km("បើ|ស្នាក់នៅ|ចាប់|ពី 30 ថ្ងៃ|ឡើង|ទៅ|ត្រូវ|ចុះបញ្ជី|ស្នាក់នៅ|បណ្តោះអាសន្ន។"),),
    mistakes=(
        _km("រូបថត|កិច្ចសន្យា|មិន|ច្បាស់|ឬ|ខ្វះ|ទំព័រ|ដែល|មាន|ហត្ថលេខា។"),
        _km("មិន|ទាន់|ចុច|ដាក់|សំណុំ|ឯកសារ|នៅ|តែ|ជា|សេចក្តីព្រាង។"),
    ),
    help=(_km("សួរ|ឬ|តវ៉ា: 0236 3842 xxx។"),),
    as_of=_km("ត្រឹមត្រូវ|តាម|ច្បាប់|ថ្ងៃទី 21/11/2026។"),
    privacy=_km("ប័ណ្ណ|នេះ|គ្មាន|ព័ត៌មាន|ផ្ទាល់|ខ្លួន|ទេ។"),
    language="km",
)

TEXTS = {"vi": VI, "en": EN, "km": KM, "long": LONG}


def sample(name: str, *, large: bool = False) -> Slip:
    """Return a slip by name, perhaps in large print."""
    return slip_of(replace(TEXTS[name], large=large), HOSTS)
