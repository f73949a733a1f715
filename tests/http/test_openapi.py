"""The OpenAPI document holds: schemathesis sends what it allows and what it does not, and looks at every answer."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis

from tests.backends import NewAddress, sqlite_only
from tests.http.serving import Desk, served
from tests.http.story import tell

pytestmark = pytest.mark.long

EXAMPLES = os.environ.get("LEDGER_TEST_EXAMPLES", "10")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
KNOWN = """
[parameters]
"path.cadre" = "an"
"path.group" = "law"
"path.period" = "2025-Q1"
"path.year" = "2025"
"""
"""With these most requests reach something that exists."""
WAITS = "(/proof|/stream)$"
"""What answers only when something happens, or never ends; tests of their own ask for these."""


READS = {
    "/v1/cadres": ("",),
    "/v1/cadres/{cadre}": ("cadre=an", "cadre=bo", "cadre=ding", "cadre=wang", "cadre=xu"),
    "/v1/cadres/{cadre}/events": ("cadre=an", "cadre=ding"),
    "/v1/cadres/{cadre}/record": ("cadre=an", "cadre=bo", "cadre=ding", "cadre=xu"),
    "/v1/cadres/{cadre}/periods/{period}": (
        "cadre=bo&period=2025-02", "cadre=wang&period=2025-04", "cadre=ding&period=2025-Q1", "cadre=an&period=2025",
    ),
    "/v1/groups": ("",),
    "/v1/groups/{group}/schemes/{year}": ("group=town&year=2025",),
    "/v1/groups/{group}/periods/{period}": (
        "group=town&period=2025-02", "group=law&period=2025-04", "group=town&period=2025-Q1", "group=town&period=2025",
    ),
    "/v1/groups/{group}/periods/{period}/progress": ("group=law&period=2025-04", "group=law&period=2025-Q2"),
    "/v1/submissions": ("",),
    "/v1/duties": ("",),
    "/v1/me": ("",),
}  # fmt: skip


@pytest.fixture(scope="module")
def fuzzed(new_address: NewAddress) -> Iterator[Desk]:
    """The story in a ledger of its own, to be written to at random."""
    database = new_address()
    with served(database, tell(database)) as desk:
        yield desk


def run(desk: Desk, directory: Path, *options: str, configuration: str = "") -> None:
    """Let schemathesis loose on the server; it reports in ``directory``."""
    (directory / "schemathesis.toml").write_text(configuration)
    command: list[str | Path] = [
        Path(sys.executable).with_name("schemathesis"), "--config-file", "schemathesis.toml", "run",
        f"{desk.server.address}/openapi.json", "--header", f"Authorization: {desk.organiser.headers['Authorization']}",
        "--checks", CHECKS, "--generation-deterministic", "--no-shrink", "--no-color", "--warnings", "off",
        "--suppress-health-check", "all", "--max-examples", EXAMPLES,
        "--exclude-path-regex", WAITS, *options,
    ]  # fmt: skip
    hooks = {"SCHEMATHESIS_HOOKS": "tests.http.schemathesis_hooks", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        command, cwd=directory, env={**os.environ, **hooks}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout[-10_000:] + done.stderr[-2_000:]
    tested = re.search(r"Tested: (\d+)", done.stdout)
    assert tested is not None
    assert int(tested[1]) >= 20
    assert desk.organiser.get("/readyz").json()["status"] == "ok"


@sqlite_only
def test_whatever_is_sent_is_answered_as_the_document_says(fuzzed: Desk, tmp_path: Path) -> None:
    run(fuzzed, tmp_path, "--phases", "coverage")


@sqlite_only
def test_requests_about_what_exists_are_answered_as_the_document_says(fuzzed: Desk, tmp_path: Path) -> None:
    run(fuzzed, tmp_path, "--phases", "fuzzing", configuration=KNOWN)
    metrics = fuzzed.organiser.get("/metrics").text
    for path in READS:
        answered = re.search(
            rf'requests_total{{method="GET",route="{re.escape(path)}",status="200"}} ([0-9.]+)', metrics
        )
        assert answered is not None, path
        assert float(answered[1]) > 0, path


@pytest.mark.parametrize("path", READS)
def test_what_is_read_has_the_shape_that_is_documented(story: Desk, path: str) -> None:
    document = story.organiser.get("/openapi.json").json()
    operation = schemathesis.openapi.from_dict(document)[path]["GET"]
    for principal in ("organiser", "town_organiser", "town_reviewer", "clerk", "auditor"):
        for parameters in READS[path]:
            url = path.format(**dict(httpx.QueryParams(parameters)))
            operation.validate_response(story[principal].get(url))


def test_every_path_of_the_interface_is_documented_with_its_problems(story: Desk) -> None:
    document = story.organiser.get("/openapi.json").json()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation["summary"] or operation["description"]
            if path.startswith("/v1/"):
                assert {"401", "403", "404", "422", "503"} <= operation["responses"].keys(), (method, path)
            for status, answer in operation["responses"].items():
                if path.startswith("/v1/") and int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"], (method, path, status)
