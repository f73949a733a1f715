"""Schemes in a browser: read with their versions, drawn up from the newest, checked before they are adopted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from api.pages.forms import Form
from api.pages.scheme_form import differences, filled, moved_to, read
from ledger.demo.schemes import scheme, second_version
from ledger.projections.moment import Row
from tests.pages.browsing import follow
from tests.pages.town import Town, named, served


@pytest.fixture
def town(tmp_path: Path, browser: Browser) -> Iterator[Town]:
    with served(tmp_path / "town.db", browser, script=False) as found:
        yield found


def sent(found: Row) -> Form:
    """The form of a scheme as a browser sends it back."""
    pairs = [(one["name"], _text(one["value"])) for one in filled(found)["figures"]]
    for table in filled(found)["tables"]:
        for number, row in enumerate(table["rows"]):
            pairs += [(f"{table['where']}/{number}/{name}", _text(row[name])) for name in table["columns"]]
    return Form(pairs)


def _text(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("found", [scheme("subdistricts", "2025"), scheme("townships", "2024"), second_version()])
def test_a_form_sent_back_unchanged_is_the_same_scheme(found: Row) -> None:
    assert read(sent(found)) == found


def test_every_difference_is_told_once() -> None:
    was, now = scheme("large_towns", "2025"), second_version()
    told = [(one["part"], one["of"], one["field"], one["was"], one["now"]) for one in differences(was, now)]
    safety = ("indicators", "安全生产专项")
    assert told == [
        (None, None, "title", was["title"], now["title"]),
        ("key_work", None, "cap", "5", "6"),
        (None, None, "good_quota", "0.40", "0.35"),
        (*safety, "kind", None, "special"),
        (*safety, "name", None, "安全生产专项"),
        (*safety, "max", None, "10"),
        (*safety, "from", None, "2025-07"),
        (*safety, "until", None, "2025-09"),
    ]
    assert differences(now, now) == []


def test_next_year_begins_with_this_years_months() -> None:
    moved = moved_to("2026", second_version())
    assert [row.get("from") for row in moved["indicators"]] == [None, None, None, "2026-03", "2026-07"]


def test_a_scheme_is_checked_and_then_adopted_as_the_next_version(town: Town) -> None:
    before = town.desk.position
    with town.window("organiser") as visitor:
        page = visitor.page
        visitor.open("/groups/town/schemes/2025")
        follow(page, "text=修订并发布新版")
        named(page, "key_work/cap").fill("6")
        named(page, "indicators/2/code").fill("safety")
        named(page, "indicators/2/kind").select_option("special")
        named(page, "indicators/2/name").fill("安全生产")
        named(page, "indicators/2/max").fill("10")
        follow(page, "main form button >> text=检查")
        assert page.locator("main .clear").count() == 1
        assert "6" in page.inner_text("tr:has-text('重点工作')")
        assert town.desk.position == before
        named(page, "reason").fill("年中调整")
        follow(page, "main form button >> text=发布")
        assert page.url == f"{visitor.address}/groups/town/schemes/2025?done=adopted"
        assert "安全生产" in page.inner_text("section:has(#differences)")
    found = town.desk.organiser.get("/v1/groups/town/schemes/2025").json()
    earlier = town.desk.organiser.get("/v1/groups/town/schemes/2025?version=1").json()["scheme"]
    safety = {"code": "safety", "kind": "special", "name": "安全生产", "max": "10"}
    assert found["version"] == 2
    assert found["scheme"] == {**earlier, "key_work": {"cap": "6"}, "indicators": [*earlier["indicators"], safety]}


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(town: Town) -> None:
    before = town.desk.position
    with town.window("organiser") as visitor:
        page = visitor.page
        visitor.open("/groups/town/schemes/2026/adoption")
        named(page, "indicators/1/raters").fill("leader=60 peer=50")
        named(page, "bands/good").fill("70")
        named(page, "filing/closes_on_day").fill("soon")
        follow(page, "main form button >> text=发布")
        assert named(page, "filing/closes_on_day").input_value() == "soon"
        named(page, "filing/closes_on_day").fill("5")
        follow(page, "main form button >> text=发布")
        wrong = page.locator(".wrong").evaluate_all("found => found.map(one => one.id)")
        assert sorted(wrong) == ["/bands/fairly_good-wrong", "/indicators/1/raters-wrong"]
        assert named(page, "bands/good").input_value() == "70"
    assert town.desk.position == before


def test_a_new_group_begins_with_a_scheme_of_its_own(town: Town) -> None:
    with town.window("organiser") as visitor:
        page = visitor.page
        visitor.open("/groups/village/schemes/2025/adoption")
        for name, text in {
            "indicators/0/code": "work", "indicators/0/name": "工作", "indicators/0/max": "100", "title": "方案",
            "bands/good": "90", "bands/fairly_good": "80", "bands/average": "60", "annual/routine_weight": "1",
            "annual/bands/excellent": "88", "annual/bands/competent": "70", "annual/bands/basically_competent": "60",
        }.items():  # fmt: skip
            named(page, name).fill(text)
        named(page, "indicators/0/kind").select_option("specific")
        follow(page, "main form button >> text=发布")
        assert page.url.endswith("/groups/village/schemes/2025?done=adopted")
    assert town.desk.organiser.get("/v1/groups/village/schemes/2025").json()["version"] == 1
