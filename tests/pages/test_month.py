"""A month of a small group worked in the browser alone comes to what it comes to over the interface."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from tests.pages.browsing import follow
from tests.pages.town import MONTH, QUARTER, UNITS, WORK, Town, box, named, served

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
RETURNED, REFUSED = "请补充完成日期", "不属于重点工作"
TALK = {"held_on": "2025-04-10", "summary": "肯定成绩", "improvements": "加强调研", "response": "接受"}


@pytest.fixture(scope="module")
def over_the_interface(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Any]:
    with served(tmp_path_factory.mktemp("interface") / "town.db", browser) as town:
        work_over_the_interface(town)
        yield outcome(town)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_month_is_worked_in_the_browser_alone(
    tmp_path: Path, browser: Browser, over_the_interface: Any, script: bool
) -> None:
    with served(tmp_path / "town.db", browser, script=script) as town:
        for step in (submit, review, submit_again, review_again, score, correct, observe, excuse, seal, decide):
            step(town)
        talk(town)
        acknowledge(town)
        assert outcome(town) == over_the_interface


def submit(town: Town) -> None:
    """Both principals of a unit in one go; of the other unit nothing."""
    with town.window("clerk") as visitor:
        page = visitor.page
        visitor.open(f"/periods/{MONTH}/submissions")
        follow(page, "main >> text=一街道")
        box(page, "c2").locator("summary").click()
        for place, title in (("c1/0", "项目开工"), ("c2/0", "道路改造"), ("c2/1", "例行会议")):
            named(page, f"{place}/category").fill("项目")
            named(page, f"{place}/title").fill(title)
        follow(page, "button:text-is('报送')")
        assert "已报送" in page.inner_text(".news")
        visitor.open(f"/periods/{MONTH}/submissions?unit=二街道")
        follow(page, "text=本月无重点工作")
        assert "不必再办理" in page.inner_text(".news")


def review(town: Town) -> None:
    with town.window("reviewer") as visitor:
        page = visitor.page
        visitor.open("/review?unit=一街道")
        box(page, "项目开工").locator("[value=accepted]").check()
        box(page, "项目开工").locator("[name$='/points']").fill("2")
        for title, verdict, reason in (("道路改造", "returned", RETURNED), ("例行会议", "refused", REFUSED)):
            box(page, title).locator(f"[value={verdict}]").check()
            box(page, title).locator("[name$='/reason']").fill(reason)
        follow(page, "button:text-is('提交审核意见')")
        assert "没有待审核的事项" in page.inner_text("main")


def submit_again(town: Town) -> None:
    """What was returned comes first, with the reason and as it was."""
    with town.window("clerk") as visitor:
        page = visitor.page
        visitor.open(f"/periods/{MONTH}/submissions?unit=一街道")
        first = page.locator("main fieldset").first
        assert RETURNED in first.inner_text()
        assert first.locator("[name$='/title']").input_value() == "道路改造"
        first.locator("[name$='/done_on']").fill("2025-03-20")
        first.locator("[type=checkbox]").check()
        follow(page, "button:text-is('报送')")
        assert page.locator("fieldset.returned").count() == 0


def review_again(town: Town) -> None:
    """Points alone accept, and Enter sends."""
    with town.window("reviewer") as visitor:
        visitor.open("/review")
        points = visitor.page.locator("[name$='/points']")
        points.fill("1.5")
        points.press("Enter")
        visitor.page.wait_for_selector(".news")


def score(town: Town) -> None:
    """Three of them; the fourth will be excused."""
    with town.window("reviewer") as visitor:
        page = visitor.page
        visitor.open(f"/groups/town/periods/{MONTH}/scores")
        for cadre in ("c1", "c2", "c3"):
            named(page, f"new/{cadre}/work//points").fill(WORK[cadre])
            named(page, f"new/{cadre}/integrity/leader/points").fill("8")
            named(page, f"new/{cadre}/integrity/peer/points").fill("9.5")
        follow(page, "button:text-is('提交评分')")
        assert "评分已记录" in page.inner_text(".news")


def correct(town: Town) -> None:
    with town.window("reviewer") as visitor:
        page = visitor.page
        visitor.open(f"/groups/town/periods/{MONTH}/scores")
        page.locator("tr", has_text="c3").locator("input").first.fill("72")
        named(page, "reason").fill("误录")
        follow(page, "button:text-is('提交评分')")
        assert page.locator("tr", has_text="c3").locator("input").first.input_value() == "72.00"


def observe(town: Town) -> None:
    with town.window("reviewer") as visitor:
        page = visitor.page
        visitor.open(f"/groups/town/periods/{MONTH}/scores")
        named(page, "observed/cadre").select_option("c3")
        named(page, "observed/finding").fill("防汛到岗")
        named(page, "observed/points").fill("0.5")
        follow(page, "form:has([value=observed]) button")
        assert "防汛到岗" in page.inner_text("main")


def excuse(town: Town) -> None:
    with town.window("organiser") as visitor:
        page = visitor.page
        visitor.open(f"/groups/town/periods/{MONTH}/scores")
        named(page, "excused/cadre").select_option("c4")
        named(page, "excused/reason").select_option("training")
        follow(page, "form:has([value=excused]) button")
        assert "脱产培训" in page.inner_text("main")


def seal(town: Town) -> None:
    with town.window("organiser") as visitor:
        page = visitor.page
        visitor.open(f"/groups/town/periods/{MONTH}")
        follow(page, "text=预览并审定封存")
        follow(page, "main button:text-is('审定封存')")
        assert page.url.endswith(f"/groups/town/periods/{MONTH}?done=sealed")


def decide(town: Town) -> None:
    """Seal the quarter with a grade against the computed one."""
    with town.window("organiser") as visitor:
        page = visitor.page
        visitor.open(f"/groups/town/periods/{QUARTER}/seal")
        named(page, "decisions/c2/grade").select_option("good")
        named(page, "decisions/c2/reason").fill("牵头重点项目")
        follow(page, "main button:text-is('审定封存')")
        assert page.url.endswith(f"/groups/town/periods/{QUARTER}?done=sealed")


def talk(town: Town) -> None:
    with town.window("supervisor") as visitor:
        page = visitor.page
        visitor.open(f"/cadres/c1/duties/feedback/{QUARTER}")
        for name, text in TALK.items():
            named(page, name).fill(text)
        follow(page, "main form button")
        assert page.url.endswith("?done=recorded")


def acknowledge(town: Town) -> None:
    """The talk first, then the result."""
    with town.window("self") as visitor:
        page = visitor.page
        for what in ("谈话", "季度结果"):
            visitor.open("/own")
            follow(page, page.locator("#waiting + ul > li", has_text=what).locator("button"))
            page.wait_for_url("**/own?done=acknowledged")


def work_over_the_interface(town: Town) -> None:
    """The same steps as events and commands."""
    desk = town.desk
    items = [{"category": "项目", "title": title} for title in ("项目开工", "道路改造", "例行会议")]
    first = desk.append("c1", by="clerk", type="submitted", period=MONTH, items=items[:1])["id"]
    second = desk.append("c2", by="clerk", type="submitted", period=MONTH, items=items[1:])["id"]
    accepted = [{"item": 0, "outcome": "accepted", "points": "2"}]
    desk.append("c1", by="reviewer", type="reviewed", submission=first, verdicts=accepted)
    back = [
        {"item": 0, "outcome": "returned", "reason": RETURNED},
        {"item": 1, "outcome": "refused", "reason": REFUSED},
    ]
    desk.append("c2", by="reviewer", type="reviewed", submission=second, verdicts=back)
    again, replaces = [{**items[1], "done_on": "2025-03-20"}], {"submission": second, "item": 0}
    third = desk.append("c2", by="clerk", type="submitted", period=MONTH, items=again, replaces=replaces)["id"]
    desk.append("c2", by="reviewer", type="reviewed", submission=third, verdicts=[{**accepted[0], "points": "1.5"}])
    scores = {}
    for cadre in ("c1", "c2", "c3"):
        scores[cadre] = desk.append(
            cadre, by="reviewer", type="scored", period=MONTH, indicator="work", points=WORK[cadre]
        )["id"]
        for rater, points in (("leader", "8"), ("peer", "9.5")):
            desk.append(
                cadre, by="reviewer", type="scored", period=MONTH, indicator="integrity", rater=rater, points=points
            )
    desk.append("c3", by="reviewer", type="score_corrected", score=scores["c3"], points="72", reason="误录")
    desk.append(
        "c3", by="reviewer", type="observed", period=MONTH, channel="frontline", finding="防汛到岗", points="0.5"
    )
    desk.append("c4", by="organiser", type="excused", period=MONTH, reason="training")
    decisions = {"c2": {"grade": "good", "reason": "牵头重点项目"}}
    for period, body in ((MONTH, {}), (QUARTER, {"decisions": decisions})):
        assert desk.organiser.post(f"/v1/groups/town/periods/{period}/seal", json=body).status_code == 201
    held = desk.append("c1", by="supervisor", type="talk_held", period=QUARTER, purpose="feedback", **TALK)["id"]
    history = desk.organiser.get("/v1/cadres/c1/events?type=quarter_graded").json()["items"]
    today = desk.organiser.get("/v1/me").json()["date"]
    for event in (held, history[-1]["id"]):
        desk.append("c1", by="self", type="acknowledged", event=event, on=today, method="online")


def outcome(town: Town) -> Any:
    """Histories, standings and duties, with ids and times put out of sight."""
    client = town.desk.organiser
    histories = [items(client, f"/v1/cadres/{cadre}/events") for cadre in UNITS]
    told = [[[event[name] for name in ("type", "actor", "data")] for event in history] for history in histories]
    rounds = [client.get(f"/v1/groups/town/periods/{period}").json() for period in (MONTH, QUARTER)]
    known = {"told": told, "rounds": rounds, "duties": items(client, "/v1/duties")}
    ids: dict[str, str] = {}
    text = _ID.sub(lambda found: ids.setdefault(found[0], f"id {len(ids)}"), json.dumps(known, sort_keys=True))
    return json.loads(text)


def items(client: httpx.Client, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(path, params={"limit": 500}).json()["items"]
    return found
