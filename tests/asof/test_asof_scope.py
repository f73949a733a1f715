"""Who sees what of the past: scope is that of now, by today's posting and today's grant (api.md, "Who may what")."""

from collections.abc import Iterator
from typing import Any

import pytest

from ledger.recording.reader import When
from ledger.service.ledger import local_caller
from tests.asof import questions as ask
from tests.asof.questions import Question, Row
from tests.office import Office

Q1 = "2025-Q1"
UNKNOWN = {"refused": "unknown-cadre"}


class Past(Office):
    """An office that asks about the end of its first quarter, when an and bo were in town and cai in the county."""

    past: When

    def then(self, question: Question, by: str) -> Row:
        return question.ask(self.ledger, self.callers[by], self.past)

    def seen(self, question: Question, by: str, field: str = "cadre") -> list[Any]:
        """What a list of then names, seen by somebody now."""
        return [item[field] for item in self.then(question, by)["items"]]


@pytest.fixture
def office(address: str) -> Iterator[Past]:
    """Since the quarter bo left the town for the county, cai came from there, and an stayed; er came new."""
    with Past(address) as office:
        office.grant("town", "organiser", groups=["town"])
        office.grant("town_reviewer", "reviewer", groups=["town"])
        office.grant("supervisor", "supervisor", units=["一街道"])
        for group in ("town", "county"):
            office.adopt(group)
        office.register("an", "town")
        office.register("bo", "town")
        office.register("cai", "county", unit="二街道")
        office.play("town", Q1, an=90, bo=55)
        office.play("county", Q1, cai=70)
        office.submit("bo", "2025-04")
        office.past = When(at=office.ledger.queries.ready())
        office.on("2025-05-20")
        office.post("bo", "county", "2025-05", unit="二街道")
        office.post("cai", "town", "2025-05")
        office.register("er", "town", since="2025-05")
        office.on("2025-06-20")
        yield office


def test_who_has_left_is_seen_no_more_and_who_has_come_is(office: Past) -> None:
    for by in ("town", "town_reviewer", "supervisor"):
        assert office.seen(ask.roster(), by) == ["an", "cai"]
        assert office.then(ask.cadre("bo"), by) == UNKNOWN
        assert office.then(ask.record("bo"), by) == UNKNOWN
    assert office.then(ask.history("bo"), "town") == UNKNOWN
    assert office.seen(ask.roster(), "second") == ["an", "bo", "cai"]
    assert office.then(ask.cadre("er"), "town") == UNKNOWN


def test_a_newcomer_is_shown_where_he_was_then(office: Past) -> None:
    (_, cai) = office.then(ask.roster(), "town")["items"]
    assert (cai["group"], cai["unit"]) == ("county", "二街道")
    assert office.then(ask.cadre("cai"), "supervisor")["unit"] == "二街道"
    assert office.seen(ask.roster(group="town"), "town") == ["an"]


def test_rows_of_a_group_in_scope_are_seen_whoever_has_left(office: Past) -> None:
    standings = office.then(ask.standings("town", Q1), "town")
    assert [row["cadre"] for row in standings["rows"]] == ["an", "bo"]
    assert office.then(ask.period("bo", Q1), "town")["points"] == "55.00"
    assert office.then(ask.period("bo", "2025-02"), "town_reviewer")["points"] == "55.00"
    assert office.then(ask.standings("county", Q1), "town") == {"refused": "unknown-group"}


def test_rows_of_a_newcomer_are_seen_where_group_or_unit_is_in_scope(office: Past) -> None:
    record = office.then(ask.record("cai"), "town")
    assert [*record["months"], *record["quarters"]] == []
    assert office.then(ask.period("cai", Q1), "town") == {"refused": "not-found"}
    assert len(office.then(ask.history("cai"), "town")["items"]) > 3


def test_worklists_of_then_go_by_the_scope_of_now(office: Past) -> None:
    assert set(office.seen(ask.duties(), "town")) == {"an", "cai"}
    assert set(office.seen(ask.duties(), "second")) == {"an", "bo", "cai"}
    assert set(office.seen(ask.duties(), "supervisor")) == {"an", "cai"}
    assert office.seen(ask.submissions(), "town") == ["bo"], "the row is of the town"


def test_a_posting_that_begins_next_month_moves_nobody_yet(office: Past) -> None:
    office.post("an", "county", "2025-07", unit="二街道")
    assert office.seen(ask.roster(), "town") == ["an", "cai"]
    office.on("2025-07-01")
    assert office.seen(ask.roster(), "town") == ["cai"]


def test_a_posting_taken_back_gives_the_past_back(office: Past) -> None:
    office.annul("bo", office.post("bo", "town", "2025-06"))
    assert office.then(ask.cadre("bo"), "town") == UNKNOWN
    office.post("bo", "town", "2025-06")
    assert office.then(ask.cadre("bo"), "town")["group"] == "town"
    assert office.seen(ask.roster(), "town") == ["an", "bo", "cai"]


def test_who_has_departed_is_seen_by_his_last_posting(office: Past) -> None:
    office.depart("an", "2025-06")
    assert office.seen(ask.roster(), "town") == ["an", "cai"]
    assert office.then(ask.record("an"), "town")["postings"][0]["group"] == "town"


def test_the_grant_is_that_of_now(office: Past) -> None:
    """Who was given access after the moment, or another scope since, or lost it."""
    office.grant("late", "organiser", groups=["county"])
    assert office.seen(ask.roster(), "late") == ["bo"]
    office.grant("town", "organiser", groups=["county"])
    assert office.seen(ask.roster(), "town") == ["bo"]
    assert office.then(ask.me(), "town")["groups"] == ["county"]
    office.ledger.principals.revoke(local_caller("test", "revoke"), "town", "调离").result()
    assert office.then(ask.roster(), "town") == {"refused": "unauthenticated"}
