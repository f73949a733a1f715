"""The sample district, served once, and a browser signed in as each role."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache

import pytest
from playwright.sync_api import Browser

from tests.demo.sample import played
from tests.http.serving import Server
from tests.pages.browsing import Visitor, chromium, session, visiting


@dataclass(frozen=True)
class Site:
    """The served sample and a token of each role."""

    server: Server
    tokens: dict[str, str]

    @property
    def address(self) -> str:
        return self.server.address


SignedIn = Callable[..., AbstractContextManager[Visitor]]


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    path, tokens = played(tmp_path_factory)
    with Server(path, LEDGER_RATE="100000") as server:
        yield Site(server, tokens)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="package")
def signed_in(site: Site, browser: Browser) -> SignedIn:
    """``with signed_in(role, language) as visitor``: a window of somebody of that role."""
    state = cache(lambda role: session(site.address, site.tokens[role]))

    def window(role: str, language: str = "zh", *, script: bool = True) -> AbstractContextManager[Visitor]:
        return visiting(browser, site.address, language, state(role), script=script)

    return window
