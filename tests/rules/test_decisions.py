"""Grades decided by a person against the computed one (rules.md section 4)."""

import pytest

from tests.office import Office, refused

MONTHS = ["2025-01", "2025-02", "2025-03"]
Q1 = "2025-Q1"


def town(office: Office) -> None:
    """Ready to seal: an would be good, bo fairly good by quota, cai fairly good, ding average."""
    office.adopt()
    office.staff("town", "an", "bo", "cai", "ding")
    office.play_months("town", MONTHS, an=95, bo=92, cai=85, ding=70)


def test_a_decision_stands_beside_the_computed_grade(office: Office) -> None:
    town(office)
    office.seal("town", Q1, ding="poor")
    row = office.row("ding", Q1)
    assert (row["computed_grade"], row["grade"], row["band"]) == ("average", "poor", "average")
    assert row["decision"] == {"reason": "研究决定", "actor": "organiser"}


def test_a_decision_changes_no_points_rank_reasons_or_other_grades(office: Office) -> None:
    town(office)
    office.seal("town", Q1, an="average", bo="good")
    assert office.see("an", Q1, "points", "rank", "of", "reasons", "grade") == ("95.00", 1, 4, [], "average")
    assert office.see("bo", Q1, "points", "rank", "of", "reasons", "grade") == ("92.00", 2, 4, ["quota"], "good")
    assert office.see("cai", Q1, "grade", "decision") == ("fairly_good", None)
    assert office.quota("town", Q1) == (1, 1, 1)


@pytest.mark.parametrize("grade", ["average", "competent"])
def test_the_grade_is_another_than_the_computed_and_one_of_the_kind(office: Office, grade: str) -> None:
    town(office)
    with refused("invalid"):
        office.seal("town", Q1, ding=grade)


def test_only_graded_cadres_of_the_round_are_decided_on(office: Office) -> None:
    town(office)
    office.register("er", since="2025-04")
    with refused("invalid", "not_graded"):
        office.seal("town", Q1, er="good")
    with refused("invalid", "not_graded"):
        office.seal("town", Q1, nobody="good")


def test_who_is_not_assessed_is_not_decided_on(office: Office) -> None:
    office.adopt()
    office.staff("town", "an", "bo")
    office.play_months("town", MONTHS, an=[None, None, None], bo=80)
    with refused("invalid", "not_graded"):
        office.seal("town", Q1, an="good")


def test_months_are_not_decided_on(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.score("an", "2025-01", 80)
    office.on("2025-02-06")
    with refused("invalid"):
        office.seal("town", "2025-01", an="good")


def test_without_a_pending_decision_there_is_nothing_to_drop(office: Office) -> None:
    town(office)
    with refused("invalid", "nothing_to_drop"):
        office.seal("town", Q1, an=None)


def test_sealing_again_repeats_or_drops_each_earlier_decision(office: Office) -> None:
    town(office)
    office.seal("town", Q1, an="average", ding="poor")
    office.reopen("town", Q1)
    with refused("decision-pending") as caught:
        office.seal("town", Q1)
    assert caught.value.facts["cadres"] == ["an", "ding"]
    with refused("decision-pending") as caught:
        office.seal("town", Q1, ding="poor")
    assert caught.value.facts["cadres"] == ["an"]
    office.seal("town", Q1, an=None, ding="poor")
    assert office.see("an", Q1, "grade", "decision") == ("good", None)
    assert office.see("ding", Q1, "grade", "computed_grade") == ("poor", "average")


def test_a_dropped_decision_is_not_pending_any_more(office: Office) -> None:
    town(office)
    office.seal("town", Q1, an="average")
    office.reopen("town", Q1)
    office.seal("town", Q1, an=None)
    office.reopen("town", Q1)
    with refused("invalid", "nothing_to_drop"):
        office.seal("town", Q1, an=None)
    assert office.seal("town", Q1).revision == 3


def test_an_earlier_decision_may_be_replaced_by_another(office: Office) -> None:
    town(office)
    office.seal("town", Q1, an="average")
    office.reopen("town", Q1)
    office.seal("town", Q1, by="second", an="poor")
    assert office.see("an", Q1, "grade") == "poor"
    assert office.see("an", Q1, "decision")["actor"] == "second"


def test_a_decision_that_equals_what_is_now_computed_can_only_be_dropped(office: Office) -> None:
    town(office)
    office.seal("town", Q1, ding="fairly_good")
    for month in MONTHS:
        office.reopen("town", month)
        office.score("ding", month, 96, scorer="second_look")
        office.seal("town", month)
    # (70 + 96) / 2 = 83
    with refused("invalid", "computed_grade"):
        office.seal("town", Q1, ding="fairly_good")
    office.seal("town", Q1, ding=None)
    assert office.see("ding", Q1, "grade", "decision") == ("fairly_good", None)


def test_a_decision_on_who_has_left_the_round_can_only_be_dropped(office: Office) -> None:
    town(office)
    office.seal("town", Q1, ding="poor")
    for month in MONTHS:
        office.reopen("town", month)
        office.excuse("ding", month)
        office.seal("town", month)
    with refused("decision-pending"):
        office.seal("town", Q1)
    with refused("invalid", "not_graded"):
        office.seal("town", Q1, ding="poor")
    office.seal("town", Q1, ding=None)
    assert office.see("ding", Q1, "not_graded", "decision") == ("not_assessed", None)


def test_an_outdated_quarter_has_its_decisions_pending_too(office: Office) -> None:
    town(office)
    office.seal("town", Q1, ding="poor")
    office.reopen("town", MONTHS[0])
    office.seal("town", MONTHS[0])
    with refused("decision-pending"):
        office.seal("town", Q1)
    office.seal("town", Q1, ding="poor")


def test_a_years_grade_may_be_decided_and_is_of_its_kind(office: Office) -> None:
    office.adopt()
    office.staff("town", "an", "bo", "cai")
    office.play_year("town", "2025", an=[85] * 4, bo=[82] * 4, cai=[70] * 4)
    for cadre in ("an", "bo", "cai"):
        office.score(cadre, "2025", 80)
    with refused("invalid", "not_one_of"):
        office.seal("town", "2025", an="poor")
    office.seal("town", "2025", an="excellent", cai="incompetent")
    assert office.see("an", "2025", "computed_grade", "grade", "rank") == ("competent", "excellent", 1)
    assert office.see("cai", "2025", "computed_grade", "grade") == ("basically_competent", "incompetent")
    assert office.quota("town", "2025") == (1, 0, 1)
