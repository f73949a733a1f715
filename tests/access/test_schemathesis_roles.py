"""With each role's token schemathesis sends what the document allows: never a 5xx, nor a write not for that role.

``LEDGER_TEST_ROLE_SECONDS`` says how long it tries for each role; CI sets 120.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.core.result import Ok

from ledger.aggregates.envelope import BY_NAME
from tests.access.conftest import GENEROUS
from tests.access.marked import AN, tell
from tests.access.serving import logged
from tests.access.table import EVENTS, PRINCIPALS, ROLES, statuses
from tests.http import schemathesis_hooks  # noqa: F401 (a bulk is text of lines)
from tests.http.serving import Desk
from tests.http.test_paging import feed

pytestmark = pytest.mark.long

SECONDS = int(os.environ.get("LEDGER_TEST_ROLE_SECONDS", "2"))
MOST = 2000
KNOWN = {"cadre": AN, "group": "town", "period": "2025-12", "year": "2025"}
"""With these most requests reach something that exists."""
OWN = {"committee": {"consulted"}, "auditor": {"consulted"}, "admin": {"granted", "revoked"}}
ROUNDS = {"organiser": {"adopted", "sealed", "reopened", "month_graded", "quarter_graded", "year_graded"}}


def may_write(role: str) -> set[str]:
    """The types of events that the table lets a role record."""
    return (
        {type_ for type_, row in EVENTS.items() if statuses(row)[role][0] == 200}
        | OWN.get(role, set())
        | ROUNDS.get(role, set())
        | ({"score_corrected", "annulled"} if role == "reviewer" else set())
        | ({"annulled"} if role == "supervisor" else set())
        | ({"withdrawn"} if role == "clerk" else set())
    )


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The marked story in a ledger of its own, to be written to at random."""
    database = tmp_path_factory.mktemp("tried") / "ledger.db"
    with logged(database, tell(database), database.with_name("log"), **GENEROUS) as desk:
        yield desk


class Enough(Exception):
    """The time of an operation is up."""


def operations(desk: Desk) -> Iterator[Any]:
    """Every operation of the document but the stream, which does not end."""
    document = desk.organiser.get("/openapi.json").json()
    del document["paths"]["/v1/events/stream"]
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        assert isinstance(found, Ok)
        yield found.ok()


def try_all(desk: Desk, operation: Any, ends: float) -> Counter[str]:
    """Send what schemathesis makes up for an operation with each role's token; how many each sent."""
    sent: Counter[str] = Counter()

    checks = list(HealthCheck)

    @settings(max_examples=MOST, database=None, deadline=None, suppress_health_check=checks, phases=[Phase.generate])
    @seed(7)
    @given(case=operation.as_strategy())
    def attempt(case: Any) -> None:
        if sent and time.monotonic() > ends:
            raise Enough
        for role, principal in PRINCIPALS.items():
            case.path_parameters.update({name: KNOWN[name] for name in KNOWN.keys() & case.path_parameters.keys()})
            bearer = {"Authorization": desk[principal].headers["Authorization"]}
            answer = case.call(base_url=desk.server.address, headers=bearer, timeout=30)
            assert answer.status_code < 500, (role, operation.label, answer.text)
            sent[role] += 1

    with suppress(Enough):
        attempt()
    return sent


def test_no_role_breaks_the_server_or_writes_what_it_may_not(tried: Desk) -> None:
    before, begins = tried.position, time.monotonic()
    waiting = list(operations(tried))
    sent: Counter[str] = Counter()
    for number, operation in enumerate(waiting, start=1):
        sent += try_all(tried, operation, begins + SECONDS * len(ROLES) * number / len(waiting))
    assert all(sent[role] >= len(waiting) for role in ROLES)
    roles = {principal: role for role, principal in PRINCIPALS.items()}
    written = feed(tried.organiser, after=before)
    assert [event for event in written if event["type"] not in may_write(roles[event["actor"]])] == []
    assert tried.organiser.get("/readyz").json()["status"] == "ok"


def test_the_types_that_a_role_may_write_are_types() -> None:
    assert set().union(*map(may_write, ROLES)) <= BY_NAME.keys()
    assert may_write("auditor") == may_write("committee") == {"consulted"}
