"""Made-up texts in three languages, for properties that must hold whatever is written."""

from hypothesis import strategies as st

from kiosk.handout.text import BREAK, VIETNAMESE

_LATIN_WORD = st.text(st.sampled_from(VIETNAMESE + "bcdghklmnpqrstvx0123456789.,–"), min_size=1)
_KHMER_WORD = st.sampled_from(
    ("ស្នើសុំ", "ចុះឈ្មោះ", "ស្ត្រី", "កម្ពុជា", "ប៉ុណ្ណោះ", "ខ្ញុំ", "អង្គ្យូ", "បណ្តោះអាសន្ន", "។", "លោក/លោកស្រី")
)
_ADDRESS = st.sampled_from(
    (
        "https://dichvucong.gov.vn/tim-kiem-thu-tuc-hanh-chinh?keyword=%C4%90%C4%83ng%20k%C3%BD",
        "dichvucong.bocongan.gov.vn/bocongan/bothutuc/tthc?matt=26346",
        "x" * 90,
    )
)
LATIN_TEXT = st.lists(_LATIN_WORD, min_size=1, max_size=25).map(" ".join)
KHMER_TEXT = st.lists(_KHMER_WORD, min_size=1, max_size=25).map(BREAK.join)
UNBROKEN = st.lists(_KHMER_WORD, min_size=5, max_size=20).map("".join)
MIXED = st.lists(LATIN_TEXT | KHMER_TEXT | _ADDRESS, min_size=1, max_size=4).map(" ".join)
ANY_TEXT = LATIN_TEXT | KHMER_TEXT | UNBROKEN | MIXED
