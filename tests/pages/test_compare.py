"""Candidates side by side: opened by one consultation, over the same years, and warned of where groups differ."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.pages.people import QUARTER, People, served


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with served(tmp_path_factory.mktemp("compare") / "people.db") as found:
        yield found


def compared(client: httpx.Client, *cadres: str, **query: Any) -> httpx.Response:
    return client.get("/compare.json", params={"cadre": list(cadres), **query})


@pytest.mark.parametrize("role", ["committee", "auditor"])
def test_one_consultation_opens_all_candidates(people: People, role: str) -> None:
    with people.window(role) as client:
        assert compared(client, "c1", "c2").json()["code"] == "consultation-required"
        asked = client.get("/compare", params={"cadre": ["c1", "c2"]})
        address = urlsplit(asked.headers["Location"])
        wanted = parse_qs(address.query)
        assert (asked.status_code, address.path, wanted["cadre"]) == (303, "/consultation", ["c1", "c2"])
        form = {"id": str(uuid4()), "cadre": ["c1", "c2"], "purpose": "promotion", "matter": "拟任", **wanted}
        opened = client.post("/consultation", data=form).headers["Location"]
        page = client.get(opened)
        assert page.status_code == 200
        assert f"consultation={form['id']}" in page.text
        assert compared(client, "c1", "c3", consultation=form["id"]).status_code == 403


def test_an_organiser_needs_no_consultation(people: People) -> None:
    with people.window("organiser") as client:
        assert compared(client, "c1", "c2").status_code == 200


def test_the_figures_are_those_of_the_records(people: People) -> None:
    with people.window("organiser") as client:
        found = compared(client, "c1", "c6", "w1").json()
    (quarter,) = [row for row in found["rows"] if row["period"] == QUARTER]
    for one, cell in zip(found["candidates"], quarter["cells"], strict=True):
        (row,) = [row for row in people.asks(f"/v1/cadres/{one['cadre']}/record")["quarters"] if row["points"]]
        assert {name: row[name] for name in ("points", "grade", "rank", "of", "last", "group")} == {
            name: cell[name] for name in ("points", "grade", "rank", "of", "last", "group")
        }
    assert [one["last"] for one in found["candidates"]] == [0, 1, 0]
    assert found["years"] == ["2025"]


@pytest.mark.parametrize(("cadres", "comparable"), [(("c1", "c2"), True), (("c1", "w1"), False)])
def test_points_of_different_groups_are_not_comparable(
    people: People, cadres: tuple[str, ...], comparable: bool
) -> None:
    with people.window("organiser") as client:
        found = compared(client, *cadres).json()
        assert found["comparable"] is comparable
        assert {row["comparable"] for row in found["rows"]} == {comparable}
        page = client.get("/compare", params={"cadre": list(cadres)}).text
        assert ('class="warning"' in page) is not comparable


def test_years_are_chosen_and_checked(people: People) -> None:
    with people.window("organiser") as client:
        assert compared(client, "c1", "c2", since="2026").json()["rows"] == []
        assert compared(client, "c1", "c2", since="2025", until="2025").json()["years"] == ["2025"]
        refused = compared(client, "c1", "c2", since="2025-01")
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/since")


def test_two_to_six_are_compared(people: People) -> None:
    with people.window("organiser") as client:
        assert "candidates" not in compared(client, "c1").json()
        assert "candidates" not in compared(client, "c1", "c1", "").json()
        assert len(compared(client, *(f"c{number}" for number in range(1, 7))).json()["candidates"]) == 6
        assert compared(client, *(f"c{number}" for number in range(1, 7)), "w1").status_code == 422


def test_nobody_compares_whom_he_may_not_read(people: People) -> None:
    for name, status in (("self", 404), ("clerk", 403)):
        with people.window(name) as client:
            assert compared(client, "c6", "c1").status_code == status
    with people.window("supervisor") as client:
        assert compared(client, "c6", "nobody").status_code == 404


def test_the_other_language_shows_the_same_candidates(people: People) -> None:
    with people.window("organiser") as client:
        page = client.get("/compare", params={"cadre": ["c1", "c2"]}).text
    assert page.count("/compare?cadre=c1&amp;cadre=c2&amp;lang=en") == 1
    assert page.count("/compare.json?cadre=c1&amp;cadre=c2") == 1
