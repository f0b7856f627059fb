from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, func, select

from kiosk import clock
from kiosk.counts.figures import NIL, Figures, Mistake
from kiosk.counts.official import (
    ENTERED,
    IMPORTED,
    NOTHING_AT_ALL,
    UNKNOWN,
    FiguresError,
    Official,
    Origin,
    Topic,
    begun,
    enter,
    latest,
    official_total,
    prevailing,
    within,
)
from kiosk.counts.periods import Period, period_of
from kiosk.db import reading
from tests.counts.build import online

MONTH = period_of("month", date(2026, 11, 1))
RESIDENCE = Topic("residence")
TYPED, FROM_FILE = Origin(ENTERED, "o1"), Origin(IMPORTED, "o2", "ab" * 32)


def known(engine: Engine, *units: str) -> tuple[Official, ...]:
    with reading(engine) as connection:
        return latest(connection, units or ("31615",), MONTH)


def rows(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(official_total)).scalar_one()


def test_what_is_entered_is_there(engine: Engine) -> None:
    at = datetime(2026, 11, 15, 1, tzinfo=UTC)
    with clock.at(at):
        assert enter(engine, "31615", MONTH, {RESIDENCE: online(5, 2)}, TYPED) == 1
    (found,) = known(engine)
    assert (found.unit, found.topic, found.source, found.revision) == (
        "31615",
        RESIDENCE,
        ENTERED,
        1,
    )
    assert (found.figures, found.entered_by, found.entered_at) == (online(5, 2), "o1", at)
    assert (found.period.start, found.period.end) == (MONTH.start, MONTH.end)


def test_a_change_is_a_revision_and_the_first_one_stays(engine: Engine) -> None:
    enter(engine, "31615", MONTH, {RESIDENCE: online(5)}, TYPED)
    enter(engine, "31615", MONTH, {RESIDENCE: online(6)}, TYPED)
    (found,) = known(engine)
    assert (found.revision, found.figures) == (2, online(6))
    assert rows(engine) == 2


def test_the_same_figures_again_are_no_revision(engine: Engine) -> None:
    enter(engine, "31615", MONTH, {RESIDENCE: online(5)}, TYPED)
    assert enter(engine, "31615", MONTH, {RESIDENCE: online(5)}, TYPED) == 0
    assert rows(engine) == 1


def test_figures_can_be_taken_back_and_given_again(engine: Engine) -> None:
    for figures in (online(5), UNKNOWN, online(5)):
        assert enter(engine, "31615", MONTH, {RESIDENCE: figures}, TYPED) == 1
        assert [found.figures for found in known(engine)] == [figures] * (figures != UNKNOWN)
    assert known(engine)[0].revision == 3


def test_nothing_said_is_nothing_kept(engine: Engine) -> None:
    assert enter(engine, "31615", MONTH, {RESIDENCE: UNKNOWN}, TYPED) == 0


def test_entry_and_import_stay_apart_and_the_import_prevails(engine: Engine) -> None:
    enter(engine, "31615", MONTH, {RESIDENCE: online(7)}, FROM_FILE)
    enter(engine, "31615", MONTH, {RESIDENCE: online(5)}, TYPED)
    found = known(engine)
    assert {(one.source, one.revision) for one in found} == {(ENTERED, 1), (IMPORTED, 1)}
    assert [one.source for one in prevailing(found).values()] == [IMPORTED]


def test_all_or_nothing_is_kept(engine: Engine) -> None:
    wrong = {RESIDENCE: online(5), Topic("vehicle"): Figures(direct=-1)}
    with pytest.raises(FiguresError, match="vehicle direct: negative") as caught:
        enter(engine, "31615", MONTH, wrong, TYPED)
    assert caught.value.mistakes == {Topic("vehicle"): [Mistake("direct", "negative")]}
    assert rows(engine) == 0


def test_an_import_may_leave_dossiers_unclassified_an_entry_may_not(engine: Engine) -> None:
    figures = Figures(
        carried_over=0,
        online_full=10,
        direct=0,
        early=7,
        on_time=0,
        late=0,
        open_in_time=0,
        open_overdue=0,
    )
    with pytest.raises(FiguresError):
        enter(engine, "31615", MONTH, {RESIDENCE: figures}, TYPED)
    assert enter(engine, "31615", MONTH, {RESIDENCE: figures}, FROM_FILE) == 1


def test_a_nil_return_is_nil(engine: Engine) -> None:
    with pytest.raises(FiguresError, match="not_nil"):
        enter(engine, "31615", MONTH, {NOTHING_AT_ALL: online(1)}, TYPED)
    assert enter(engine, "31615", MONTH, {NOTHING_AT_ALL: NIL}, TYPED) == 1


def test_returns_are_found_by_their_days(engine: Engine) -> None:
    october = period_of("month", date(2026, 10, 1))
    for period in (MONTH, october):
        enter(engine, "31615", period, {RESIDENCE: online(1)}, TYPED)

    def spans(found: tuple[Official, ...]) -> list[Period]:
        return sorted((one.period for one in found), key=lambda period: period.start)

    with reading(engine) as connection:
        unit = ("31615",)
        both = within(connection, unit, october.start, MONTH.end)
        assert [period.end for period in spans(both)] == [october.end, MONTH.end]
        assert within(connection, unit, october.start, date(2026, 11, 13)) == within(
            connection, unit, october.start, october.end
        )
        touched = begun(connection, unit, MONTH.start, MONTH.start)
        assert [period.end for period in spans(touched)] == [MONTH.end]
        assert begun(connection, ("31633",), october.start, MONTH.end) == ()
