"""An outline answers what the whole stream answers, whatever is asked of it first, and wherever it begins."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import permutations

import pytest

from ledger.aggregates.cadre import Cadre
from ledger.recording.outline import Outline, project
from ledger.recording.reader import Reading
from ledger.recording.stepping import Stepping
from tests.office import Office

MONTHS = ("2025-01", "2025-02", "2025-03")
COMING = "2025-06"


@pytest.fixture
def office(address: str) -> Iterator[Office]:
    """A cadre with every kind of fact, some taken back; two months are sealed, one is excused ahead."""
    with Office(address) as found:
        found.adopt()
        found.register("an")
        for month in MONTHS:
            found.after(month)
            form = found.submit("an", month, items=2)
            found.review("an", form, 1, "refused")
            found.withdraw("an", found.submit("an", month))
            found.correct("an", found.score("an", month, 90), 80)
            found.annul("an", found.observe("an", month, 3))
            found.annul("an", found.excuse("an", month))
            if month != MONTHS[-1]:
                found.seal("town", month)
        found.append("an", "talk_held", period="2025-03", held_on="2025-04-01", purpose="feedback", summary="谈话")
        found.excuse("an", COMING)
        yield found


@contextmanager
def reading(office: Office) -> Iterator[Reading]:
    with office.ledger.queries.view(office.callers["organiser"]) as view:
        yield view.reading


def whole(found: Reading) -> Cadre:
    state = project(None, found.events("stream = ? ORDER BY version", "cadre:an"))
    assert state is not None
    return state


def outline(found: Reading) -> Outline:
    state = found.cadre("an")
    assert state is not None
    return state


def check_same(state: Cadre, expected: Cadre) -> None:
    for period in (*MONTHS, COMING):
        assert list(state.submissions_of(period)) == list(expected.submissions_of(period))
        assert state.facts_of(period) == expected.facts_of(period)
    assert (state.version, state.results, state.annulments) == (expected.version, expected.results, expected.annulments)
    assert (state.acts, state.postings) == (expected.acts, expected.postings)
    assert state.fact_periods() == expected.fact_periods()
    assert set(state.excused_periods()) == set(expected.excused_periods())


@pytest.mark.parametrize("months", list(permutations(MONTHS)), ids="/".join)
def test_forms_are_the_same_in_whatever_order_they_are_asked_for(office: Office, months: tuple[str, ...]) -> None:
    with reading(office) as found:
        state, expected = outline(found), whole(found)
        for month in months:
            assert list(state.submissions_of(month)) == list(expected.submissions_of(month))
        check_same(state, expected)


@pytest.mark.parametrize("month", MONTHS)
def test_of_one_month_its_facts_alone_are_read(office: Office, month: str) -> None:
    with reading(office) as found:
        state = outline(found)
        assert {period for period, facts in state.facts.items() if facts.submissions} == set()
        list(state.submissions_of(month))
        assert {period for period, facts in state.facts.items() if facts.submissions} == {month}


def test_from_any_position_on_it_comes_to_the_same(office: Office) -> None:
    with reading(office) as found:
        expected = whole(found)
        for since in range(found.position + 1):
            stepping = Stepping(found, "an", since)
            for event in stepping.events():
                stepping.take(event)
            check_same(stepping.cadre, expected)


def test_a_record_goes_on_to_what_is_excused_ahead(office: Office) -> None:
    months = office.ledger.queries.record(office.callers["organiser"], "an")["months"]
    assert [row["period"] for row in months] == [*MONTHS, "2025-04", "2025-05", COMING]
    assert months[-1]["excused"] == "leave"
