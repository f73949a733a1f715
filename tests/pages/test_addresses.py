"""Where pages are: behind a proxy that takes a path off, and for cadres whose ids end as twins do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote, urljoin, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser

from tests.failures.test_authorities import proxied
from tests.http.serving import Server
from tests.office import Office
from tests.pages.browsing import follow, visiting
from tests.pages.visits import PAGE

CADRES = ("x", "x.json", "x.json.json")
ROOT = "/d500101"
ELSEWHEN = re.compile(r"(?:periods|schemes)/(?!2025)|year=(?!2025)")
"""Periods go on for ever."""
LINK = re.compile(r'(?:href|src|action)="([^"]*)"')


@dataclass(frozen=True)
class Behind:
    """A ledger behind a proxy that shows it under a path; ``address`` ends in that path."""

    address: str
    token: str

    @contextmanager
    def signed_in(self) -> Iterator[httpx.Client]:
        with httpx.Client(headers=PAGE, timeout=60) as client:
            answer = client.post(f"{self.address}/sign-in", data={"token": self.token, "next": "/groups?year=2025"})
            assert (answer.status_code, answer.headers["Location"]) == (303, f"{ROOT}/groups?year=2025"), answer.text
            yield client


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    path = tmp_path_factory.mktemp("behind") / "ledger.db"
    with Office(path) as office:
        office.adopt()
        for cadre in CADRES:
            office.register(cadre)
        office.play("town", "2025-Q1", **dict.fromkeys(CADRES, 90))
        token = str(office.callers["organiser"].token)
    with Server(path, LEDGER_ROOT_PATH=ROOT) as server, proxied({ROOT[1:]: server.address}) as proxy:
        yield Behind(f"{proxy}{ROOT}", token)


def links(answer: httpx.Response) -> set[str]:
    """Where a page leads, what it loads and where its forms go."""
    return {unescape(link) for link in LINK.findall(answer.text) if not link.startswith("#")}


def kind(link: str) -> str:
    """What a link has in common with others like it: its path without names."""
    return re.sub(r"/(cadres|groups|periods)/[^/.]+", r"/\1/…", urlsplit(link).path)


def test_every_link_of_every_page_leads_back_behind_the_proxy(behind: Behind) -> None:
    """One link of each kind is followed."""
    with behind.signed_in() as client:
        waiting, seen = [f"{ROOT}/"], {kind(f"{ROOT}/")}
        while waiting:
            link = waiting.pop()
            answer = client.get(urljoin(behind.address, link), follow_redirects=True)
            assert answer.status_code in (200, 405), (link, answer.status_code)
            if answer.headers["Content-Type"].startswith("text/html"):
                here = {urljoin(link, found) for found in links(answer)}
                assert {found for found in here if not found.startswith(f"{ROOT}/")} == set(), link
                for found in sorted(here):
                    if kind(found) not in seen and not ELSEWHEN.search(found):
                        seen.add(kind(found))
                        waiting.append(found)
    assert {f"{ROOT}/cadres/…", f"{ROOT}/cadres/…/periods/…", f"{ROOT}/static/style.css"} <= seen


def test_the_cookies_are_for_this_ledger_alone(behind: Behind) -> None:
    with behind.signed_in() as client:
        client.get(f"{behind.address}/cadres?lang=en")
        assert {cookie.name: cookie.path for cookie in client.cookies.jar} == {
            "ledger_session": f"{ROOT}/",
            "lang": f"{ROOT}/",
        }
        assert "Cadres" in client.get(f"{behind.address}/cadres").text
        answer = client.post(f"{behind.address}/sign-out")
        assert answer.headers["Location"] == f"{ROOT}/sign-in"
        assert "ledger_session" not in client.cookies
        answer = client.get(f"{behind.address}/cadres?q=x")
        assert answer.headers["Location"] == f"{ROOT}/sign-in?next=%2Fcadres%3Fq%3Dx"


def test_a_browser_works_behind_the_proxy(behind: Behind, browser: Browser) -> None:
    with visiting(browser, behind.address) as visitor:
        page = visitor.page
        visitor.open("/groups?year=2025")
        page.fill("#token", behind.token)
        follow(page, "main button")
        page.wait_for_url(f"{behind.address}/groups?year=2025")
        follow(page, "a.language")
        assert page.get_attribute("html", "lang") == "en"
        assert {urlsplit(address).path.startswith(f"{ROOT}/") for address in visitor.loaded} == {True}
        assert visitor.said == []
        follow(page, ".who button")
        page.wait_for_url(f"{behind.address}/sign-in")


@pytest.mark.parametrize("cadre", CADRES)
def test_the_page_of_a_cadre_is_no_twin_of_another(behind: Behind, cadre: str) -> None:
    """All that leads there leads to his page, and from it to his data."""
    with behind.signed_in() as client:
        roster = client.get(f"{behind.address}/cadres")
        (link,) = {link for link in links(roster) if re.fullmatch(rf"{ROOT}/cadres/{re.escape(cadre)}/?", link)}
        page = client.get(urljoin(behind.address, link))
        assert page.headers["Content-Type"].startswith("text/html")
        assert f'<span class="id">{cadre}</span>' in page.text
        (twin,) = {link for link in links(page) if urlsplit(link).path == f"{ROOT}/cadres/{cadre}.json"}
        assert client.get(urljoin(behind.address, twin)).json()["cadre"] == cadre
        for switch in links(page):
            if switch.endswith("lang=en"):
                assert client.get(urljoin(behind.address, switch)).headers["Location"] == urlsplit(switch).path
        client.post(f"{behind.address}/sign-out")
        following = client.get(urljoin(behind.address, link)).headers["Location"]
        assert unquote(following) == f"{ROOT}/sign-in?next={link.removeprefix(ROOT)}"
