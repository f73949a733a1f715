"""A small town whose first two months are sealed: four cadres in two units, and who works on their pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from tests.http import serving
from tests.http.serving import Desk
from tests.office import Office, indicator
from tests.pages.browsing import Visitor, session, visiting

MONTH, QUARTER = "2025-03", "2025-Q1"
UNITS = {"c1": "一街道", "c2": "一街道", "c3": "二街道", "c4": "二街道"}
PRINCIPALS = ("organiser", "reviewer", "clerk", "supervisor", "self")
WORK = {"c1": "95", "c2": "85", "c3": "70", "c4": "50"}
RATERS = {"leader": "60", "peer": "40"}


def found(database: Path) -> dict[str, str]:
    """Found the town in a new file; its tokens."""
    units = sorted(set(UNITS.values()))
    with Office(database) as office:
        office.grant("clerk", "clerk", units=units)
        office.grant("supervisor", "supervisor", units=units)
        office.grant("self", "cadre", cadre="c1")
        office.adopt(indicators=[indicator("work", 100), indicator("integrity", 10, kind="common", raters=RATERS)])
        for cadre, unit in UNITS.items():
            office.register(cadre, unit=unit)
        for month in ("2025-01", "2025-02"):
            office.after(month)
            for cadre, points in WORK.items():
                office.score(cadre, month, points, "work", by="reviewer")
                office.score(cadre, month, "9", "integrity", rater="leader", by="reviewer")
            office.seal("town", month)
        return {name: office.callers[name].token or "" for name in PRINCIPALS}


class Town:
    """The town as it is served, and windows of those who work there; ``desk``: the same over the interface."""

    def __init__(self, desk: Desk, tokens: dict[str, str], browser: Browser, *, script: bool) -> None:
        self.desk = desk
        self.tokens = tokens
        self._browser = browser
        self._script = script
        self._session = cache(lambda name: session(desk.server.address, tokens[name]))

    @contextmanager
    def window(self, name: str) -> Iterator[Visitor]:
        """A window of one of them, signed in."""
        address = self.desk.server.address
        with visiting(self._browser, address, state=self._session(name), script=self._script) as visitor:
            yield visitor


@contextmanager
def served(database: Path, browser: Browser, *, script: bool = True) -> Iterator[Town]:
    """A new town in a file, served."""
    tokens = found(database)
    with serving.served(database, tokens, LEDGER_RATE="100000") as desk:
        yield Town(desk, tokens, browser, script=script)


def named(page: Page, name: str) -> Locator:
    """The field of a form."""
    return page.locator(f'[name="{name}"]')


def box(page: Page, text: str) -> Locator:
    """The part of a form that is about something."""
    return page.locator("fieldset", has_text=text)
