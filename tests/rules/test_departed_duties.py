"""Duties of who has left, and those of an admonition (rules.md section 5)."""

import pytest

from tests.office import Office, refused

Q1 = "2025-Q1"


def town(office: Office, an: int = 70) -> None:
    office.adopt()
    office.staff("town", "an", "bo", "cai")
    office.play("town", Q1, an=an, bo=95, cai=85)


def test_unanswered_duties_are_withdrawn_from_the_month_of_departure_on(office: Office) -> None:
    town(office)
    office.talk("an", Q1)
    office.depart("an", "2025-05")
    assert office.states("an", "reminder_talk") == ["due"]
    office.on("2025-05-01")
    assert office.states("an", "reminder_talk") == ["withdrawn"]
    assert office.states("an", "feedback") == ["done"]


def test_they_are_due_again_once_he_is_posted_again(office: Office) -> None:
    town(office)
    office.depart("an", "2025-05")
    office.post("an", "town", "2025-07")
    office.on("2025-06-30")
    assert office.waiting("an") == set()
    office.on("2025-07-01")
    assert office.waiting("an") == {"feedback", "reminder_talk"}


def test_they_are_due_again_if_the_departure_is_annulled(office: Office) -> None:
    town(office)
    departure = office.depart("an", "2025-04")
    assert office.waiting("an") == set()
    office.annul("an", departure)
    assert office.waiting("an") == {"feedback", "reminder_talk"}


def test_none_opens_after_departure(office: Office) -> None:
    office.adopt()
    office.staff("town", "an", "bo", "cai")
    office.play_months("town", ["2025-01", "2025-02", "2025-03"], an=50, bo=95, cai=85)
    office.depart("an", "2025-04", "dismissed")
    office.seal("town", Q1)
    assert office.see("an", Q1, "grade") == "poor"
    assert office.duties("an") == []


def test_a_departure_withdraws_an_unanswered_admonition_review(office: Office) -> None:
    town(office)
    office.admonish("an")
    office.depart("an", "2025-05")
    office.on("2025-05-01")
    assert office.states("an", "admonition_review") == ["withdrawn"]


# Admonitions


@pytest.mark.parametrize(
    ("decided_on", "due_on", "until"),
    [
        ("2025-03-15", "2025-09-15", "2025-09-14"),
        ("2025-08-31", "2026-02-28", "2026-02-28"),
        ("2025-08-30", "2026-02-28", "2026-02-28"),
        ("2025-08-28", "2026-02-28", "2026-02-27"),
        ("2025-10-31", "2026-04-30", "2026-04-30"),
        ("2025-09-01", "2026-03-01", "2026-02-28"),
    ],
)
def test_an_admonition_is_reviewed_after_its_window(office: Office, decided_on: str, due_on: str, until: str) -> None:
    office.adopt()
    office.register("an")
    office.on("2025-11-01")
    admonition = office.admonish("an", decided_on=decided_on)
    (duty,) = office.duties("an", "admonition_review")
    assert (duty["period"], duty["due_on"], duty["opened_by"]) == (None, due_on, admonition)
    assert office.record("an")["admonitions"][0]["window"]["from"] == decided_on
    assert office.record("an")["admonitions"][0]["window"]["until"] == until


def test_a_window_is_in_force_up_to_and_including_its_last_day(office: Office) -> None:
    office.adopt()
    office.adopt(year="2026")
    office.register("an")
    office.on("2025-08-31")
    office.admonish("an")

    def in_force() -> object:
        return office.record("an")["admonitions"][0]["window"]["in_force"]

    assert in_force() is True
    office.on("2026-02-28")
    assert in_force() is True
    assert office.states("an", "admonition_review") == ["due"]
    office.on("2026-03-01")
    assert in_force() is False
    assert office.states("an", "admonition_review") == ["overdue"]


def test_the_months_of_the_window_are_the_schemes(office: Office) -> None:
    office.adopt(duties={"admonition_months": 12})
    office.register("an")
    office.on("2025-02-10")
    office.admonish("an")
    assert office.duties("an", "admonition_review")[0]["due_on"] == "2026-02-10"


def test_an_admonition_review_is_answered_by_the_one_that_names_it(office: Office) -> None:
    office.adopt()
    office.register("an")
    first, second = office.admonish("an"), office.admonish("an")
    office.look_back("an", second)
    assert office.states("an", "admonition_review") == ["due", "done"]
    office.look_back("an", first)
    assert office.states("an", "admonition_review") == ["done", "done"]


def test_an_annulled_admonition_withdraws_its_review_and_cannot_be_reviewed(office: Office) -> None:
    office.adopt()
    office.register("an")
    admonition = office.admonish("an")
    office.annul("an", admonition)
    assert office.states("an", "admonition_review") == ["withdrawn"]
    assert office.record("an")["admonitions"][0]["window"]["in_force"] is False
    with refused("invalid", "annulled"):
        office.look_back("an", admonition)


def test_only_an_admonition_is_reviewed(office: Office) -> None:
    office.adopt()
    office.register("an")
    with refused("unknown-event"):
        office.look_back("an", office.talk("an", Q1))
