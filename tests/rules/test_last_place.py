"""The run of last places and the adjustment case (rules.md section 5)."""

from typing import Any

import pytest

from ledger import periods
from tests.office import Office, Played

Q1, Q2, Q3, Q4 = periods.quarters_of("2025")
NEXT = "2026-Q1"
LAST: dict[str, Played] = {"an": 60, "bo": 80, "cai": 90}
SHARED: dict[str, Played] = {"an": 60, "bo": 60, "cai": 90}
SECOND: dict[str, Played] = {"an": 70, "bo": 60, "cai": 90}
ALL_EQUAL: dict[str, Played] = {"an": 70, "bo": 70, "cai": 70}
AWAY: dict[str, Played] = {"an": [None, None, None], "bo": 80, "cai": 90}
SHORT: dict[str, Played] = {"an": [None, None, 60], "bo": 80, "cai": 90}


def town(office: Office, **overrides: Any) -> None:
    """Ranked from two on, so that a quarter goes on without an."""
    ranking = {"minimum": 2, **overrides.pop("ranking", {})}
    office.adopt("town", "2025", ranking=ranking, **overrides)
    office.adopt("town", "2026", ranking=ranking, **overrides)
    office.staff("town", "an", "bo", "cai")


def runs(office: Office, *quarters: dict[str, Played]) -> list[int]:
    """Play quarters from the first on; an's run at each."""
    played = [Q1, Q2, Q3, Q4, NEXT][: len(quarters)]
    for quarter, points in zip(played, quarters, strict=True):
        office.play("town", quarter, **points)
    return [office.see("an", quarter, "last_place_run") for quarter in played]


def cases(office: Office) -> list[str]:
    return [duty["period"] for duty in office.duties("an", "adjustment_case") if duty["state"] != "withdrawn"]


def test_the_third_last_place_in_a_row_and_each_further_one_open_a_case(office: Office) -> None:
    town(office)
    assert runs(office, LAST, LAST, LAST, LAST) == [1, 2, 3, 4]
    assert cases(office) == [Q3, Q4]


def test_a_run_goes_on_across_new_year(office: Office) -> None:
    town(office)
    assert runs(office, SECOND, SECOND, LAST, LAST, LAST) == [0, 0, 1, 2, 3]
    assert cases(office) == [NEXT]


def test_how_many_make_a_case_is_the_schemes(office: Office) -> None:
    town(office, last_place={"quarters": 2})
    runs(office, LAST, LAST)
    assert cases(office) == [Q2]


def test_a_rank_that_is_not_last_ends_the_run(office: Office) -> None:
    town(office)
    assert runs(office, LAST, LAST, SECOND, LAST) == [1, 2, 0, 1]
    assert cases(office) == []


def test_a_quarter_in_which_all_are_equal_is_a_rank_that_is_not_last(office: Office) -> None:
    town(office)
    assert runs(office, LAST, LAST, ALL_EQUAL, LAST) == [1, 2, 0, 1]


def test_a_shared_last_place_is_passed_over(office: Office) -> None:
    town(office)
    assert runs(office, LAST, LAST, SHARED, LAST) == [1, 2, 0, 3]
    assert cases(office) == [Q4]


def test_a_shared_last_place_that_counts_adds_one(office: Office) -> None:
    town(office, ranking={"last_on_tie": True})
    assert runs(office, LAST, SHARED, LAST) == [1, 2, 3]


@pytest.mark.parametrize("unranked", [AWAY, SHORT])
def test_a_quarter_without_a_rank_ends_the_run_if_the_gap_breaks(office: Office, unranked: dict[str, Played]) -> None:
    town(office)
    assert runs(office, LAST, LAST, unranked, LAST) == [1, 2, 0, 1]


@pytest.mark.parametrize("unranked", [AWAY, SHORT])
def test_a_quarter_without_a_rank_is_passed_over_if_the_gap_is_bridged(
    office: Office, unranked: dict[str, Played]
) -> None:
    town(office, last_place={"gap": "bridge"})
    assert runs(office, LAST, LAST, unranked, LAST) == [1, 2, 0, 3]
    assert cases(office) == [Q4]


@pytest.mark.parametrize(("earlier", "later", "run"), [("break", "bridge", 2), ("bridge", "break", 1)])
def test_the_scheme_of_the_later_quarter_says_what_a_gap_does(
    office: Office, earlier: str, later: str, run: int
) -> None:
    office.adopt("town", "2025", ranking={"minimum": 2}, last_place={"gap": earlier})
    office.adopt("town", "2026", ranking={"minimum": 2}, last_place={"gap": later})
    office.staff("town", "an", "bo", "cai")
    assert runs(office, SECOND, SECOND, LAST, AWAY, LAST)[-1] == run


def test_an_adjustment_decided_for_a_quarter_ends_the_run_there(office: Office) -> None:
    town(office)
    runs(office, LAST, LAST, LAST)
    office.adjust("an", Q3)
    office.play("town", Q4, **LAST)
    assert office.see("an", Q3, "last_place_run") == 3
    assert office.see("an", Q4, "last_place_run") == 1
    assert cases(office) == [Q3]


def test_an_annulled_adjustment_ends_no_run(office: Office) -> None:
    town(office)
    runs(office, LAST, LAST, LAST)
    adjustment = office.adjust("an", Q3)
    office.play("town", Q4, **LAST)
    office.annul("an", adjustment)
    assert office.see("an", Q4, "last_place_run") == 4
    assert cases(office) == [Q3, Q4]
    assert office.states("an", "adjustment_case") == ["overdue", "due"]


def test_last_places_of_another_group_do_not_add_up(office: Office) -> None:
    town(office)
    office.adopt("county", ranking={"minimum": 2})
    office.staff("county", "ding", "er")
    office.post("an", "county", "2025-07")
    for quarter in (Q1, Q2):
        office.play("town", quarter, **LAST)
        office.play("county", quarter, ding=80, er=90)
    office.play("town", Q3, bo=80, cai=90)
    office.play("county", Q3, an=60, ding=80, er=90)
    assert office.see("an", Q3, "group", "last", "last_place_run") == ("county", True, 1)
    assert cases(office) == []


def test_a_quarter_without_a_posting_ends_the_run(office: Office) -> None:
    town(office, last_place={"gap": "bridge"})
    runs(office, LAST, LAST)
    office.depart("an", "2025-07", "transferred_out")
    office.play("town", Q3, bo=80, cai=90)
    office.post("an", "town", "2025-10")
    office.play("town", Q4, **LAST)
    assert office.see("an", Q4, "last_place_run") == 1


def test_a_run_stops_before_the_groups_first_scheme(office: Office) -> None:
    office.on("2026-01-01")
    office.adopt("town", "2026", ranking={"minimum": 2}, last_place={"gap": "bridge"})
    office.staff("town", "an", "bo", "cai", since="2025-01")
    office.play("town", NEXT, **LAST)
    assert office.see("an", NEXT, "last_place_run") == 1


def test_a_small_group_has_no_last_place_and_breaks_the_run(office: Office) -> None:
    town(office, ranking={"minimum": 3})
    quarter: dict[str, Played] = {"an": 60, "bo": 80, "cai": [None, None, 90]}
    assert runs(office, LAST, LAST, quarter, LAST) == [1, 2, 0, 1]


def excuse_most_of_q1(office: Office) -> list[str]:
    """an has one graded month left in the first quarter: he is not ranked, and the gap breaks the run."""
    excuses = []
    for month in ("2025-01", "2025-02"):
        office.reopen("town", month)
        excuses.append(office.excuse("an", month))
        office.seal("town", month)
    office.seal("town", Q1)
    return excuses


def test_an_earlier_quarter_sealed_anew_changes_the_run_and_withdraws_the_case(office: Office) -> None:
    town(office)
    runs(office, LAST, LAST, LAST)
    excuse_most_of_q1(office)
    assert office.see("an", Q1, "not_ranked", "last_place_run") == ("short_service", 0)
    assert office.see("an", Q3, "last_place_run", "state") == (2, "sealed")
    assert office.states("an", "adjustment_case") == ["withdrawn"]


def test_the_case_opens_anew_if_the_run_returns(office: Office) -> None:
    town(office)
    runs(office, LAST, LAST, LAST)
    excuses = excuse_most_of_q1(office)
    for month, excuse in zip(("2025-01", "2025-02"), excuses, strict=True):
        office.reopen("town", month)
        office.annul("an", excuse)
        office.seal("town", month)
    office.seal("town", Q1)
    assert office.see("an", Q3, "last_place_run") == 3
    assert office.states("an", "adjustment_case") == ["withdrawn", "due"]


def test_an_adjustment_of_a_later_quarter_answers_all_cases_before(office: Office) -> None:
    town(office)
    runs(office, LAST, LAST, LAST, LAST)
    office.adjust("an", Q4)
    assert office.states("an", "adjustment_case") == ["done", "done"]
    assert office.see("an", Q4, "last_place_run") == 4


def test_an_adjustment_of_the_earlier_quarter_answers_its_case_and_withdraws_the_later(office: Office) -> None:
    town(office)
    runs(office, LAST, LAST, LAST, LAST)
    office.adjust("an", Q3)
    assert office.states("an", "adjustment_case") == ["done", "withdrawn"]
    assert office.see("an", Q4, "last_place_run") == 1
