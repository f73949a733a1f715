"""A server whose views another program made anew answers that it is not available, and comes back with its own."""

from pathlib import Path

import httpx
import pytest

from ledger.projections.views import VIEWS
from ledger.recording.database import VIEWS_VERSION
from tests.backends import is_sqlite, raw
from tests.cli.running import Shell
from tests.http.serving import Server
from tests.rebuild.office import MONTH, YEAR, Told
from tests.rebuild.views import check_live, live, rebuilt, rows_of

READS = ("cadres/an/record", f"groups/town/periods/{YEAR}", "cadres", "duties", "events", "cadres/an/events", "me")
TALK = {"type": "talk_held", "period": MONTH, "purpose": "feedback", "held_on": "2025-02-01", "summary": "谈话"}


def make_anew_by_another_program(address: str, version: int) -> None:
    rebuilt(address)
    with raw(address) as connection:
        connection.execute(f"UPDATE head SET views_version = {version}")


def asked(client: httpx.Client) -> list[httpx.Response]:
    """Everything that reads, and two ways to append."""
    line = b'{"cadre": "an", "type": "talk_held"}\n'
    return [
        *(client.get(f"/v1/{path}") for path in READS),
        client.post("/v1/cadres/an/events", json=TALK),
        client.post("/v1/events", content=line, headers={"Content-Type": "application/x-ndjson"}),
        client.post(f"/v1/groups/law/periods/{MONTH}/reopen", json={"reason": "更正"}),
    ]


@pytest.mark.parametrize("version", [VIEWS_VERSION - 1, VIEWS_VERSION + 1])
def test_a_server_writes_no_old_rows_and_comes_back(told: Told, tmp_path: Path, version: int) -> None:
    with Server(told.address) as server, server.client(told.tokens["organiser"]) as client:
        client.get("/v1/me").raise_for_status()
        position = client.post("/v1/cadres/an/events", json=TALK).json()["position"]
        make_anew_by_another_program(told.address, version)
        before = rows_of(told.address, 0), rows_of(told.address, 1)
        for answer in asked(client):
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), answer.request.url
            assert answer.headers["Retry-After"].isdigit()
        assert client.get("/readyz").status_code == 503
        assert (rows_of(told.address, 0), rows_of(told.address, 1)) == before
        ran = Shell(tmp_path)("rebuild", "--workers", "1", "--database", told.address)
        assert (ran.code, ran.out) == (0, f"the views were made anew up to position {position}\n")
        assert {client.get(f"/v1/{path}").status_code for path in READS} == {200}
        assert client.get("/readyz").status_code == 200
        assert client.post("/v1/cadres/an/events", json=TALK).json()["position"] == position + 1
    assert live(told.address) == 2
    check_live(told.address)


def test_no_ledger_opens_on_views_of_another_program_nor_is_it_copied(told: Told, tmp_path: Path) -> None:
    make_anew_by_another_program(told.address, VIEWS_VERSION + 1)
    shell = Shell(tmp_path)
    for command in (("export",), ("serve", "--port", "0"), ("rebuild", "--check"), ("backup", "backup.db")):
        assert shell.fails(2, *command, "--database", told.address).startswith("unavailable: ")
    assert shell("rebuild", "--workers", "1", "--database", told.address).code == 0
    assert shell("backup", "backup.db", "--database", told.address).code == 0


def test_views_of_other_columns_are_left_alone_until_a_rebuild(told: Told, tmp_path: Path) -> None:
    """As the first version of the views had them."""
    with raw(told.address) as connection:
        for view in VIEWS:
            connection.execute(f"DROP INDEX {view}_waiting")
            connection.execute(f"ALTER TABLE {view} DROP COLUMN waits")
        connection.execute("UPDATE head SET views_version = 1")
        if not is_sqlite(told.address):
            connection.execute("COMMENT ON TABLE head IS 'made by another program'")
    shell = Shell(tmp_path)
    assert "ledger rebuild" in shell.fails(2, "serve", "--port", "0", "--database", told.address)
    assert shell("rebuild", "--workers", "1", "--database", told.address).code == 0
    check_live(told.address)
    with Server(told.address) as server, server.client(told.tokens["organiser"]) as client:
        assert client.get("/v1/duties?state=due").status_code == 200
        assert client.post("/v1/cadres/an/events", json=TALK).status_code == 201
