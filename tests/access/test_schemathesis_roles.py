"""With each role's token schemathesis sends all that the document allows: never a 5xx, nor a write not for that role.

``LEDGER_TEST_ROLE_SECONDS`` says how long each role tries; CI sets 120.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.aggregates.envelope import BY_NAME
from tests.access.conftest import GENEROUS
from tests.access.marked import AN, tell
from tests.access.table import EVENTS, PRINCIPALS, ROLES, statuses
from tests.http.serving import Desk, served
from tests.http.test_paging import feed

SECONDS = int(os.environ.get("LEDGER_TEST_ROLE_SECONDS", "5"))
KNOWN = f"""
[parameters]
"path.cadre" = "{AN}"
"path.group" = "town"
"path.period" = "2025-12"
"path.year" = "2025"
"""
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
    with served(database, tell(database), **GENEROUS) as desk:
        yield desk


def let_loose(desk: Desk, principal: str, directory: Path) -> None:
    """Let schemathesis try as a principal for a while."""
    (directory / "schemathesis.toml").write_text(KNOWN)
    command: list[str | Path] = [
        Path(sys.executable).with_name("schemathesis"), "--config-file", "schemathesis.toml", "run",
        f"{desk.server.address}/openapi.json", "--header", f"Authorization: {desk[principal].headers['Authorization']}",
        "--checks", "not_a_server_error", "--phases", "fuzzing", "--max-time", str(SECONDS), "--no-shrink",
        "--no-color", "--warnings", "off", "--suppress-health-check", "all", "--max-examples", "1000000",
        "--exclude-path", "/v1/events/stream",
    ]  # fmt: skip
    hooks = {"SCHEMATHESIS_HOOKS": "tests.http.schemathesis_hooks", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        command, cwd=directory, env={**os.environ, **hooks}, capture_output=True, text=True, timeout=SECONDS + 120
    )
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]


def answered(desk: Desk) -> float:
    """How many requests the server has answered."""
    counts = re.findall(r"^ledger_http_requests_total\{[^}]*\} ([0-9.e+]+)$", desk.organiser.get("/metrics").text, re.M)
    return sum(map(float, counts))


@pytest.mark.parametrize("role", ROLES)
def test_no_role_breaks_the_server_or_writes_what_it_may_not(tried: Desk, role: str, tmp_path: Path) -> None:
    before = tried.position
    principal = PRINCIPALS[role]
    asked = answered(tried)
    let_loose(tried, principal, tmp_path)
    assert answered(tried) - asked > 40
    written = feed(tried.organiser, after=before)
    assert {event["type"] for event in written} <= may_write(role)
    assert {event["actor"] for event in written} <= {principal}
    assert tried.organiser.get("/readyz").json()["status"] == "ok"


def test_the_types_that_a_role_may_write_are_types() -> None:
    assert set().union(*map(may_write, ROLES)) <= BY_NAME.keys()
    assert may_write("auditor") == may_write("committee") == {"consulted"}
