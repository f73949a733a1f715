"""Two ledgers served for the whole run, in either database: one to write to, one with a story to read."""

from collections.abc import Iterator

import pytest

from tests.backends import NewAddress
from tests.http.serving import Desk, granted, served
from tests.http.story import tell
from tests.office import indicator, scheme

RATED = indicator("rated", 50, raters={"leader": "60", "peer": "40"}, unscored="skip")


@pytest.fixture(scope="session")
def desk(new_address: NewAddress) -> Iterator[Desk]:
    """A ledger with a scheme of 2025 for ``town`` and a cadre ``an``; tests register cadres and groups of their own."""
    database = new_address()
    tokens = {
        "organiser": granted(database, "organiser", "organiser"),
        "clerk": granted(database, "clerk", "clerk", units=["一街道"]),
        "reviewer": granted(database, "reviewer", "reviewer", groups=["town"], indicators=["work"]),
    }
    with served(database, tokens) as desk:
        adopted = scheme(indicators=[indicator("work", 100), RATED])
        assert desk.organiser.post("/v1/groups/town/schemes/2025", json=adopted).status_code == 201
        desk.register("an")
        yield desk


@pytest.fixture(scope="session")
def story(new_address: NewAddress) -> Iterator[Desk]:
    """The ledger of ``tests.http.story``; nothing is appended to it."""
    database = new_address()
    with served(database, tell(database)) as desk:
        yield desk
