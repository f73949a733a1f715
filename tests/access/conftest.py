"""The marked ledger, served and consulted."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.access.marked import AN, BO, WANG, mark, tell
from tests.access.serving import logged
from tests.backends import NewAddress
from tests.http.serving import Desk
from tests.signing.signed import Kept


@dataclass(frozen=True)
class Marked:
    """The served story, its tokens, its log, and the open consultations of ``AN`` by who opened them."""

    database: str
    desk: Desk
    tokens: dict[str, str]
    log: Path
    opened: dict[str, str]


@pytest.fixture(scope="session")
def marked(new_address: NewAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marked]:
    database, log = new_address(), tmp_path_factory.mktemp("log") / "requests"
    kept = Kept(database, tmp_path_factory.mktemp("keys"))
    tokens = tell(database, kept.files)
    with logged(database, tokens, log, **GENEROUS, **kept.environment, LEDGER_SIGNER="off") as desk:
        opened = {who: consult(desk, who, matter, AN) for who, matter in _MATTERS.items()}
        for matter, first in (("matter_both", BO), ("matter_far", WANG)):
            consult(desk, mark("who_consulted"), matter, first, AN)
        yield Marked(database, desk, tokens, log, opened)


GENEROUS = {"LEDGER_RATE": "100000", "LEDGER_GUESSES": "100000"}
"""Limits that no test comes up against but those of limits."""
_MATTERS = {"committee": "matter", "auditor": "matter_audit"}


def consult(desk: Desk, who: str, matter: str, *cadres: str) -> str:
    """Open the records of cadres; the consultation's id."""
    wanted = {"cadres": list(cadres), "purpose": "audit", "matter": mark(matter)}
    answer = desk[who].post("/v1/consultations", json=wanted, headers={"X-Request-Id": mark("request_consulted")})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["consultation"])
