"""Schemes: what is refused, versions, and what each period is computed under (rules.md section 2)."""

from typing import Any

import pytest

from tests.office import Office, indicator, refused

JAN, FEB = "2025-01", "2025-02"
RATED = indicator("work", 100, raters={"leader": "60", "peer": "40"})


@pytest.mark.parametrize(
    ("overrides", "rule"),
    [
        ({"indicators": [indicator("a"), indicator("a")]}, "repeated"),
        ({"annual": {"indicators": [indicator("a"), indicator("a")]}}, "repeated"),
        ({"indicators": [indicator("a", 0)]}, "not_positive"),
        ({"indicators": [indicator("a", -1)]}, "not_positive"),
        ({"indicators": [indicator("a", raters={"leader": "50", "peer": "49.99"})]}, "weights_not_100"),
        ({"indicators": [indicator("a", raters={"leader": "110", "peer": "-10"})]}, "not_positive"),
        ({"bands": {"good": "80", "fairly_good": "80"}}, "not_falling"),
        ({"bands": {"good": "100.01"}}, "outside"),
        ({"bands": {"average": "-1"}}, "outside"),
        ({"bands": {"poor": "10"}}, "unknown_field"),
        ({"annual": {"bands": {"excellent": "88", "competent": "70"}}}, "missing"),
        ({"annual": {"bands": {"excellent": "70", "competent": "70", "basically_competent": "60"}}}, "not_falling"),
        ({"good_quota": "1.01"}, "outside"),
        ({"good_quota": "-0.1"}, "outside"),
        ({"annual": {"excellent_quota": "2"}}, "outside"),
        ({"annual": {"routine_weight": "1.5"}}, "outside"),
        ({"indicators": [indicator("a", until="2025-11")]}, "none_in_force"),
        (
            {"indicators": [indicator("a"), indicator("b", **{"from": "2025-05", "until": "2025-04"})]},
            "from_after_until",
        ),
        ({"indicators": [indicator("A")]}, "code"),
        ({"indicators": [indicator("1a")]}, "code"),
        ({"indicators": [indicator("a", kind="other")]}, "not_one_of"),
    ],
)
def test_a_scheme_with_a_flaw_is_refused(office: Office, overrides: dict[str, Any], rule: str) -> None:
    with refused("invalid", rule):
        office.adopt(**overrides)


def test_weights_may_sum_to_100_in_decimals(office: Office) -> None:
    office.adopt(indicators=[indicator("a", raters={"x": "33.3", "y": "33.3", "z": "33.4"})])


def test_a_version_follows_the_other(office: Office) -> None:
    assert [office.adopt(), office.adopt(), office.adopt(year="2026"), office.adopt("county")] == [1, 2, 1, 1]


def test_open_months_take_the_newest_version(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.score("an", JAN, 80)
    office.adopt(bands={"good": "75", "fairly_good": "70"})
    assert office.see("an", JAN, "grade", "scheme_version") == ("good", 2)


def test_a_sealed_month_keeps_its_version_also_when_reopened(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.play_months("town", [JAN], an=80)
    office.adopt(bands={"good": "75", "fairly_good": "70"})
    assert office.see("an", JAN, "grade", "scheme_version") == ("fairly_good", 1)
    office.reopen("town", JAN)
    office.observe("an", JAN, 1)
    office.seal("town", JAN)
    assert office.see("an", JAN, "points", "grade", "scheme_version", "revision") == ("81.00", "fairly_good", 1, 2)
    assert office.see("an", FEB, "scheme_version") == 2


def test_a_quarter_never_sealed_takes_the_newest_though_its_months_keep_theirs(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.play_months("town", [JAN, FEB, "2025-03"], an=80)
    office.adopt(bands={"good": "75", "fairly_good": "70"}, ranking={"minimum": 1})
    office.seal("town", "2025-Q1")
    assert office.see("an", "2025-Q1", "grade", "rank", "scheme_version") == ("good", 1, 2)


def test_a_quarter_sealed_again_keeps_its_version(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.play("town", "2025-Q1", an=80)
    office.adopt(bands={"good": "75", "fairly_good": "70"})
    office.reopen("town", "2025-Q1")
    office.seal("town", "2025-Q1")
    assert office.see("an", "2025-Q1", "grade", "scheme_version", "revision") == ("fairly_good", 1, 2)


def test_facts_of_a_reopened_month_are_checked_by_its_own_version(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.play_months("town", [JAN], an=80)
    office.adopt(indicators=[indicator("other")])
    office.reopen("town", JAN)
    office.score("an", JAN, 90, by="second")
    with refused("unknown-indicator"):
        office.score("an", JAN, 9, "other")
    with refused("unknown-indicator"):
        office.score("an", FEB, 90)
    office.score("an", FEB, 9, "other")


@pytest.mark.parametrize("indicators", [[indicator("other")], [indicator("work", 79)], [RATED]])
def test_a_version_that_orphans_scores_is_refused(office: Office, indicators: list[dict[str, Any]]) -> None:
    office.adopt()
    office.register("an")
    score = office.score("an", JAN, 80)
    with refused("orphaned-scores") as caught:
        office.adopt(indicators=indicators)
    assert caught.value.facts["scores"] == [{"cadre": "an", "event": score, "period": JAN, "indicator": "work"}]
    office.annul("an", score)
    assert office.adopt(indicators=indicators) == 2


def test_a_version_that_takes_an_indicator_out_of_force_orphans_its_scores(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.score("an", JAN, 80)
    with refused("orphaned-scores"):
        office.adopt(indicators=[indicator("other"), indicator("work", 100, **{"from": FEB})])


def test_a_version_that_orphans_scores_of_the_year_is_refused(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.score("an", "2025", 80)
    with refused("orphaned-scores") as caught:
        office.adopt(annual={"indicators": [indicator("other", 100)]})
    assert [orphan["period"] for orphan in caught.value.facts["scores"]] == ["2025"]


def test_scores_of_months_ever_sealed_are_not_orphaned(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.play_months("town", [JAN], an=80)
    office.reopen("town", JAN)
    assert office.adopt(indicators=[indicator("other")]) == 2
    office.seal("town", JAN)
    assert office.see("an", JAN, "points", "scheme_version") == ("80.00", 1)


def test_scores_of_who_is_posted_elsewhere_are_not_orphaned(office: Office) -> None:
    office.adopt("town")
    office.adopt("county")
    office.register("an")
    office.post("an", "county", JAN)
    office.score("an", JAN, 80)
    assert office.adopt("town", indicators=[indicator("other")]) == 2
