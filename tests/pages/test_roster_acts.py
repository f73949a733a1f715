"""The roster's acts in a browser: registering, posting, departing, and taking one of them back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.pages.browsing import follow
from tests.pages.town import Town, named, served


@pytest.fixture
def town(tmp_path: Path, browser: Browser) -> Iterator[Town]:
    with served(tmp_path / "town.db", browser, script=False) as found:
        yield found


def test_a_person_is_registered_posted_and_leaves_and_the_posting_is_taken_back(town: Town) -> None:
    with town.window("organiser") as visitor:
        page = visitor.page
        visitor.open("/cadres")
        follow(page, "text=登记干部")
        for name, text in {
            "cadre": "c9",
            "name": "新人",
            "unit": "三街道",
            "post": "副主任",
            "since": "2025-03",
        }.items():
            page.fill(f"#{name}", text)
        follow(page, "main button")
        assert page.url == f"{visitor.address}/cadres/c9?done=registered"
        follow(page, "text=登记任职变动")
        for name, text in {"unit": "一街道", "post": "主任", "since": "2025-06"}.items():
            named(page, f"posted/{name}").fill(text)
        follow(page, "form:has([value=posted]) button")
        named(page, "departed/since").fill("2025-09")
        named(page, "departed/reason").select_option("retired")
        follow(page, "form:has([value=departed]) button")
        row = page.locator("tr", has_text="2025年6月")
        row.locator("summary").click()
        row.locator("[name='annulled/reason']").fill("登记有误")
        follow(page, row.locator("button"))
        assert page.locator("tbody tr").count() == 2
    history = town.desk.organiser.get("/v1/cadres/c9/events").json()["items"]
    assert [event["type"] for event in history] == ["registered", "posted", "departed", "annulled"]
    assert history[1]["data"] == {"unit": "一街道", "post": "主任", "group": "town", "since": "2025-06"}
    assert (history[2]["data"], history[3]["data"]) == (
        {"since": "2025-09", "reason": "retired"},
        {"event": history[1]["id"], "reason": "登记有误"},
    )


def test_a_posting_into_a_sealed_month_is_refused_and_the_form_kept(town: Town) -> None:
    before = town.desk.position
    with town.window("organiser") as visitor:
        page = visitor.page
        visitor.open("/cadres/c1/postings")
        for name, text in {"unit": "二街道", "post": "主任", "since": "2025-02"}.items():
            named(page, f"posted/{name}").fill(text)
        follow(page, "form:has([value=posted]) button")
        assert "2025-02" in page.inner_text("[role=alert]")
        assert named(page, "posted/unit").input_value() == "二街道"
    assert town.desk.position == before


def test_what_is_wrong_is_said_at_its_field(town: Town) -> None:
    with town.window("organiser") as visitor:
        page = visitor.page
        visitor.open("/registration")
        for name, text in {
            "cadre": "名 字",
            "name": "新人",
            "unit": "三街道",
            "post": "副主任",
            "since": "2025-03",
        }.items():
            page.fill(f"#{name}", text)
        follow(page, "main button")
        assert page.locator("#cadre-wrong").count() == 1
        assert page.input_value("#name") == "新人"


def test_who_does_not_keep_the_roster_has_no_forms(town: Town) -> None:
    with town.window("supervisor") as visitor:
        visitor.open("/registration", 403)
        visitor.open("/cadres/c1/postings")
        assert visitor.page.locator("main form").count() == 0
