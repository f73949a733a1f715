"""Questions asked together are answered from one reading; what is appended meanwhile is seen after it."""

from collections.abc import Iterator

import pytest

from ledger.aggregates.refusals import UnknownCadre
from ledger.recording.reader import When
from tests.office import Office


@pytest.fixture
def office(address: str) -> Iterator[Office]:
    with Office(address) as found:
        found.adopt()
        found.register("an")
        yield found


def position(office: Office) -> int:
    return int(office.ledger.queries.me(office.callers["organiser"])["position"])


def test_all_answers_are_of_the_moment_of_the_first(office: Office) -> None:
    queries, caller = office.ledger.queries, office.callers["organiser"]
    with queries.together():
        before = position(office)
        office.register("bo")
        with queries.together():
            assert position(office) == before
        assert position(office) == before
        with pytest.raises(UnknownCadre):
            queries.cadre(caller, "bo")
    assert position(office) == before + 1
    assert queries.cadre(caller, "bo")["name"]


def test_a_past_moment_among_them_stays_its_own(office: Office) -> None:
    queries, caller = office.ledger.queries, office.callers["organiser"]
    with queries.together():
        now = position(office)
        assert queries.me(caller, When(at=now - 1))["position"] == now - 1
        assert position(office) == now


def test_what_is_refused_among_them_ends_nothing(office: Office) -> None:
    queries, caller = office.ledger.queries, office.callers["organiser"]
    with pytest.raises(UnknownCadre), queries.together():
        queries.cadre(caller, "nobody")
    office.register("bo")
    assert queries.cadre(caller, "bo")["position"] == position(office)
