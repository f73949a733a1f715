"""What people do on pages that are there for everybody: open a record, choose a language, be refused."""

import pytest

from tests.pages.browsing import follow
from tests.pages.conftest import SignedIn, Site
from tests.pages.table import CADRE
from tests.pages.visits import signed_in as let_in
from tests.pages.visits import window


@pytest.mark.parametrize("role", ["committee", "auditor"])
def test_a_record_is_opened_before_it_is_read(signed_in: SignedIn, role: str) -> None:
    with signed_in(role, script=False) as visitor:
        page = visitor.page
        visitor.open(f"/cadres/{CADRE}/periods/2025-Q1?at=13000")
        assert page.url.startswith(f"{visitor.address}/consultation?cadre={CADRE}")
        page.select_option("#purpose", "promotion")
        page.fill("#matter", "拟任人选考察")
        follow(page, "main button")
        assert f"/cadres/{CADRE}/periods/2025-Q1?at=13000&consultation=" in page.url
        assert page.locator(".steps").count() > 0
        follow(page, "main .lead a")
        assert "consultation=" in page.url
        assert page.locator("#quarters").count() == 1


def test_what_a_form_lacks_is_said_and_what_was_filled_in_is_kept(signed_in: SignedIn) -> None:
    with signed_in("committee", script=False) as visitor:
        page = visitor.page
        visitor.open(f"/consultation?cadre={CADRE}&next=/cadres/{CADRE}")
        id_ = page.input_value("input[name=id]")
        page.evaluate("document.querySelector('form[action$=consultation]').noValidate = true")
        page.select_option("#purpose", "award")
        follow(page, "main button")
        assert page.locator("#matter-wrong").count() == 1
        assert (page.input_value("#purpose"), page.input_value("input[name=id]")) == ("award", id_)


def test_a_form_sent_twice_is_recorded_once(site: Site) -> None:
    id_ = "0b5f4a52-5ab4-4a4a-9d4c-0d6a3b4a7c11"
    form = {"id": id_, "cadre": CADRE, "purpose": "audit", "matter": "试", "next": f"/cadres/{CADRE}"}
    with let_in(site.address, site.tokens["auditor"]) as client:
        found = [client.post("/consultation", data=form).headers["Location"] for _ in range(2)]
    assert found == [f"/cadres/{CADRE}?consultation={id_}"] * 2


def test_a_language_once_chosen_stays(signed_in: SignedIn) -> None:
    with signed_in("organiser", "zh") as visitor:
        page = visitor.page
        visitor.open("/cadres?q=0036")
        follow(page, "a.language")
        assert page.url == f"{visitor.address}/cadres?q=0036"
        assert page.get_attribute("html", "lang") == "en"
        visitor.open("/groups")
        assert page.inner_text("h1") == "Groups"
        follow(page, "a.language")
        assert page.inner_text("h1") == "考核组"


def test_the_keyboard_skips_to_the_content_and_what_has_focus_is_seen(signed_in: SignedIn) -> None:
    with signed_in("organiser") as visitor:
        page = visitor.page
        visitor.open(f"/cadres/{CADRE}")
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        assert skip.inner_text() == "跳到正文"
        assert (skip.bounding_box() or {"x": -1})["x"] >= 0
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        first = page.locator("main :focus")
        assert first.count() == 1
        assert first.evaluate("found => getComputedStyle(found).outlineStyle") == "solid"


@pytest.mark.parametrize(
    ("role", "path", "status", "text"),
    [
        ("admin", "/cadres", 403, "无权"),
        ("clerk", "/cadres/nobody", 404, "干部"),
        ("organiser", "/cadres?at=999999999", 422, "/at"),
        ("organiser", "/groups?year=1", 422, "/year"),
        ("organiser", "/nothing", 404, ""),
    ],
)
def test_a_refusal_is_a_page(signed_in: SignedIn, role: str, path: str, status: int, text: str) -> None:
    with signed_in(role) as visitor:
        visitor.open(path, status)
        assert text in visitor.page.inner_text("main")
        visitor.check(f"refused-{status}-{role}")


def test_the_interface_and_the_twins_refuse_with_documents(site: Site) -> None:
    with window(site.address) as client:
        for path in ("/v1/me", "/v1/nothing", "/cadres.json"):
            assert client.get(path).headers["Content-Type"] == "application/problem+json"
