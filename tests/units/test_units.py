"""A tree of units that changes with the law, and the lists it is read from."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine

from kiosk import units
from kiosk.db import metadata, reading, writing
from kiosk.units import Unit, UnitsError

HEADING = "code,name,level,parent,area_type,valid_from,valid_to,successor"
MERGER = date(2025, 7, 1)
BEFORE, AFTER = date(2025, 6, 30), date(2026, 11, 21)
DAY = timedelta(days=1)

#: a province with a district level until 30 June 2025, and without one since
LAW = f"""{HEADING}
ministry,Bộ Công an,ministry,,general,2000-01-01,,
p92,Công an TP Cần Thơ,province,ministry,general,2000-01-01,,
d1,Công an huyện Mỹ Tú,district,p92,rural,2000-01-01,2025-06-30,
w1,Công an xã Mỹ Hương cũ,commune,d1,rural,2000-01-01,2025-06-30,c1
w2,Công an xã Mỹ Phước,commune,d1,rural,2000-01-01,2025-06-30,c1
w3,Công an xã Long Hưng,commune,d1,rural,2000-01-01,2025-06-30,
w3,Công an xã Long Hưng,commune,p92,remote,2025-07-01,,
c1,Công an xã Mỹ Tú,commune,p92,rural,2025-07-01,,
""".splitlines()

Answer = Callable[[Connection], object]


@pytest.fixture
def tree(engine: Engine) -> Engine:
    """The list above, imported."""
    assert take(engine, LAW) == 8
    return engine


def take(engine: Engine, lines: list[str]) -> int:
    with writing(engine) as connection:
        return units.import_csv(connection, lines)


def mistakes(engine: Engine, *lines: str) -> list[str]:
    """Return what is wrong with a list that has these lines under the heading."""
    with pytest.raises(UnitsError) as refused:
        take(engine, [HEADING, *lines])
    return list(refused.value.mistakes)


def codes(engine: Engine, on: date) -> list[str]:
    with reading(engine) as connection:
        return [unit.code for unit in units.all_units(connection, on)]


def below(engine: Engine, code: str, on: date) -> tuple[str, ...]:
    with reading(engine) as connection:
        return units.children(connection, code, on)


def test_a_unit_is_as_it_was_on_the_day(tree: Engine) -> None:
    with reading(tree) as connection:
        then, now = (units.find(connection, "w3", on) for on in (BEFORE, AFTER))
        assert units.find(connection, "w1", AFTER) is None
        assert units.find(connection, "c1", BEFORE) is None
        assert units.find(connection, "nobody", AFTER) is None
    assert then == Unit(
        "w3", "Công an xã Long Hưng", "commune", "d1", "rural", date(2000, 1, 1), BEFORE, None
    )
    assert now
    assert (now.parent, now.area_type, now.valid_to) == ("p92", "remote", None)


def test_all_units_of_a_day(tree: Engine) -> None:
    assert codes(tree, BEFORE) == ["d1", "ministry", "p92", "w1", "w2", "w3"]
    assert codes(tree, MERGER) == ["c1", "ministry", "p92", "w3"]
    assert codes(tree, date(1999, 12, 31)) == []


def test_the_tree_may_have_any_number_of_levels(tree: Engine) -> None:
    assert below(tree, "ministry", BEFORE) == ("ministry", "d1", "p92", "w1", "w2", "w3")
    assert below(tree, "p92", BEFORE) == ("p92", "d1", "w1", "w2", "w3")
    assert below(tree, "p92", AFTER) == ("p92", "c1", "w3")
    assert below(tree, "c1", AFTER) == ("c1",)
    assert below(tree, "d1", AFTER) == ()


def test_a_territory_has_what_was_merged_into_it(tree: Engine) -> None:
    with reading(tree) as connection:
        year = units.territory(connection, "p92", date(2024, 12, 15), date(2025, 12, 14))
        later = units.territory(connection, "p92", MERGER, AFTER)
        commune = units.territory(connection, "c1", date(2025, 6, 15), AFTER)
        before = units.territory(connection, "p92", date(2025, 1, 1), BEFORE)
    assert year == ("p92", "c1", "w3", "w1", "w2")
    assert later == ("p92", "c1", "w3")
    assert commune == ("c1", "w1", "w2")
    assert before == below(tree, "p92", BEFORE)


def test_a_list_taken_again_replaces_what_it_names(tree: Engine) -> None:
    again = [line.replace("Mỹ Tú,commune", "Mỹ Tú mới,commune") for line in LAW]
    assert take(tree, again) == 8
    with reading(tree) as connection:
        found = units.find(connection, "c1", AFTER)
    assert found
    assert found.name == "Công an xã Mỹ Tú mới"
    assert len(codes(tree, AFTER)) == 4


def test_a_later_list_may_close_and_open_units(tree: Engine) -> None:
    more = [
        HEADING,
        "c1,Công an xã Mỹ Tú,commune,p92,rural,2025-07-01,2026-12-31,c9",
        "c9,Công an phường Mỹ Tú,commune,p92,general,2027-01-01,,",
    ]
    assert take(tree, more) == 2
    assert below(tree, "p92", date(2027, 1, 1)) == ("p92", "c9", "w3")


def test_a_spreadsheet_may_mark_its_file_and_leave_empty_lines(engine: Engine) -> None:
    lines = [f"\ufeff{HEADING}", " p1 , Tỉnh ,province,,general,2000-01-01,,", "", ",,,,,,,"]
    assert take(engine, lines) == 1
    assert codes(engine, AFTER) == ["p1"]


def test_an_empty_list_is_no_units(engine: Engine) -> None:
    assert take(engine, [HEADING]) == 0


@pytest.mark.parametrize("lines", [[], ["code,name"], [HEADING.replace("level", "rank")]])
def test_the_heading_must_be_as_agreed(engine: Engine, lines: list[str]) -> None:
    with pytest.raises(UnitsError, match="line 1: the heading must be code,name,level"):
        take(engine, lines)


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("xã 1,Xã,commune,,rural,2000-01-01,,", "code cannot be “xã 1”"),
        (",Xã,commune,,rural,2000-01-01,,", "code cannot be “”"),
        ("c1,,commune,,rural,2000-01-01,,", "name cannot be “”"),
        ("c1,Xã,Xã,,rural,2000-01-01,,", "level cannot be “Xã”"),
        ("c1,Xã,commune,,city,2000-01-01,,", "area_type must be one of general, rural, remote"),
        ("c1,Xã,commune,,rural,01/07/2025,,", "valid_from must be a day such as 2026-07-01"),
        ("c1,Xã,commune,,rural,,,", "valid_from must be a day such as 2026-07-01"),
        ("c1,Xã,commune,,rural,2000-01-01,20250701,", "valid_to must be a day such as 2026-07-01"),
        ("c1,Xã,commune,,rural,2000-01-01,1999-01-01,", "valid_to is before valid_from"),
        ("c1,Xã,commune,,rural,2000-01-01,", "a column too many or few"),
        ("c1,Xã,commune,p9,rural,2000-01-01,,", "parent p9 does not stand all that time"),
        ("c1,Xã,commune,c1,rural,2000-01-01,,", "the units above it go round in a circle"),
        ("c1,Xã,commune,,rural,2000-01-01,,c2", "a unit that still stands has no successor"),
        ("c1,X\0ã,commune,,rural,2000-01-01,,", r"name cannot be “X\x00ã”"),
        ("c1,X\x1bã,commune,,rural,2000-01-01,,", r"name cannot be “X\x1bã”"),
        ("c1,X\tã,commune,,rural,2000-01-01,,", r"name cannot be “X\tã”"),
        ("c1,X\x9bã,commune,,rural,2000-01-01,,", r"name cannot be “X\x9bã”"),
        ("c1,X\u2028ã,commune,,rural,2000-01-01,,", r"name cannot be “X\u2028ã”"),
        ("c1,X\ud800ã,commune,,rural,2000-01-01,,", r"name cannot be “X\ud800ã”"),
        (
            "c1,Xã,commune,,rural,2000-01-01,9999-12-31,p1",
            "valid_to must be empty while the unit stands",
        ),
        (
            "c1,Xã,commune,,rural,2000-01-01,2025-06-30,c2",
            "successor c2 does not stand on the next day",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(engine: Engine, line: str, mistake: str) -> None:
    assert mistakes(engine, "p1,Tỉnh,province,,general,2000-01-01,,", line) == [
        f"line 3: {mistake}"
    ]


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("Công an xã 0912 345 678", "a phone number"),
        ("Công an xã 079203001234", "an identity number"),
        ("Công an xã 51F-123.45", "a vehicle plate"),
        ("Công an xã G01.899.107-260101-0001", "a dossier code"),
    ],
)
def test_a_name_holds_nothing_of_a_citizen(engine: Engine, name: str, sign: str) -> None:
    good = "c2,Công an xã Thạnh Xuân 2,commune,,rural,2000-01-01,,"
    assert mistakes(engine, good, f"c1,{name},commune,,rural,2000-01-01,,") == [
        f"line 3: name seems to hold {sign}, which no name of a unit does"
    ]
    assert codes(engine, AFTER) == []


@pytest.mark.parametrize("name", ["Công an phường 12", "Đồn Công an 19-5", "Khu 2026 (31417)"])
def test_a_name_may_hold_a_number(engine: Engine, name: str) -> None:
    assert take(engine, [HEADING, f"c1,{name},commune,,rural,2000-01-01,,"]) == 1


def test_a_long_name_has_its_end(engine: Engine) -> None:
    name = "x" * units.LONGEST_NAME
    assert take(engine, [HEADING, f"c1,{name},commune,,rural,2000-01-01,,"]) == 1
    (found,) = mistakes(engine, f"c2,{name}x,commune,,rural,2000-01-01,,")
    assert found.startswith("line 2: name cannot be")


def test_all_mistakes_are_told_together_and_nothing_is_kept(tree: Engine) -> None:
    found = mistakes(
        tree,
        "c7,Xã,commune,p92,city,2025-07-01,,",
        "c8,Xã,commune,nobody,rural,2025-07-01,,",
        "t7,Tổ,team,c7,rural,2025-07-01,,",
        "c9,Xã,commune,p92,rural,2025-07-01,,",
        "c9,Xã,commune,p92,rural,2025-07-01,,",
    )
    assert found == [
        "line 2: area_type must be one of general, rural, remote",
        "line 6: the same unit and first day as line 5",
        "line 3: parent nobody does not stand all that time",
    ]
    assert codes(tree, AFTER) == ["c1", "ministry", "p92", "w3"]


def test_a_unit_cannot_stand_twice_on_a_day(tree: Engine) -> None:
    assert mistakes(tree, "c1,Xã,commune,p92,rural,2026-01-01,,") == [
        "stored unit c1 of 2025-07-01: still stands on 2026-01-01, when the unit is given anew"
    ]


def test_a_parent_cannot_leave_before_its_children(tree: Engine) -> None:
    found = mistakes(tree, "p92,Công an TP,province,ministry,general,2000-01-01,2026-12-31,")
    assert found == [
        "stored unit c1 of 2025-07-01: parent p92 does not stand all that time",
        "stored unit w3 of 2025-07-01: parent p92 does not stand all that time",
    ]


def test_a_circle_of_two_is_seen(engine: Engine) -> None:
    found = mistakes(engine, "a,A,team,b,general,2000-01-01,,", "b,B,team,a,general,2000-01-01,,")
    assert found == [f"line {n}: the units above it go round in a circle" for n in (2, 3)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=25), st.integers(0, 24))
def test_children_are_all_who_have_it_above_them(parents: list[int], top: int) -> None:
    above = {n + 1: parent % (n + 1) for n, parent in enumerate(parents)}  # unit 0 is the root
    rows = [f"u{n},Đơn vị,level{n % 4},u{above[n]},rural,2000-01-01,," for n in above]
    engine = create_engine("sqlite://")
    metadata.tables["unit"].create(engine)
    with engine.begin() as connection:
        root = "u0,Đơn vị,level,,rural,2000-01-01,,"
        units.import_csv(connection, [HEADING, root, *rows])
        found = units.children(connection, f"u{top % len(above)}", AFTER)
    engine.dispose()

    def line(n: int) -> list[int]:
        return [n] if n == 0 else [n, *line(above[n])]

    wanted = {f"u{n}" for n in range(len(above) + 1) if top % len(above) in line(n)}
    assert set(found) == wanted
    assert len(found) == len(wanted)


def test_a_line_that_is_no_line_is_named(engine: Engine) -> None:
    (found,) = mistakes(engine, "c1,X\rã,commune,,rural,2000-01-01,,")
    assert found.startswith("line 2: cannot be read")


def test_a_name_may_hold_a_khmer_word_break(engine: Engine) -> None:
    assert take(engine, [HEADING, "c1,ឃុំ\u200bមីទូ,commune,,rural,2000-01-01,,"]) == 1


def test_a_parent_stored_to_the_end_of_time_has_children(engine: Engine) -> None:
    top = Unit("p1", "Tỉnh", "province", None, "general", date(2000, 1, 1), date.max, None)
    with writing(engine) as connection:
        units._save(connection, [top])
    assert take(engine, [HEADING, "c1,Xã,commune,p1,rural,2000-01-01,,"]) == 1
