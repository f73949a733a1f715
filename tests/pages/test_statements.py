"""What a page asks of the database does not grow with the people and months on it: no query per row."""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from api.app import create_app
from ledger.recording.database import OUTLINED
from ledger.service.ledger import Ledger
from ledger.settings import Settings
from tests.benchmarks import district
from tests.benchmarks.pages import PAGES, address_of
from tests.benchmarks.reading import Whom
from tests.pages.visits import PAGE

GROUP = district.group_name(0)
WHOM = Whom(GROUP, district.cadre_name(GROUP, 0))
FEW, MANY = (6, 6), (12, 9)
"""Members of the group, and months that were worked."""
A_YEAR = ("standings of a year, not sealed", "seal of a year")
READINGS = 3
"""Whose session it is, who that is, and all of the page."""
Statements = dict[str, list[str]]


class Told(sqlite3.Connection):
    """A connection that tells what it is asked."""

    said: ClassVar[list[str]] = []

    def execute(self, *asked: Any) -> sqlite3.Cursor:
        self.said.append(asked[0])
        return super().execute(*asked)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(Told, "said", [])
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Told))
    return Told.said


def statements(file: Path, members: int, months: int, said: list[str], monkeypatch: pytest.MonkeyPatch) -> Statements:
    """What each page asks of a ledger of so many people and months, once what every page needs is known."""
    monkeypatch.setattr(district, "MEMBERS", members)
    played = district.District(f"sqlite:///{file}", 1, months)
    played.play()
    with Ledger(f"sqlite:///{file}") as ledger, ThreadPoolExecutor(1) as pool:
        found = pool.submit(asyncio.run, _asked(ledger, played.token, months, said))
        return found.result()


async def _asked(ledger: Ledger, token: str, months: int, said: list[str]) -> Statements:
    app = create_app(Settings(rate=1e6), ledger)
    app.state.ledger = ledger
    transport, found = httpx.ASGITransport(app), {}
    async with httpx.AsyncClient(transport=transport, base_url="http://ledger.test", headers=PAGE) as client:
        assert (await client.post("/sign-in", data={"token": token})).status_code == 303
        for name, path in PAGES.items():
            address = address_of(path, WHOM, [district.cadre_name(GROUP, n) for n in range(6)], district.story(months))
            for _ in range(2):
                said.clear()
                answer = await client.get(address)
                assert answer.status_code == 200, (name, answer.text)
            found[name] = list(said)
    return found


def test_a_page_asks_no_more_of_more_people(told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = statements(tmp_path / "few.db", *FEW, told, monkeypatch)
    many = statements(tmp_path / "many.db", *MANY, told, monkeypatch)
    assert few.keys() == many.keys() == PAGES.keys()
    grown = {name: (len(few[name]), len(asked)) for name, asked in many.items() if len(asked) > len(few[name])}
    assert grown == {}
    assert sum(OUTLINED in asked for asked in many["comparison of six"]) == 1
    assert {name: asked.count("BEGIN") for name, asked in many.items()} == dict.fromkeys(PAGES, READINGS)


def test_a_year_ready_to_be_sealed_asks_no_more_of_more_people(
    told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, many = (
        statements(tmp_path / f"{members}.db", members, 12, told, monkeypatch) for members in (FEW[0], MANY[0])
    )
    assert {name: len(few[name]) for name in A_YEAR} == {name: len(many[name]) for name in A_YEAR}
