"""There is one signer among all processes, and it signs only with files that are what they should be."""

from typing import Any

import pytest

from ledger.proof.key_files import create_key
from ledger.proof.keys import Signer
from tests.cli.running import Shell
from tests.failures.cluster import until
from tests.http.serving import Desk
from tests.signing.signed import Kept, position

TALK = {"type": "talk_held", "period": "2025-06", "held_on": "2025-06-30", "purpose": "feedback", "summary": "谈话"}


@pytest.fixture
def tokens(kept: Kept) -> dict[str, str]:
    """Of who is in a ledger that has a key and was not signed yet."""
    with kept.office(signing=False) as office:
        return {name: str(caller.token) for name, caller in office.callers.items()}


def covers(kept: Kept, desk: Desk) -> None:
    at = desk.position
    until(lambda: kept.covered(at))


def test_one_server_signs_and_the_other_takes_over_when_it_is_killed(kept: Kept, tokens: dict[str, str]) -> None:
    with kept.served(tokens) as first:
        covers(kept, first)
        with kept.served(tokens) as second:
            second.append("an", **TALK)
            covers(kept, second)
            assert kept.sizes() == sorted(set(kept.sizes()))
            first.server.kill()
            second.append("an", **TALK)
            covers(kept, second)
            checkpoint = second.organiser.get("/log/checkpoint")
            assert int(checkpoint.text.splitlines()[1]) == second.position
            first.server.start()
            again = second.append("an", **TALK)
            until(lambda: second.organiser.get(f"/v1/events/{again['id']}/proof").status_code == 200)
    assert kept.sizes() == sorted(set(kept.sizes()))
    assert kept.said("log-diverged") == []


def test_a_server_publishes_what_another_signed(kept: Kept, tokens: dict[str, str]) -> None:
    with kept.served(tokens) as signer, kept.served(tokens, LEDGER_SIGNER="off") as other:
        covers(kept, signer)
        assert other.organiser.get("/log/checkpoint").content == signer.organiser.get("/log/checkpoint").content
        assert other.organiser.get("/log/vkey").text == "".join(f"{key.verifier.vkey}\n" for key in kept.signers)


def test_a_server_that_is_stopped_signs_the_last_events(kept: Kept, tokens: dict[str, str]) -> None:
    with kept.served(tokens) as desk:
        covers(kept, desk)
        last = desk.append("an", **TALK)["position"]
    assert kept.sizes()[-1] == last


def test_nothing_is_signed_where_the_signer_is_off(kept: Kept, tokens: dict[str, str]) -> None:
    with kept.served(tokens, LEDGER_SIGNER="off") as desk:
        desk.append("an", **TALK)
    assert kept.sizes() == []
    assert not kept.memory.exists()
    with kept.served(tokens) as desk:
        at = desk.position
    assert kept.sizes()[-1] == at


@pytest.mark.parametrize("flaw", ["missing", "open to others", "no key", "no memory", "no policy", "policy"])
def test_it_does_not_serve_with_files_that_are_not_what_they_should_be(
    kept: Kept, tokens: dict[str, str], flaw: str
) -> None:
    words = {"missing": "log.key", "open to others": "chmod 600", "no key": "signer keys", "no memory": "memory"}
    match flaw:
        case "missing":
            kept.keys.unlink()
        case "open to others":
            kept.keys.chmod(0o640)
        case "no key":
            kept.keys.write_text("not a key\n", encoding="utf-8")
        case "no memory":
            kept.memory.write_text("not a memory\n", encoding="utf-8")
        case "policy":
            kept.policy.write_text("quorum\n", encoding="utf-8")
    policy = {"LEDGER_POLICY": str(kept.policy)} if "policy" in flaw else {}
    environment = {**kept.environment, **policy, "LEDGER_DATABASE": kept.address}
    said = Shell(kept.folder).fails(2, "serve", "--port", "0", **environment)
    assert words.get(flaw, "policy" if flaw == "no policy" else "line 1") in said
    assert kept.sizes() == []


def test_a_key_alone_does_not_sign_without_a_memory(kept: Kept, tokens: dict[str, str]) -> None:
    environment = {"LEDGER_KEY": str(kept.keys), "LEDGER_DATABASE": kept.address}
    if kept.address.startswith("sqlite"):  # its memory is beside it
        with kept.office() as office:
            at = position(office.ledger)
        assert kept.sizes()[-1] == at
        return
    said = Shell(kept.folder).fails(2, "serve", "--port", "0", **environment)
    assert "LEDGER_SIGNER_STATE" in said


def test_keys_that_become_unreadable_are_told_and_signing_goes_on_when_they_are_back(
    kept: Kept, tokens: dict[str, str]
) -> None:
    with kept.served(tokens) as desk:
        covers(kept, desk)
        kept.keys.chmod(0o644)
        desk.append("an", **TALK)
        until(lambda: kept.said("signing-interrupted"))
        assert "chmod 600" in kept.said("signing-interrupted")[0]
        kept.keys.chmod(0o600)
        covers(kept, desk)
        assert desk.append("an", **TALK)["position"] == desk.position


def test_a_memory_that_is_gone_is_told(kept: Kept, tokens: dict[str, str]) -> None:
    with kept.served(tokens) as desk:
        covers(kept, desk)
        assert kept.said("memory-missing") == []
    kept.memory.unlink()
    with kept.served(tokens) as desk:
        desk.append("an", **TALK)
        covers(kept, desk)
        assert len(kept.said("memory-missing")) == 1


def test_without_a_key_in_force_it_is_appended_to_and_not_signed(kept: Kept, tokens: dict[str, str]) -> None:
    key = kept.keys.read_bytes()
    kept.keys.unlink()
    create_key(kept.keys, Signer.generate("log.example/another"))
    with kept.served(tokens) as desk:
        until(lambda: kept.said("signing-interrupted"))
        desk.append("an", **TALK)
        assert desk.organiser.get("/readyz").status_code == 200
        assert kept.sizes() == []
        kept.keys.write_bytes(key)
        covers(kept, desk)


def test_a_bundle_taken_beside_a_server_has_what_was_just_appended(kept: Kept, tokens: dict[str, str]) -> None:
    with kept.served(tokens) as desk:
        covers(kept, desk)
        last = desk.append("an", **TALK)["position"]
        environment: dict[str, Any] = {**kept.environment, "LEDGER_DATABASE": kept.address}
        ran = Shell(kept.folder)("export", "--bundle", "bundle", **environment)
        assert ran.out.startswith(f"{last} events of a log of {last};"), ran
        assert ran.err == ""
    with kept.served(tokens, LEDGER_SIGNER="off") as desk:
        desk.append("an", **TALK)
    ran = Shell(kept.folder)("export", "--bundle", "without", **environment, LEDGER_SIGNER="off")
    assert ran.out.startswith(f"{last} events of a log of {last};"), ran
    assert ran.err == "not in it, for nobody has signed them yet: 1 events\n"
