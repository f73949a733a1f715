"""Access in a browser: granted with a token or link that is shown once, and ended."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Browser

from tests.http.serving import Desk, served
from tests.office import Office
from tests.pages.browsing import Visitor, follow, sign_in, visiting
from tests.pages.visits import signed_in


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    path = tmp_path_factory.mktemp("access") / "ledger.db"
    with Office(path) as office:
        office.adopt()
        office.grant("admin", "admin")
        tokens = {name: office.callers[name].token or "" for name in ("organiser", "admin")}
    with served(path, tokens) as found:
        yield found


@contextmanager
def admin(desk: Desk, browser: Browser) -> Iterator[Visitor]:
    with visiting(browser, desk.server.address) as visitor:
        sign_in(visitor, desk["admin"].headers["Authorization"].removeprefix("Bearer "))
        visitor.open("/access")
        yield visitor


def grant(visitor: Visitor, name: str, role: str, **fields: str) -> None:
    page = visitor.page
    for field, text in {"name": name, **fields}.items():
        page.fill(f"#{field}", text)
    page.select_option("#role", role)
    follow(page, "section button")


def me(desk: Desk, token: str) -> httpx.Response:
    with desk.server.client(token) as client:
        return client.get("/v1/me")


def test_a_token_is_shown_once_and_lets_in_until_it_is_revoked(desk: Desk, browser: Browser) -> None:
    with admin(desk, browser) as visitor:
        page = visitor.page
        grant(visitor, "文书甲", "clerk", units="一街道，二街道", expires="2099-12-31")
        token = page.inner_text(".command").strip()
        visitor.check("granted")
        found = me(desk, token).json()
        assert (found["principal"], found["role"], found["units"]) == ("文书甲", "clerk", ["一街道", "二街道"])
        visitor.open("/access")
        assert token not in page.content()
        row = page.locator("tr", has_text="文书甲")
        assert "2099年12月31日" in row.inner_text()
        row.locator("summary").click()
        row.locator("[name=reason]").fill("调离")
        follow(page, row.locator("details button"))
        assert page.locator("tr", has_text="文书甲").count() == 0
        assert page.locator("[role=status]").count() == 1
    assert me(desk, token).status_code == 401
    last = desk.organiser.get("/v1/events").text.splitlines()[-1]
    assert "调离" in last


def test_a_link_signs_in_once(desk: Desk, browser: Browser) -> None:
    with admin(desk, browser) as visitor:
        grant(visitor, "审计甲", "auditor")
        follow(visitor.page, "text=生成一次性登录链接")
        link = visitor.page.inner_text(".command").strip()
    assert link.startswith(f"{desk.server.address}/sign-in/")
    with visiting(browser, desk.server.address, script=False) as visitor:
        visitor.open(link.removeprefix(desk.server.address))
        follow(visitor.page, "main button")
        assert visitor.page.url == f"{desk.server.address}/"
        assert "审计甲" in visitor.page.inner_text(".who")
        visitor.open(link.removeprefix(desk.server.address))
        follow(visitor.page, "main button")
        assert visitor.page.locator("main [role=alert]").count() == 1


def test_a_form_sent_again_grants_once_and_does_not_show_the_token_again(desk: Desk) -> None:
    form = {"id": "0b5f4a52-5ab4-4a4a-9d4c-0d6a3b4a7c13", "act": "granted", "name": "两次", "role": "auditor"}
    with signed_in(desk.server.address, desk["admin"].headers["Authorization"].removeprefix("Bearer ")) as client:
        before = desk.position
        first, second = (client.post("/access", data=form) for _ in range(2))
    assert ("lk_" in first.text, "lk_" in second.text) == (True, False)
    assert desk.position == before + 1
    assert first.headers["Cache-Control"] == "no-store"


def test_who_signs_in_elsewhere_gets_no_token(desk: Desk, browser: Browser) -> None:
    with admin(desk, browser) as visitor:
        visitor.page.click("section summary")
        grant(visitor, "外部甲", "auditor", issuer="https://id.example", subject="42")
        assert visitor.page.locator(".command").count() == 0
        visitor.open("/access")
        assert "https://id.example" in visitor.page.locator("tr", has_text="外部甲").inner_text()


def test_what_is_wrong_is_said_at_its_field(desk: Desk, browser: Browser) -> None:
    before = desk.position
    with admin(desk, browser) as visitor:
        grant(visitor, "文书乙", "clerk")
        assert visitor.page.locator("#units-wrong").count() == 1
        assert (visitor.page.input_value("#name"), visitor.page.input_value("#role")) == ("文书乙", "clerk")
    assert desk.position == before


def test_the_list_is_paged_by_name(desk: Desk) -> None:
    with signed_in(desk.server.address, desk["admin"].headers["Authorization"].removeprefix("Bearer ")) as client:
        whole = [row["name"] for row in client.get("/access.json").json()["items"]]
        first = client.get("/access.json?limit=2").json()
        second = client.get("/access.json", params={"cursor": first["next"], "limit": 500}).json()
    assert [row["name"] for row in (*first["items"], *second["items"])] == whole
    assert second["next"] is None
