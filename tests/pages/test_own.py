"""My record: a cadre sees what waits for him, acknowledges it, and appeals."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.pages.people import QUARTER, People, served


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with served(tmp_path_factory.mktemp("own") / "people.db") as found:
        yield found


def mine(people: People, name: str = "self") -> Any:
    with people.window(name) as client:
        answer = client.get("/own.json")
        assert answer.status_code == 200, answer.text
        return answer.json()


def append(people: People, cadre: str, **event: Any) -> str:
    with people.server.client(people.tokens["organiser"]) as client:
        answer = client.post(f"/v1/cadres/{cadre}/events", json=event)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


def test_what_waits_is_the_last_result_and_the_acts_that_stand(people: People) -> None:
    (result,) = mine(people)["waiting"]
    assert (result["kind"], result["period"], result["grade"]) == ("quarter_graded", QUARTER, "poor")
    assert result["event"] == people.asks("/v1/cadres/c6/events", type="quarter_graded")["items"][-1]["id"]
    held = {"period": QUARTER, "held_on": "2025-05-20", "summary": "指出不足"}
    criticised = append(people, "c6", type="criticised", **held)
    wrong = append(people, "c6", type="talk_held", purpose="feedback", **held)
    append(people, "c6", type="annulled", event=wrong, reason="误录")
    assert [item["event"] for item in mine(people)["waiting"]] == [criticised, result["event"]]


def test_what_is_acknowledged_waits_no_longer(people: People) -> None:
    found = mine(people)
    with people.window("self") as client:
        for item in found["waiting"]:
            form = {"id": str(uuid4()), "type": "acknowledged", "event": item["event"], "comment": "知悉"}
            for _ in range(2):
                assert client.post("/own", data=form).headers["Location"] == "/own?done=acknowledged"
    assert mine(people)["waiting"] == []
    events = people.events("c6", "acknowledged")
    assert [event["event"] for event in events] == [item["event"] for item in found["waiting"]]
    assert {(event["on"], event["method"], event["comment"]) for event in events} == {(found["date"], "online", "知悉")}


def test_an_appeal_names_the_revision_that_was_seen(people: People) -> None:
    row = next(row for row in mine(people)["record"]["quarters"] if row["period"] == QUARTER)
    form = {"id": str(uuid4()), "type": "appeal_lodged", "result": f"{QUARTER}/{row['revision']}"}
    with people.window("self") as client:
        lacking = client.post("/own", data=form)
        assert lacking.status_code == 422
        assert 'id="grounds-wrong"' in lacking.text
        assert "<details open>" in lacking.text
        assert client.post("/own", data={**form, "grounds": "有异议"}).headers["Location"] == "/own?done=appealed"
        stale = {**form, "id": str(uuid4()), "result": f"{QUARTER}/{row['revision'] + 1}", "grounds": "有异议"}
        assert client.post("/own", data=stale).status_code >= 400
        assert client.post("/own", data={**form, "result": QUARTER, "grounds": "有异议"}).status_code == 422
    (appeal,) = people.events("c6", "appeal_lodged")
    assert (appeal["period"], appeal["revision"], appeal["grounds"]) == (QUARTER, row["revision"], "有异议")
    assert [found["grounds"] for found in mine(people)["record"]["appeals"]] == ["有异议"]


def test_own_forms_come_with_their_verdicts(people: People) -> None:
    withdrawn, reviewed = mine(people)["forms"]
    assert (withdrawn["withdrawn"], reviewed["withdrawn"]) == (True, False)
    assert [item["verdict"]["outcome"] for item in reviewed["items"]] == ["accepted", "refused"]
    assert reviewed["items"][0]["verdict"]["points"] == "0.50"


def test_nothing_else_is_recorded_there(people: People) -> None:
    other = people.asks("/v1/cadres/c5/events", type="quarter_graded")["items"][-1]["id"]
    before = people.asks("/v1/me")["position"]
    with people.window("self") as client:
        for form in (
            {"type": "acknowledged", "event": other},
            {"type": "talk_held", "period": QUARTER},
            {"type": ""},
            {},
        ):
            assert 400 <= client.post("/own", data={"id": str(uuid4()), **form}).status_code < 500
    assert people.asks("/v1/me")["position"] == before


@pytest.mark.parametrize("name", ["organiser", "clerk", "supervisor", "committee"])
def test_who_is_no_cadre_has_no_record_of_his_own(people: People, name: str) -> None:
    with people.window(name) as client:
        assert client.get("/own").status_code == 404
        assert client.post("/own", data={"type": "acknowledged", "event": str(uuid4())}).status_code == 404
        assert 'href="/own"' not in client.get("/").text
    with people.window("self") as client:
        assert 'href="/own"' in client.get("/").text
