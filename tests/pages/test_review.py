"""Forms and their review: returned items come first, several verdicts in one form, refusals at their fields."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.pages.browsing import follow
from tests.pages.town import MONTH, Town, box, named, served
from tests.pages.visits import signed_in

FORMS = f"/periods/{MONTH}/submissions"
ID = "3f0c2a52-5ab4-4a4a-9d4c-0d6a3b4a7c11"


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Town]:
    with served(tmp_path_factory.mktemp("review") / "town.db", browser) as town:
        yield town


def submitted(town: Town, cadre: str, *titles: str, category: str = "项目") -> str:
    items = [{"category": category, "title": title} for title in titles]
    return str(town.desk.append(cadre, by="clerk", type="submitted", period=MONTH, items=items)["id"])


def test_what_a_form_lacks_is_said_at_the_field_and_nothing_of_it_is_recorded(town: Town) -> None:
    before = town.desk.position
    with town.window("clerk") as visitor:
        page = visitor.page
        visitor.open(f"{FORMS}?unit=一街道")
        named(page, "c1/0/title").fill("开工")
        named(page, "c1/0/category").fill("项目")
        named(page, "c2/0/title").fill("改造")
        follow(page, "main form button")
        assert page.locator("[id='c2/0/category-wrong']").count() == 1
        assert named(page, "c1/0/title").input_value() == "开工"
        assert town.desk.position == before
        named(page, "c2/0/category").fill("项目")
        follow(page, "main form button")
        assert "已报送" in page.inner_text(".news")
    assert town.desk.position == before + 2


def test_a_form_sent_twice_is_recorded_once(town: Town) -> None:
    before = town.desk.position
    form = {"id": ID, "c1/0/category": "项目", "c1/0/title": "开工", "c1/0/detail": "一\r\n二"}
    with signed_in(town.desk.server.address, town.tokens["clerk"]) as client:
        found = [client.post(f"{FORMS}?unit=一街道", data=form).status_code for _ in range(2)]
        (unit,) = client.get(f"{FORMS}.json?unit=一街道").json()["items"]
    assert found == [303, 303]
    assert town.desk.position == before + 1
    assert unit["people"][0]["submissions"][0]["items"][0]["detail"] == "一\n二"


def test_going_back_and_sending_again_records_nothing_more(town: Town) -> None:
    before = town.desk.position
    with town.window("clerk") as visitor:
        page = visitor.page
        visitor.open(f"{FORMS}?unit=一街道")
        for name, text in (("category", "项目"), ("title", "开工"), ("detail", "一期开工")):
            named(page, f"c1/0/{name}").fill(text)
        follow(page, "main form button")
        assert "已报送" in page.inner_text(".news")
        page.go_back()
        follow(page, "main form button")
        assert "没有需要报送的事项" in page.inner_text(".news")
    assert town.desk.position == before + 1


def test_a_form_is_withdrawn_with_a_reason_until_it_is_reviewed(town: Town) -> None:
    submission = submitted(town, "c1", "开工")
    with town.window("clerk") as visitor:
        page = visitor.page
        visitor.open(f"{FORMS}?unit=一街道")
        page.click("summary:text-is('撤回')")
        named(page, f"{submission}/reason").fill("重复报送")
        follow(page, "button:text-is('撤回')")
        assert "已撤回" in page.inner_text("main")
        assert page.locator("summary:text-is('撤回')").count() == 0
    (found,) = town.desk["clerk"].get("/v1/submissions").json()["items"]
    assert (found["submission"], found["state"]) == (submission, "withdrawn")


def test_a_verdict_without_points_or_reason_is_refused_at_its_field_and_the_others_are_recorded(town: Town) -> None:
    submitted(town, "c1", "开工")
    submitted(town, "c3", "改造", category="民生")
    with town.window("reviewer") as visitor:
        page = visitor.page
        visitor.open("/review")
        assert [heading.split()[0] for heading in page.locator("main h2").all_inner_texts()] == ["民生", "项目"]
        box(page, "改造").locator("[value=accepted]").check()
        box(page, "开工").locator("[value=accepted]").check()
        box(page, "开工").locator("[name$='/points']").fill("3")
        follow(page, "text=提交审核意见")
        assert box(page, "开工").count() == 0
        assert box(page, "改造").locator(".wrong").count() == 1
        assert box(page, "改造").locator("[value=accepted]").is_checked()
        visitor.check("review-refused")
        box(page, "改造").locator("[value=returned]").check()
        box(page, "改造").locator("[name$='/reason']").fill("请补充")
        follow(page, "text=提交审核意见")
        assert "没有待审核的事项" in page.inner_text("main")
    with town.window("clerk") as visitor:
        visitor.open(FORMS)
        assert "1" in visitor.page.locator("tr", has_text="二街道").locator("strong").inner_text()
        visitor.open(f"{FORMS}?unit=二街道")
        assert "请补充" in visitor.page.locator("main fieldset").first.inner_text()
        visitor.check("submissions-returned")


def test_the_queue_is_narrowed_down(town: Town) -> None:
    submitted(town, "c1", "开工", "改造")
    submitted(town, "c3", "助企", category="民生")
    with signed_in(town.desk.server.address, town.tokens["reviewer"]) as client:

        def titles(query: str) -> list[str]:
            return [item["title"] for item in client.get(f"/review.json?{query}").json()["items"]]

        assert sorted(titles("")) == ["助企", "开工", "改造"]
        assert titles("category=民生&unit=&group=&period=") == ["助企"]
        assert titles("unit=一街道") == ["开工", "改造"]
        assert titles("period=2025-02") == []
        assert titles("group=law") == []


@pytest.mark.parametrize("item", ["c1", "c1/x", "c1/x/y", "a/b/1/2"])
def test_a_form_that_names_no_item_is_malformed(town: Town, item: str) -> None:
    with signed_in(town.desk.server.address, town.tokens["reviewer"]) as client:
        assert client.post("/review", data={"id": ID, "item": item}).status_code == 400
