"""A month: indicators, base, key work, observation, points, grade (rules.md section 3)."""

from typing import Any

import pytest

from tests.office import Office, indicator, refused

JAN = "2025-01"
RATED = indicator("integrity", 10, kind="common", raters={"leader": "50", "peer": "30", "public": "20"})
WORK = indicator("work", 100)


def open_month(office: Office, *indicators: dict[str, Any], **overrides: Any) -> None:
    office.adopt(indicators=list(indicators) or [WORK], **overrides)
    office.register("an")


def points(office: Office) -> str:
    return str(office.see("an", JAN, "points"))


# Values and base


def test_two_scorers_of_an_indicator_without_raters_count_by_their_mean(office: Office) -> None:
    open_month(office)
    office.score("an", JAN, 80)
    office.score("an", JAN, 85, by="second")
    office.score("an", JAN, "92.25", scorer="discipline_office")
    # 257.25 / 3
    assert points(office) == "85.75"


def test_rater_classes_are_weighted_each_by_its_mean(office: Office) -> None:
    open_month(office, RATED)
    office.score("an", JAN, 9, "integrity", rater="leader")
    office.score("an", JAN, 8, "integrity", rater="peer", scorer="a")
    office.score("an", JAN, 7, "integrity", rater="peer", scorer="b")
    office.score("an", JAN, 5, "integrity", rater="public")
    # (50 × 9 + 30 × 7.5 + 20 × 5) / 100 = 7.75 of 10
    assert points(office) == "77.50"


def test_only_the_rater_classes_present_are_weighed(office: Office) -> None:
    open_month(office, RATED)
    office.score("an", JAN, 9, "integrity", rater="leader")
    office.score("an", JAN, 8, "integrity", rater="public")
    # (50 × 9 + 20 × 8) / 70 = 610 / 70 = 8.714285…
    assert points(office) == "87.14"
    assert office.see("an", JAN, "state", "missing") == ("open", [])


def test_the_base_is_a_hundred_times_the_sum_of_values_over_the_sum_of_maxima(office: Office) -> None:
    open_month(office, indicator("a", 15), indicator("b", 30))
    office.score("an", JAN, 13, "a")
    office.score("an", JAN, 25, "b")
    # 38 / 45 = 84.444…
    assert points(office) == "84.44"


def test_points_are_rounded_half_up(office: Office) -> None:
    open_month(office, indicator("a", 80))
    office.score("an", JAN, "68.02", "a")
    # 85.025
    assert points(office) == "85.03"


def test_nothing_is_rounded_before_the_end(office: Office) -> None:
    open_month(office, indicator("a", 3), indicator("b", 3), indicator("c", 3))
    for code in "abc":
        office.score("an", JAN, 1, code, scorer="one")
        office.score("an", JAN, 2, code, scorer="two")
        office.score("an", JAN, 2, code, scorer="three")
    # 5/3 three times is 5 of 9: 55.5555…
    assert points(office) == "55.56"


def test_an_indicator_that_is_skipped_leaves_the_sum(office: Office) -> None:
    open_month(office, indicator("a", 10), indicator("b", 10, kind="special"))
    office.score("an", JAN, 8, "a")
    assert points(office) == "80.00"


def test_an_indicator_that_is_zero_stays_in_the_sum(office: Office) -> None:
    open_month(office, indicator("a", 10), indicator("b", 10, unscored="zero"))
    office.score("an", JAN, 8, "a")
    assert points(office) == "40.00"


def test_an_indicator_that_blocks_keeps_the_month_from_being_ready(office: Office) -> None:
    open_month(office, indicator("a"), indicator("b"), indicator("c", kind="common"), indicator("d", kind="special"))
    office.score("an", JAN, 8, "a")
    assert office.see("an", JAN, "state", "missing", "points", "grade") == ("not_ready", ["b", "c"], None, None)


def test_a_special_indicator_may_block_and_a_specific_one_be_skipped(office: Office) -> None:
    open_month(office, indicator("a", kind="special", unscored="block"), indicator("b", unscored="skip"))
    office.score("an", JAN, 8, "b")
    assert office.see("an", JAN, "missing") == ["a"]


@pytest.mark.parametrize("unscored", ["skip", "zero"])
def test_a_month_without_any_value_is_not_ready(office: Office, unscored: str) -> None:
    open_month(office, indicator("a", unscored=unscored))
    assert office.see("an", JAN, "state", "missing") == ("not_ready", ["no_value"])


def test_an_indicator_counts_only_in_its_months_both_included(office: Office) -> None:
    open_month(office, WORK, indicator("drive", 100, **{"from": "2025-02", "until": "2025-03"}))
    office.on("2025-04-01")
    missing = [office.see("an", f"2025-{n:02}", "missing") for n in range(1, 5)]
    assert missing == [["work"], ["work", "drive"], ["work", "drive"], ["work"]]
    with refused("unknown-indicator"):
        office.score("an", JAN, 8, "drive")


# Scores


def test_a_scorer_holds_one_score_for_an_indicator(office: Office) -> None:
    open_month(office)
    office.score("an", JAN, 80)
    with refused("already-scored"):
        office.score("an", JAN, 90)
    with refused("already-scored"):
        office.score("an", JAN, 90, by="second", scorer="organiser")


def test_a_scorer_holds_one_score_for_each_rater_class(office: Office) -> None:
    open_month(office, RATED)
    office.score("an", JAN, 9, "integrity", rater="leader")
    office.score("an", JAN, 9, "integrity", rater="peer")
    with refused("already-scored"):
        office.score("an", JAN, 8, "integrity", rater="peer")


def test_a_correction_replaces_the_score_and_a_later_one_the_earlier(office: Office) -> None:
    open_month(office)
    score = office.score("an", JAN, 80)
    office.correct("an", score, 70)
    office.correct("an", score, 75)
    assert points(office) == "75.00"


def test_an_annulled_score_counts_no_more_and_another_may_follow(office: Office) -> None:
    open_month(office)
    office.annul("an", office.score("an", JAN, 80))
    assert office.see("an", JAN, "missing") == ["work"]
    office.score("an", JAN, 90)
    assert points(office) == "90.00"


def test_only_who_scored_or_an_organiser_corrects(office: Office) -> None:
    open_month(office)
    office.grant("other", "reviewer")
    score = office.score("an", JAN, 80, by="reviewer")
    with refused("forbidden"):
        office.correct("an", score, 70, by="other")
    office.correct("an", score, 71, by="reviewer")
    office.correct("an", score, 72, by="second")
    assert points(office) == "72.00"


@pytest.mark.parametrize("given", ["-0.01", "10.01"])
def test_points_lie_between_zero_and_the_maximum(office: Office, given: str) -> None:
    open_month(office, indicator("a"))
    with refused("points-out-of-range"):
        office.score("an", JAN, given, "a")
    score = office.score("an", JAN, "10.00", "a")
    with refused("points-out-of-range"):
        office.correct("an", score, given)


@pytest.mark.parametrize("rater", [None, "neighbour"])
def test_a_score_on_an_indicator_with_raters_names_one_of_them(office: Office, rater: str | None) -> None:
    open_month(office, RATED)
    with refused("unknown-rater"):
        office.score("an", JAN, 9, "integrity", rater=rater)


def test_a_score_on_an_indicator_without_raters_names_none(office: Office) -> None:
    open_month(office)
    with refused("unknown-rater"):
        office.score("an", JAN, 9, rater="leader")


# Observation, points and grade


@pytest.mark.parametrize(
    ("observed", "expected"),
    [(["3", "1.5"], "84.50"), (["4", "3"], "85.00"), (["-4", "-3"], "75.00"), (["9", "-5"], "84.00"), ([], "80.00")],
)
def test_observations_are_summed_and_kept_within_the_cap(office: Office, observed: list[str], expected: str) -> None:
    open_month(office)
    office.score("an", JAN, 80)
    for given in observed:
        office.observe("an", JAN, given)
    assert points(office) == expected


def test_an_annulled_observation_counts_no_more(office: Office) -> None:
    open_month(office)
    office.score("an", JAN, 80)
    office.annul("an", office.observe("an", JAN, -3))
    assert points(office) == "80.00"


def test_points_never_fall_below_zero(office: Office) -> None:
    open_month(office)
    office.score("an", JAN, 2)
    office.observe("an", JAN, -5)
    assert office.see("an", JAN, "points", "grade") == ("0.00", "poor")


def test_points_may_pass_a_hundred(office: Office) -> None:
    open_month(office)
    office.score("an", JAN, 99)
    office.observe("an", JAN, 3)
    office.review("an", office.submit("an", JAN), 4)
    assert office.see("an", JAN, "points", "grade") == ("106.00", "good")


@pytest.mark.parametrize(
    ("given", "grade"),
    [("90", "good"), ("89.99", "fairly_good"), ("80", "fairly_good"), ("79.99", "average"), ("59.99", "poor")],
)
def test_the_grade_is_the_highest_band_reached(office: Office, given: str, grade: str) -> None:
    open_month(office)
    office.score("an", JAN, given)
    assert office.see("an", JAN, "grade") == grade


def test_bands_see_the_rounded_figure(office: Office) -> None:
    open_month(office, indicator("a", 900))
    office.score("an", JAN, "809.96", "a")
    # 89.99555… is 90.00
    assert office.see("an", JAN, "points", "grade") == ("90.00", "good")
