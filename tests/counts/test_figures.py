import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.counts.figures import LARGEST, NAMES, NIL, Figures, Mistake, add, refuse, total

counts = st.none() | st.integers(0, 1000)
returns = st.builds(Figures, **dict.fromkeys(NAMES, counts))

DAK_NONG = Figures(
    carried_over=8_606,
    online_full=19_838,
    direct=190_319,
    early=99_558,
    on_time=106_018,
    late=1_309,
    open_in_time=11_878,
    open_overdue=0,
)


def test_a_published_report_closes() -> None:
    assert DAK_NONG.received == 210_157
    assert DAK_NONG.resolved == 206_885
    assert DAK_NONG.open == 11_878
    assert DAK_NONG.unclassified == 0
    assert refuse(DAK_NONG) == []


def test_what_is_neither_resolved_nor_open_is_counted_not_hidden() -> None:
    figures = Figures(
        carried_over=0,
        online_full=257_141,
        direct=0,
        early=247_529,
        on_time=0,
        late=0,
        open_in_time=0,
        open_overdue=0,
    )
    assert figures.unclassified == 9_612
    assert refuse(figures) == [Mistake("open_in_time", "does_not_close")]


@pytest.mark.parametrize(
    ("figures", "received"),
    [
        (Figures(online_full=3, direct=2), 5),
        (Figures(online_partial=3, direct=2, post=1), 6),
        (Figures(online_full=3), None),
        (Figures(direct=2, post=1), None),
        (NIL, 0),
    ],
)
def test_received_needs_online_and_direct(figures: Figures, received: int | None) -> None:
    assert figures.received == received


@pytest.mark.parametrize(
    ("figures", "mistake"),
    [
        (Figures(direct=-1), Mistake("direct", "negative")),
        (Figures(post=LARGEST + 1), Mistake("post", "too_large")),
        (
            Figures(carried_over=0, online_full=1, direct=1, late=3),
            Mistake("late", "more_late_than_handled"),
        ),
        (
            Figures(carried_over=0, online_full=1, direct=1, early=3, on_time=0, late=0),
            Mistake("on_time", "more_resolved_than_handled"),
        ),
        (
            Figures(early=1, on_time=1, late=0, returned=3),
            Mistake("returned", "more_returned_than_resolved"),
        ),
    ],
)
def test_what_cannot_be_true_is_refused(figures: Figures, mistake: Mistake) -> None:
    assert refuse(figures) == [mistake]


def test_nothing_known_is_no_mistake() -> None:
    assert refuse(Figures()) == []
    assert refuse(NIL) == []


@given(st.lists(returns, max_size=6))
@settings(max_examples=200, deadline=None)
def test_a_sum_of_returns_is_the_sum_of_what_they_say(parts: list[Figures]) -> None:
    found = total(parts)
    assert found.online == add(*(part.online for part in parts))
    assert found.received == add(*(part.received for part in parts))
    assert found.resolved == add(*(part.resolved for part in parts))
    assert found.open == add(*(part.open for part in parts))


@given(returns, returns, returns)
@settings(max_examples=100, deadline=None)
def test_sums_do_not_depend_on_their_order(one: Figures, two: Figures, three: Figures) -> None:
    assert total((one, two, three)) == total((total((three, one)), two))


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
@settings(max_examples=100, deadline=None)
def test_figures_that_close_are_never_refused(
    carried: int, online: int, early: int, late: int
) -> None:
    handled = carried + online
    early, late = min(early, handled), min(late, handled - min(early, handled))
    figures = Figures(
        carried_over=carried,
        online_full=online,
        direct=0,
        early=early,
        on_time=0,
        late=late,
        open_in_time=handled - early - late,
        open_overdue=0,
    )
    assert refuse(figures) == []
