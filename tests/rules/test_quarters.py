"""Quarters: group, points, ranks, last place and quota (rules.md section 4)."""

from typing import Any

import pytest

from tests.office import Office, Played

Q1 = "2025-Q1"
JAN, FEB, MAR = "2025-01", "2025-02", "2025-03"


def played(office: Office, *, overrides: dict[str, Any] | None = None, **points: Played) -> None:
    office.adopt(**(overrides or {}))
    office.staff("town", *points)
    office.play("town", Q1, **points)


def of_all(office: Office, field: str, *cadres: str) -> list[object]:
    return [office.see(cadre, Q1, field) for cadre in cadres]


def test_points_are_the_mean_of_the_graded_months_rounded_half_up(office: Office) -> None:
    # 80.01 + 80.01 + 80.03 = 240.05 / 3 = 80.0166…; (80.01 + 80.02) / 2 = 80.015
    played(office, an=["80.01", "80.01", "80.03"], bo=["80.01", "80.02", None], cai=90)
    assert of_all(office, "points", "an", "bo", "cai") == ["80.02", "80.02", "90.00"]
    assert office.see("bo", Q1, "months") == [JAN, FEB]


def test_equal_points_after_rounding_share_a_rank(office: Office) -> None:
    played(office, an=["80.01", "80.01", "80.03"], bo=["80.01", "80.02", None], cai=90)
    assert of_all(office, "rank", "an", "bo", "cai") == [2, 2, 1]


def test_ranks_are_competition_ranks_of_the_number_ranked(office: Office) -> None:
    played(office, an=90, bo=85, cai=85, ding=70)
    assert of_all(office, "rank", "an", "bo", "cai", "ding") == [1, 2, 2, 4]
    assert of_all(office, "of", "an", "ding") == [4, 4]


@pytest.mark.parametrize(
    ("points", "grade"),
    [("80.00", "fairly_good"), ("79.99", "average"), ("60.00", "average"), ("59.99", "poor"), ("0", "poor")],
)
def test_the_band_is_the_highest_whose_threshold_is_reached(office: Office, points: str, grade: str) -> None:
    played(office, an=points)
    assert office.see("an", Q1, "band", "computed_grade", "grade") == (grade, grade, grade)


def test_who_has_fewer_graded_months_than_the_minimum_is_not_ranked(office: Office) -> None:
    played(office, an=[None, None, 10], bo=70, cai=80, ding=75)
    assert office.see("an", Q1, "rank", "of", "not_ranked", "last") == (None, None, "short_service", False)
    assert office.see("bo", Q1, "rank", "of", "last") == (3, 3, True)


def test_in_a_small_group_nobody_is_ranked_or_last(office: Office) -> None:
    played(office, an=[None, 70, 70], bo=[None, None, 60], cai=85)
    assert office.see("an", Q1, "rank", "not_ranked", "last", "last_shared") == (None, "small_group", False, False)
    assert office.see("bo", Q1, "not_ranked") == "short_service"
    assert office.see("cai", Q1, "not_ranked") == "small_group"


def test_last_is_the_ranked_with_the_fewest_points(office: Office) -> None:
    played(office, an=70, bo=71, cai=72)
    assert of_all(office, "last", "an", "bo", "cai") == [True, False, False]
    assert of_all(office, "last_place_run", "an", "bo", "cai") == [1, 0, 0]


def test_a_tie_for_last_is_shared_and_not_counted(office: Office) -> None:
    played(office, an=70, bo=70, cai=72)
    assert office.see("an", Q1, "last", "last_shared", "rank", "last_place_run") == (False, True, 2, 0)
    assert office.see("cai", Q1, "last", "last_shared") == (False, False)


def test_a_tie_for_last_counts_for_all_if_last_on_tie(office: Office) -> None:
    played(office, overrides={"ranking": {"last_on_tie": True}}, an=70, bo=70, cai=72)
    assert of_all(office, "last", "an", "bo", "cai") == [True, True, False]
    assert of_all(office, "last_shared", "an", "bo", "cai") == [False, False, False]


@pytest.mark.parametrize("last_on_tie", [False, True])
def test_if_all_have_the_same_points_nobody_is_last(office: Office, last_on_tie: bool) -> None:
    played(office, overrides={"ranking": {"last_on_tie": last_on_tie}}, an=70, bo=70, cai=70)
    assert of_all(office, "rank", "an", "bo", "cai") == [1, 1, 1]
    assert of_all(office, "last", "an", "bo", "cai") == [False, False, False]
    assert of_all(office, "last_shared", "an", "bo", "cai") == [False, False, False]


def test_a_group_of_one_ranked_has_nobody_last(office: Office) -> None:
    played(office, overrides={"ranking": {"minimum": 1}}, an=70)
    assert office.see("an", Q1, "rank", "of", "last", "not_ranked") == (1, 1, False, None)


# The quota


def test_the_quota_admits_those_with_the_most_points(office: Office) -> None:
    # floor(0.40 × 5) = 2
    played(office, an=95, bo=94, cai=93, ding=92, er=70)
    assert of_all(office, "grade", "an", "bo", "cai", "ding") == ["good", "good", "fairly_good", "fairly_good"]
    assert office.see("cai", Q1, "band", "computed_grade", "reasons") == ("good", "fairly_good", ["quota"])
    assert office.see("an", Q1, "reasons") == []
    assert office.quota("town", Q1) == (2, 2, 0)


def test_there_is_at_least_one_place(office: Office) -> None:
    # floor(0.20 × 3) = 0
    played(office, overrides={"good_quota": "0.20"}, an=95, bo=94, cai=70)
    assert of_all(office, "grade", "an", "bo") == ["good", "fairly_good"]
    assert office.quota("town", Q1) == (1, 1, 0)


def test_equal_points_that_do_not_fit_stay_out_and_end_the_quota(office: Office) -> None:
    # two places: an enters, bo and cai do not fit, ding may not slip past them
    played(office, an=95, bo=94, cai=94, ding=93, er=70)
    assert of_all(office, "grade", "an", "bo", "cai", "ding") == ["good", "fairly_good", "fairly_good", "fairly_good"]
    assert office.quota("town", Q1) == (2, 1, 0)


def test_equal_points_at_the_top_that_do_not_fit_leave_all_places_empty(office: Office) -> None:
    played(office, an=95, bo=95, cai=70)
    assert of_all(office, "grade", "an", "bo") == ["fairly_good", "fairly_good"]
    assert office.quota("town", Q1) == (1, 0, 0)


def test_equal_points_enter_together_where_they_fit(office: Office) -> None:
    played(office, an=95, bo=95, cai=94, ding=80, er=70)
    assert of_all(office, "grade", "an", "bo", "cai") == ["good", "good", "fairly_good"]


def test_the_quota_counts_the_ranked_and_leaves_short_service_out(office: Office) -> None:
    # five graded, four ranked: floor(0.40 × 4) = 1
    played(office, an=[None, None, 99], bo=95, cai=94, ding=80, er=70)
    assert office.see("an", Q1, "band", "grade", "reasons") == ("good", "fairly_good", ["short_service"])
    assert of_all(office, "grade", "bo", "cai") == ["good", "fairly_good"]
    assert office.quota("town", Q1) == (1, 1, 0)


def test_where_nobody_is_ranked_the_quota_counts_the_graded(office: Office) -> None:
    # two eligible of five graded, minimum 3: floor(0.40 × 5) = 2
    short: list[int | str | None] = [None, None, 70]
    played(office, an=95, bo=94, cai=short, ding=short, er=short)
    assert of_all(office, "grade", "an", "bo") == ["good", "good"]
    assert of_all(office, "not_ranked", "an", "cai") == ["small_group", "short_service"]
    assert office.quota("town", Q1) == (2, 2, 0)


def test_who_was_short_in_a_small_group_is_named_by_short_service(office: Office) -> None:
    played(office, an=[None, None, 95])
    assert office.see("an", Q1, "grade", "reasons", "not_ranked") == (
        "fairly_good",
        ["short_service"],
        "short_service",
    )


# The group


def moving(office: Office) -> None:
    """an is in the town in January, in the county in February, with two of each around him."""
    office.adopt("town")
    office.adopt("county")
    office.staff("town", "an", "bo", "cai")
    office.staff("county", "ding", "er")
    office.post("an", "county", FEB)


def test_a_cadre_belongs_where_most_of_his_graded_months_fell(office: Office) -> None:
    moving(office)
    office.post("an", "town", MAR)
    office.play_months("county", [JAN], ding=70, er=80)
    office.play_months("county", [FEB], ding=70, er=80, an=60)
    office.play_months("county", [MAR], ding=70, er=80)
    office.play_months("town", [JAN], an=90, bo=80, cai=70)
    office.play_months("town", [FEB], bo=80, cai=70)
    office.play_months("town", [MAR], an=90, bo=80, cai=70)
    office.seal("town", Q1)
    office.seal("county", Q1)
    # 90, 60 of the other group, 90: mean 80
    assert office.see("an", Q1, "group", "points", "rank", "of") == ("town", "80.00", 1, 3)
    assert [row["cadre"] for row in office.standings("county", Q1)["rows"]] == ["er", "ding"]


def test_on_a_tie_of_months_the_group_of_the_latest_counts(office: Office) -> None:
    moving(office)
    office.play_months("town", [JAN], an=90, bo=80, cai=70)
    office.play_months("town", [FEB, MAR], bo=80, cai=70)
    office.play_months("county", [JAN], ding=70, er=80)
    office.play_months("county", [FEB, MAR], an=[None, 50], ding=70, er=80)
    office.seal("town", Q1)
    office.seal("county", Q1)
    assert office.see("an", Q1, "group", "points", "months") == ("county", "70.00", [JAN, MAR])


def test_without_a_graded_month_he_is_not_assessed_in_the_group_of_his_last_posting(office: Office) -> None:
    moving(office)
    office.play_months("town", [JAN], an=[None], bo=80, cai=70)
    office.play_months("town", [FEB, MAR], bo=80, cai=70)
    office.play_months("county", [JAN], ding=70, er=80)
    office.play_months("county", [FEB, MAR], an=[None, None], ding=70, er=80)
    assert office.seal("town", Q1).not_assessed == []
    assert [entry["cadre"] for entry in office.seal("county", Q1).not_assessed] == ["an"]
    assert office.see("an", Q1, "group", "state", "not_graded", "points", "grade") == (
        "county",
        "sealed",
        "not_assessed",
        None,
        None,
    )
    assert office.duties("an") == []
