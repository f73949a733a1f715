"""Lists in pages, and the ledger as a feed: nothing twice, nothing left out, at any length of page."""

import json
from typing import Any

import httpx
import pytest

from tests.http.serving import Desk

LISTS = (
    "/v1/cadres",
    "/v1/cadres?group=town",
    "/v1/duties",
    "/v1/duties?state=overdue",
    "/v1/submissions",
    "/v1/cadres/an/events",
)


def pages(client: httpx.Client, path: str, limit: int) -> list[list[Any]]:
    found: list[list[Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = client.get(path, params={**httpx.URL(path).params, "limit": limit, "cursor": cursor})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found.append(page["items"])
        cursor = page["next"]
        assert len(found) < 200
    return found


def feed(client: httpx.Client, **query: int) -> list[dict[str, Any]]:
    answer = client.get("/v1/events", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/jsonl"
    assert answer.text == "" or answer.text.endswith("\n")
    return [json.loads(line) for line in answer.text.splitlines()]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_together_are_the_whole_list(story: Desk, path: str, limit: int) -> None:
    (whole,) = pages(story.organiser, path, 500)
    found = pages(story.organiser, path, limit)
    assert [item for page in found for item in page] == whole
    assert {len(page) for page in found[:-1]} <= {limit}
    assert found[-1] or not whole


@pytest.mark.parametrize("principal", ["town_organiser", "town_reviewer", "clerk"])
def test_pages_of_a_limited_scope_are_full_all_the_same(story: Desk, principal: str) -> None:
    for path in ("/v1/cadres", "/v1/cadres/an/events", "/v1/submissions"):
        (whole,) = pages(story[principal], path, 500)
        found = pages(story[principal], path, 2)
        assert [item for page in found for item in page] == whole
        assert {len(page) for page in found[:-1]} <= {2}


def test_a_page_has_a_hundred_items_unless_asked_otherwise(desk: Desk) -> None:
    event = {"cadre": "paged", "type": "observed", "period": "2025-03", "channel": "frontline", "finding": "了解"}
    desk.register("paged")
    body = (json.dumps(event).encode() + b"\n") * 120
    assert (
        desk.organiser.post("/v1/events", content=body, headers={"Content-Type": "application/x-ndjson"}).status_code
        == 200
    )
    page = desk.organiser.get("/v1/cadres/paged/events").json()
    assert (len(page["items"]), page["next"]) == (100, 100)
    rest = desk.organiser.get("/v1/cadres/paged/events", params={"cursor": page["next"]}).json()
    assert [event["version"] for event in rest["items"]] == list(range(101, 122))


def test_the_feed_is_the_ledger_in_order(story: Desk) -> None:
    whole = feed(story.organiser)
    assert [event["position"] for event in whole] == list(range(1, story.position + 1))
    assert feed(story.organiser, after=10) == whole[10:]
    assert feed(story.organiser, after=10, limit=7) == whole[10:17]
    assert feed(story.organiser, limit=10_000) == whole
    assert feed(story.organiser, after=story.position) == []
    assert feed(story.organiser, after=2**53) == []
    assert feed(story["auditor"]) == whole


def test_one_event_reads_as_in_the_feed(story: Desk) -> None:
    for event in feed(story.organiser)[::20]:
        assert story.organiser.get(f"/v1/events/{event['id']}").json() == event
        assert story.organiser.get(f"/v1/events/{event['id'].upper()}").json() == event


@pytest.mark.parametrize("limit", [1, 5, 50])
def test_a_reader_of_limited_scope_pages_through_the_whole_of_what_it_sees(story: Desk, limit: int) -> None:
    """An empty page is the end: events out of scope do not fill the limit."""
    whole = feed(story["town_organiser"])
    found: list[dict[str, Any]] = []
    while page := feed(story["town_organiser"], after=found[-1]["position"] if found else 0, limit=limit):
        assert len(page) <= limit
        found += page
    assert found == whole
    assert not any(event["stream"] in ("cadre:wang", "scheme:law:2025", "round:law:2025-01") for event in whole)
