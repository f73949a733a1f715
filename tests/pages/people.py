"""A quarter of two groups: six cadres of the town, of whom the last is poor, and one of law; March was corrected."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.http.serving import Server
from tests.office import Office
from tests.pages.visits import signed_in

POINTS = {"c1": "95", "c2": "92", "c3": "85", "c4": "81", "c5": "61", "c6": "50"}
QUARTER = "2025-Q1"
PRINCIPALS = ("organiser", "supervisor", "reviewer", "clerk", "committee", "auditor", "self")


def found(database: Path) -> dict[str, str]:
    """Write the quarter into a new file; its tokens. ``self`` is c6."""
    with Office(database) as office:
        for name, scope in (("supervisor", {"units": ["一街道"]}), ("clerk", {"units": ["一街道"]})):
            office.grant(name, name, **scope)
        for name in ("committee", "auditor"):
            office.grant(name, name)
        office.grant("self", "cadre", cadre="c6")
        office.adopt("town", group_name="街道组")
        office.adopt("law")
        office.staff("town", *POINTS)
        office.staff("law", "w1")
        form = office.submit("c6", "2025-01", 2, by="self")
        office.review("c6", form, "0.50", "refused")
        office.withdraw("c6", office.submit("c6", "2025-01", by="self"), by="self")
        office.play("law", QUARTER, w1="90")
        office.play("town", QUARTER, **POINTS)
        office.on("2025-05-06")
        office.reopen("town", "2025-03")
        (score,) = [event["id"] for event in office.events("c5", "scored") if event["data"]["period"] == "2025-03"]
        office.correct("c5", score, "70")
        office.seal("town", "2025-03")
        office.seal("town", QUARTER)
        return {name: office.callers[name].token or "" for name in PRINCIPALS}


@dataclass(frozen=True)
class People:
    """The served quarter and the tokens of who reads it."""

    server: Server
    tokens: dict[str, str]

    @contextmanager
    def window(self, name: str) -> Iterator[httpx.Client]:
        """Pages, as somebody asks for them."""
        with signed_in(self.server.address, self.tokens[name]) as client:
            yield client

    def asks(self, path: str, name: str = "organiser", **query: Any) -> Any:
        """What the interface answers somebody."""
        with self.server.client(self.tokens[name]) as client:
            answer = client.get(path, params=query)
            assert answer.status_code == 200, answer.text
            return answer.json()

    def events(self, cadre: str, type_: str) -> list[Any]:
        """The data of a cadre's events of one type."""
        items = self.asks(f"/v1/cadres/{cadre}/events", type=type_)["items"]
        return [event["data"] for event in items]


@contextmanager
def served(database: Path) -> Iterator[People]:
    tokens = found(database)
    with Server(database, LEDGER_RATE="100000") as server:
        yield People(server, tokens)
