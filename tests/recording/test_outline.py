"""An outline answers what the whole stream answers, whatever is asked of it first, and wherever it begins."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import permutations

import pytest

from ledger.aggregates.cadre import Cadre
from ledger.aggregates.envelope import BY_DATA, Recorded
from ledger.errors import Unavailable
from ledger.recording import outline as outline_
from ledger.recording.database import FORMS, OUTLINED
from ledger.recording.outline import CadreEvents, FactSource, Outline, project
from ledger.recording.reader import Reading, When
from ledger.recording.stepping import Stepping
from tests.office import Office, refused

MONTHS = ("2025-01", "2025-02", "2025-03")
WITHOUT_FACTS = "2025-04"
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
        found.annul("an", talk(found, WITHOUT_FACTS))
        found.excuse("an", COMING)
        yield found


def talk(office: Office, month: str) -> str:
    return office.append("an", "talk_held", period=month, held_on="2025-04-02", purpose="feedback", summary="谈话")


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
    for period in (*MONTHS, WITHOUT_FACTS, COMING):
        assert list(state.submissions_of(period)) == list(expected.submissions_of(period))
        assert state.facts_of(period) == expected.facts_of(period)
    assert (state.version, state.results, state.annulments) == (expected.version, expected.results, expected.annulments)
    assert (state.acts, state.postings) == (expected.acts, expected.postings)
    assert state.fact_periods() == expected.fact_periods()
    assert set(state.excused_periods()) == set(expected.excused_periods())


@pytest.mark.parametrize(("past", "unknown"), [(0, {"nobody"}), (2, {"nobody", "bo"})], ids=["now", "past"])
def test_outlines_read_together_are_those_of_the_streams(office: Office, past: int, unknown: set[str]) -> None:
    office.register("bo", since="2025-04")
    office.talk("bo", "2025-04")
    upto = "stream = ? AND position <= ? ORDER BY version"
    with reading(office) as found:
        position = found.head - past
        together = CadreEvents(found.connection, position).outlines(["bo", "nobody", "an", "bo"])
        streams = {cadre: project(None, found.events(upto, f"cadre:{cadre}", position)) for cadre in together}
    assert {cadre for cadre, state in together.items() if state is None} == unknown
    for cadre, state in together.items():
        stream = streams[cadre]
        if state is None or stream is None:
            assert state is stream
            continue
        assert (state.version, state.registered, state.results) == (stream.version, stream.registered, stream.results)
        assert (state.acts, state.postings, state.annulments) == (stream.acts, stream.postings, stream.annulments)


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


def test_what_the_index_leaves_out_is_what_an_outline_asks_for() -> None:
    left_out, forms = ({BY_DATA[kind].name for kind in kinds} for kinds in (outline_.LEFT_OUT, outline_.FORM_EVENTS))
    assert set(re.findall(r"'(\w+)'", OUTLINED)) == left_out
    assert set(re.findall(r"'(\w+)'", FORMS)) == forms < left_out


class Broken:
    """A source whose database fails at the first question."""

    def __init__(self, source: FactSource) -> None:
        self._source = source
        self._failed = False

    def _fail(self) -> None:
        if not self._failed:
            self._failed = True
            raise Unavailable(reason="cut off")

    def facts(self, cadre: str, period: str) -> Iterable[Recorded]:
        self._fail()
        return self._source.facts(cadre, period)

    def forms(self, cadre: str) -> Iterable[Recorded]:
        self._fail()
        return self._source.forms(cadre)

    def fact_periods(self, cadre: str) -> set[str]:
        return self._source.fact_periods(cadre)

    def period_of_fact(self, cadre: str, event: str) -> str | None:
        return self._source.period_of_fact(cadre, event)


@pytest.mark.parametrize("known", [(), MONTHS[:1]], ids=["the facts", "the forms"])
def test_what_could_not_be_read_is_read_when_it_is_asked_for_again(office: Office, known: tuple[str, ...]) -> None:
    with reading(office) as found:
        state, expected = outline(found), whole(found)
        for month in known:
            state.facts_of(month)
        state.source = Broken(state.source)
        with refused("unavailable"):
            state.submissions_of(MONTHS[1])
        check_same(state, expected)


def test_an_annulled_talk_makes_no_month(office: Office) -> None:
    """Whoever had asked before which months there are, as a posting does."""
    office.post("an", "town", "2025-05", unit="二街道")
    office.annul("an", talk(office, WITHOUT_FACTS))
    office.check_views()


def test_past_standings_read_no_cadre_by_himself(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    position, asked = office.ledger.queries.position(), []
    office.excuse("an", "2025-07")

    def facts(_: CadreEvents, cadre: str, period: str) -> list[Recorded]:
        asked.append((cadre, period))
        return []

    monkeypatch.setattr(CadreEvents, "facts", facts)
    rows = office.ledger.queries.standings(office.callers["organiser"], "town", MONTHS[0], When(at=position))["rows"]
    assert [row["late"] for row in rows] == [True]
    assert asked == []


def test_a_record_goes_on_to_what_is_excused_ahead(office: Office) -> None:
    months = office.ledger.queries.record(office.callers["organiser"], "an")["months"]
    assert [row["period"] for row in months] == [*MONTHS, "2025-04", "2025-05", COMING]
    assert months[-1]["excused"] == "leave"
