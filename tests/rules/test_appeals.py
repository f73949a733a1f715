"""Appeals: against what, decided by whom, and what follows (rules.md section 6)."""

import pytest

from tests.office import Office, refused

JAN = "2025-01"
MONTHS = [JAN, "2025-02", "2025-03"]
Q1 = "2025-Q1"


def town(office: Office) -> None:
    """Scored by the reviewer and the organiser, sealed by the organiser."""
    office.adopt()
    office.staff("town", "an", "bo", "cai")
    office.grant("an_self", "cadre", cadre="an")
    office.grant("third", "organiser")
    office.score("an", JAN, 50, by="reviewer")
    office.play("town", Q1, an=50, bo=80, cai=90)


def decision(office: Office) -> object:
    (appeal,) = office.record("an")["appeals"]
    return appeal["decision"] and appeal["decision"]["outcome"]


def test_a_cadre_appeals_against_his_result(office: Office) -> None:
    town(office)
    office.appeal("an", Q1, by="an_self")
    assert decision(office) is None


def test_an_organiser_appeals_for_him(office: Office) -> None:
    town(office)
    office.appeal("an", Q1)
    (appeal,) = office.record("an")["appeals"]
    assert (appeal["period"], appeal["revision"], appeal["actor"]) == (Q1, 1, "organiser")


def test_nobody_else_appeals(office: Office) -> None:
    town(office)
    with refused("forbidden"):
        office.appeal("an", JAN, by="reviewer")
    office.grant("bo_self", "cadre", cadre="bo")
    with refused("unknown-cadre"):
        office.appeal("an", Q1, by="bo_self")


@pytest.mark.parametrize(("period", "revision"), [(Q1, 2), ("2025-Q2", 1), ("2025", 1), ("2025-04", 1)])
def test_only_a_graded_period_and_revision_is_appealed_against(office: Office, period: str, revision: int) -> None:
    town(office)
    with refused("period-not-sealed"):
        office.appeal("an", period, revision)


def test_an_earlier_revision_may_be_appealed_against(office: Office) -> None:
    town(office)
    office.reopen("town", Q1)
    office.seal("town", Q1)
    office.appeal("an", Q1, 1)
    office.appeal("an", Q1, 2)


def test_who_sealed_it_does_not_decide(office: Office) -> None:
    town(office)
    appeal = office.appeal("an", Q1)
    with refused("forbidden"):
        office.decide_appeal("an", appeal, by="organiser")
    office.decide_appeal("an", appeal, by="second")
    assert decision(office) == "upheld"


def test_who_sealed_only_another_revision_decides(office: Office) -> None:
    town(office)
    office.reopen("town", Q1)
    office.seal("town", Q1, by="second")
    with refused("forbidden"):
        office.decide_appeal("an", office.appeal("an", Q1, 2), by="second")
    office.decide_appeal("an", office.appeal("an", Q1, 1), by="second")


@pytest.mark.parametrize("period", [JAN, Q1])
def test_who_scored_it_does_not_decide(office: Office, period: str) -> None:
    office.adopt()
    office.register("an")
    office.score("an", JAN, 50, by="second")
    office.play("town", Q1, an=50)
    appeal = office.appeal("an", period)
    with refused("forbidden"):
        office.decide_appeal("an", appeal, by="second")
    office.grant("third", "organiser")
    office.decide_appeal("an", appeal, "dismissed", by="third")
    assert decision(office) == "dismissed"


def test_who_corrected_a_score_of_it_does_not_decide(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.correct("an", office.score("an", JAN, 50), 60, by="second")
    office.on("2025-02-06")
    office.seal("town", JAN)
    with refused("forbidden"):
        office.decide_appeal("an", office.appeal("an", JAN), by="second")


def test_who_is_named_as_scorer_does_not_decide(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.score("an", JAN, 50, scorer="second")
    office.on("2025-02-06")
    office.seal("town", JAN)
    with refused("forbidden"):
        office.decide_appeal("an", office.appeal("an", JAN), by="second")


def test_who_scored_a_year_does_not_decide_on_it(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.play_year("town", "2025", an=[80] * 4)
    office.score("an", "2025", 80, by="second")
    office.seal("town", "2025")
    with refused("forbidden"):
        office.decide_appeal("an", office.appeal("an", "2025"), by="second")
    office.decide_appeal("an", office.appeal("an", Q1), by="second")


def test_only_organisers_decide(office: Office) -> None:
    town(office)
    appeal = office.appeal("an", JAN)
    for other in ("reviewer", "an_self"):
        with refused("forbidden"):
            office.decide_appeal("an", appeal, by=other)


def test_an_organiser_who_is_the_cadre_does_not_decide(office: Office) -> None:
    town(office)
    office.grant("an_office", "organiser", cadre="an")
    with refused("own-record"):
        office.decide_appeal("an", office.appeal("an", Q1), by="an_office")


def test_an_appeal_is_decided_once(office: Office) -> None:
    town(office)
    appeal = office.appeal("an", Q1)
    office.decide_appeal("an", appeal)
    with refused("invalid", "already_decided"):
        office.decide_appeal("an", appeal, "dismissed", by="third")


def test_only_an_appeal_is_decided(office: Office) -> None:
    town(office)
    with refused("unknown-event"):
        office.decide_appeal("an", office.talk("an", Q1))


def test_an_upheld_appeal_changes_nothing_by_itself(office: Office) -> None:
    town(office)
    before = office.row("an", Q1), office.duties("an")
    office.decide_appeal("an", office.appeal("an", Q1))
    after = office.row("an", Q1), office.duties("an")
    del before[0]["position"], after[0]["position"]
    assert after == before
    with refused("period-sealed"):
        office.observe("an", JAN, 5)


def test_the_record_shows_the_chain(office: Office) -> None:
    town(office)
    office.decide_appeal("an", office.appeal("an", Q1))
    office.reopen("town", JAN)
    office.observe("an", JAN, 3)
    office.seal("town", JAN)
    office.seal("town", Q1)
    results = [event["data"] for event in office.events("an", "quarter_graded")]
    assert [(data["revision"], data["points"]) for data in results] == [(1, "50.00"), (2, "51.00")]
    assert decision(office) == "upheld"


def test_a_result_that_is_not_graded_may_be_appealed_against(office: Office) -> None:
    office.adopt()
    office.register("an")
    away: list[int | str | None] = [None, None, None]
    office.play_year("town", "2025", an=[80, away, away, away])
    office.seal("town", "2025")
    assert office.see("an", "2025", "not_graded") == "short_service"
    office.decide_appeal("an", office.appeal("an", "2025"), "dismissed")
