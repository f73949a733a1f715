"""Duties: opened by results, closed by the acts that answer them (rules.md section 5)."""

import pytest

from tests.office import Office

Q1, Q2 = "2025-Q1", "2025-Q2"
SEALED_ON = "2025-04-06"


def town(office: Office, an: int = 70) -> None:
    """A first quarter sealed on 6 April; bo and cai are good and fairly good, er is last."""
    office.adopt()
    office.staff("town", "an", "bo", "cai", "er")
    office.play("town", Q1, an=an, bo=95, cai=85, er=5)


def resealed(office: Office, points: int, day: str) -> None:
    """The first quarter again, with these points for an's every month."""
    office.on(day)
    for month in ("2025-01", "2025-02", "2025-03"):
        office.reopen("town", month)
        (score,) = (event["id"] for event in office.events("an", "scored") if event["data"]["period"] == month)
        office.correct("an", score, points)
        office.seal("town", month)
    office.seal("town", Q1)


@pytest.mark.parametrize(
    ("points", "kinds"),
    [
        (95, {"feedback"}),
        (85, {"feedback"}),
        (70, {"feedback", "reminder_talk"}),
        (50, {"feedback", "criticism", "consider_admonition"}),
    ],
)
def test_a_result_opens_the_duties_of_its_grade(office: Office, points: int, kinds: set[str]) -> None:
    town(office, an=points)
    assert office.waiting("an") == kinds


@pytest.mark.parametrize(
    ("points", "kind", "due_on"),
    [
        (70, "feedback", "2025-04-13"),
        (70, "reminder_talk", "2025-04-20"),
        (50, "criticism", "2025-04-20"),
        (50, "consider_admonition", None),
    ],
)
def test_a_duty_is_due_so_many_calendar_days_from_the_seal(
    office: Office, points: int, kind: str, due_on: str | None
) -> None:
    town(office, an=points)
    (duty,) = office.duties("an", kind)
    assert (duty["due_on"], duty["state"], duty["period"], duty["answered_by"]) == (due_on, "due", Q1, None)
    assert duty["opened_by"] == office.events("an", "quarter_graded")[0]["id"]


def test_days_are_the_schemes(office: Office) -> None:
    office.adopt(duties={"feedback_days": 1, "reminder_talk_days": 3, "criticism_days": 0})
    office.staff("town", "an", "bo")
    office.play("town", Q1, an=70, bo=50)
    assert [duty["due_on"] for duty in office.duties("an")] == ["2025-04-07", "2025-04-09"]
    assert office.duties("bo", "criticism")[0]["due_on"] == SEALED_ON


def test_an_adjustment_case_is_due_in_thirty_days(office: Office) -> None:
    office.adopt(last_place={"quarters": 1})
    office.staff("town", "an", "bo", "cai")
    office.play("town", Q1, an=70, bo=95, cai=85)
    assert office.duties("an", "adjustment_case")[0]["due_on"] == "2025-05-06"


def test_days_are_those_of_the_ledgers_time_zone(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.play_months("town", ["2025-01", "2025-02", "2025-03"], an=85)
    office.on("2025-04-11")
    office.now = office.now.replace(hour=0, minute=1)  # still the 10th in UTC
    office.seal("town", Q1)
    assert office.duties("an", "feedback")[0]["due_on"] == "2025-04-18"


def test_a_duty_is_overdue_from_the_day_after(office: Office) -> None:
    town(office)
    office.on("2025-04-13")
    assert office.states("an", "feedback") == ["due"]
    office.on("2025-04-14")
    assert office.states("an", "feedback") == ["overdue"]
    assert office.states("an", "reminder_talk") == ["due"]


def test_a_duty_without_a_deadline_is_never_overdue(office: Office) -> None:
    town(office, an=50)
    office.on("2027-01-01")
    assert office.states("an", "consider_admonition") == ["due"]


# Answers


def test_a_talk_answers_the_duty_of_its_purpose_and_period(office: Office) -> None:
    town(office)
    office.talk("an", Q2)
    assert office.waiting("an") == {"feedback", "reminder_talk"}
    talk = office.talk("an", Q1)
    assert office.waiting("an") == {"reminder_talk"}
    assert office.duties("an", "feedback")[0]["answered_by"] == talk
    office.talk("an", Q1, "reminder")
    assert office.waiting("an") == set()
    assert office.states("an", "reminder_talk") == ["done"]


def test_a_duty_is_answered_only_by_what_is_recorded_after_it_opened(office: Office) -> None:
    office.adopt()
    office.register("an")
    office.talk("an", Q1)
    office.play("town", Q1, an=85)
    assert office.states("an", "feedback") == ["due"]


def test_an_overdue_duty_can_still_be_done(office: Office) -> None:
    town(office)
    office.on("2025-06-01")
    office.talk("an", Q1)
    assert office.states("an", "feedback") == ["done"]


def test_criticism_answers_criticism(office: Office) -> None:
    town(office, an=50)
    office.criticise("an", Q1)
    assert office.waiting("an") == {"feedback", "consider_admonition"}


def test_an_admonition_of_the_period_answers_the_choice(office: Office) -> None:
    town(office, an=50)
    office.admonish("an")
    office.admonish("an", Q2)
    assert office.states("an", "consider_admonition") == ["due"]
    office.admonish("an", Q1)
    assert office.states("an", "consider_admonition") == ["done"]


def test_a_waiver_answers_the_choice(office: Office) -> None:
    town(office, an=50)
    waiver = office.waive("an", Q1)
    assert office.duties("an", "consider_admonition")[0]["answered_by"] == waiver


def test_an_annulled_answer_answers_no_more(office: Office) -> None:
    town(office, an=50)
    for act in (office.talk("an", Q1), office.criticise("an", Q1), office.waive("an", Q1)):
        office.annul("an", act)
    assert office.waiting("an") == {"feedback", "criticism", "consider_admonition"}


@pytest.mark.parametrize("period", [Q2, "2025-05", "2025-Q3", "2026-Q1", "2025-07", "2026-01", "2026"])
def test_an_adjustment_of_that_or_a_later_period_answers_the_case(office: Office, period: str) -> None:
    office.adopt(last_place={"quarters": 2})
    office.staff("town", "an", "bo", "cai")
    office.play("town", Q1, an=70, bo=95, cai=85)
    office.play("town", Q2, an=70, bo=95, cai=85)
    office.adjust("an", period)
    assert office.states("an", "adjustment_case") == ["done"]


def test_an_adjustment_of_an_earlier_quarter_does_not_answer_but_ends_the_run(office: Office) -> None:
    office.adopt(last_place={"quarters": 2})
    office.staff("town", "an", "bo", "cai")
    office.play("town", Q1, an=70, bo=95, cai=85)
    office.play("town", Q2, an=70, bo=95, cai=85)
    office.adjust("an", Q1)
    assert office.states("an", "adjustment_case") == ["withdrawn"]


# New revisions


def test_a_new_revision_withdraws_what_lost_its_ground(office: Office) -> None:
    town(office, an=50)
    resealed(office, 70, "2025-04-10")
    assert office.states("an", "criticism") == ["withdrawn"]
    assert office.states("an", "consider_admonition") == ["withdrawn"]
    assert office.duties("an", "reminder_talk")[0]["due_on"] == "2025-04-24"


def test_what_was_answered_stays_done_when_its_ground_goes(office: Office) -> None:
    town(office, an=50)
    office.criticise("an", Q1)
    resealed(office, 70, "2025-04-10")
    assert office.states("an", "criticism") == ["done"]


def test_what_was_withdrawn_is_not_answered_by_what_comes_later(office: Office) -> None:
    town(office, an=70)
    resealed(office, 85, "2025-04-10")
    office.talk("an", Q1, "reminder")
    assert office.states("an", "reminder_talk") == ["withdrawn"]


def test_a_duty_opens_anew_if_its_ground_returns(office: Office) -> None:
    town(office, an=50)
    resealed(office, 70, "2025-04-10")
    resealed(office, 50, "2025-04-12")
    assert office.states("an", "criticism") == ["withdrawn", "due"]
    assert office.duties("an", "criticism")[1]["due_on"] == "2025-04-26"


def test_a_duty_whose_ground_stays_keeps_its_day(office: Office) -> None:
    town(office, an=70)
    resealed(office, 75, "2025-04-10")
    assert [duty["due_on"] for duty in office.duties("an", "reminder_talk")] == ["2025-04-20"]


def test_an_answered_duty_whose_ground_stays_is_not_opened_again(office: Office) -> None:
    town(office, an=70)
    office.talk("an", Q1, "reminder")
    resealed(office, 75, "2025-04-10")
    assert office.states("an", "reminder_talk") == ["done"]


def test_feedback_opens_anew_when_the_points_change(office: Office) -> None:
    town(office, an=70)
    office.talk("an", Q1)
    resealed(office, 71, "2025-04-10")
    assert office.states("an", "feedback") == ["done", "due"]
    assert office.duties("an", "feedback")[1]["due_on"] == "2025-04-17"


def test_feedback_does_not_open_anew_when_nothing_of_his_changes(office: Office) -> None:
    town(office, an=70)
    for cadre in ("bo", "cai"):
        office.talk(cadre, Q1)
    resealed(office, 75, "2025-04-10")
    assert office.states("bo", "feedback") == ["done"]
    assert office.states("er", "feedback") == ["due"]
    assert office.duties("er", "feedback")[0]["due_on"] == "2025-04-13"


def test_unanswered_feedback_is_replaced_by_the_new(office: Office) -> None:
    town(office, an=70)
    resealed(office, 71, "2025-04-10")
    assert office.states("an", "feedback") == ["withdrawn", "due"]


def test_feedback_opens_anew_when_only_the_grade_is_decided_otherwise(office: Office) -> None:
    town(office, an=85)
    office.talk("an", Q1)
    office.reopen("town", Q1)
    office.seal("town", Q1, an="average")
    assert office.states("an", "feedback") == ["done", "due"]
    assert office.states("an", "reminder_talk") == ["due"]


def test_feedback_opens_anew_when_last_place_passes_to_another(office: Office) -> None:
    town(office, an=70)
    office.talk("er", Q1)
    resealed(office, 1, "2025-04-10")
    assert office.see("er", Q1, "last", "points") == (False, "5.00")
    assert office.states("er", "feedback") == ["done", "due"]


def test_duties_follow_the_grade_after_decision(office: Office) -> None:
    office.adopt()
    office.staff("town", "an", "bo", "cai")
    office.play_months("town", ["2025-01", "2025-02", "2025-03"], an=50, bo=70, cai=85)
    office.seal("town", Q1, an="average", cai="poor")
    assert office.waiting("an") == {"feedback", "reminder_talk"}
    assert office.waiting("cai") == {"feedback", "criticism", "consider_admonition"}
