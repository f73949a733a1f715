"""Replay: at every moment the page shows what was so then, and two moments are told apart event by event."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from ledger.chronicle import is_effect
from tests.pages.browsing import follow
from tests.pages.conftest import SignedIn
from tests.pages.people import QUARTER, People, served
from tests.pages.table import CADRE

HISTORY = "/cadres/c5/history"
RESULT = ("period", "state", "points", "grade", "rank", "group")


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with served(tmp_path_factory.mktemp("history") / "people.db") as found:
        yield found


@pytest.fixture
def window(people: People) -> Iterator[httpx.Client]:
    with people.window("organiser") as client:
        yield client


def twin(client: httpx.Client, path: str, **query: Any) -> Any:
    answer = client.get(f"{path}.json", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def moments(client: httpx.Client) -> list[int]:
    """The positions of all events, from the first on by way of each next."""
    found = [int(client.get(HISTORY, params={"step": 1}).headers["Location"].rpartition("=")[2])]
    while (following := twin(client, HISTORY, at=found[-1])["following"]) is not None:
        found.append(following)
    return found


def test_events_are_told_with_the_names_of_groups_and_indicators(signed_in: SignedIn) -> None:
    with signed_in("organiser") as visitor:
        visitor.open(f"/cadres/{CADRE}/history")
        told = visitor.page.inner_text("#moment")
        assert "项目建设" in told
        assert "project_construction" not in told
        visitor.open(f"/cadres/{CADRE}/history?step=1")
        assert "大镇组" in visitor.page.inner_text("#moment .card")


def test_every_event_is_a_step_and_so_is_what_was_done_with_his_rounds(people: People, window: httpx.Client) -> None:
    own = [event["position"] for event in people.asks("/v1/cadres/c5/events")["items"]]
    changed = people.asks("/v1/cadres/c5/changes", limit=500)["items"]
    rounds = [item for item in changed if item["type"] in ("sealed", "reopened")]
    assert {item["type"] for item in rounds} == {"sealed", "reopened"}
    assert moments(window) == sorted({*own, *(item["position"] for item in rounds)})


def test_everything_follows_the_moment(people: People, window: httpx.Client) -> None:
    for position in moments(window):
        shown = twin(window, HISTORY, at=position)
        record = people.asks("/v1/cadres/c5/record", at=position)
        for part in ("months", "quarters", "years"):
            wanted = [[row.get(name) for name in RESULT] for row in record[part]]
            found = [[row.get(name) for name in RESULT] for row in shown["record"][part]]
            assert found == wanted[: len(found)]
            assert all(row[2] is None for row in wanted[len(found) :])
        assert shown["record"]["duties"] == record["duties"]
        assert (shown["position"], shown["last"][0]["position"]) == (position, position)


def test_each_event_is_shown_with_what_it_changed(people: People, window: httpx.Client) -> None:
    changed = people.asks("/v1/cadres/c5/changes", limit=500)["items"]
    told = [item for item in changed if is_effect(item["part"], item["field"])]
    assert len(told) > 20
    assert [item for position in moments(window) for item in twin(window, HISTORY, at=position)["changes"]] == told


def test_a_step_or_a_day_leads_to_its_moment(window: httpx.Client) -> None:
    steps = twin(window, HISTORY)["steps"]
    for asked, moment in (
        ("step=2", f"?at={moments(window)[1]}"),
        (f"step={steps}", ""),
        (f"step={steps + 9}", ""),
        ("on=2025-04-15", "?as_of=2025-04-15T23%3A59%3A59%2B08%3A00"),
        ("on=2199-01-01", ""),
    ):
        answer = window.get(f"{HISTORY}?{asked}")
        assert (answer.status_code, answer.headers["Location"]) == (303, HISTORY + moment)
    assert window.get(f"{HISTORY}?on=2025-13-01").status_code == 422


def test_before_the_first_event_the_first_is_shown(window: httpx.Client) -> None:
    answer = window.get(HISTORY, params={"at": 1})
    assert answer.headers["Location"] == f"{HISTORY}?at={moments(window)[0]}"


def test_a_past_moment_is_said_plainly_and_the_present_is_not(window: httpx.Client) -> None:
    past, now = (window.get(HISTORY, params=query).text for query in ({"at": moments(window)[5]}, {}))
    assert 'class="banner past"' in past
    assert 'class="banner past"' not in now


def test_two_moments_are_compared(people: People, window: httpx.Client) -> None:
    found = twin(window, "/cadres/c5/changes", since="2025-05-01", until="2025-05-10")
    month, quarter = (next(row for row in found["compared"] if row["period"] == name) for name in ("2025-03", QUARTER))
    assert (month["was"]["points"], month["now"]["points"]) == ("61.00", "70.00")
    assert (quarter["was"]["points"], quarter["now"]["points"]) == ("61.00", "64.00")
    known = people.asks("/v1/cadres/c5/changes", since="2025-05-01T23:59:59+08:00", limit=500)["items"]
    assert found["items"] == [item for item in known if item in found["items"]]
    assert {(item["field"], item["was"], item["now"]) for item in found["items"]} >= {("points", "61.00", "70.00")}


def test_from_the_beginning_everything_is_new(window: httpx.Client) -> None:
    found = twin(window, "/cadres/c5/changes")
    assert {row["was"] for row in found["compared"]} == {None}
    assert window.get("/cadres/c5/changes?since=2025-05-10&until=2025-05-01").status_code == 422


def test_a_clerk_replays_forms_alone(people: People) -> None:
    with people.window("clerk") as client:
        found = twin(client, "/cadres/c6/history")
        assert (found["record"], found["changes"]) == (None, None)
        assert {event["type"] for event in found["last"]} == {"submitted", "reviewed", "withdrawn"}
        assert twin(client, "/cadres/c1/history")["steps"] == 0
        assert client.get("/cadres/c6/changes").status_code == 403


@pytest.mark.parametrize("script", [True, False], ids=["live", "no script"])
def test_the_slider_goes_back(signed_in: SignedIn, script: bool) -> None:
    with signed_in("organiser", script=script) as visitor:
        page = visitor.page
        visitor.open(f"/cadres/{CADRE}/history")
        steps = int(page.get_attribute("#step", "max") or 0)
        page.focus("#step")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        if not script:
            follow(page, "form[data-live] button")
        page.locator("#event", has_text=str(steps - 2)).wait_for()
        page.wait_for_url("**/history?at=*")
        assert page.locator(".banner.past").is_visible()
        follow(page, "nav.pager [rel=next]")
        assert str(steps - 1) in page.inner_text("#event")
        if script:
            visitor.check("history-moved")
