"""When a round can be sealed, and what is refused afterwards (rules.md section 4)."""

from typing import Any

import pytest

from tests.office import Office, indicator, refused

JAN, FEB, MAR = "2025-01", "2025-02", "2025-03"
Q1, Q2 = "2025-Q1", "2025-Q2"


def town(office: Office, **overrides: Any) -> None:
    office.adopt(**overrides)
    office.staff("town", "an", "bo", "cai")


def sealed(office: Office, months: list[str]) -> None:
    office.play_months("town", months, an=70, bo=80, cai=90)


# When


def test_a_month_is_sealed_once_the_closing_day_of_the_next_has_passed(office: Office) -> None:
    town(office)
    for cadre in ("an", "bo", "cai"):
        office.score(cadre, JAN, 80)
    for day in ("2025-01-31", "2025-02-05"):
        office.on(day)
        with refused("period-not-ended") as caught:
            office.seal("town", JAN)
        assert caught.value.facts["until"] == "2025-02-05"
    office.on("2025-02-06")
    office.seal("town", JAN)
    assert office.state("town", JAN) == "sealed"


def test_the_closing_day_is_the_schemes(office: Office) -> None:
    town(office, filing={"closes_on_day": 20})
    for cadre in ("an", "bo", "cai"):
        office.score(cadre, JAN, 80)
    office.on("2025-02-20")
    with refused("period-not-ended"):
        office.seal("town", JAN)
    office.on("2025-02-21")
    office.seal("town", JAN)


def test_a_quarter_or_year_is_not_sealed_before_it_has_ended(office: Office) -> None:
    town(office)
    office.on("2025-03-31")
    with refused("period-not-ended"):
        office.seal("town", Q1)
    office.on("2025-12-31")
    with refused("period-not-ended"):
        office.seal("town", "2025")


def test_without_a_scheme_nothing_is_sealed(office: Office) -> None:
    office.staff("town", "an")
    office.adopt("county")
    office.on("2025-02-06")
    with refused("no-scheme"):
        office.seal("town", JAN)


def test_an_unknown_group_is_not_sealed(office: Office) -> None:
    with refused("unknown-group"):
        office.seal("nowhere", JAN)


def test_a_group_without_members_is_not_sealed(office: Office) -> None:
    office.adopt()
    office.on("2025-02-06")
    with refused("round-not-ready") as caught:
        office.seal("town", JAN)
    assert caught.value.facts["missing"] == [{"cadre": None, "missing": ["no_members"]}]


# Whole


def test_a_month_is_sealed_when_every_member_is_excused_or_ready(office: Office) -> None:
    town(office, indicators=[indicator("a"), indicator("b")])
    office.score("an", JAN, 5, "a")
    office.excuse("bo", JAN)
    office.submit("cai", JAN)
    office.on("2025-02-06")
    with refused("round-not-ready") as caught:
        office.seal("town", JAN)
    assert caught.value.facts["missing"] == [
        {"cadre": "an", "missing": ["b"]},
        {"cadre": "cai", "missing": ["a", "b", "unreviewed"]},
    ]
    assert office.missing("town", JAN) == {"an": ["b"], "cai": ["a", "b", "unreviewed"]}
    assert office.progress("town", JAN)["ready"] is False


def test_progress_names_for_whom_each_scorer_has_not_scored(office: Office) -> None:
    town(office)
    office.score("an", JAN, 70, by="reviewer")
    office.score("bo", JAN, 70, by="reviewer")
    office.score("bo", JAN, 70, scorer="discipline")
    assert office.progress("town", JAN)["by_scorer"] == [
        {"scorer": "discipline", "indicator": "work", "rater": None, "cadres": ["an", "cai"]},
        {"scorer": "reviewer", "indicator": "work", "rater": None, "cadres": ["cai"]},
    ]


def test_a_seal_that_is_refused_records_nothing(office: Office) -> None:
    town(office)
    office.score("an", JAN, 80)
    office.on("2025-02-06")
    with refused("round-not-ready"):
        office.seal("town", JAN)
    assert office.events("an", "month_graded") == []


def test_a_quarter_needs_all_its_months_sealed(office: Office) -> None:
    town(office)
    sealed(office, [JAN, MAR])
    with refused("round-not-ready") as caught:
        office.seal("town", Q1)
    assert caught.value.facts["missing"] == [{"cadre": cadre, "missing": [FEB]} for cadre in ("an", "bo", "cai")]


def test_a_quarter_needs_its_members_months_in_other_groups_sealed(office: Office) -> None:
    town(office)
    office.adopt("county")
    office.register("ding", "county")
    office.post("ding", "town", MAR)
    office.play_months("town", [JAN, FEB], an=70, bo=80, cai=90)
    office.play_months("town", [MAR], an=70, bo=80, cai=90, ding=60)
    office.play_months("county", [JAN], ding=60)
    with refused("round-not-ready") as caught:
        office.seal("town", Q1)
    assert caught.value.facts["missing"] == [{"cadre": "ding", "missing": [FEB]}]
    office.play_months("county", [FEB], ding=60)
    office.seal("town", Q1)


def test_a_quarter_needs_the_groups_earlier_quarters_sealed(office: Office) -> None:
    town(office)
    sealed(office, [f"2025-{n:02}" for n in range(1, 7)])
    with refused("round-not-ready") as caught:
        office.seal("town", Q2)
    assert caught.value.facts["missing"] == [{"cadre": None, "missing": [Q1]}]
    assert office.missing("town", Q2) == {None: [Q1]}
    office.seal("town", Q1)
    office.seal("town", Q2)


def test_earlier_quarters_are_looked_for_across_new_year(office: Office) -> None:
    town(office)
    office.adopt(year="2026")
    sealed(office, [f"2025-{n:02}" for n in range(1, 13)])
    for quarter in (Q1, Q2, "2025-Q3"):
        office.seal("town", quarter)
    sealed(office, ["2026-01", "2026-02", "2026-03"])
    with refused("round-not-ready") as caught:
        office.seal("town", "2026-Q1")
    assert caught.value.facts["missing"] == [{"cadre": None, "missing": ["2025-Q4"]}]


def test_earlier_quarters_without_members_are_not_needed(office: Office) -> None:
    office.adopt()
    office.staff("town", "an", "bo", "cai", since="2025-04")
    office.play("town", Q2, an=70, bo=80, cai=90)
    assert office.state("town", Q2) == "sealed"


def test_a_year_needs_every_quarter_of_its_members_sealed(office: Office) -> None:
    town(office)
    for quarter in (Q1, Q2, "2025-Q3"):
        office.play("town", quarter, an=70, bo=80, cai=90)
    sealed(office, ["2025-10", "2025-11", "2025-12"])
    for cadre in ("an", "bo", "cai"):
        office.score(cadre, "2025", 80)
    with refused("round-not-ready") as caught:
        office.seal("town", "2025")
    assert caught.value.facts["missing"] == [{"cadre": cadre, "missing": ["2025-Q4"]} for cadre in ("an", "bo", "cai")]


# Afterwards


def test_a_sealed_round_is_not_sealed_again(office: Office) -> None:
    town(office)
    sealed(office, [JAN])
    with refused("period-sealed"):
        office.seal("town", JAN)


def test_facts_of_a_sealed_month_are_refused(office: Office) -> None:
    town(office)
    score = office.score("an", JAN, 70, by="second")
    seen = office.observe("an", JAN, 1)
    form, pending = office.submit("an", JAN), office.submit("bo", JAN)
    office.review("an", form, 1)
    excuse = office.excuse("bo", JAN)
    sealed_facts: list[Any] = [
        lambda: office.score("an", JAN, 90),
        lambda: office.correct("an", score, 90),
        lambda: office.annul("an", score),
        lambda: office.annul("an", seen),
        lambda: office.annul("bo", excuse),
        lambda: office.submit("an", JAN),
        lambda: office.withdraw("bo", pending),
        lambda: office.review("an", form, 2),
        lambda: office.observe("an", JAN, 1),
        lambda: office.excuse("an", JAN),
    ]
    office.score("cai", JAN, 90)
    office.on("2025-02-06")
    office.seal("town", JAN)
    for act in sealed_facts:
        with refused("period-sealed") as caught:
            act()
        assert caught.value.facts["rounds"] == [{"group": "town", "period": JAN}]


def test_talks_sanctions_and_appeals_are_not_facts_of_a_sealed_period(office: Office) -> None:
    town(office)
    office.play("town", Q1, an=50, bo=80, cai=90)
    office.talk("an", Q1)
    office.criticise("an", Q1)
    office.admonish("an", Q1)
    office.adjust("an", Q1)
    office.appeal("an", Q1)


def test_only_a_sealed_round_is_reopened(office: Office) -> None:
    town(office)
    with refused("period-not-sealed"):
        office.reopen("town", JAN)
    sealed(office, [JAN])
    office.reopen("town", JAN)
    with refused("period-not-sealed"):
        office.reopen("town", JAN)


@pytest.mark.parametrize("role", ["reviewer", "auditor", "committee"])
def test_only_organisers_seal_and_reopen(office: Office, role: str) -> None:
    town(office)
    sealed(office, [JAN])
    office.grant("other", role)
    with refused("forbidden"):
        office.seal("town", FEB, by="other")
    with refused("forbidden"):
        office.reopen("town", JAN, by="other")


def test_an_organiser_acts_in_his_groups_only(office: Office) -> None:
    town(office)
    sealed(office, [JAN])
    office.grant("county_office", "organiser", groups=["county"])
    with refused("unknown-group"):
        office.reopen("town", JAN, by="county_office")
