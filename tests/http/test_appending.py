"""Appending one event: receipts, ids that may be sent again, and versions that must not have moved on."""

import hashlib
import json
from collections.abc import Iterator
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.http.serving import Desk, problem_of
from tests.office import scheme
from tests.recording.inside import opened

RECEIPT = {"id", "stream", "version", "position", "recorded_at", "leaf"}


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return count()


@pytest.fixture
def cadre(desk: Desk, numbers: Iterator[int]) -> str:
    """A cadre of the test's own."""
    return desk.register(f"appending{next(numbers)}")


def observed(finding: str = "了解", **more: Any) -> dict[str, Any]:
    return {"type": "observed", "period": "2025-03", "channel": "frontline", "finding": finding, **more}


def post(desk: Desk, cadre: str, event: dict[str, Any], version: int | None = None, **query: Any) -> httpx.Response:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return desk.organiser.post(f"/v1/cadres/{cadre}/events", json=event, headers=headers, params=query)


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    problem = problem_of(answer)
    assert (answer.status_code, problem["code"]) == (status, code)
    return problem


def test_a_receipt_says_where_the_event_stands_and_the_headers_lead_on(desk: Desk, cadre: str) -> None:
    before = desk.position
    answer = post(desk, cadre, observed())
    receipt = answer.json()
    assert answer.status_code == 201
    assert receipt.keys() == RECEIPT
    assert (receipt["stream"], receipt["version"], receipt["position"]) == (f"cadre:{cadre}", 2, before + 1)
    assert UUID(receipt["id"]).version == 7
    assert (answer.headers["ETag"], answer.headers["Location"]) == ('"2"', f"/v1/events/{receipt['id']}")
    assert "Idempotent-Replay" not in answer.headers
    event = desk.organiser.get(answer.headers["Location"]).json()
    assert {name: event[name] for name in RECEIPT - {"leaf"}} == {name: receipt[name] for name in RECEIPT - {"leaf"}}
    assert event["actor"] == "organiser"
    assert desk.organiser.get(f"/v1/cadres/{cadre}").headers["ETag"] == '"2"'


def test_the_leaf_of_a_receipt_is_the_hash_of_the_recorded_entry(desk: Desk, cadre: str) -> None:
    receipts = [post(desk, cadre, observed(f"第{n}次")).json() for n in range(3)]
    columns = "position - 1, stream, version, type, schema, recorded_at, prev"
    with opened(desk.server.database) as connection:
        (founded,) = connection.execute("SELECT state FROM events WHERE position = 1").fetchone()
        origin = json.loads(founded)["data"]["origin"]
        for receipt in receipts:
            *head, state = connection.execute(
                f"SELECT {columns}, state FROM events WHERE id = ?", (receipt["id"],)
            ).fetchone()
            entry = "\n".join(map(str, (origin, *head, ""))).encode() + state
            assert hashlib.sha256(b"\x00" + entry).hexdigest() == receipt["leaf"]
            assert json.loads(state)["data"]["finding"].encode() in state


def test_the_request_id_goes_into_the_event_if_it_is_a_plain_one(desk: Desk, cadre: str) -> None:
    given = {"job-7.a_B": "job-7.a_B", "": None, "a b": None, "x" * 65: None, "{}": None}
    for sent, kept in given.items():
        answer = desk.organiser.post(f"/v1/cadres/{cadre}/events", json=observed(), headers={"X-Request-Id": sent})
        found = desk.organiser.get(answer.headers["Location"]).json()["correlation_id"]
        assert found == kept if kept is not None else UUID(found)


def test_the_same_again_under_one_id_gives_the_first_receipt(desk: Desk, cadre: str) -> None:
    event = observed(id=str(uuid4()), points="0.5")
    first = post(desk, cadre, event)
    before = desk.position
    for again in (
        event,
        {**event, "id": event["id"].upper()},
        {**event, "points": 0.50},
        dict(reversed(event.items())),
    ):
        replay = post(desk, cadre, again)
        assert (replay.status_code, replay.json()) == (200, first.json())
        assert replay.headers["Idempotent-Replay"] == "true"
        assert replay.headers["ETag"] == first.headers["ETag"]
    assert desk.position == before


def test_an_id_with_other_data_type_or_stream_is_refused(desk: Desk, cadre: str) -> None:
    id_ = str(uuid4())
    event = observed(id=id_)
    post(desk, cadre, event)
    before = desk.position
    for other in (observed("另一次", id=id_), observed(id=id_, points="1"), {**event, "place": "村"}):
        refused(post(desk, cadre, other), 409, "id-reused")
    refused(post(desk, cadre, {"id": id_, "type": "excused", "period": "2025-03", "reason": "leave"}), 409, "id-reused")
    refused(post(desk, "an", event), 409, "id-reused")
    refused(desk.organiser.post("/v1/groups/town/schemes/2025", json={**scheme(), "id": id_}), 409, "id-reused")
    refused(
        desk.organiser.post("/v1/groups/town/periods/2025-03/reopen", json={"reason": "改", "id": id_}),
        409,
        "id-reused",
    )
    refused(desk.organiser.post("/v1/groups/town/periods/2025-03/seal", json={"id": id_}), 409, "id-reused")
    assert desk.position == before


def test_the_id_is_looked_up_before_if_match_and_every_rule(desk: Desk, cadre: str) -> None:
    scored = {"id": str(uuid4()), "type": "scored", "period": "2025-03", "indicator": "work", "points": "80"}
    first = post(desk, cadre, scored)
    assert first.status_code == 201
    refused(post(desk, cadre, {**scored, "id": str(uuid4())}), 409, "already-scored")
    replay = post(desk, cadre, scored, version=1)
    assert (replay.status_code, replay.json()) == (200, first.json())
    refused(post(desk, cadre, {**scored, "points": "81"}, version=1), 409, "id-reused")
    registration = {
        "cadre": cadre,
        "name": cadre,
        "unit": "一街道",
        "post": "主任",
        "group": "town",
        "since": "2025-01",
    }
    refused(desk.organiser.post("/v1/cadres", json=registration), 409, "already-registered")
    refused(desk.organiser.post("/v1/cadres", json={**registration, "id": scored["id"]}), 409, "id-reused")


def test_the_id_is_looked_up_after_authentication_role_and_scope(desk: Desk, cadre: str) -> None:
    event = observed(id=str(uuid4()))
    assert post(desk, cadre, event).status_code == 201
    path = f"/v1/cadres/{cadre}/events"
    refused(httpx.post(desk.server.address + path, json=event), 401, "unauthenticated")
    refused(desk["clerk"].post(path, json=event), 403, "forbidden")
    desk.register("elsewhere", group="elsewhere")
    refused(desk["reviewer"].post("/v1/cadres/elsewhere/events", json=event), 404, "unknown-cadre")
    assert desk["reviewer"].post(path, json=event).status_code == 200


def test_registrations_schemes_seals_and_reopenings_may_be_sent_again(desk: Desk) -> None:
    asked: list[tuple[str, dict[str, Any]]] = [
        ("/v1/groups/again/schemes/2025", {**scheme(), "reason": "首次"}),
        (
            "/v1/cadres",
            {"cadre": "again", "name": "又", "unit": "一街道", "post": "主任", "group": "again", "since": "2025-01"},
        ),
        ("/v1/cadres/again/events", {"type": "scored", "period": "2025-01", "indicator": "work", "points": "91"}),
        ("/v1/groups/again/periods/2025-01/seal", {}),
        ("/v1/groups/again/periods/2025-01/reopen", {"reason": "更正"}),
    ]
    asked = [(path, {**body, "id": str(uuid4())}) for path, body in asked]
    first = [desk.organiser.post(path, json=body) for path, body in asked]
    assert [answer.status_code for answer in first] == [201] * 5
    before = desk.position
    for (path, body), was in zip(asked, first, strict=True):
        again = desk.organiser.post(path, json=body)
        assert (again.status_code, again.headers["Idempotent-Replay"]) == (200, "true")
        assert again.json().get("receipt", again.json()) == was.json().get("receipt", was.json())
    assert desk.position == before
    assert first[3].json().keys() == {"receipt", "revision", "rows", "not_assessed"}
    refused(desk.organiser.post(asked[4][0], json={**asked[4][1], "reason": "别的"}), 409, "id-reused")
    refused(desk.organiser.post(asked[0][0], json={**asked[0][1], "title": "别的"}), 409, "id-reused")


def test_if_match_lets_through_only_the_version_that_stands(desk: Desk, cadre: str) -> None:
    assert post(desk, cadre, observed(), version=1).status_code == 201
    before = desk.position
    for stale in (0, 1, 3, 999):
        problem = refused(post(desk, cadre, observed(), version=stale), 412, "stale")
        assert problem["version"] == 2
    assert desk.position == before
    etag = desk.organiser.get(f"/v1/cadres/{cadre}").headers["ETag"]
    answer = desk.organiser.post(f"/v1/cadres/{cadre}/events", json=observed(), headers={"If-Match": etag})
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"3"')
    anything = desk.organiser.post(f"/v1/cadres/{cadre}/events", json=observed(), headers={"If-Match": "*"})
    assert anything.status_code == 201


def test_a_version_given_twice_is_taken_once(desk: Desk, cadre: str) -> None:
    """Of two that decide on the same version one is recorded, the other told that the stream moved on."""
    answers = [post(desk, cadre, observed(finding), version=1) for finding in ("甲", "乙")]
    assert [answer.status_code for answer in answers] == [201, 412]
    history = desk.organiser.get(f"/v1/cadres/{cadre}/events", params={"type": "observed"}).json()["items"]
    assert [event["data"]["finding"] for event in history] == ["甲"]
