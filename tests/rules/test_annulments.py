"""What may be taken back, by whom, and what follows (events.md, rules.md sections 3 to 5)."""

import pytest

from tests.office import Office, refused

JAN, FEB = "2025-01", "2025-02"
Q1 = "2025-Q1"


def town(office: Office) -> None:
    office.adopt()
    office.staff("town", "an", "bo", "cai")


def sealed_quarter(office: Office) -> None:
    town(office)
    office.play("town", Q1, an=50, bo=80, cai=90)


def annulled(office: Office, kind: str) -> bool:
    (act,) = office.record("an")[kind]
    return act["annulled_by"] is not None


def test_facts_are_taken_back(office: Office) -> None:
    town(office)
    office.score("an", JAN, 80)
    for fact in (office.score("an", JAN, 90, by="second"), office.observe("an", JAN, 4), office.excuse("an", JAN)):
        office.annul("an", fact)
    assert office.see("an", JAN, "points", "excused") == ("80.00", None)


def test_postings_and_departures_are_taken_back(office: Office) -> None:
    town(office)
    office.adopt("county")
    posting, departure = office.post("an", "county", FEB), office.depart("an", "2025-03")
    office.on("2025-04-01")
    office.annul("an", departure)
    assert office.see("an", "2025-03", "group") == "county"
    office.annul("an", posting)
    assert office.see("an", "2025-03", "group") == "town"


def test_talks_are_taken_back(office: Office) -> None:
    sealed_quarter(office)
    talk = office.talk("an", Q1)
    assert not annulled(office, "talks")
    office.annul("an", talk)
    assert annulled(office, "talks")
    assert office.states("an", "feedback") == ["due"]


def test_criticism_is_taken_back(office: Office) -> None:
    sealed_quarter(office)
    office.annul("an", office.criticise("an", Q1))
    assert annulled(office, "criticisms")
    assert office.states("an", "criticism") == ["due"]


def test_admonitions_are_taken_back(office: Office) -> None:
    sealed_quarter(office)
    office.annul("an", office.admonish("an", Q1))
    assert annulled(office, "admonitions")
    assert office.states("an", "consider_admonition") == ["due"]
    assert office.states("an", "admonition_review") == ["withdrawn"]


def test_waivers_are_taken_back(office: Office) -> None:
    sealed_quarter(office)
    office.annul("an", office.waive("an", Q1))
    assert annulled(office, "waivers")
    assert office.states("an", "consider_admonition") == ["due"]


def test_adjustments_are_taken_back(office: Office) -> None:
    office.adopt(last_place={"quarters": 1})
    office.staff("town", "an", "bo", "cai")
    office.play("town", Q1, an=50, bo=80, cai=90)
    adjustment = office.adjust("an", Q1)
    assert office.states("an", "adjustment_case") == ["done"]
    office.annul("an", adjustment)
    assert annulled(office, "adjustments")
    assert office.states("an", "adjustment_case") == ["due"]


def test_nothing_else_is_taken_back(office: Office) -> None:
    sealed_quarter(office)
    office.on("2025-04-07")
    form = office.submit("an", "2025-04")
    score = office.score("an", "2025-04", 80)
    others = [
        form,
        office.appeal("an", Q1),
        office.events("an", "registered")[0]["id"],
        office.events("an", "quarter_graded")[0]["id"],
    ]
    for other in others:
        with refused("invalid", "not_annullable"):
            office.annul("an", other)
    for unseen in (office.review("an", form, 1), office.correct("an", score, 70)):
        with refused("unknown-event"):
            office.annul("an", unseen)


def test_nothing_is_taken_back_twice(office: Office) -> None:
    town(office)
    score = office.score("an", JAN, 80)
    office.annul("an", score)
    with refused("invalid", "annulled"):
        office.annul("an", score)


def test_what_was_taken_back_is_not_corrected(office: Office) -> None:
    town(office)
    score = office.score("an", JAN, 80)
    office.annul("an", score)
    with refused("invalid", "annulled"):
        office.correct("an", score, 70)


def test_what_is_not_there_is_not_taken_back(office: Office) -> None:
    town(office)
    with refused("unknown-event"):
        office.annul("an", "018f0000-0000-7000-8000-000000000000")
    with refused("unknown-event"):
        office.annul("bo", office.score("an", JAN, 80))


def test_only_who_recorded_it_or_an_organiser_takes_it_back(office: Office) -> None:
    town(office)
    office.grant("other", "reviewer")
    score, observation = office.score("an", JAN, 80, by="reviewer"), office.observe("an", JAN, 1, by="reviewer")
    with refused("forbidden"):
        office.annul("an", score, by="other")
    office.annul("an", score, by="reviewer")
    office.annul("an", observation, by="second")


def test_a_supervisor_takes_back_his_own_talk_only(office: Office) -> None:
    sealed_quarter(office)
    office.grant("supervisor", "supervisor", units=["一街道"])
    office.grant("colleague", "supervisor", units=["一街道"])
    talk = office.talk("an", Q1, by="supervisor")
    with refused("forbidden"):
        office.annul("an", talk, by="colleague")
    office.annul("an", talk, by="supervisor")


def test_a_reviewer_takes_back_no_posting(office: Office) -> None:
    town(office)
    posting = office.post("an", "town", FEB, unit="二街道")
    with refused("forbidden"):
        office.annul("an", posting, by="reviewer")


@pytest.mark.parametrize("fact", ["score", "observe", "excuse"])
def test_facts_of_a_sealed_month_are_taken_back_only_once_it_is_reopened(office: Office, fact: str) -> None:
    town(office)
    recorded = {
        "score": lambda: office.score("an", JAN, 70, by="second"),
        "observe": lambda: office.observe("an", JAN, 2),
        "excuse": lambda: office.excuse("an", JAN),
    }[fact]()
    office.play_months("town", [JAN], an=80, bo=80, cai=80)
    with refused("period-sealed"):
        office.annul("an", recorded)
    office.reopen("town", JAN)
    office.annul("an", recorded)
    office.seal("town", JAN)
    assert office.see("an", JAN, "points", "excused") == ("80.00", None)
