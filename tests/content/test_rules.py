"""The checklist: total, pure, the same every time; and what the content as a whole promises."""

from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from kiosk.content.check import paths
from kiosk.content.leaves import leaves
from kiosk.content.library import Library
from kiosk.content.model import Fee
from kiosk.content.review import Review, reviewed, sign
from kiosk.content.rules import checklist, fee_state, links, strongest

TODAY = date(2026, 11, 21)


def fee(amount: int | None, why: str, channel: str = "online") -> Fee:
    return Fee(source=("s",), sure="full", amount=amount, channel=channel, per="ho-so", why=why)


def test_the_strongest_fee_decides_and_equals_stay_beside_each_other() -> None:
    found = strongest((fee(7000, "base"), fee(0, "waiver"), fee(15000, "base", "counter")))
    assert [(one.channel, one.amount) for one in found] == [("online", 0), ("counter", 15000)]
    two = strongest((fee(0, "base", "any"), fee(25000, "base", "any")))
    assert fee_state(two, "counter") == "disputed"
    assert fee_state(strongest((fee(None, "base"),)), "online") == "unknown"
    assert fee_state(found, "online") == "free"
    assert fee_state((), "online") == "none"


def test_the_same_case_gives_the_same_checklist(library: Library) -> None:
    for procedure in library.procedures.values():
        for answers in islice(paths(procedure, TODAY), 0, None, 97):
            first = checklist(library, procedure.id, answers, TODAY)
            again = checklist(library, procedure.id, dict(reversed(list(answers.items()))), TODAY)
            assert first == again


def test_answers_that_are_not_asked_change_nothing(library: Library) -> None:
    for procedure in library.procedures.values():
        for answers in islice(paths(procedure, TODAY), 0, None, 53):
            noise = {"weather": "fine", **answers, "la-la": "x"}
            assert checklist(library, procedure.id, noise, TODAY) == checklist(
                library, procedure.id, answers, TODAY
            )


def test_nothing_is_said_of_days_before_the_content_is_known(library: Library) -> None:
    for procedure in library.procedures.values():
        before = checklist(library, procedure.id, {}, procedure.known_from - timedelta(days=1))
        assert not before.recorded
        assert not before.papers
        assert before.next_change == procedure.known_from


def test_the_law_changes_on_the_days_it_says(library: Library) -> None:
    for procedure in library.procedures.values():
        days = procedure.change_dates
        assert date(2026, 8, 15) in days or procedure.field == "vehicle"
        for day in days[1:]:
            eve = checklist(library, procedure.id, {}, day - timedelta(days=1))
            assert eve.next_change == day


def test_only_tested_addresses_on_allowed_hosts_are_printed(library: Library) -> None:
    for procedure in library.procedures.values():
        found = links(library, procedure)
        assert found, procedure.id
        for link in found:
            assert link.tested_on is not None
            assert any(link.url.startswith(f"https://{host}") for host in library.hosts)


def test_a_signature_holds_until_a_word_changes(library: Library, tmp_path: Path) -> None:
    slug, procedure = next(iter(library.procedures.items()))
    site = tmp_path
    sign(library, site, Review(slug, procedure.hash, "12/QĐ", "Đội trưởng", "Phó trưởng", TODAY))
    assert reviewed(library, site) == {slug}
    sign(library, site, Review(slug, "older", "13/QĐ", "Đội trưởng", "Phó trưởng", TODAY))
    assert reviewed(library, site) == frozenset()


def test_every_sentence_is_in_nfc_and_has_a_kind(library: Library) -> None:
    said = list(leaves(library))
    assert len(said) > 300
    assert all(kind and text.strip() == text for kind, text, _ in said)
