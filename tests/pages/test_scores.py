"""The grid of scores: worked with the keyboard, told of cell by cell, corrected with a reason; and what is excused."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser

from tests.pages.browsing import follow
from tests.pages.town import MONTH, Town, named, served
from tests.pages.visits import signed_in

SCORES = f"/groups/town/periods/{MONTH}/scores"
ID = "3f0c2a52-5ab4-4a4a-9d4c-0d6a3b4a7c11"
FIRST = "new/c1/work//points"


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Town]:
    with served(tmp_path_factory.mktemp("scores") / "town.db", browser) as town:
        yield town


def send(client: httpx.Client, path: str = SCORES, **fields: str) -> httpx.Response:
    return client.post(path, data={"act": "scores", "id": ID, **fields})


def points(town: Town, cadre: str, position: int = -1) -> tuple[str, str]:
    """Type and points of an event of the cadre, by default the last."""
    event = town.desk.organiser.get(f"/v1/cadres/{cadre}/events?limit=500").json()["items"][position]
    return event["type"], event["data"]["points"]


def test_the_keyboard_alone_fills_the_grid(town: Town) -> None:
    with town.window("reviewer") as visitor:
        page = visitor.page
        visitor.open(SCORES)
        named(page, FIRST).focus()
        for keys in ("9", "5", "ArrowDown", "8", "5", "ArrowRight", "8", "Enter", "9", "ArrowLeft", "ArrowLeft", "7"):
            page.keyboard.press(keys)
        filled = page.eval_on_selector_all(".grid input", "cells => cells.map(cell => cell.value)")
        assert filled == ["95", "", "", "85", "8", "", "7", "9", "", "", "", ""]
        visitor.check("scores-keyboard")


def test_each_cell_is_decided_on_its_own(town: Town) -> None:
    with town.window("reviewer") as visitor:
        page = visitor.page
        visitor.open(SCORES)
        named(page, FIRST).fill("95")
        named(page, "new/c2/work//points").fill("101")
        named(page, "new/c3/work//points").fill("viel")
        follow(page, "text=提交评分")
        wrong = page.locator(".grid .wrong")
        assert wrong.count() == 2
        assert "100.00" in page.locator("tr", has_text="c2").locator(".wrong").inner_text()
        assert named(page, "new/c2/work//points").input_value() == "101"
        assert page.locator("tr", has_text="c1").locator("input").first.input_value() == "95.00"
        visitor.check("scores-refused")
    assert points(town, "c1") == ("scored", "95.00")
    assert points(town, "c2")[0] == "month_graded"


def test_a_correction_needs_a_reason_and_a_form_sent_twice_records_once(town: Town) -> None:
    with signed_in(town.desk.server.address, town.tokens["reviewer"]) as client:
        for _ in range(2):
            assert send(client, **{FIRST: "95"}).headers["Location"] == f"{SCORES}?done=scored"
        cell = client.get(f"{SCORES}.json").json()["items"][0]["cells"][0]
        before = town.desk.position
        corrected = f"was/c1/{cell['event']}/{cell['points']}/points"
        refused = send(client, **{corrected: "96"})
        assert refused.status_code == 422
        assert 'id="reason-wrong"' in refused.text
        assert send(client, **{corrected: cell["points"]}).headers["Location"] == f"{SCORES}?done=nothing_filled"
        assert town.desk.position == before
        assert send(client, **{corrected: "96", "reason": "误录"}).status_code == 303
    assert points(town, "c1") == ("score_corrected", "96.00")
    assert town.desk.position == before + 1


def test_scores_of_an_office_are_entered_beside_ones_own(town: Town) -> None:
    with signed_in(town.desk.server.address, town.tokens["reviewer"]) as client:
        send(client, **{FIRST: "95"})
        assert send(client, f"{SCORES}?scorer=finance", **{FIRST: "90"}).status_code == 409
        fields = {"id": ID.replace("3f", "4f"), FIRST: "90"}
        assert send(client, f"{SCORES}?scorer=finance", **fields).status_code == 303
        found = client.get(f"{SCORES}.json?scorer=finance").json()
    assert found["items"][0]["cells"][0]["points"] == "90.00"
    assert found["items"][0]["cells"][0]["others"] == [{"scorer": "reviewer", "points": "95.00"}]
    assert found["scorers"] == ["finance", "reviewer"]


def test_who_is_excused_needs_no_scores_until_that_is_taken_back(town: Town) -> None:
    with town.window("organiser") as visitor:
        page = visitor.page
        visitor.open(SCORES)
        named(page, "excused/cadre").select_option("c4")
        named(page, "excused/reason").select_option("leave")
        follow(page, "form:has([value=excused]) button")
        assert page.locator("tr", has_text="c4").locator("input").count() == 0
        page.click("main summary")
        page.fill("details [name$='/reason']", "已返岗")
        follow(page, "details button")
        assert page.locator("tr", has_text="c4").locator("input").count() == 3


def test_a_sealed_month_takes_no_scores(town: Town) -> None:
    with town.window("reviewer") as visitor:
        visitor.open(SCORES.replace(MONTH, "2025-01"))
        assert visitor.page.locator(".grid input").count() == 0
        assert "95.00" in visitor.page.inner_text(".grid")
    with signed_in(town.desk.server.address, town.tokens["reviewer"]) as client:
        for path, status in ((SCORES.replace(MONTH, "2025-Q1"), 404), (SCORES.replace(MONTH, "2025"), 200)):
            assert client.get(path).status_code == status
        answer = send(client, SCORES.replace(MONTH, "2025-01"), **{"new/c1/integrity/peer/points": "9"})
        assert answer.status_code == 409
