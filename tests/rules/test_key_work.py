"""Key work and the states of a month: submissions, verdicts, excuses (rules.md section 3)."""

from tests.office import Office, refused

JAN = "2025-01"


def open_month(office: Office) -> None:
    """80 points on the indicators, so that key work is what goes beyond."""
    office.adopt()
    office.register("an")
    office.score("an", JAN, 80)


def points(office: Office) -> str:
    return str(office.see("an", JAN, "points"))


def test_a_month_without_key_work_needs_no_form_and_costs_nothing(office: Office) -> None:
    open_month(office)
    assert office.see("an", JAN, "state", "points", "missing") == ("open", "80.00", [])


def test_accepted_items_add_their_points(office: Office) -> None:
    open_month(office)
    office.review("an", office.submit("an", JAN, items=3), "1.5", "2", "refused")
    assert points(office) == "83.50"


def test_accepted_items_add_no_more_than_the_cap(office: Office) -> None:
    open_month(office)
    office.review("an", office.submit("an", JAN, items=2), 3, 3)
    assert points(office) == "85.00"


def test_an_item_without_a_verdict_keeps_the_month_from_being_ready(office: Office) -> None:
    open_month(office)
    form = office.submit("an", JAN, items=2)
    office.review("an", form, 2)
    assert office.see("an", JAN, "state", "missing", "points") == ("not_ready", ["unreviewed"], None)
    office.review("an", form, 1, item=1)
    assert points(office) == "83.00"


def test_a_returned_item_is_reviewed_and_adds_nothing(office: Office) -> None:
    open_month(office)
    office.review("an", office.submit("an", JAN), "returned")
    assert office.see("an", JAN, "state", "points") == ("open", "80.00")


def test_a_withdrawn_submission_neither_counts_nor_blocks(office: Office) -> None:
    open_month(office)
    form = office.submit("an", JAN)
    office.withdraw("an", form)
    assert office.see("an", JAN, "state", "points") == ("open", "80.00")
    with refused("invalid", "withdrawn"):
        office.review("an", form, 2)


def test_one_item_is_not_replaced_twice_at_a_time(office: Office) -> None:
    open_month(office)
    form = office.submit("an", JAN)
    office.review("an", form, "returned")
    again = office.submit("an", JAN, replaces=(form, 0))
    with refused("invalid"):
        office.submit("an", JAN, replaces=(form, 0))
    office.review("an", again, "returned")
    third = office.submit("an", JAN, replaces=(form, 0))
    office.review("an", third, 2)
    assert points(office) == "82.00"
    with refused("invalid"):
        office.submit("an", JAN, replaces=(form, 0))


def test_a_later_verdict_replaces_the_earlier(office: Office) -> None:
    open_month(office)
    form = office.submit("an", JAN, items=2)
    office.review("an", form, 2, 1)
    office.review("an", form, "3.5")
    assert points(office) == "84.50"
    office.review("an", form, "refused")
    assert points(office) == "81.00"


def test_only_a_returned_or_refused_item_can_be_replaced(office: Office) -> None:
    open_month(office)
    form = office.submit("an", JAN, items=2)
    with refused("invalid", "not_returned"):
        office.submit("an", JAN, replaces=(form, 0))
    office.review("an", form, 2, "returned")
    with refused("invalid", "not_returned"):
        office.submit("an", JAN, replaces=(form, 0))
    office.submit("an", JAN, replaces=(form, 1))


def test_a_replaced_item_counts_no_more_once_the_later_one_has_a_verdict(office: Office) -> None:
    open_month(office)
    form = office.submit("an", JAN)
    office.review("an", form, "returned")
    amended = office.submit("an", JAN, replaces=(form, 0))
    office.review("an", form, 4)
    assert office.see("an", JAN, "missing") == ["unreviewed"]
    office.review("an", amended, 1)
    assert points(office) == "81.00"
    office.review("an", form, 5)
    assert points(office) == "81.00"


def test_a_replaced_item_counts_again_if_the_later_one_is_withdrawn(office: Office) -> None:
    open_month(office)
    form = office.submit("an", JAN)
    office.review("an", form, "returned")
    amended = office.submit("an", JAN, replaces=(form, 0))
    office.review("an", form, 4)
    office.withdraw("an", amended)
    assert points(office) == "84.00"


def test_an_accepted_item_needs_points_of_zero_or_more(office: Office) -> None:
    open_month(office)
    form = office.submit("an", JAN)
    with refused("invalid", "negative"):
        office.review("an", form, -1)
    with refused("invalid", "missing"):
        office.append("an", "reviewed", submission=form, verdicts=[{"item": 0, "outcome": "accepted"}])
    office.review("an", form, 0)
    assert points(office) == "80.00"


def test_a_refused_item_needs_a_reason_and_has_no_points(office: Office) -> None:
    open_month(office)
    form = office.submit("an", JAN)
    with refused("invalid", "missing"):
        office.append("an", "reviewed", submission=form, verdicts=[{"item": 0, "outcome": "returned"}])
    with refused("invalid", "only_accepted"):
        verdict = {"item": 0, "outcome": "refused", "points": 1, "reason": "不符"}
        office.append("an", "reviewed", submission=form, verdicts=[verdict])


def test_what_has_a_verdict_is_not_withdrawn(office: Office) -> None:
    open_month(office)
    form = office.submit("an", JAN, items=2)
    office.review("an", form, "returned")
    with refused("already-reviewed"):
        office.withdraw("an", form)


def test_only_who_submitted_or_an_organiser_withdraws(office: Office) -> None:
    open_month(office)
    office.grant("clerk", "clerk", units=["一街道"])
    office.grant("colleague", "clerk", units=["一街道"])
    form = office.submit("an", JAN, by="clerk")
    with refused("forbidden"):
        office.withdraw("an", form, by="colleague")
    office.withdraw("an", form, by="clerk")


# Late, not begun, excused


def test_a_submission_after_the_closing_day_is_late_and_still_taken(office: Office) -> None:
    open_month(office)
    office.on("2025-02-05")
    first = office.submit("an", JAN)
    assert office.see("an", JAN, "late") is False
    office.on("2025-02-06")
    second = office.submit("an", JAN)
    assert office.see("an", JAN, "late") is True
    office.review("an", first, 1)
    office.review("an", second, 2)
    assert points(office) == "83.00"


def test_the_closing_day_is_the_schemes(office: Office) -> None:
    office.adopt(filing={"closes_on_day": 31})
    office.register("an")
    office.on("2025-02-28")
    office.submit("an", JAN)
    assert office.see("an", JAN, "late") is False
    office.on("2025-03-01")
    office.submit("an", JAN)
    assert office.see("an", JAN, "late") is True


def test_facts_of_a_month_that_has_not_begun_are_refused(office: Office) -> None:
    open_month(office)
    office.on("2025-01-31")
    with refused("period-not-begun"):
        office.submit("an", "2025-02")
    with refused("period-not-begun"):
        office.score("an", "2025-02", 80)
    with refused("period-not-begun"):
        office.observe("an", "2025-02", 1)
    office.on("2025-02-01")
    office.submit("an", "2025-02")
    office.score("an", "2025-02", 80)
    office.observe("an", "2025-02", 1)


def test_a_coming_month_may_be_excused(office: Office) -> None:
    open_month(office)
    office.excuse("an", "2025-03", "training")
    assert office.see("an", "2025-03", "excused", "state") == ("training", "open")


def test_an_excused_month_has_its_reason_and_no_figures_and_is_never_not_ready(office: Office) -> None:
    open_month(office)
    office.submit("an", JAN)
    office.excuse("an", JAN, "leave")
    row = office.row("an", JAN)
    assert (row["excused"], row["points"], row["grade"], row["state"], row["missing"]) == (
        "leave",
        None,
        None,
        "open",
        [],
    )


def test_an_annulled_excuse_gives_the_figures_back(office: Office) -> None:
    open_month(office)
    office.annul("an", office.excuse("an", JAN))
    assert office.see("an", JAN, "excused", "points") == (None, "80.00")


def test_of_two_excuses_the_later_counts(office: Office) -> None:
    open_month(office)
    office.excuse("an", JAN, "leave")
    later = office.excuse("an", JAN, "training")
    assert office.see("an", JAN, "excused") == "training"
    office.annul("an", later)
    assert office.see("an", JAN, "excused") == "leave"
