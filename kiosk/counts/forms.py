"""The form for the official figures of one field or procedure in one period."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.widgets import TextInput

from kiosk.counts.figures import NAMES, Figures, Mistake
from kiosk.counts.words import FIGURE, MISTAKE

GROUPED = re.compile(r"\d{1,3}(?:[.\s]\d{3})+")  # 50.579, as reports print it
WHOLE = re.compile(r"-?\d{1,12}")
NOT_A_COUNT = _l("Hãy nhập một số nguyên, hoặc để trống khi chưa có số liệu.")


class CountField(IntegerField):
    """A count of dossiers; an empty one is not known, and 50.579 is read as it is printed."""

    widget = TextInput()  # a number box would take the dots of 50.579 for a decimal point

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        typed = str(valuelist[0]).strip() if valuelist else ""
        if GROUPED.fullmatch(typed):
            typed = re.sub(r"[.\s]", "", typed)
        if typed and not WHOLE.fullmatch(typed):
            self.data = None
            raise ValueError(NOT_A_COUNT)
        self.data = int(typed) if typed else None


def _count(name: str) -> CountField:
    return CountField(FIGURE[name], render_kw={"inputmode": "numeric", "autocomplete": "off"})


class FiguresForm(FlaskForm):  # type: ignore[misc] # the library has no types
    """What the official system counted; every figure may be left out."""

    carried_over = _count("carried_over")
    online_full = _count("online_full")
    online_partial = _count("online_partial")
    direct = _count("direct")
    post = _count("post")
    early = _count("early")
    on_time = _count("on_time")
    late = _count("late")
    open_in_time = _count("open_in_time")
    open_overdue = _count("open_overdue")
    returned = _count("returned")

    @property
    def figures(self) -> Figures:
        """What was typed."""
        return Figures(**{name: self[name].data for name in NAMES})

    def show(self, mistakes: list[Mistake]) -> None:
        """Say each mistake beside the figure it is about."""
        for mistake in mistakes:
            field = self[mistake.field]
            field.errors = [*field.errors, str(MISTAKE[mistake.code])]
