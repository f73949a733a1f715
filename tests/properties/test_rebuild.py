"""Histories made by hand in which what is stored could differ from what a rebuild gives."""

from collections.abc import Iterator

import pytest

from tests.office import Office
from tests.properties.recompute import check


@pytest.fixture
def office(address: str) -> Iterator[Office]:
    """A sealed quarter of one group; ``c4`` left after its first month."""
    with Office(address) as found:
        found.adopt("town")
        found.staff("town", "c1", "c2", "c3", "c4")
        found.depart("c4", "2025-02")
        for month, cadres in (("2025-01", 4), ("2025-02", 3), ("2025-03", 3)):
            found.after(month)
            for number in range(cadres):
                found.score(f"c{number + 1}", month, (95, 85, 50, 70)[number])
            found.seal("town", month)
        found.seal("town", "2025-Q1")
        assert found.state("town", "2025-Q1") == "sealed"
        yield found
        check(address)


def test_a_posting_elsewhere_outdates_a_sealed_quarter(office: Office) -> None:
    """His later months now belong to a group whose months are open."""
    office.adopt("city")
    office.post("c4", "city", "2025-02")
    assert office.state("town", "2025-Q1") == "outdated"
    assert office.see("c1", "2025-Q1", "state") == "outdated"
    for month in ("2025-02", "2025-03"):
        office.score("c4", month, 70)
        office.seal("city", month)
    office.seal("town", "2025-Q1")
    assert office.see("c1", "2025-Q1", "state", "revision") == ("sealed", 2)


def test_taking_that_posting_back_makes_it_stand_again(office: Office) -> None:
    office.adopt("city")
    posting = office.post("c4", "city", "2025-02")
    office.annul("c4", posting)
    assert office.see("c1", "2025-Q1", "state") == "sealed"


def test_a_first_scheme_elsewhere_outdates_a_sealed_quarter(office: Office) -> None:
    """The months of a group count from its first scheme on."""
    office.post("c4", "city", "2025-02")
    assert office.see("c1", "2025-Q1", "state") == "sealed"
    office.adopt("city")
    assert office.see("c1", "2025-Q1", "state") == "outdated"


def test_a_year_is_outdated_with_its_quarter(office: Office, address: str) -> None:
    for quarter in ("2025-Q2", "2025-Q3", "2025-Q4"):
        office.play("town", quarter, c1=95, c2=85, c3=50)
    for cadre in ("c1", "c2", "c3"):
        office.score(cadre, "2025", 80)
    office.seal("town", "2025")
    assert office.see("c1", "2025", "state") == "sealed"
    office.adopt("city")
    office.post("c4", "city", "2025-02")
    assert office.see("c1", "2025", "state") == "outdated"
    check(address)
    for month in [f"2025-{number:02}" for number in range(2, 13)]:
        office.excuse("c4", month)
        office.seal("city", month)
    office.seal("town", "2025-Q1")
    for quarter in ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"):
        office.seal("city", quarter)
    check(address)
    office.seal("town", "2025")
    assert office.see("c1", "2025", "state") == "sealed"


def test_a_run_of_last_places_follows_a_mended_quarter(office: Office, address: str) -> None:
    for quarter in ("2025-Q2", "2025-Q3"):
        office.play("town", quarter, c1=95, c2=85, c3=50)
    assert office.see("c3", "2025-Q3", "last_place_run") == 3
    office.reopen("town", "2025-01")
    check(address)
    office.observe("c2", "2025-01", -5)
    office.score("c3", "2025-01", 100, by="second")
    office.seal("town", "2025-01")
    office.seal("town", "2025-Q1", c3="good")
    check(address)
    office.reopen("town", "2025-03")
    office.score("c3", "2025-03", 100, by="second")
    office.score("c2", "2025-03", 0, by="second")
    office.seal("town", "2025-03")
    office.seal("town", "2025-Q1", c3=None)
    office.adjust("c3", "2025-Q2")
    check(address)


def test_a_correction_by_scheme_reaches_open_months_only(office: Office, address: str) -> None:
    office.score("c3", "2025-04", 85)
    office.submit("c1", "2025-04")
    office.on("2025-05-20")
    office.submit("c2", "2025-04")
    office.adopt("town", bands={"good": "85", "fairly_good": "80", "average": "60"}, filing={"closes_on_day": 25})
    assert office.see("c3", "2025-04", "grade", "scheme_version") == ("good", 2)
    assert office.see("c2", "2025-04", "late") is False
    check(address)
    office.adopt("town", filing={"closes_on_day": 10})
    assert office.see("c2", "2025-04", "late") is True
    assert office.see("c1", "2025-01", "scheme_version") == 1


def test_a_first_scheme_of_an_earlier_year_outdates_a_sealed_quarter(office: Office) -> None:
    """From then on the group's months count in all later years."""
    office.post("c4", "city", "2025-02")
    office.adopt("city", "2024")
    assert office.see("c1", "2025-Q1", "state") == "outdated"


def test_a_year_is_outdated_with_a_quarter_of_another_group(address: str) -> None:
    """The year of the village rests on a quarter of the town, which a posting to the city outdates."""
    with Office(address) as office:
        for group in ("town", "village", "city"):
            office.adopt(group)
        office.staff("town", "c1", "c4")
        office.depart("c4", "2025-02")
        office.post("c1", "village", "2025-04")
        office.play_months("town", ("2025-01",), c1=70, c4=70)
        office.play_months("town", ("2025-02", "2025-03"), c1=70)
        office.seal("town", "2025-Q1")
        for quarter in ("2025-Q2", "2025-Q3", "2025-Q4"):
            office.play("village", quarter, c1=70)
        office.score("c1", "2025", 80)
        office.seal("village", "2025")
        assert office.see("c1", "2025", "group", "state") == ("village", "sealed")
        office.post("c4", "city", "2025-02")
        assert office.see("c1", "2025-Q1", "state") == "outdated"
        assert office.see("c1", "2025", "state") == "outdated"
        check(address)
