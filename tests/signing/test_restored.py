"""An old backup is put back: it can be read, nothing is appended or signed, and a declared origin goes on."""

import json
import shutil
from pathlib import Path

import pytest

from ledger.aggregates.access import Granted
from ledger.proof.memory import remembered
from ledger.service.ledger import Ledger
from tests.backends import raw
from tests.failures.cluster import until
from tests.http.serving import Desk
from tests.office import refused
from tests.proof.witnessing import witnesses
from tests.signing.losing import Lost, lose
from tests.signing.signed import OPERATOR, Kept, watched

TALK = {"type": "talk_held", "period": "2025-06", "held_on": "2025-06-30", "purpose": "feedback", "summary": "谈话"}
NEW = "log.example/second"


@pytest.fixture
def lost(kept: Kept) -> Lost:
    return lose(kept)


def append(desk: Desk) -> tuple[int, str | None]:
    """Status and code of an append."""
    answer = desk.organiser.post("/v1/cadres/an/events", json=TALK)
    return answer.status_code, answer.json().get("code")


def refuses(desk: Desk, lost: Lost) -> None:
    """It is read as ever, and says everywhere why it takes no more."""
    assert append(desk) == (503, "log-diverged")
    ready = desk.organiser.get("/readyz")
    assert (ready.status_code, ready.json()["code"]) == (503, "log-diverged")
    assert desk.organiser.get("/livez").status_code == 200
    items = desk.organiser.get("/v1/cadres/an/events").json()["items"]
    assert [item["position"] for item in items][-1] == lost.early


def test_a_backup_put_back_is_read_and_takes_no_more(lost: Lost, tmp_path: Path) -> None:
    signed = remembered(lost.kept.memory)
    assert signed is not None
    line = tmp_path / "events"
    line.write_text(json.dumps({"cadre": "an", **TALK}), encoding="utf-8")
    before = lost.kept.sizes()
    with lost.kept.served(lost.tokens) as desk:
        refuses(desk, lost)
        until(lambda: lost.kept.said("log-diverged"))
        (reason,) = lost.kept.said("log-diverged")
        assert reason == f"{signed.size} events were signed, the ledger has {desk.position}"
        ran = lost.run("import", str(line), token=lost.tokens["organiser"])
        assert (ran.code, ran.out) == (1, "0 recorded, 0 duplicates, 1 rejected\n")
        assert "contradicts" in ran.err
    assert lost.kept.sizes() == before
    assert remembered(lost.kept.memory) == signed


def test_without_a_signer_it_takes_no_more_either(lost: Lost) -> None:
    with lost.kept.served(lost.tokens, LEDGER_SIGNER="off") as desk:
        refuses(desk, lost)


def test_a_declared_origin_goes_on_and_receipts_of_what_is_left_hold(lost: Lost) -> None:
    common = lost.kept.sizes()[-1]
    ran = lost.declare(NEW)
    assert ran.code == 0, ran
    with lost.kept.served(lost.tokens) as desk:
        assert desk.organiser.get("/readyz").status_code == 200
        receipt = desk.append("an", **TALK)
        proof = desk.organiser.get(f"/v1/events/{receipt['id']}/proof")
        assert proof.status_code == 200
        new = lost.receipt("new")
        new.write_bytes(proof.content)
        declared = desk.organiser.get("/v1/events").text.splitlines()
    (event,) = (found for found in map(json.loads, declared) if found["type"] == "origin_declared")
    assert (event["data"]["common_size"], event["data"]["origin"]) == (common, NEW)
    assert event["data"]["lost"] == signed_before(lost) - common
    kept = [lost.receipt("early"), new]
    ran = lost.verify("--receipt", *kept)
    assert ran.code == 0, ran.out
    assert (verdict := lost.bundle("--receipt", *kept)).code == 0, verdict.out
    assert any("is as it was" in notice for notice in verdict.said["notices"])


def signed_before(lost: Lost) -> int:
    """How many events were signed before the loss."""
    return int(lost.checkpoint.read_text(encoding="utf-8").splitlines()[1])


def test_what_is_lost_is_told_by_its_receipt_and_by_an_old_checkpoint(lost: Lost) -> None:
    assert lost.declare(NEW).code == 0
    with lost.kept.served(lost.tokens) as desk:
        desk.append("an", **TALK)
    for given in (("--receipt", lost.receipt("late")), ("--since", lost.checkpoint)):
        assert lost.verify(*given).code == 1
        verdict = lost.bundle(*given)
        assert verdict.code == 1, verdict.out
        assert {finding["name"] for finding in verdict.said["findings"]} <= {"receipts", "consistency"}
    assert lost.verify().code == lost.bundle().code == 0


def test_a_second_loss_that_takes_the_declaration_too(lost: Lost) -> None:
    backup = lost.kept.back_up()
    assert lost.declare(NEW).code == 0
    with lost.kept.served(lost.tokens) as desk:
        desk.append("an", **TALK)
    lost.kept.put_back(backup)
    with lost.kept.served(lost.tokens) as desk:
        refuses(desk, lost)
    assert lost.declare(NEW).code != 0
    assert lost.declare("log.example/third").code == 0
    with lost.kept.served(lost.tokens) as desk:
        assert append(desk)[0] == 201
        until(lambda: lost.kept.covered(desk.position))
    assert lost.bundle().code == 0
    assert lost.verify("--receipt", lost.receipt("early")).code == 0


def test_a_loss_after_the_declaration_is_declared_again(lost: Lost) -> None:
    assert lost.declare(NEW).code == 0
    with lost.kept.served(lost.tokens) as desk:
        desk.append("an", **TALK)
    backup = lost.kept.back_up()
    with lost.kept.served(lost.tokens) as desk:
        desk.append("an", **TALK)
    lost.kept.put_back(backup)
    assert lost.declare(NEW).code != 0
    assert lost.declare("log.example/third").code == 0
    with lost.kept.served(lost.tokens) as desk:
        assert append(desk)[0] == 201
    assert lost.bundle("--receipt", lost.receipt("early")).code == 0


def test_declared_while_it_is_served(lost: Lost) -> None:
    with lost.kept.served(lost.tokens) as desk:
        assert append(desk) == (503, "log-diverged")
        assert lost.declare(NEW).code == 0
        assert append(desk)[0] == 201
        until(lambda: lost.kept.covered(desk.position))


def test_a_witness_remembers_what_the_signer_does_not(kept: Kept, tmp_path: Path) -> None:
    with kept.office(signing=False):
        pass
    with witnesses(tmp_path, 2, watched(kept.signers)) as (first, second):
        kept.watch([(first, first.address), (second, second.address)], 1)
        lost = lose(kept, memory=False)
        size = signed_before(lost)
        with kept.served(lost.tokens) as desk:
            until(lambda: kept.said("log-diverged"))
            refuses(desk, lost)
            assert f"a witness holds a checkpoint of size {size} " in kept.said("log-diverged")[0]
        first.stop()
        second.stop()
        with kept.served(lost.tokens) as desk:
            until(lambda: kept.said("no-quorum"))
            assert append(desk) == (503, "log-diverged")
        ran = lost.verify()
        assert ran.code == 1
        assert "a witness holds a checkpoint" in ran.out
        first.start()
        second.start()


def test_a_head_that_its_tree_does_not_have_is_refused(kept: Kept) -> None:
    with kept.office() as office:
        tokens = {name: str(caller.token) for name, caller in office.callers.items()}
    with raw(kept.address) as connection:
        (frontier,) = connection.execute("SELECT frontier FROM head").fetchone()
        forged = bytes(frontier)[:-1] + bytes([bytes(frontier)[-1] ^ 1])
        literal = f"x'{forged.hex()}'" if kept.address.startswith("sqlite") else f"'\\x{forged.hex()}'"
        connection.execute(f"UPDATE head SET frontier = {literal}")
    with kept.served(tokens) as desk:
        assert append(desk) == (503, "log-diverged")
        assert desk.organiser.get("/readyz").status_code == 503


def test_the_memory_of_another_log_is_refused_until_the_right_one_is_back(kept: Kept, tmp_path: Path) -> None:
    with kept.office() as office:
        tokens = {name: str(caller.token) for name, caller in office.callers.items()}
    right = shutil.copy(kept.memory, tmp_path / "right")
    kept.memory.write_text(kept.memory.read_text(encoding="utf-8").replace("\n", "-of-another\n", 1), encoding="utf-8")
    with Ledger(kept.address, signing=kept.files) as ledger, refused("log-diverged") as caught:
        ledger.principals.grant(OPERATOR, Granted(name="auditor", role="auditor")).result()
    assert "is of the log" in str(caught.value)
    shutil.copy(right, kept.memory)
    with kept.served(tokens) as desk:
        until(lambda: append(desk)[0] == 201)
