"""Seals in the browser: the preview, decisions, reopening, and all groups of a period on one page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.office import scheme
from tests.pages.browsing import follow
from tests.pages.town import MONTH, QUARTER, UNITS, WORK, Town, named, served

SEAL = f"/groups/town/periods/{MONTH}/seal"
SEALED = "main button:text-is('审定封存')"


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Town]:
    with served(tmp_path_factory.mktemp("sealing") / "town.db", browser) as town:
        yield town


def scored(town: Town) -> None:
    for cadre, points in WORK.items():
        town.desk.append(cadre, by="reviewer", type="scored", period=MONTH, indicator="work", points=points)
        leader = {"indicator": "integrity", "rater": "leader", "points": "9"}
        town.desk.append(cadre, by="reviewer", type="scored", period=MONTH, **leader)


def sealed(town: Town, *rounds: str) -> None:
    for period in rounds:
        answer = town.desk.organiser.post(f"/v1/groups/town/periods/{period}/seal", json={})
        assert answer.status_code == 201, answer.text


def test_what_is_missing_is_listed_and_cannot_be_sealed(town: Town) -> None:
    with town.window("organiser") as visitor:
        visitor.open(SEAL)
        assert visitor.page.locator("main .list a").count() == len(UNITS)
        assert visitor.page.locator(SEALED).count() == 0
        visitor.check("seal-missing")


def test_the_preview_of_a_quarter_says_which_duties_open_and_tries_decisions(town: Town) -> None:
    scored(town)
    sealed(town, MONTH)
    before = town.desk.position
    with town.window("organiser") as visitor:
        page = visitor.page
        visitor.open(f"/groups/town/periods/{QUARTER}/seal")
        assert page.locator("#opens").count() == 0
        follow(page, "text=预览影响")
        assert page.locator("#opens + ul li").count() == 7
        named(page, "decisions/c4/grade").select_option("average")
        follow(page, "text=预览影响")
        assert page.locator("[id='decisions/c4/reason-wrong']").count() == 1
        named(page, "decisions/c4/reason").fill("突发疾病")
        follow(page, "text=预览影响")
        assert page.locator(".wrong").count() == 0
        assert page.locator("#opens + ul li").count() == 6
        visitor.check("seal-quarter")
        assert town.desk.position == before
        follow(page, SEALED)
        assert page.url.endswith(f"{QUARTER}?done=sealed")
    rows = town.desk.organiser.get(f"/v1/groups/town/periods/{QUARTER}").json()["rows"]
    assert [(row["computed_grade"], row["grade"]) for row in rows if row["decision"]] == [("poor", "average")]


def test_a_round_is_reopened_and_the_next_preview_says_who_moved_and_why(town: Town) -> None:
    with town.window("organiser") as visitor:
        page = visitor.page
        visitor.open("/groups/town/periods/2025-02")
        follow(page, "main >> text=重开")
        page.fill("#reason", "复核评分")
        follow(page, "main form button")
        assert page.url.endswith("/groups/town/periods/2025-02?done=reopened")
        history = town.desk.organiser.get("/v1/cadres/c4/events?type=scored").json()["items"]
        score = next(event for event in history if event["data"]["period"] == "2025-02")["id"]
        town.desk.append("c4", by="reviewer", type="score_corrected", score=score, points="65", reason="漏计")
        follow(page, "text=预览并审定封存")
        follow(page, "text=预览影响")
        moved = page.locator("#moved + ul > li")
        assert moved.count() == 1
        assert "c4" in moved.inner_text()
        assert "漏计" in moved.inner_text()
        visitor.check("seal-moved")
        follow(page, SEALED)
        assert page.locator(".state.sealed").count() == 1


def test_an_earlier_decision_is_repeated_or_dropped(town: Town) -> None:
    scored(town)
    sealed(town, MONTH)
    organiser, here = town.desk.organiser, f"/v1/groups/town/periods/{QUARTER}"
    decisions = {"c2": {"grade": "good", "reason": "牵头重点项目"}}
    assert organiser.post(f"{here}/seal", json={"decisions": decisions}).status_code == 201
    assert organiser.post(f"{here}/reopen", json={"reason": "复核"}).status_code == 201
    with town.window("organiser") as visitor:
        page = visitor.page
        visitor.open(f"/groups/town/periods/{QUARTER}/seal")
        assert named(page, "decisions/c2/grade").input_value() == "good"
        assert named(page, "decisions/c2/reason").input_value() == "牵头重点项目"
        named(page, "decisions/c2/grade").select_option("")
        follow(page, SEALED)
    assert all(row["decision"] is None for row in organiser.get(here).json()["rows"])


def test_every_ready_group_of_a_month_is_sealed_on_one_page(town: Town) -> None:
    scored(town)
    assert town.desk.organiser.post("/v1/groups/law/schemes/2025", json=scheme()).status_code == 201
    town.desk.register("d1", group="law")
    with town.window("organiser") as visitor:
        page = visitor.page
        visitor.open(f"/periods/{MONTH}")
        ticked = {box.get_attribute("value"): box.is_checked() for box in page.locator("[name=group]").all()}
        assert ticked == {"law": False, "town": True}
        page.check("[value=law]")
        follow(page, "main form button")
        assert page.locator("tr", has_text="law").locator(".wrong").count() == 1
        assert page.locator("tr", has_text="town").locator(".state.sealed").count() == 1
        visitor.check("rounds-some")
    states = {group: town.desk.organiser.get(f"/v1/groups/{group}/periods/{MONTH}").json()["state"] for group in ticked}
    assert states == {"law": "open", "town": "sealed"}
