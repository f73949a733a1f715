"""Every route, called with every role inside and outside its scope and without a token, against one table."""

from typing import Any

import pytest

from ledger.aggregates.envelope import BY_NAME
from tests.access.asking import Asked, Events, asked, of_each_type
from tests.access.conftest import Marked
from tests.access.marked import AN, WANG
from tests.access.routes import routes
from tests.access.table import EVENTS, FILES, NAMED, OPEN, PAGES, PRINCIPALS, PROVIDER, PUBLIC, ROUTES, TWINS, statuses
from tests.backends import sqlite_only

BAD_TOKENS = ("lk_0123456789ab_" + 64 * "0", "nonsense", "lk__", 5000 * "x")


@pytest.fixture(scope="module")
def events(marked: Marked) -> dict[str, str]:
    """The id of an event in scope and of one out of it."""
    found = {}
    for place, cadre in (("inside", AN), ("outside", WANG)):
        path = f"/v1/cadres/{cadre}/events"
        found[place] = marked.desk.organiser.get(path, params={"limit": 1}).json()["items"][0]["id"]
    return found


@pytest.fixture(scope="module")
def history(marked: Marked) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = marked.desk.organiser.get(f"/v1/cadres/{AN}/events?limit=500").json()["items"]
    return items


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    rows = [*ROUTES, *PUBLIC, *PAGES, *FILES, *TWINS, *NAMED, *OPEN, *PROVIDER]
    assert sorted(f"{method} {route.path}" for method, route in routes()) == sorted(rows)


def test_every_type_of_event_has_a_row() -> None:
    assert EVENTS.keys() == {name for name, type_ in BY_NAME.items() if type_.appendable}


@pytest.mark.parametrize("place", ["inside", "outside"])
@pytest.mark.parametrize("route", ROUTES)
def test_each_role_gets_what_the_table_says(marked: Marked, events: dict[str, str], route: str, place: str) -> None:
    """Commands are dry runs or refused: nothing is recorded."""
    before = marked.desk.position
    request = asked(route, place, events)
    found = {role: request.send(marked.desk[principal]) for role, principal in PRINCIPALS.items()}
    wanted = {role: pair[place == "outside"] for role, pair in statuses(ROUTES[route]).items()}
    assert found == wanted
    assert marked.desk.position == before


@pytest.mark.parametrize("route", ROUTES)
def test_without_a_token_that_holds_there_is_nothing(marked: Marked, events: dict[str, str], route: str) -> None:
    request = asked(route, "inside", events)
    with marked.desk.server.client(None) as nobody:
        assert request.send(nobody) == 401
        for token in (*BAD_TOKENS, marked.tokens["organiser"][:-1], marked.tokens["organiser"] + "0"):
            nobody.headers["Authorization"] = f"Bearer {token}"
            assert request.send(nobody) == 401, token[:80]
        nobody.headers["Authorization"] = f"Basic {marked.tokens['organiser']}"
        assert request.send(nobody) == 401


@pytest.mark.parametrize("route", PUBLIC)
def test_what_is_public_is_the_same_for_everybody(marked: Marked, events: dict[str, str], route: str) -> None:
    request = asked(route, "inside", events)
    with marked.desk.server.client(None) as nobody:
        clients = [nobody, *(marked.desk[principal] for principal in PRINCIPALS.values())]
        answers = [client.get(request.path) for client in clients]
    assert {answer.status_code for answer in answers} == {PUBLIC[route]}
    if route != "GET /metrics":
        assert len({answer.text for answer in answers}) == 1


@sqlite_only
@pytest.mark.parametrize("place", ["inside", "outside"])
@pytest.mark.parametrize("type_", EVENTS)
def test_each_role_appends_what_the_table_says(
    marked: Marked, history: list[dict[str, Any]], type_: str, place: str
) -> None:
    """One by one and as lines of a bulk alike."""
    cadre, group = (AN, "town") if place == "inside" else (WANG, "law")
    sent: Events = of_each_type(history, group)
    about = "fresh" if type_ == "registered" else cadre
    event = {"type": type_, **sent[type_]}
    alone = Asked("POST", f"/v1/cadres/{about}/events", event)
    line = Asked("POST", "/v1/events", None, [{"cadre": about, **event}])
    wanted = {role: pair[place == "outside"] for role, pair in statuses(EVENTS[type_]).items()}
    for request in (alone, line):
        assert {role: request.send(marked.desk[who]) for role, who in PRINCIPALS.items()} == wanted
