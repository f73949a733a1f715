"""Duties: listed as over the interface, prepared with where points were lost, and done on their own sheet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.pages.browsing import follow
from tests.pages.conftest import SignedIn
from tests.pages.people import QUARTER, People, served

HELD = {"held_on": "2025-05-20", "summary": "指出不足"}
HELD_BY = {"held_by/0/name": "张三", "held_by/0/post": "副部长"}
BASIS = {"basis/issued_by": "组织部", "basis/number": "5号"}
DECIDED = {"decided_on": "2025-05-20", "grounds": "连续末位", "heard": "接受"}
PERSON, PAPER = {"name": "张三", "post": "副部长"}, {"issued_by": "组织部", "number": "5号"}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with served(tmp_path_factory.mktemp("duties") / "people.db") as found:
        yield found


def sheet(cadre: str, kind: str, about: str = QUARTER) -> str:
    return f"/cadres/{cadre}/duties/{kind}/{about}"


def states(people: People, cadre: str, kind: str) -> list[str]:
    return [duty["state"] for duty in people.asks("/v1/duties", cadre=cadre, kind=kind)["items"]]


@pytest.mark.parametrize("query", [{}, {"state": "done"}, {"kind": "criticism"}, {"group": "law"}, {"cadre": "c6"}])
def test_the_lists_are_those_of_the_interface(people: People, query: dict[str, str]) -> None:
    with people.window("supervisor") as client:
        lists = client.get("/duties.json", params={"state": "", "unit": "", **query}).json()["lists"]
    assert [found["state"] for found in lists] == ([query["state"]] if "state" in query else ["overdue", "due"])
    for found in lists:
        asked = people.asks("/v1/duties", "supervisor", **{**query, "state": found["state"]})
        assert found["items"] == asked["items"]


def test_people_are_named_and_codes_are_checked(people: People) -> None:
    with people.window("supervisor") as client:
        assert client.get("/duties.json").json()["people"].keys() == {"c1", "c2", "c3", "c4", "c5", "c6", "w1"}
        for name in ("state", "kind"):
            refused = client.get("/duties.json", params={name: "never"})
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"/{name}")


def test_a_sheet_begins_with_where_points_were_lost(people: People) -> None:
    with people.window("supervisor") as client:
        found = client.get(f"{sheet('c5', 'reminder_talk')}.json").json()
        (lost,) = found["lost"]
        assert (lost["lost"], lost["max"], lost["months"]) == ("108.00", "300.00", 3)
        assert "108.00" in found["input"]["improvements"]
        assert found["input"]["held_on"] == found["date"]


ANSWERED: list[tuple[str, str, str, dict[str, str], dict[str, Any]]] = [
    ("c1", "feedback", "talk_held", {**HELD, **HELD_BY}, {**HELD, "purpose": "feedback", "held_by": [PERSON]}),
    ("c5", "reminder_talk", "talk_held", HELD, {**HELD, "purpose": "reminder"}),
    ("c6", "criticism", "criticised", {**HELD, "response": "接受\r\n改正"}, {**HELD, "response": "接受\n改正"}),
    (
        "c6", "consider_admonition", "admonished",
        {**DECIDED, **BASIS, "form": "written", "approved_by": "部务会"},
        {**DECIDED, "basis": PAPER, "form": "written", "approved_by": "部务会"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("cadre", "kind", "type_", "filled", "recorded"), ANSWERED, ids=lambda given: str(given)[:20])
def test_what_was_done_is_recorded_on_the_sheet(
    people: People, cadre: str, kind: str, type_: str, filled: dict[str, str], recorded: dict[str, Any]
) -> None:
    """Once, however often the form is sent; the duty is done by it."""
    form = {"id": str(uuid4()), "type": type_, **filled}
    with people.window("organiser") as client:
        for _ in range(2):
            answer = client.post(sheet(cadre, kind), data=form)
            assert (answer.status_code, answer.headers["Location"]) == (303, f"{sheet(cadre, kind)}?done=recorded")
        shown = client.get(f"{sheet(cadre, kind)}.json").json()
    (event,) = people.events(cadre, type_)
    assert {name: value for name, value in event.items() if value is not None} == {"period": QUARTER, **recorded}
    assert states(people, cadre, kind)[-1] == "done"
    assert (shown["answer"]["event"], shown["forms"]) == (form["id"], {})


def test_an_admonition_is_looked_back_on(tmp_path: Path) -> None:
    with served(tmp_path / "people.db") as people, people.window("organiser") as client:
        form = {"id": str(uuid4()), "type": "admonished", **DECIDED, "form": "talk", "approved_by": "会"}
        assert client.post(sheet("c6", "consider_admonition"), data=form).status_code == 303
        path = sheet("c6", "admonition_review", form["id"])
        review = {"type": "admonition_reviewed", "reviewed_on": "2026-01-06", "finding": "已改进", "closed": "true"}
        assert client.post(path, data={"id": str(uuid4()), **review}).status_code == 303
        assert people.events("c6", "admonition_reviewed")[0]["closed"] is True
        assert client.get(f"{path}.json").json()["admonition"]["reviews"][0]["finding"] == "已改进"
        assert states(people, "c6", "admonition_review") == ["done"]


def test_what_is_wrong_stands_at_its_field_and_nothing_is_recorded(people: People) -> None:
    form = {
        "id": str(uuid4()),
        "type": "talk_held",
        "held_on": "2025-05-20",
        "held_by/0/name": "张三",
        "place": "会议室",
    }
    with people.window("supervisor") as client:
        answer = client.post(sheet("c2", "feedback"), data=form)
        shown = client.post(f"{sheet('c2', 'feedback')}", data={**form, "held_on": "2025-02-30"})
    assert (answer.status_code, shown.status_code) == (422, 422)
    for name in ("summary", "held_by/0/post"):
        assert f'id="{name}-wrong"' in answer.text
    assert 'id="held_on-wrong"' in shown.text
    assert 'value="会议室"' in answer.text
    assert form["id"] in answer.text
    assert people.events("c2", "talk_held") == []


def test_only_what_answers_the_duty_is_asked_for_and_taken(people: People) -> None:
    talk = {"id": str(uuid4()), "type": "talk_held", **HELD}
    with people.window("supervisor") as client:
        path = sheet("c6", "consider_admonition")
        assert client.get(f"{path}.json").json()["forms"] == {}
        waived = {"id": str(uuid4()), "type": "admonition_waived", "reason": "情节轻微"}
        assert client.post(path, data=waived).status_code == 403
        assert client.post(sheet("c3", "feedback"), data={**talk, "type": "criticised"}).status_code == 422
        assert client.get(sheet("c3", "criticism")).status_code == 404
        assert client.get(sheet("c3", "feedback", "2025-Q2")).status_code == 404
        assert client.get(sheet("c3", "dinner")).status_code == 422
    with people.window("self") as client:
        assert client.get(f"{sheet('c6', 'feedback')}.json").json()["forms"] == {}
        assert client.post(sheet("c6", "feedback"), data=talk).status_code == 403
    assert people.events("c6", "talk_held") == []


def test_a_sheet_is_printed_with_room_to_write_and_without_its_form(signed_in: SignedIn) -> None:
    with signed_in("organiser") as visitor:
        page = visitor.page
        visitor.open("/cadres/500101-0016/duties/feedback/2025-Q3")
        assert not page.locator(".paper").is_visible()
        page.emulate_media(media="print")
        assert page.locator(".paper").is_visible()
        assert not page.locator("main form").is_visible()
        page.emulate_media(media="screen")
        follow(page, "main .lead a")
        assert page.url.endswith("/cadres/500101-0016")
        follow(page, "#duties ~ ul a")
        assert "/duties/" in page.url


def test_a_done_duty_shows_what_was_done(signed_in: SignedIn) -> None:
    with signed_in("supervisor") as visitor:
        visitor.open("/duties?state=done&kind=feedback")
        follow(visitor.page, "tbody td:last-child a >> nth=0")
        assert visitor.page.locator("#answer").count() == 1
