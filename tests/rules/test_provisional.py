"""Quarters and years before their seal, and the record (api.md, Reading)."""

from tests.office import Office

JAN, FEB, MAR = "2025-01", "2025-02", "2025-03"
Q1, Q2 = "2025-Q1", "2025-Q2"


def town(office: Office) -> None:
    office.adopt()
    office.staff("town", "an", "bo", "cai")


def test_a_provisional_quarter_is_the_mean_of_the_sealed_months_so_far(office: Office) -> None:
    town(office)
    assert office.see("an", Q1, "state", "points", "band", "months") == ("open", None, None, [])
    office.play_months("town", [JAN, FEB], an=[80, 91], bo=80, cai=90)
    office.score("an", MAR, 10)
    assert office.see("an", Q1, "state", "points", "band", "months") == ("open", "85.50", "fairly_good", [JAN, FEB])


def test_a_provisional_quarter_has_no_grade_rank_or_last_place(office: Office) -> None:
    town(office)
    office.play_months("town", [JAN, FEB, MAR], an=95, bo=80, cai=90)
    row = office.row("an", Q1)
    names = ("grade", "computed_grade", "rank", "of", "decision", "revision", "not_ranked", "not_graded")
    assert [row[name] for name in names] == [None] * len(names)
    assert (row["last"], row["last_shared"], row["last_place_run"], row["reasons"]) == (False, False, 0, [])


def test_a_reopened_month_does_not_count_in_a_provisional_quarter(office: Office) -> None:
    town(office)
    office.play_months("town", [JAN, FEB], an=[80, 90], bo=80, cai=90)
    office.reopen("town", JAN)
    assert office.see("an", Q1, "points", "months") == ("90.00", [FEB])


def test_an_excused_month_does_not_count_in_a_provisional_quarter(office: Office) -> None:
    town(office)
    office.play_months("town", [JAN, FEB], an=[None, 90], bo=80, cai=90)
    assert office.see("an", Q1, "points", "months") == ("90.00", [FEB])


def test_a_provisional_year_rests_on_the_sealed_quarters_and_the_evaluation(office: Office) -> None:
    town(office)
    for quarter, points in ((Q1, 80), (Q2, 90)):
        office.play("town", quarter, an=points, bo=70, cai=95)
    assert office.see("an", "2025", "state", "points", "quarters") == ("open", None, [Q1, Q2])
    office.score("an", "2025", 95)
    # 0.6 × 85 + 0.4 × 95
    assert office.see("an", "2025", "points", "band", "grade", "rank") == ("89.00", "excellent", None, None)


def test_an_outdated_quarter_does_not_count_in_a_provisional_year(office: Office) -> None:
    town(office)
    for quarter, points in ((Q1, 80), (Q2, 90)):
        office.play("town", quarter, an=points, bo=70, cai=95)
    office.score("an", "2025", 95)
    office.reopen("town", JAN)
    # 0.6 × 90 + 38
    assert office.see("an", "2025", "points", "quarters") == ("92.00", [Q2])


def test_standings_before_the_seal_list_the_members_by_points(office: Office) -> None:
    town(office)
    office.play_months("town", [JAN], an=70, bo=80, cai=90)
    found = office.standings("town", Q1)
    assert (found["state"], found["revision"]) == ("open", None)
    assert [(row["cadre"], row["points"]) for row in found["rows"]] == [
        ("cai", "90.00"),
        ("bo", "80.00"),
        ("an", "70.00"),
    ]


def test_sealed_standings_are_in_order_of_rank(office: Office) -> None:
    town(office)
    office.register("ding")
    office.play("town", Q1, an=70, bo=80, cai=90, ding=[None, None, 99])
    assert [row["cadre"] for row in office.standings("town", Q1)["rows"]] == ["cai", "bo", "an", "ding"]


# The record


def test_the_record_goes_from_the_first_posting_to_today(office: Office) -> None:
    office.adopt()
    office.register("an", since=FEB)
    office.on("2025-04-15")
    record = office.record("an")
    assert [row["period"] for row in record["months"]] == [FEB, MAR, "2025-04"]
    assert [row["period"] for row in record["quarters"]] == [Q1, Q2]
    assert [row["period"] for row in record["years"]] == ["2025"]


def test_the_record_goes_on_to_the_last_event(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.excuse("an", MAR)
    assert [row["period"] for row in office.record("an")["months"]] == [JAN, FEB, MAR]


def test_what_is_absent_is_null_and_never_zero(office: Office) -> None:
    town(office)
    row = office.row("an", JAN)
    assert row.keys() >= {"points", "grade", "excused", "not_graded", "revision"}
    assert [row[name] for name in ("points", "grade", "excused", "not_graded", "revision")] == [None] * 5
