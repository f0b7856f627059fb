"""Forms of sign-in: name and password, code, password again, a new password."""

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from kiosk.access.backoff import Refusal
from kiosk.access.passwords import LONGEST, SHORTEST

LONGEST_LOGIN = 64
LONGEST_CODE = 64
LONG_PASSWORD = _l("Mật khẩu quá dài: nhiều nhất 128 ký tự.")
WEAK = {
    "short": _l("Mật khẩu mới cần ít nhất 12 ký tự."),
    "long": _l("Mật khẩu mới quá dài: nhiều nhất 128 ký tự."),
    "common": _l("Mật khẩu này dễ đoán. Hãy ghép vài từ không liên quan với nhau."),
    "login": _l("Mật khẩu mới không được chứa tên đăng nhập."),
    "context": _l(
        "Mật khẩu này chỉ gồm tên đơn vị hay công việc. Hãy thêm vài từ không liên quan."
    ),
    "same": _l("Mật khẩu mới phải khác mật khẩu hiện tại."),
}


class SecretForm(FlaskForm):  # type: ignore[misc] # the library has no types
    """A form whose secret may be wrong; it says so beside the field that holds it."""

    asked = "password"  #: the field that holds it
    wrong: LazyString

    def refuse(self, refusal: Refusal) -> None:
        """Say that the secret is wrong, or how long to wait."""
        later = _l(
            "Đã thử sai nhiều lần. Hãy thử lại sau %(minutes)s phút.", minutes=refusal.minutes
        )
        self[self.asked].errors = [str(later if refusal.wait else self.wrong)]


class SignInForm(SecretForm):
    """Name and password; refused in the same words whether or not the name exists."""

    wrong = _l("Tên đăng nhập hoặc mật khẩu không đúng.")
    login = StringField(
        _l("Tên đăng nhập"),
        validators=[
            InputRequired(_l("Hãy nhập tên đăng nhập.")),
            Length(max=LONGEST_LOGIN, message=_l("Tên đăng nhập quá dài: nhiều nhất 64 ký tự.")),
        ],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Mật khẩu"),
        validators=[
            InputRequired(_l("Hãy nhập mật khẩu.")),
            Length(max=LONGEST, message=LONG_PASSWORD),
        ],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(SecretForm):
    """The present password and a new one, twice."""

    asked, wrong = "current", _l("Mật khẩu hiện tại không đúng.")
    current = PasswordField(
        _l("Mật khẩu hiện tại"),
        validators=[
            InputRequired(_l("Hãy nhập mật khẩu hiện tại.")),
            Length(max=LONGEST, message=LONG_PASSWORD),
        ],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("Mật khẩu mới"),
        description=_l("Ít nhất 12 ký tự; vài từ không liên quan với nhau là tốt nhất."),
        validators=[
            InputRequired(_l("Hãy nhập mật khẩu mới.")),
            Length(min=SHORTEST, message=WEAK["short"]),
            Length(max=LONGEST, message=WEAK["long"]),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("Nhập lại mật khẩu mới"),
        validators=[
            InputRequired(_l("Hãy nhập lại mật khẩu mới.")),
            EqualTo("new", _l("Hai lần nhập mật khẩu mới không giống nhau.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )

    def refuse_new(self, reason: str) -> None:
        """Say why the new password is too weak."""
        self.new.errors = [WEAK[reason]]


class ProofForm(SecretForm):
    """The password once more."""

    wrong = _l("Mật khẩu không đúng.")
    password = PasswordField(
        _l("Mật khẩu"),
        name="_password",
        validators=[
            InputRequired(_l("Hãy nhập mật khẩu.")),
            Length(max=LONGEST, message=LONG_PASSWORD),
        ],
        render_kw={"autocomplete": "current-password", "autofocus": True},
    )


class CodeForm(SecretForm):
    """A code of the telephone, or a recovery code."""

    asked = "code"
    wrong = _l("Mã này không đúng hoặc đã dùng rồi. Hãy chờ mã mới hiện ra.")
    code = StringField(
        _l("Mã xác thực"),
        description=_l("6 chữ số đang hiện trong ứng dụng xác thực, hoặc một mã dự phòng."),
        validators=[
            InputRequired(_l("Hãy nhập mã xác thực.")),
            Length(max=LONGEST_CODE, message=_l("Mã này quá dài. Hãy xem lại.")),
        ],
        render_kw={
            "autocomplete": "one-time-code",
            "autocapitalize": "characters",
            "spellcheck": "false",
        },
    )


class SecondFactorForm(SecretForm):
    """The secret that the page offered, the first code made with it, a code of the one before."""

    asked = "present"
    wrong = _l("Mã này không đúng hoặc đã dùng rồi. Hãy chờ mã mới hiện ra.")
    offer = HiddenField()
    code = StringField(
        _l("Mã đang hiện trên điện thoại"),
        description=_l("6 chữ số, đổi sau mỗi 30 giây."),
        validators=[
            InputRequired(_l("Hãy nhập mã đang hiện trên điện thoại.")),
            Length(max=LONGEST_CODE, message=_l("Mã này quá dài. Hãy xem lại.")),
        ],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
    present = StringField(
        _l("Mã của lớp xác thực đang dùng"),
        description=_l("6 chữ số đang hiện trong ứng dụng đã cài trước, hoặc một mã dự phòng."),
        validators=[
            InputRequired(_l("Hãy nhập mã của lớp xác thực đang dùng.")),
            Length(max=LONGEST_CODE, message=_l("Mã này quá dài. Hãy xem lại.")),
        ],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
        },
    )

    def refuse_code(self, old: bool) -> None:
        """Say that the code is wrong, or that the offer is too old to be taken."""
        again = _("Mã QR lúc nãy đã hết hạn. Hãy quét mã QR mới rồi nhập mã.")
        wrong = _("Mã này không đúng. Hãy xem lại giờ của điện thoại rồi nhập mã mới nhất.")
        self.code.errors = [again if old else wrong]
