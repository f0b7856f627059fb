"""A checklist put into the words of a slip, in the language of the page."""

from collections.abc import Collection

from kiosk import clock
from kiosk.content.model import Fact
from kiosk.content.rules import Checklist
from kiosk.content.site import Site
from kiosk.guide.cases import option_words
from kiosk.guide.code import encode, spaced
from kiosk.guide.page import library
from kiosk.guide.words import CHANNELS, LEVEL_FORMS, PAPER_KINDS, fee_sentence
from kiosk.handout.slip import Labels, Need, Pair, SlipText, Target
from kiosk.i18n import content, day, language
from kiosk.i18n import gettext as _

UNSURE = "khong-ro"
MOST = 3  # deadlines on paper; the page has them all


def slip_text(
    case: Checklist, site: Site, at_hand: Collection[str] = (), *, large: bool = False
) -> SlipText:
    """Return everything the slip of a case says; papers at hand already come last."""
    procedure = case.procedure
    return SlipText(
        unit=site.name,
        printed_on=case.on,
        printed=_("In ngày %(day)s", day=day(clock.today())),
        title=content("procedure", procedure.name).text,
        code=_("Mã thủ tục: %(code)s", code=case.code) if case.code else "",
        labels=_labels(),
        level=_level(case),
        case=_case(case),
        needed=_needed(case, at_hand),
        not_needed=tuple(
            Need(_said("paper", paper.name), "", _said("paper-note", paper.note))
            for paper in case.not_needed
        ),
        where=_where(case, site),
        time_limit=tuple(_said("text", limit.text) for limit in case.time_limit),
        deadlines=_sentences(case.deadlines[:MOST]),
        mistakes=_sentences(case.mistakes),
        link=_target(case),
        short_code=spaced(encode(procedure, case.answers)),
        help=_help(case, site),
        as_of=_as_of(case),
        privacy=_("Phiếu không chứa thông tin cá nhân."),
        language=language(),
        large=large,
    )


def _labels() -> Labels:
    return Labels(
        needed=_("Giấy tờ cần có"),
        nothing_needed=_("Không cần giấy tờ nào."),
        not_needed=_("Không phải mang"),
        where=_("Nộp ở đâu, hết bao nhiêu"),
        time_limit=_("Thời hạn"),
        deadlines=_("Mốc cần nhớ"),
        mistakes=_("Lỗi hay gặp"),
        link=_("Quét mã để mở Cổng Dịch vụ công quốc gia"),
        short_code=_("Mã ngắn"),
        care=_("Phiếu in nhiệt phai dần: xin chụp ảnh lại."),
        end=_("hết"),
        page=_("Trang"),
    )


def _said(kind: str, text: str | None) -> str:
    return content(kind, text).text if text else ""


def _sentences(facts: tuple[Fact, ...]) -> tuple[str, ...]:
    return tuple(_said("text", fact.text) for fact in facts)


def _level(case: Checklist) -> str:
    forms = dict.fromkeys(str(LEVEL_FORMS[level.form]) for level in case.level)
    return " / ".join(forms)


def _case(case: Checklist) -> str:
    # About the case alone: what was said of the person decides nothing an officer must read.
    person = library().person
    chosen = (q.option(case.answers[q.id]) for q in case.asked if q.id not in person)
    return " · ".join(option_words(one) for one in chosen if one and one.id != UNSURE)


def _needed(case: Checklist, at_hand: Collection[str]) -> tuple[Need, ...]:
    missing_first = sorted(case.needed, key=lambda paper: paper.id in at_hand)
    return tuple(
        Need(
            _said("paper", paper.name),
            str(PAPER_KINDS[paper.kind]),
            _("Đã có") if paper.id in at_hand else _said("paper-note", paper.note),
        )
        for paper in missing_first
    )


def _where(case: Checklist, site: Site) -> tuple[Pair, ...]:
    lines = [Pair(_("Nơi tiếp nhận"), _sentences(case.authority)[0])]
    if site.address:
        lines.append(Pair(_("Địa chỉ"), site.address))
    if site.hours:
        lines.append(Pair(_("Giờ làm việc"), site.hours))
    ways = dict.fromkeys(str(CHANNELS[channel.id]) for channel in case.channels)
    lines.append(Pair(_("Cách nộp"), "; ".join(ways)))
    online, counter = (fee_sentence(case, name) for name in ("online", "counter"))
    if online == counter:
        return (*lines, Pair(_("Lệ phí"), online))
    return (
        *lines,
        Pair(_("Lệ phí nộp trực tuyến"), online),
        Pair(_("Lệ phí nộp tại quầy"), counter),
    )


def _target(case: Checklist) -> Target | None:
    if not case.links:
        return None
    return Target(case.links[0].url, case.links[-1].url.removeprefix("https://"))


def _help(case: Checklist, site: Site) -> tuple[str, ...]:
    lines = []
    if case.with_officer:
        lines.append(_("Không có VNeID mức độ 2: xin đưa phiếu này cho cán bộ tại quầy."))
    if site.hotline:
        lines.append(_("Hỏi hoặc phản ánh: %(phone)s.", phone=site.hotline))
    return tuple(lines)


def _as_of(case: Checklist) -> str:
    if case.next_change:
        return _(
            "Đúng theo quy định ngày %(day)s; quy định sẽ đổi vào ngày %(change)s.",
            day=day(case.on),
            change=day(case.next_change),
        )
    return _("Đúng theo quy định ngày %(day)s.", day=day(case.on))
