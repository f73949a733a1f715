"""A real browser on a served ledger: who is signed in, what it loaded, and what every page must hold."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Request,
    Response,
    StorageState,
    StorageStateCookie,
    sync_playwright,
)

from tests.pages import visits

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP intranet.test 127.0.0.1",
)  # fmt: skip
"""Nothing but the tests' own server; ``intranet.test`` is that server by a name that no browser trusts."""
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
LARGEST = 150_000
LANGUAGES = {"zh": "zh-CN", "en": "en"}
_FAILED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
"""What Chromium says of a page that is refused, as the tests mean it to be."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; without it the tests fail."""
    if not CHROMIUM.exists():
        pytest.fail("Chromium is not there: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visitor:
    """One browser window of one person; ``said``: errors on its console, ``loaded``: all addresses it asked for."""

    address: str
    page: Page
    language: str
    said: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        self.loaded.append(request.url)

    def open(self, path: str, status: int = 200) -> Response:
        """Go to a page, which answers with this status."""
        answer = self.page.goto(f"{self.address}{path}")
        assert answer is not None
        assert answer.status == status, (path, answer.status, self.page.inner_text("body")[:500])
        return answer

    def check(self, name: str) -> None:
        """What every page holds: no error, no stranger, no barrier, one heading, not large; and a picture."""
        assert [text for text in self.said if not _FAILED.match(text)] == []
        origin = urlsplit(self.page.url).netloc
        assert {urlsplit(address).netloc for address in self.loaded} == {origin}
        assert len(self.page.content().encode()) < LARGEST
        assert self.page.locator("h1").count() == 1
        assert self.page.get_attribute("html", "lang") == LANGUAGES[self.language]
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.{self.language}.png", full_page=True)
        self.page.evaluate(AXE)
        broken = self.page.evaluate("axe.run().then(found => found.violations)")
        assert {rule["id"]: [node["html"] for node in rule["nodes"]] for rule in broken} == {}


@contextmanager
def visiting(
    browser: Browser, address: str, language: str = "zh", state: StorageState | None = None, *, script: bool = True
) -> Iterator[Visitor]:
    """A window of its own; ``state``: the cookies of who is signed in. ``script`` False: with JavaScript off."""
    context: BrowserContext = browser.new_context(
        locale=LANGUAGES[language],
        storage_state=state,
        java_script_enabled=script,
        viewport={"width": 1280, "height": 800},
    )
    context.set_default_timeout(30_000)
    try:
        yield Visitor(address, context.new_page(), language)
    finally:
        context.close()


def follow(page: Page, what: str | Locator) -> None:
    """Click a link or a button and be on the page it leads to: a click alone may return before the answer is here."""
    with page.expect_navigation():
        (page.locator(what).first if isinstance(what, str) else what).click()


def session(address: str, token: str) -> StorageState:
    """What a browser holds in which the bearer of a token has signed in; begun without one."""
    host = urlsplit(address).hostname or ""
    with visits.signed_in(address, token) as client:
        cookies = [
            StorageStateCookie(
                name=name, value=value, domain=host, path="/", expires=-1, httpOnly=True, secure=False, sameSite="Lax"
            )
            for name, value in client.cookies.items()
        ]
    return {"cookies": cookies, "origins": []}


def sign_in(visitor: Visitor, token: str) -> None:
    """Sign in with a token, as a person does."""
    visitor.open("/sign-in")
    visitor.page.fill("#token", token)
    follow(visitor.page, "main button")
    assert visitor.page.url == f"{visitor.address}/"
