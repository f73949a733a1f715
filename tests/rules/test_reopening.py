"""Reopened and outdated rounds, and their next revisions (rules.md section 4)."""

from typing import Any

from tests.office import Office, refused

JAN, FEB, MAR = "2025-01", "2025-02", "2025-03"
Q1, Q2, Q3 = "2025-Q1", "2025-Q2", "2025-Q3"


def town(office: Office, **overrides: Any) -> None:
    office.adopt(**overrides)
    office.staff("town", "an", "bo", "cai")
    office.play("town", Q1, an=70, bo=80, cai=90)


def corrected(office: Office, points: int, month: str = JAN) -> None:
    """an's score of a sealed month is corrected, and the month sealed again."""
    office.reopen("town", month)
    (score,) = (event["id"] for event in office.events("an", "scored") if event["data"]["period"] == month)
    office.correct("an", score, points)
    office.seal("town", month)


def test_a_reopened_month_shows_the_sealed_figures_until_it_is_sealed_again(office: Office) -> None:
    town(office)
    office.reopen("town", JAN)
    office.observe("an", JAN, 3)
    assert office.see("an", JAN, "state", "points", "revision") == ("reopened", "70.00", 1)
    assert office.state("town", JAN) == "reopened"
    assert office.seal("town", JAN).revision == 2
    assert office.see("an", JAN, "state", "points", "revision") == ("sealed", "73.00", 2)


def test_progress_of_a_reopened_month_computes_anew(office: Office) -> None:
    town(office)
    office.reopen("town", JAN)
    assert office.missing("town", JAN) == {}
    office.submit("an", JAN)
    assert office.missing("town", JAN) == {"an": ["unreviewed"]}
    assert office.see("an", JAN, "state", "missing") == ("reopened", [])


def test_a_preview_computes_anew_and_records_nothing(office: Office) -> None:
    town(office)
    office.reopen("town", JAN)
    office.observe("an", JAN, 3)
    preview = office.ledger.rounds.preview(office.callers["organiser"], "town", JAN, {}).result()
    assert [row["points"] for row in preview.rows if row["cadre"] == "an"] == ["73.00"]
    assert [entry["cadre"] for entry in preview.moved] == ["an"]
    assert office.see("an", JAN, "points", "revision") == ("70.00", 1)


def test_both_revisions_stay_in_the_history(office: Office) -> None:
    town(office)
    corrected(office, 76)
    results = [event["data"] for event in office.events("an", "month_graded") if event["data"]["period"] == JAN]
    assert [(data["revision"], data["points"]) for data in results] == [(1, "70.00"), (2, "76.00")]


def test_a_reopened_month_may_be_corrected_again(office: Office) -> None:
    town(office)
    office.reopen("town", JAN)
    office.observe("an", JAN, 1)
    with refused("period-sealed"):
        office.observe("an", FEB, 1)


def test_a_quarter_is_outdated_while_a_month_of_it_is_reopened(office: Office) -> None:
    town(office)
    office.reopen("town", JAN)
    assert office.state("town", Q1) == "outdated"
    assert office.see("an", Q1, "state", "points") == ("outdated", "70.00")


def test_a_quarter_stays_outdated_after_its_month_is_sealed_again(office: Office) -> None:
    town(office)
    corrected(office, 76)
    assert office.see("an", Q1, "state", "points", "revision") == ("outdated", "70.00", 1)


def test_an_outdated_quarter_waits_for_its_months(office: Office) -> None:
    town(office)
    office.reopen("town", JAN)
    with refused("round-not-ready") as caught:
        office.seal("town", Q1)
    assert caught.value.facts["missing"] == [{"cadre": cadre, "missing": [JAN]} for cadre in ("an", "bo", "cai")]


def test_an_outdated_quarter_is_sealed_again_without_reopening(office: Office) -> None:
    town(office)
    corrected(office, 76)
    assert office.seal("town", Q1).revision == 2
    # (76 + 70 + 70) / 3
    assert office.see("an", Q1, "state", "points", "revision") == ("sealed", "72.00", 2)


def test_a_quarter_sealed_again_without_a_change_is_sealed(office: Office) -> None:
    town(office)
    office.reopen("town", Q1)
    assert office.see("an", Q1, "state") == "reopened"
    office.seal("town", Q1)
    assert office.see("an", Q1, "state", "revision") == ("sealed", 2)


def test_an_outdated_quarter_blocks_the_next(office: Office) -> None:
    town(office)
    office.play_months("town", ["2025-04", "2025-05", "2025-06"], an=70, bo=80, cai=90)
    corrected(office, 76)
    assert office.missing("town", Q2) == {None: [Q1]}
    office.seal("town", Q1)
    office.seal("town", Q2)


def test_a_later_quarter_is_not_outdated_by_an_earlier_one(office: Office) -> None:
    town(office)
    office.play("town", Q2, an=70, bo=80, cai=90)
    corrected(office, 76)
    office.seal("town", Q1)
    assert office.state("town", Q2) == "sealed"


def test_a_quarter_is_outdated_by_a_members_month_in_another_group(office: Office) -> None:
    office.adopt()
    office.adopt("county")
    office.staff("town", "an", "bo", "cai")
    office.staff("county", "ding", "er")
    office.post("an", "county", MAR)
    office.play_months("town", [JAN, FEB], an=70, bo=80, cai=90)
    office.play_months("town", [MAR], bo=80, cai=90)
    office.play_months("county", [JAN, FEB], ding=70, er=80)
    office.play_months("county", [MAR], an=50, ding=70, er=80)
    office.seal("town", Q1)
    office.seal("county", Q1)
    office.reopen("county", MAR)
    assert (office.state("town", Q1), office.state("county", Q1)) == ("outdated", "outdated")


def test_a_quarter_is_not_outdated_by_what_it_does_not_rest_on(office: Office) -> None:
    town(office)
    office.adopt("county")
    office.staff("county", "ding")
    office.play("county", Q1, ding=80)
    office.reopen("county", JAN)
    assert (office.state("town", Q1), office.state("county", Q1)) == ("sealed", "outdated")


# The year


def whole_year(office: Office) -> None:
    office.adopt()
    office.staff("town", "an", "bo", "cai")
    office.play_year("town", "2025", an=[70] * 4, bo=[80] * 4, cai=[85] * 4)
    for cadre in ("an", "bo", "cai"):
        office.score(cadre, "2025", 80)
    office.seal("town", "2025")


def test_a_year_is_outdated_by_a_month_and_then_by_its_quarter(office: Office) -> None:
    whole_year(office)
    office.reopen("town", JAN)
    assert office.see("an", "2025", "state", "points") == ("outdated", "74.00")
    office.observe("an", JAN, 4)
    office.seal("town", JAN)
    assert office.state("town", "2025") == "outdated"
    with refused("round-not-ready") as caught:
        office.seal("town", "2025")
    assert caught.value.facts["missing"] == [{"cadre": cadre, "missing": [Q1]} for cadre in ("an", "bo", "cai")]
    office.seal("town", Q1)
    assert office.state("town", "2025") == "outdated"
    office.seal("town", "2025")
    # quarters (74 + 70 + 70) / 3 = 71.33 and 70 three times: 281.33 / 4 × 0.6 + 80 × 0.4 = 74.1995
    assert office.see("an", "2025", "state", "points", "revision") == ("sealed", "74.20", 2)


def test_scores_of_a_sealed_year_are_refused_and_of_a_reopened_one_taken(office: Office) -> None:
    whole_year(office)
    (score,) = (event["id"] for event in office.events("an", "scored") if event["data"]["period"] == "2025")
    with refused("period-sealed"):
        office.correct("an", score, 90)
    with refused("period-sealed"):
        office.score("an", "2025", 90, by="second")
    office.reopen("town", "2025")
    office.correct("an", score, 90)
    assert office.see("an", "2025", "state", "points") == ("reopened", "74.00")
    office.seal("town", "2025")
    # 42 + 36
    assert office.see("an", "2025", "points") == "78.00"


def test_an_outdated_year_counts_as_not_sealed_so_its_scores_are_taken(office: Office) -> None:
    whole_year(office)
    office.reopen("town", Q1)
    office.seal("town", Q1)
    assert office.state("town", "2025") == "outdated"
    office.score("an", "2025", 90, by="second")
    office.seal("town", "2025")
    # 42 + 0.4 × 85
    assert office.see("an", "2025", "points") == "76.00"


def test_a_year_does_not_keep_its_months_and_quarters_from_being_reopened(office: Office) -> None:
    whole_year(office)
    office.reopen("town", Q3)
    assert (office.state("town", Q3), office.state("town", "2025")) == ("reopened", "outdated")
