"""The guard of notes: what it stops, and what people must be able to write."""

import pytest

from kiosk.notes import personal


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("079123456789", "number"),
        ("Kế hoạch 079 123 456 789", "number"),
        ("024123456", "number"),
        ("123.456.789", "number"),
        ("０７９１２３４５６７８９", "number"),
        ("gọi 0912345678", "phone"),
        ("0912 345 678", "phone"),
        ("0912.345.678", "phone"),
        ("+84 912 345 678", "phone"),
        ("024 3826 1234", "phone"),
        ("51F-123.45", "plate"),
        ("83-P1 234.56", "plate"),
        ("59x1-12345", "plate"),
        ("30LD-1234", "plate"),
        ("000.00.01.H50-260101-0001", "dossier"),
        ("G01.899.107-260101-0001", "dossier"),
    ],
)
def test_what_may_be_a_citizens_is_found(text: str, sign: str) -> None:
    assert personal(text) == sign


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Công văn 1762/CAT-PV01 ngày 05/8/2021",
        "Kế hoạch số 104 /KH-CAH, 2021-08-05, mục 2.3",
        "QĐ 5230/QĐ-BCA 17.8.2026",
        "12 QĐ 2026",
        "05-08-2026 12:30",
        "Quầy 1, tầng 2",
        "Công an xã Hòa Lợi (31417)",
        "đạt 50 % so với 1.598 hồ sơ",
    ],
)
def test_what_documents_are_called_passes(text: str) -> None:
    assert personal(text) is None
