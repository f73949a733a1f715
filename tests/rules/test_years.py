"""Years: group, evaluation, points, ceilings, quota and rank (rules.md section 4)."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.office import Office, Played, indicator, refused

YEAR = "2025"
Q1, Q2, Q3, Q4 = (f"2025-Q{n}" for n in range(1, 5))
EVERYBODY_GOOD: dict[str, Any] = {"good_quota": "1", "ranking": {"minimum": 1}}
"""So that a quarter's grade is its band's."""


def played(office: Office, evaluation: int | str = 90, **points: Sequence[Played]) -> None:
    """A year in which every quarter's grade is its band's, sealed with one evaluation for all."""
    office.adopt(**EVERYBODY_GOOD)
    office.staff("town", *points)
    office.play_year("town", YEAR, **points)
    evaluated(office, **dict.fromkeys(points, evaluation))


def evaluated(office: Office, **evaluations: int | str) -> None:
    for cadre, evaluation in evaluations.items():
        office.score(cadre, YEAR, evaluation)
    office.seal("town", YEAR)


# Points


def test_points_weigh_the_mean_of_the_quarters_and_the_evaluation(office: Office) -> None:
    played(office, "87.50", an=[90, 80, 70, 81])
    # 0.60 × 321/4 + 0.40 × 87.50 = 48.15 + 35
    assert office.see("an", YEAR, "points", "quarters") == ("83.15", [Q1, Q2, Q3, Q4])


def test_points_are_rounded_once(office: Office) -> None:
    office.adopt(annual={"indicators": [indicator("review", 3)]})
    office.register("an")
    office.play_year("town", YEAR, an=["80.01", "80.02", "80.02", "80.02"])
    evaluated(office, an=2)
    # 0.6 × 80.0175 + 0.4 × 66.666… = 48.0105 + 26.666… = 74.67716…; of rounded parts 80.02 × 0.6 + 66.67 × 0.4 = 74.68
    assert office.see("an", YEAR, "points") == "74.68"
    office.reopen("town", YEAR)
    office.annul("an", office.events("an", "scored")[-1]["id"])
    office.score("an", YEAR, "2.99")
    office.seal("town", YEAR)
    # 48.0105 + 0.4 × 99.666… = 48.0105 + 39.8666… = 87.87716…
    assert office.see("an", YEAR, "points") == "87.88"


def test_a_half_is_rounded_up(office: Office) -> None:
    office.adopt(annual={"routine_weight": "0.50"})
    office.register("an")
    office.play_year("town", YEAR, an=["80.01"] * 4)
    evaluated(office, an="80.00")
    assert office.see("an", YEAR, "points") == "80.01"


def test_the_evaluation_weighs_rater_classes_like_a_month(office: Office) -> None:
    rated = indicator("review", 100, kind="common", raters={"leader": "60", "peer": "40"})
    office.adopt(annual={"indicators": [rated]})
    office.register("an")
    office.play_year("town", YEAR, an=[80] * 4)
    office.score("an", YEAR, 95, rater="leader")
    office.score("an", YEAR, 80, rater="peer", scorer="a")
    office.score("an", YEAR, 90, rater="peer", scorer="b")
    office.seal("town", YEAR)
    # (60 × 95 + 40 × 85) / 100 = 91; 48 + 36.40
    assert office.see("an", YEAR, "points") == "84.40"


def test_an_unscored_indicator_of_the_evaluation_does_what_it_says(office: Office) -> None:
    indicators = [
        indicator("review", 50),
        indicator("blocking", 50),
        indicator("skipped", 50, kind="special"),
        indicator("zero", 50, unscored="zero"),
    ]
    office.adopt(annual={"indicators": indicators})
    office.register("an")
    office.play_year("town", YEAR, an=[80] * 4)
    office.score("an", YEAR, 45)
    with refused("round-not-ready") as caught:
        office.seal("town", YEAR)
    assert caught.value.facts["missing"] == [{"cadre": "an", "missing": ["blocking"]}]
    office.score("an", YEAR, 40, "blocking")
    office.seal("town", YEAR)
    # 85 of 150 = 56.666…; 48 + 22.666…
    assert office.see("an", YEAR, "points") == "70.67"


def test_a_scheme_may_rest_on_the_quarters_alone(office: Office) -> None:
    office.adopt(annual={"routine_weight": "1", "indicators": []})
    office.register("an")
    office.play_year("town", YEAR, an=[80, 81, 82, 83])
    office.seal("town", YEAR)
    assert office.see("an", YEAR, "points") == "81.50"


# Who is graded, and where


def test_fewer_than_two_graded_quarters_are_not_graded(office: Office) -> None:
    away: list[int | str | None] = [None, None, None]
    played(office, an=[80, away, away, away], bo=[80, away, away, 90])
    assert office.see("an", YEAR, "not_graded", "points", "grade", "quarters") == ("short_service", None, None, [Q1])
    assert office.see("bo", YEAR, "not_graded", "quarters") == (None, [Q1, Q4])


def test_who_departed_is_not_graded_before_short_service_is_asked(office: Office) -> None:
    office.adopt(**EVERYBODY_GOOD)
    office.staff("town", "an", "bo", "cai")
    office.depart("an", "2025-12")
    office.depart("bo", "2025-04")
    for quarter in (Q1, Q2, Q3):
        office.play("town", quarter, **dict.fromkeys(["an", "bo", "cai"] if quarter == Q1 else ["an", "cai"], 80))
    office.play_months("town", ["2025-10", "2025-11"], an=80, cai=80)
    office.play_months("town", ["2025-12"], cai=80)
    office.seal("town", Q4)
    office.score("cai", YEAR, 90)
    office.seal("town", YEAR)
    assert office.see("an", YEAR, "not_graded", "points", "rank") == ("departed", None, None)
    assert office.see("bo", YEAR, "not_graded") == "departed"
    assert office.see("cai", YEAR, "rank", "of") == (1, 1)


def test_who_departed_and_came_back_is_graded(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.depart("an", "2025-04", "transferred_out")
    office.post("an", "town", "2025-10")
    office.play("town", Q1, an=80)
    office.play("town", Q4, an=82)
    evaluated(office, an=90)
    # 0.6 × 81 + 36
    assert office.see("an", YEAR, "not_graded", "points") == (None, "84.60")


def test_who_leaves_with_the_new_year_is_graded(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.depart("an", "2026-01")
    office.play_year("town", YEAR, an=[80] * 4)
    evaluated(office, an=90)
    assert office.see("an", YEAR, "not_graded") is None


def transferred(office: Office) -> None:
    """an goes from the town to the county in October, but his fourth quarter is excused."""
    office.adopt("town", **EVERYBODY_GOOD)
    office.adopt("county", **EVERYBODY_GOOD, annual={"indicators": [indicator("county_review", 50)]})
    office.staff("town", "an", "bo")
    office.staff("county", "ding")
    office.post("an", "county", "2025-10")
    for quarter in (Q1, Q2, Q3):
        office.play("town", quarter, an=80, bo=70)
        office.play("county", quarter, ding=70)
    office.play("town", Q4, bo=70)


def test_a_cadre_belongs_to_the_group_of_his_latest_graded_quarter(office: Office) -> None:
    transferred(office)
    office.play("county", Q4, an=70, ding=70)
    office.score("an", YEAR, 40, "county_review")
    office.score("ding", YEAR, 40, "county_review")
    office.seal("county", YEAR)
    # 0.6 × 77.5 + 0.4 × 80
    assert office.see("an", YEAR, "group", "points", "rank") == ("county", "78.50", 1)


def test_scores_that_do_not_fit_the_concluding_groups_scheme_are_missing(office: Office) -> None:
    transferred(office)
    office.play("county", Q4, an=[None, None, None], ding=70)
    office.score("bo", YEAR, 80)
    # he is posted to the county last, and concludes in the town
    score = office.score("an", YEAR, 40, "county_review")
    with refused("unknown-indicator"):
        office.score("an", YEAR, 80, "review")
    with refused("round-not-ready") as caught:
        office.seal("town", YEAR)
    assert caught.value.facts["missing"] == [{"cadre": "an", "missing": ["review", "misfit:county_review"]}]
    office.annul("an", score)
    assert office.missing("town", YEAR) == {"an": ["review"]}


def test_without_a_graded_quarter_he_belongs_where_he_was_posted_last(office: Office) -> None:
    office.adopt("town")
    office.adopt("county")
    office.staff("town", "an", "bo")
    office.post("an", "county", "2025-12")
    away: list[int | str | None] = [None, None, None]
    for quarter in (Q1, Q2, Q3):
        office.play("town", quarter, an=away, bo=70)
    office.play_months("town", ["2025-10", "2025-11"], an=away, bo=70)
    office.play_months("town", ["2025-12"], bo=70)
    office.play_months("county", ["2025-12"], an=away)
    office.seal("town", Q4)
    office.seal("county", Q4)
    office.seal("county", YEAR)
    assert office.see("an", YEAR, "group", "not_graded") == ("county", "short_service")


# Quota and rank


def test_the_quota_admits_the_excellent_with_the_most_points(office: Office) -> None:
    # floor(0.20 × 5) = 1
    played(office, 95, an=[99] * 4, bo=[98] * 4, cai=[97] * 4, ding=[85] * 4, er=[85] * 4)
    assert office.see("an", YEAR, "grade", "reasons") == ("excellent", [])
    assert office.see("bo", YEAR, "band", "computed_grade", "reasons") == ("excellent", "competent", ["quota"])
    assert office.see("ding", YEAR, "reasons") == ["too_few_good_quarters"]
    assert [office.see(cadre, YEAR, "rank") for cadre in ("an", "bo", "cai", "ding", "er")] == [1, 2, 3, 4, 4]
    assert office.quota("town", YEAR) == (1, 1, 0)


def test_a_ceiling_leaves_the_place_to_the_next(office: Office) -> None:
    office.adopt(**EVERYBODY_GOOD)
    office.staff("town", "an", "bo")
    office.play_year("town", YEAR, an=[99] * 4, bo=[98] * 4)
    office.admonish("an", decided_on="2025-07-01")
    evaluated(office, an=95, bo=95)
    assert office.see("an", YEAR, "grade", "reasons", "rank") == ("competent", ["admonished"], 1)
    assert office.see("bo", YEAR, "grade") == "excellent"


def test_an_admonition_that_was_taken_back_before_the_seal_is_no_ceiling(office: Office) -> None:
    office.adopt(**EVERYBODY_GOOD)
    office.staff("town", "an", "bo")
    office.play_year("town", YEAR, an=[99] * 4, bo=[98] * 4)
    taken_back = office.admonish("an", decided_on="2025-07-01")
    office.admonish("bo", decided_on="2025-07-01")
    office.annul("an", taken_back)
    evaluated(office, an=95, bo=95)
    assert office.see("an", YEAR, "grade", "reasons") == ("excellent", [])
    assert office.see("bo", YEAR, "grade", "reasons") == ("competent", ["admonished"])


def test_equal_points_that_do_not_fit_leave_the_place_empty(office: Office) -> None:
    played(office, 95, an=[99] * 4, bo=[99] * 4)
    assert [office.see(cadre, YEAR, "grade") for cadre in ("an", "bo")] == ["competent", "competent"]
    assert office.quota("town", YEAR) == (1, 0, 0)


def test_with_fewer_graded_than_the_minimum_nobody_is_ranked(office: Office) -> None:
    office.adopt(ranking={"minimum": 3})
    office.staff("town", "an", "bo")
    office.play_year("town", YEAR, an=[95] * 4, bo=[80] * 4)
    evaluated(office, an=90, bo=80)
    assert office.see("an", YEAR, "rank", "of") == (None, None)


@pytest.mark.parametrize(
    ("evaluation", "band"),
    [
        ("84.99", "excellent"),  # 54 + 33.996 is 88.00, rounded
        ("84.98", "competent"),
        ("40", "competent"),
        ("39.98", "basically_competent"),
        ("15", "basically_competent"),
        ("14.98", "incompetent"),
    ],
)
def test_the_band_is_the_highest_reached_by_the_rounded_points(office: Office, evaluation: str, band: str) -> None:
    played(office, evaluation, an=[90] * 4)
    assert office.see("an", YEAR, "band") == band
