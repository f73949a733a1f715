"""Postings, members, groups (rules.md section 1)."""

import json

import pytest

from tests.office import Office, indicator, refused

JAN, FEB, MAR, APR = "2025-01", "2025-02", "2025-03", "2025-04"


def groups(office: Office, *months: str) -> list[str]:
    return [office.see("an", month, "group") for month in months]


def both(office: Office) -> None:
    for group in ("town", "county"):
        office.adopt(group)
    office.on("2025-04-01")
    office.register("an")


def test_the_posting_in_force_is_the_latest_that_has_begun(office: Office) -> None:
    both(office)
    office.post("an", "county", MAR)
    assert groups(office, JAN, FEB, MAR, APR) == ["town", "town", "county", "county"]


def test_postings_may_be_recorded_in_any_order(office: Office) -> None:
    both(office)
    office.post("an", "town", APR)
    office.post("an", "county", FEB)
    assert groups(office, JAN, FEB, MAR, APR) == ["town", "county", "county", "town"]


def test_of_two_postings_with_one_since_the_later_recorded_is_in_force(office: Office) -> None:
    both(office)
    office.post("an", "county", FEB)
    office.post("an", "town", FEB, unit="二街道")
    assert office.see("an", FEB, "group", "unit") == ("town", "二街道")


def test_an_annulled_posting_is_none(office: Office) -> None:
    both(office)
    office.annul("an", office.post("an", "county", FEB))
    assert groups(office, JAN, FEB) == ["town", "town"]


def test_an_annulled_posting_gives_way_to_the_earlier_with_its_since(office: Office) -> None:
    both(office)
    office.post("an", "county", FEB)
    office.annul("an", office.post("an", "town", FEB, unit="二街道"))
    assert office.see("an", FEB, "group") == "county"


def test_from_the_month_of_departure_on_there_is_no_posting_until_posted_again(office: Office) -> None:
    both(office)
    office.depart("an", FEB)
    office.post("an", "county", APR)
    assert [row["period"] for row in office.record("an")["months"]] == [JAN, APR]
    for month in (FEB, MAR):
        with refused("not-found"):
            office.row("an", month)
        with refused("departed"):
            office.score("an", month, 80)


def test_before_the_first_posting_there_is_no_month(office: Office) -> None:
    office.adopt()
    office.on("2025-04-01")
    office.register("an", since=MAR)
    with refused("not-found"):
        office.row("an", FEB)
    with refused("not-posted"):
        office.score("an", FEB, 80)
    with refused("not-posted"):
        office.submit("an", FEB)
    with refused("not-posted"):
        office.excuse("an", FEB)


def test_who_is_not_posted_cannot_depart(office: Office) -> None:
    both(office)
    with refused("not-posted"):
        office.depart("an", "2024-12")
    office.depart("an", MAR)
    with refused("departed"):
        office.depart("an", APR)


def test_a_cadre_is_registered_once(office: Office) -> None:
    both(office)
    with refused("already-registered"):
        office.register("an")


def test_nothing_is_recorded_about_who_is_not_registered(office: Office) -> None:
    office.adopt()
    with refused("unknown-cadre"):
        office.score("nobody", JAN, 80)


def test_the_members_of_a_month_are_those_posted_to_the_group_then(office: Office) -> None:
    both(office)
    office.register("bo")
    office.post("an", "county", FEB)
    assert [row["cadre"] for row in office.standings("town", JAN)["rows"]] == ["an", "bo"]
    assert [row["cadre"] for row in office.standings("town", FEB)["rows"]] == ["bo"]
    assert office.progress("county", FEB)["members"] == 1


def test_months_before_the_groups_first_scheme_do_not_count(office: Office) -> None:
    office.adopt("town", "2025")
    office.on("2025-04-01")
    office.register("an", since="2024-11")
    with refused("not-found"):
        office.row("an", "2024-12")
    assert office.row("an", JAN)["state"] == "not_ready"
    with refused("no-scheme"):
        office.score("an", "2024-12", 80)
    with refused("no-scheme"):
        office.seal("town", "2024-12")


def test_a_year_without_a_scheme_after_the_first_counts_and_has_none(office: Office) -> None:
    office.adopt("town", "2025")
    office.register("an")
    office.on("2026-01-10")
    assert office.see("an", "2026-01", "state", "missing") == ("not_ready", ["no_scheme"])
    with refused("no-scheme"):
        office.score("an", "2026-01", 80)


# Never rewriting what is sealed


def sealed_january(office: Office) -> None:
    both(office)
    office.register("bo", "county")
    office.play_months("town", [JAN], an=80)
    office.play_months("county", [JAN], bo=80)


def test_a_posting_that_changes_a_sealed_month_names_the_rounds_to_reopen(office: Office) -> None:
    sealed_january(office)
    with refused("period-sealed") as caught:
        office.post("an", "county", JAN)
    assert caught.value.facts["rounds"] == [{"group": "county", "period": JAN}, {"group": "town", "period": JAN}]


def test_a_posting_that_changes_only_the_post_of_a_sealed_month_is_taken(office: Office) -> None:
    sealed_january(office)
    office.append("an", "posted", unit="一街道", post="副主任", group="town", since=JAN)


def test_a_departure_from_a_sealed_month_is_refused(office: Office) -> None:
    sealed_january(office)
    with refused("period-sealed") as caught:
        office.depart("an", JAN)
    assert caught.value.facts["rounds"] == [{"group": "town", "period": JAN}]
    office.depart("an", FEB)


def test_a_registration_into_a_sealed_month_is_refused(office: Office) -> None:
    sealed_january(office)
    with refused("period-sealed") as caught:
        office.register("cai", "county")
    assert caught.value.facts["rounds"] == [{"group": "county", "period": JAN}]
    office.register("cai", "county", FEB)


def test_an_annulment_that_changes_a_sealed_month_is_refused(office: Office) -> None:
    both(office)
    posting = office.post("an", "county", JAN)
    departure = office.depart("an", MAR)
    office.register("bo")
    office.play_months("county", [JAN, FEB], an=80)
    office.play_months("town", [JAN, FEB], bo=80)
    with refused("period-sealed") as caught:
        office.annul("an", posting)
    assert caught.value.facts["rounds"] == [
        {"group": group, "period": month} for month in (JAN, FEB) for group in ("county", "town")
    ]
    office.annul("an", departure)


def test_a_posting_to_the_group_he_is_in_changes_no_sealed_month(office: Office) -> None:
    sealed_january(office)
    office.post("an", "town", JAN)


# Scores that would be orphaned


@pytest.mark.parametrize("most", [50, None])
def test_a_posting_that_leaves_a_score_without_indicator_or_range_is_refused(office: Office, most: int | None) -> None:
    office.adopt("town")
    office.adopt("county", indicators=[indicator("other" if most is None else "work", most or 100)])
    office.register("an")
    score = office.score("an", JAN, 80)
    with refused("orphaned-scores") as caught:
        office.post("an", "county", JAN)
    orphan = {"cadre": "an", "event": score, "period": JAN, "indicator": "work"}
    assert caught.value.facts["scores"] == [orphan]
    office.annul("an", score)
    office.post("an", "county", JAN)


def test_a_score_that_fits_the_other_groups_scheme_moves_with_him(office: Office) -> None:
    both(office)
    office.score("an", JAN, 80)
    office.post("an", "county", JAN)
    assert office.see("an", JAN, "group", "points") == ("county", "80.00")


def test_an_annulled_departure_that_orphans_a_score_of_the_new_posting_is_refused(office: Office) -> None:
    office.adopt("town")
    office.adopt("county", indicators=[indicator("other", 100)])
    office.register("an")
    posting = office.post("an", "county", JAN)
    office.score("an", JAN, 80, "other")
    with refused("orphaned-scores"):
        office.annul("an", posting)


@pytest.mark.parametrize("cadre", ["-an", "an bo", "安", "a" * 65, ""])
def test_a_cadre_id_has_its_form(office: Office, cadre: str) -> None:
    office.adopt()
    fields = {"name": "安", "unit": "一街道", "post": "主任", "group": "town", "since": JAN}
    line = json.dumps({"cadre": cadre, "type": "registered", **fields})
    (answer,) = office.ledger.appending.append_lines(office.callers["organiser"], [line.encode()])
    with refused("invalid", "cadre"):
        raise answer.refusal or AssertionError(answer)
