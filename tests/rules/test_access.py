"""Who may act and read, as far as the rules depend on it (api.md, events.md)."""

from tests.office import Office, refused

JAN, FEB = "2025-01", "2025-02"


def town(office: Office) -> None:
    office.adopt()
    office.staff("town", "an", "bo", "cai")


def test_a_cadre_reads_only_his_own_record(office: Office) -> None:
    town(office)
    office.grant("an_self", "cadre", cadre="an")
    assert office.ledger.queries.record(office.callers["an_self"], "an")["cadre"] == "an"
    with refused("unknown-cadre"):
        office.ledger.queries.record(office.callers["an_self"], "bo")


def test_nobody_records_facts_about_himself(office: Office) -> None:
    town(office)
    office.grant("an_office", "organiser", cadre="an")
    with refused("own-record"):
        office.score("an", JAN, 100, by="an_office")
    with refused("own-record"):
        office.observe("an", JAN, 5, by="an_office")
    office.submit("an", JAN, by="an_office")
    office.score("bo", JAN, 80, by="an_office")


def test_nobody_runs_a_group_of_which_he_is_a_member(office: Office) -> None:
    town(office)
    office.adopt("county")
    office.register("ding", "county")
    office.grant("an_office", "organiser", cadre="an")
    office.play_months("county", [JAN], ding=80)
    office.play_months("town", [JAN], an=80, bo=80, cai=80)
    for act in (
        lambda: office.seal("town", FEB, by="an_office"),
        lambda: office.reopen("town", JAN, by="an_office"),
        lambda: office.adopt("town", by="an_office"),
    ):
        with refused("own-record"):
            act()
    office.reopen("county", JAN, by="an_office")
    office.seal("county", JAN, by="an_office")
    assert office.adopt("county", by="an_office") == 2


def test_a_reviewer_with_named_indicators_scores_only_those(office: Office) -> None:
    town(office)
    office.grant("finance", "reviewer", indicators=["fiscal"])
    with refused("forbidden"):
        office.score("an", JAN, 80, by="finance")
    office.grant("works", "reviewer", indicators=["work"])
    office.score("an", JAN, 80, by="works")


def test_a_reviewer_works_in_his_groups_only(office: Office) -> None:
    town(office)
    office.adopt("county")
    office.register("ding", "county")
    office.grant("county_reviewer", "reviewer", groups=["county"])
    with refused("unknown-cadre"):
        office.score("an", JAN, 80, by="county_reviewer")
    office.score("ding", JAN, 80, by="county_reviewer")


def test_writing_goes_by_the_posting_in_force_in_the_period(office: Office) -> None:
    town(office)
    office.adopt("county")
    office.post("an", "county", FEB)
    office.on("2025-02-10")
    office.grant("town_reviewer", "reviewer", groups=["town"])
    office.score("an", JAN, 80, by="town_reviewer")
    with refused("unknown-cadre"):
        office.score("an", FEB, 80, by="town_reviewer")
