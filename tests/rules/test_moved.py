"""Who moves between the revisions of rounds, and marks of what has gone (rules.md section 4)."""

from tests.office import Office, refused

JAN, FEB, MAR = "2025-01", "2025-02", "2025-03"
MONTHS = [JAN, FEB, MAR]
Q1 = "2025-Q1"


def two_groups(office: Office) -> None:
    """an's first quarter in the town: 90; bo and cai stay there, ding and er are in the county."""
    for group in ("town", "county"):
        office.adopt(group, ranking={"minimum": 2})
    office.staff("town", "an", "bo", "cai")
    office.staff("county", "ding", "er")
    office.play("town", Q1, an=90, bo=80, cai=70)
    office.play("county", Q1, ding=75, er=65)


def move(office: Office, since: str = JAN) -> None:
    """Both groups' months from ``since`` on are reopened, and an posted to the county."""
    for group in ("town", "county"):
        for month in MONTHS[MONTHS.index(since) :]:
            office.reopen(group, month)
    office.post("an", "county", since)


def seal_months(office: Office, group: str, since: str = JAN) -> None:
    for month in MONTHS[MONTHS.index(since) :]:
        office.seal(group, month)


def test_a_posting_into_sealed_months_is_refused_until_all_are_reopened(office: Office) -> None:
    two_groups(office)
    with refused("period-sealed") as caught:
        office.post("an", "county", FEB)
    assert caught.value.facts["rounds"] == [
        {"group": group, "period": month} for month in (FEB, MAR) for group in ("county", "town")
    ]
    office.reopen("town", FEB)
    office.reopen("county", FEB)
    with refused("period-sealed") as caught:
        office.post("an", "county", FEB)
    assert caught.value.facts["rounds"] == [{"group": group, "period": MAR} for group in ("county", "town")]


def test_who_has_left_a_month_gets_a_mark_in_its_next_revision(office: Office) -> None:
    two_groups(office)
    move(office, MAR)
    office.seal("town", MAR)
    (_, mark) = (event["data"] for event in office.events("an", "month_graded") if event["data"]["period"] == MAR)
    assert (mark["revision"], mark["not_graded"], mark["group"], mark.get("points")) == (
        2,
        "not_assessed",
        "town",
        None,
    )


def test_the_mark_does_not_hide_the_other_groups_month(office: Office) -> None:
    two_groups(office)
    move(office, MAR)
    office.seal("county", MAR)
    office.seal("town", MAR)
    assert office.see("an", MAR, "group", "points", "state", "not_graded") == ("county", "90.00", "sealed", None)
    rows = office.standings("town", MAR)["rows"]
    assert [row["cadre"] for row in rows] == ["bo", "cai"]


def test_a_month_that_is_not_sealed_yet_in_the_new_group_is_open_there(office: Office) -> None:
    two_groups(office)
    move(office, MAR)
    office.seal("town", MAR)
    assert office.see("an", MAR, "group", "state", "points") == ("county", "open", "90.00")


def test_both_quarters_are_outdated_by_the_move(office: Office) -> None:
    two_groups(office)
    move(office, MAR)
    seal_months(office, "town", MAR)
    seal_months(office, "county", MAR)
    assert (office.state("town", Q1), office.state("county", Q1)) == ("outdated", "outdated")
    office.seal("county", Q1)
    office.seal("town", Q1)
    # two months of three in the town
    assert office.see("an", Q1, "group", "revision", "state") == ("town", 2, "sealed")
    assert office.state("county", Q1) == "sealed"


def moved_whole(office: Office) -> None:
    two_groups(office)
    move(office)
    seal_months(office, "town")
    seal_months(office, "county")


def test_his_quarter_goes_with_him(office: Office) -> None:
    moved_whole(office)
    office.seal("county", Q1)
    office.seal("town", Q1)
    assert office.see("an", Q1, "group", "rank", "of", "not_graded") == ("county", 1, 3, None)
    assert office.see("bo", Q1, "rank", "of") == (1, 2)


def test_the_order_in_which_the_groups_are_sealed_makes_no_difference(office: Office) -> None:
    moved_whole(office)
    office.seal("town", Q1)
    office.seal("county", Q1)
    assert office.see("an", Q1, "group", "rank", "of", "not_graded") == ("county", 1, 3, None)
    assert (office.state("town", Q1), office.state("county", Q1)) == ("sealed", "sealed")


def test_the_mark_is_shown_while_there_is_no_other_result(office: Office) -> None:
    moved_whole(office)
    office.seal("town", Q1)
    assert office.see("an", Q1, "group", "not_graded", "points", "grade", "revision") == (
        "town",
        "not_assessed",
        None,
        None,
        2,
    )


def test_he_may_move_back(office: Office) -> None:
    moved_whole(office)
    office.seal("town", Q1)
    office.seal("county", Q1)
    for group in ("town", "county"):
        for month in MONTHS:
            office.reopen(group, month)
    office.post("an", "town", JAN)
    seal_months(office, "town")
    seal_months(office, "county")
    office.seal("town", Q1)
    assert office.see("an", Q1, "group", "rank", "of", "revision") == ("town", 1, 3, 3)
    office.seal("county", Q1)
    assert office.see("an", Q1, "group", "rank", "of", "revision") == ("town", 1, 3, 3)


def test_a_move_that_leaves_his_figures_as_they_were_opens_no_feedback_anew(office: Office) -> None:
    two_groups(office)
    office.talk("an", Q1)
    move(office)
    seal_months(office, "town")
    seal_months(office, "county")
    office.seal("town", Q1)
    office.seal("county", Q1)
    assert office.see("an", Q1, "group", "points", "grade") == ("county", "90.00", "good")
    assert office.states("an", "feedback") == ["done"]


def test_unanswered_feedback_is_withdrawn_by_the_mark_and_opens_anew_with_the_result(office: Office) -> None:
    moved_whole(office)
    office.seal("town", Q1)
    assert office.states("an", "feedback") == ["withdrawn"]
    office.seal("county", Q1)
    assert office.states("an", "feedback") == ["withdrawn", "due"]


def test_a_change_of_unit_alone_needs_the_month_reopened_too(office: Office) -> None:
    two_groups(office)
    with refused("period-sealed") as caught:
        office.post("an", "town", MAR, unit="二街道")
    assert caught.value.facts["rounds"] == [{"group": "town", "period": MAR}]
    office.reopen("town", MAR)
    office.post("an", "town", MAR, unit="二街道")
    office.seal("town", MAR)
    assert office.see("an", MAR, "unit", "revision") == ("二街道", 2)
    assert office.see("an", FEB, "unit") == "一街道"


def test_a_departure_before_a_reopened_month_leaves_a_mark_that_is_shown(office: Office) -> None:
    two_groups(office)
    office.reopen("town", MAR)
    # his score of March would be left without an indicator
    with refused("orphaned-scores"):
        office.depart("an", MAR)
    (*_, march) = office.events("an", "scored")
    office.annul("an", march["id"])
    office.depart("an", MAR)
    office.seal("town", MAR)
    assert office.see("an", MAR, "not_graded", "points", "group") == ("not_assessed", None, "town")
    office.seal("town", Q1)
    assert office.see("an", Q1, "points", "months") == ("90.00", [JAN, FEB])


def test_who_has_no_graded_month_left_gets_a_mark_for_the_quarter(office: Office) -> None:
    two_groups(office)
    for month in MONTHS:
        office.reopen("town", month)
        office.excuse("an", month)
        office.seal("town", month)
    outcome = office.seal("town", Q1)
    assert [entry["cadre"] for entry in outcome.not_assessed] == ["an"]
    assert office.see("an", Q1, "not_graded", "grade", "points", "revision") == ("not_assessed", None, None, 2)
    assert office.waiting("an") == set()


def test_a_quarter_is_outdated_by_a_new_member_in_a_month_that_had_none(office: Office) -> None:
    office.adopt("town")
    office.adopt("county")
    office.register("er", "county", since=MAR)
    office.play_months("county", [MAR], er=80)
    office.seal("county", Q1)
    office.register("fu", "town", since=MAR)
    office.post("fu", "county", JAN)
    assert office.missing("county", Q1) == {"fu": [JAN, FEB, MAR]}
    assert office.state("county", Q1) == "outdated"
    assert office.see("er", Q1, "state", "points") == ("outdated", "80.00")


def test_a_quarter_is_no_more_outdated_when_the_new_posting_is_annulled(office: Office) -> None:
    office.adopt("town")
    office.adopt("county")
    office.register("er", "county", since=MAR)
    office.play_months("county", [MAR], er=80)
    office.seal("county", Q1)
    office.register("fu", "town", since=MAR)
    office.annul("fu", office.post("fu", "county", JAN))
    assert office.state("county", Q1) == "sealed"


def test_a_quarter_is_outdated_when_a_members_month_elsewhere_comes_to_count(office: Office) -> None:
    """February was in a group without a scheme, so it did not count when the quarter was sealed."""
    office.adopt("town")
    office.register("an")
    office.post("an", "county", FEB)
    office.post("an", "town", MAR)
    office.play_months("town", [JAN], an=80)
    office.play_months("town", [MAR], an=80)
    office.seal("town", Q1)
    office.adopt("county")
    assert office.missing("town", Q1) == {"an": [FEB]}
    assert office.state("town", Q1) == "outdated"
