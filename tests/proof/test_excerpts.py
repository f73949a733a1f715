"""One cadre's events as a bundle: it proves itself, and whatever is altered in it, missing or another's is found."""

import shutil
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from ledger.aggregates.refusals import UnknownCadre
from ledger.proof.policy import NONE, Policy
from tests.proof.attacks import CHAINS, CONTENTS, NOTES, RECEIPTS
from tests.proof.bundles import POLICY, STRANGER, VKEY, verified
from tests.proof.live import Live, exported, newest, receipt

CADRE = "c05"


@pytest.fixture
def excerpt(live: Live, tmp_path: Path) -> Path:
    return exported(live, tmp_path / "excerpt", CADRE)


def indices(folder: Path) -> list[int]:
    return sorted(int(path.name) for path in (folder / "entries").iterdir())


def test_it_proves_itself(live: Live, excerpt: Path) -> None:
    own = [line.index for line in live.log.lines if line.stream == f"cadre:{CADRE}"]
    assert indices(excerpt) == own
    files = sorted(path.name for path in excerpt.iterdir())
    assert files == ["checkpoint", "entries", "policy", "proofs", "verify.py", "vkey"]
    verdict = verified(excerpt)
    assert (verdict.code, verdict.said["events"], verdict.said["stream"]) == (0, len(own), f"cadre:{CADRE}")
    assert any("no later events" in notice for notice in verdict.said["notices"])


def test_every_altered_file_is_found(excerpt: Path) -> None:
    random = Random(6)
    for path in sorted(path for path in excerpt.rglob("*") if path.is_file() and path.name != "verify.py"):
        octets = path.read_bytes()
        changed = bytearray(octets)
        changed[random.randrange(len(octets))] ^= 1 << random.randrange(8)
        path.write_bytes(changed)
        verdict = verified(excerpt)
        assert verdict.code == (2 if path.name == "vkey" else 1), (path, verdict)
        if path.parent != excerpt:
            assert verdict.found[0] == (CONTENTS, int(path.name) + 1), path
        path.write_bytes(octets)
    assert verified(excerpt).code == 0


@pytest.mark.parametrize("place", [0, 5])
@pytest.mark.parametrize("proof", [True, False], ids=["and its proof", "but not its proof"])
def test_a_missing_entry_is_found(excerpt: Path, place: int, proof: bool) -> None:
    gone, after = indices(excerpt)[place : place + 2]
    (excerpt / "entries" / str(gone)).unlink()
    if proof:
        (excerpt / "proofs" / str(gone)).unlink()
    verdict = verified(excerpt)
    assert verdict.code == 1
    assert verdict.found[0] == ((CHAINS, after + 1) if proof else (CONTENTS, gone + 1))


def test_nothing_at_all_proves_nothing(excerpt: Path) -> None:
    for folder in ("entries", "proofs"):
        for path in (excerpt / folder).iterdir():
            path.unlink()
    assert verified(excerpt).code == 1
    (excerpt / "proofs" / "none").write_bytes(b"")
    assert verified(excerpt).found == [(CONTENTS, None), (CONTENTS, None)]


def test_an_entry_of_another_cadre_is_found(live: Live, excerpt: Path, tmp_path: Path) -> None:
    """With a proof that holds; before his own first one, or in the place of one of his."""
    other = exported(live, tmp_path / "other", "c06")
    index = indices(other)[3]
    for folder in ("entries", "proofs"):
        shutil.copyfile(other / folder / str(index), excerpt / folder / str(index))
    assert (CHAINS, index + 1) in verified(excerpt).found
    gone = next(own for own in indices(excerpt) if own > index)
    for folder in ("entries", "proofs"):
        (excerpt / folder / str(gone)).unlink()
    assert (CHAINS, index + 1) in verified(excerpt).found


def test_a_receipt_of_one_of_its_events_holds(live: Live, excerpt: Path, tmp_path: Path) -> None:
    position = indices(excerpt)[4] + 1
    kept = receipt(live, position, tmp_path / "receipt")
    verdict = verified(excerpt, "--receipt", kept)
    assert (verdict.code, verdict.states[RECEIPTS - 1]) == (0, "ok")
    kept.write_bytes(kept.read_bytes().replace(b"index %d\n" % (position - 1), b"index %d\n" % indices(excerpt)[5]))
    assert (RECEIPTS, indices(excerpt)[5] + 1) in verified(excerpt, "--receipt", kept).found
    other = verified(excerpt, "--receipt", receipt(live, 1, kept))
    assert (other.code, other.out) == (2, "")
    assert "position 1" in other.err


def test_earlier_checkpoints_are_refused_in_plain_words(live: Live, excerpt: Path, tmp_path: Path) -> None:
    since = tmp_path / "since"
    since.write_bytes(newest(live.address))
    verdict = verified(excerpt, "--since", since)
    assert (verdict.code, verdict.out) == (2, "")
    assert "take the whole bundle" in verdict.err


def test_keys_and_policy_of_ones_own(excerpt: Path, tmp_path: Path) -> None:
    vkey, policy = tmp_path / "vkey", tmp_path / "policy"
    vkey.write_bytes(VKEY)
    policy.write_bytes(POLICY)
    assert verified(excerpt, "--vkey", vkey).code == 0
    assert verified(excerpt, "--vkey", vkey, "--policy", policy).found == [(4, None)]  # nobody cosigned it
    vkey.write_text(f"{STRANGER.verifier.vkey}\n")
    assert verified(excerpt, "--vkey", vkey).found == [(NOTES, None)]


def test_an_unknown_cadre_has_none(live: Live, tmp_path: Path) -> None:
    with pytest.raises(UnknownCadre):
        exported(live, tmp_path / "none", "nobody")


def test_the_policy_of_a_ledger_without_one_names_its_keys_and_no_witness(live: Live, excerpt: Path) -> None:
    policy = Policy.parse((excerpt / "policy").read_bytes())
    assert [known.verifier.vkey for known in policy.logs] == (excerpt / "vkey").read_text().splitlines()
    assert (policy.quorum, policy.witnesses) == (NONE, {})
    (excerpt / "vkey").unlink()
    assert verified(excerpt).states[3] == "ok"


def test_the_whole_comes_with_its_policy_and_earlier_checkpoints(live: Live, tmp_path: Path) -> None:
    (tmp_path / "policy").write_bytes(b"quorum none\n")
    folder = exported(replace(live, files=replace(live.files, policy=tmp_path / "policy")), tmp_path / "whole")
    assert (folder / "policy").read_bytes() == b"quorum none\n"
    assert [path.name for path in (folder / "checkpoints").iterdir()] == [str(live.half)]
    verdict = verified(folder)
    assert (verdict.code, verdict.states) == (0, ["ok"] * 7 + ["not checked"])
