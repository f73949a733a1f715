"""Verifying on a page: who signed and cosigned, all checks with what they find, and proofs that hold elsewhere."""

import io
import json
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from tests.http.serving import Desk
from tests.pages.browsing import follow, sign_in, visiting
from tests.pages.visits import signed_in
from tests.proof.witnessing import WitnessServer, witnesses
from tests.signing.signed import Kept, talks, watched

PRINCIPALS = ("organiser", "auditor", "partly")


@dataclass(frozen=True)
class Proven:
    """A served ledger whose signer has a witness, which cosigned all of it."""

    kept: Kept
    desk: Desk
    tokens: dict[str, str]
    witness: WitnessServer

    @contextmanager
    def client(self, name: str) -> Iterator[httpx.Client]:
        with signed_in(self.desk.server.address, self.tokens[name]) as client:
            yield client

    def last_event(self) -> dict[str, Any]:
        """The last talk; a checkpoint covers it."""
        event: dict[str, Any] = json.loads(self.desk["auditor"].get("/v1/events").text.splitlines()[-1])
        assert self.desk["auditor"].get(f"/v1/events/{event['id']}/proof").status_code == 200
        return event


@contextmanager
def proven(folder: Path) -> Iterator[Proven]:
    kept = Kept(f"sqlite:///{folder / 'ledger.db'}", folder)
    with kept.office(signing=False) as office:
        talks(office, 3)
        office.grant("auditor", "auditor")
        office.grant("partly", "organiser", groups=["town"])
        tokens = {name: office.callers[name].token or "" for name in PRINCIPALS}
    with ExitStack() as stack:
        (witness,) = stack.enter_context(witnesses(folder, 1, watched(kept.signers)))
        kept.watch([(witness, witness.address)], quorum=1)
        desk = stack.enter_context(kept.served(tokens))
        yield Proven(kept, desk, tokens, witness)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proven]:
    with proven(tmp_path_factory.mktemp("proven")) as found:
        yield found


def ran(client: httpx.Client) -> dict[str, Any]:
    """What a run of the checks found, waited for."""
    assert client.post("/verify").headers["Location"] == "/verify#checks"
    ends = datetime.now(UTC) + timedelta(seconds=60)
    while (run := client.get("/verify.json").json()["run"])["state"] == "running":
        assert datetime.now(UTC) < ends
    return dict(run)


def test_it_tells_who_signed_and_cosigned_the_newest_checkpoint(ledger: Proven) -> None:
    last = ledger.last_event()
    with ledger.client("auditor") as client:
        found = client.get("/verify.json").json()
        page = client.get("/verify").text
    newest = found["items"][0]
    assert (newest["size"], found["not_covered"]) == (last["position"], 0)
    (signature,), (cosignature,) = newest["signatures"], newest["cosignatures"]
    assert (signature["holds"], signature["at"]) == (True, None)
    assert (cosignature["holds"], cosignature["name"]) == (True, ledger.witness.name)
    assert datetime.fromisoformat(cosignature["at"]) <= datetime.now(UTC)
    assert found["policy"] == {"quorum": "most", "threshold": 1, "members": ["0"]}
    assert newest["vkeys"] == ledger.desk["auditor"].get("/log/vkey").text.splitlines()
    assert ledger.witness.name in page
    assert newest["root"] in page


def test_earlier_checkpoints_are_paged(ledger: Proven) -> None:
    ledger.last_event()
    with ledger.client("auditor") as client:
        whole = client.get("/verify.json").json()["items"]
        first = client.get("/verify.json?limit=1").json()
        rest = client.get(f"/verify.json?cursor={whole[0]['number']}").json()["items"]
    assert first["items"] + rest == whole
    assert first["next"] == (whole[0]["number"] if rest else None)


def test_all_checks_run_beside_the_service_and_their_outcome_stays(ledger: Proven, browser: Browser) -> None:
    ledger.last_event()
    with visiting(browser, ledger.desk.server.address) as visitor:
        sign_in(visitor, ledger.tokens["auditor"])
        visitor.open("/verify")
        follow(visitor.page, "text=开始检查")
        visitor.page.wait_for_selector("main .clear", timeout=60_000)
        assert visitor.page.locator("#checks ~ .scrolled tbody tr").count() == 8
        visitor.check("verify-sound")
        visitor.open("/verify")
        assert visitor.page.locator("main .clear").count() == 1


def test_checks_are_run_once_at_a_time(ledger: Proven) -> None:
    with ledger.client("auditor") as auditor, ledger.client("organiser") as organiser:
        for client in (auditor, organiser):
            client.post("/verify")
        begun = {client.get("/verify.json").json()["run"]["began_at"] for client in (auditor, organiser)}
        found = ran(auditor)
    assert len(begun) == 1
    assert found["state"] == "sound"


def test_whose_scope_is_a_part_reads_checkpoints_and_runs_nothing(ledger: Proven) -> None:
    with ledger.client("partly") as client:
        found = client.get("/verify.json").json()
        assert found["items"]
        assert (found["may_run"], found["run"]) == (False, None)
        assert client.post("/verify").status_code == 403


def test_a_proof_is_that_of_the_interface(ledger: Proven) -> None:
    event = ledger.last_event()
    with ledger.client("organiser") as client:
        answer = client.get(f"/verify.json?event={event['id'].upper()}")
        assert answer.status_code == 200, answer.text
        sought = answer.json()["sought"]
        assert (sought["found"]["position"], sought["covered"]) == (event["position"], True)
        taken = client.get(f"/verify/proofs/{event['id']}")
        assert client.get("/verify.json?event=nothing").json()["sought"]["found"] is None
    assert f"{event['position']}.tlog-proof" in taken.headers["Content-Disposition"]
    assert taken.content == ledger.desk["organiser"].get(f"/v1/events/{event['id']}/proof").content


def test_a_cadres_events_are_taken_away_and_hold_by_themselves(ledger: Proven, tmp_path: Path) -> None:
    ledger.last_event()
    with ledger.client("organiser") as client:
        taken = client.get("/verify/excerpts/an")
    with zipfile.ZipFile(io.BytesIO(taken.content)) as packed:
        packed.extractall(tmp_path)
    command = [sys.executable, str(tmp_path / "an" / "verify.py"), str(tmp_path / "an")]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_an_auditor_opens_the_record_before_he_takes_it_away(ledger: Proven) -> None:
    ledger.last_event()
    with ledger.client("auditor") as client:
        assert client.get("/verify/excerpts/an").headers["Location"].startswith("/consultation?cadre=an&")
        asked = {"id": "0b5f4a52-5ab4-4a4a-9d4c-0d6a3b4a7c12", "cadre": "an", "purpose": "audit", "matter": "试"}
        opened = client.post("/consultation", data={**asked, "next": "/verify/excerpts/an"}).headers["Location"]
        assert client.get(opened).headers["Content-Type"] == "application/zip"


def test_what_was_altered_is_named_with_its_position(tmp_path: Path) -> None:
    with proven(tmp_path) as ledger, ledger.client("auditor") as client:
        ledger.last_event()
        with closing(sqlite3.connect(tmp_path / "ledger.db")) as database, database:
            for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                database.execute(f"DROP TRIGGER {trigger}")
            ((position, state),) = database.execute("SELECT position, state FROM events WHERE type = 'registered'")
            changed = bytes(state).replace("主任".encode(), "书记".encode())
            database.execute("UPDATE events SET state = ? WHERE position = ?", (changed, position))
        run = ran(client)
        page = client.get("/verify").text
    assert run["state"] == "unsound"
    assert {check["name"]: check["state"] for check in run["checks"]}["contents"] == "failed"
    first = run["findings"][0]
    assert (first["name"], first["position"]) == ("contents", position)
    assert first["expected"] in page
    assert first["found"] in page
