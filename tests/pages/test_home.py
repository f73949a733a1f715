"""Home: what each role has to do, in one look."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from ledger.service.sheets import LOOKED_AT
from tests.office import Office
from tests.pages.conftest import Site
from tests.pages.town import Town, served
from tests.pages.visits import signed_in

GROUPS = tuple(f"g{number:02}" for number in range(LOOKED_AT + 2))


@pytest.fixture
def office(address: str) -> Iterator[Office]:
    with Office(address) as office:
        yield office


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Town]:
    with served(tmp_path_factory.mktemp("home") / "town.db", browser) as town:
        yield town


def to_seal(office: Office, most: int) -> tuple[list[tuple[str, str, int, int]], int]:
    found = office.ledger.sheets.to_seal(office.callers["organiser"], most)
    rows = [(row["group"], row["period"], row["waiting"], len(row["parts"])) for row in found["items"]]
    return rows, found["more"]


def test_rounds_that_are_ready_come_first_then_the_oldest(office: Office) -> None:
    for group in ("town", "village"):
        office.adopt(group)
        office.staff(group, f"{group}-an", f"{group}-bo")
    office.after("2025-01")
    assert to_seal(office, 8) == ([("town", "2025-01", 2, 0), ("village", "2025-01", 2, 0)], 0)
    for cadre in ("village-an", "village-bo"):
        office.score(cadre, "2025-01", 90)
    office.after("2025-03")
    rows, more = to_seal(office, 3)
    assert (rows, more) == ([("village", "2025-01", 0, 0), ("town", "2025-01", 2, 0), ("town", "2025-02", 2, 0)], 5)
    office.seal("village", "2025-01")
    rows, more = to_seal(office, 8)
    assert (len(rows), more) == (7, 0)
    assert rows[-2:] == [("town", "2025-Q1", 0, 3), ("village", "2025-Q1", 0, 2)]


def test_what_is_not_looked_at_is_counted_and_groups_without_members_are_not(office: Office) -> None:
    for group in GROUPS:
        office.adopt(group)
        office.staff(group, f"{group}-an")
    office.adopt("a-nobody")
    office.after("2025-01")
    rows, more = to_seal(office, 8)
    assert [row[0] for row in rows] == list(GROUPS[:8])
    assert len(rows) + more == len(GROUPS)


def test_a_clerk_is_led_to_the_form_and_told_of_what_came_back(town: Town) -> None:
    month = town.desk.organiser.get("/v1/me").json()["date"][:7]
    with signed_in(town.desk.server.address, town.tokens["clerk"]) as client:
        found = client.get("/.json").json()
        page = client.get("/").text
    assert (found["forms"]["units"], found["forms"]["sent"], found["forms"]["returned"]) == (2, 0, 0)
    assert found["forms"]["period"] < month
    assert f"/periods/{found['forms']['period']}/submissions" in page
    assert found["submissions"] is None


def test_a_cadre_is_told_how_much_waits_to_be_acknowledged(site: Site) -> None:
    with signed_in(site.address, site.tokens["cadre"]) as client:
        waiting = client.get("/own.json").json()["waiting"]
        assert client.get("/.json").json()["own"]["waiting"] == len(waiting) > 0
        assert f"有 {len(waiting)} 项结果或处理待签收" in client.get("/").text


def test_names_stand_where_people_are_meant(site: Site) -> None:
    with signed_in(site.address, site.tokens["organiser"]) as client:
        found = client.get("/.json").json()
    people = {item["cadre"] for name in ("overdue", "due", "submissions") for item in found[name]["items"]}
    assert people
    assert {*found["people"]} == people
