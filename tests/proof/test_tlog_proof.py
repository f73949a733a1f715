"""Offline proofs: made, read, held against a leaf and a policy."""

import pytest

from ledger.proof.checkpoint import Checkpoint, SignedCheckpoint
from ledger.proof.encoding import BadForm, Unproven
from ledger.proof.keys import COSIGNATURE, ED25519, Signer
from ledger.proof.policy import Policy
from ledger.proof.tlog_proof import TlogProof
from ledger.proof.tree import leaf_hash
from tests.proof.reference import Defined
from tests.proof.vectors import LOG

SIZE = len(LOG["entries_utf8"])
LEAVES = [leaf_hash(text.encode()) for text in LOG["entries_utf8"]]
TREE = Defined(LEAVES)
WITNESS = Signer("witness.example/w", COSIGNATURE, bytes(32))
POLICY = Policy.parse(f"log {LOG['vkey']}\nwitness w {WITNESS.verifier.vkey}\nquorum w\n".encode())
CHECKPOINT = (
    SignedCheckpoint.parse(LOG["checkpoints_by_size"][str(SIZE)].encode()).note.signed(WITNESS, moment=1_700_000_000)
).to_bytes()
PROOF = TlogProof.make(4, CHECKPOINT, TREE.hash_at(SIZE))
OCTETS = PROOF.to_bytes()
EXTRA = OCTETS.replace(b"index", b"extra aGVsbG8=\nindex")


@pytest.mark.parametrize("index", range(SIZE))
def test_every_entry_of_a_published_log_is_proven(index: int) -> None:
    proof = TlogProof.parse(TlogProof.make(index, CHECKPOINT, TREE.hash_at(SIZE)).to_bytes())
    assert list(proof.path) == TREE.path(index, 0, SIZE)
    assert [by.verifier for by in proof.verify(LEAVES[index], POLICY)] == [WITNESS.verifier]
    for other in range(SIZE):
        if other != index:
            with pytest.raises(Unproven):
                proof.verify(LEAVES[other], POLICY)


def test_its_lines_are_those_of_the_specification() -> None:
    head, _, checkpoint = OCTETS.partition(b"\n\n")
    lines = head.decode().split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 4"]
    assert len(lines) == 2 + len(TREE.path(4, 0, SIZE))
    assert checkpoint == CHECKPOINT


def test_extra_data_is_carried() -> None:
    assert TlogProof.parse(EXTRA).extra == b"hello"
    assert TlogProof.parse(EXTRA).to_bytes() == EXTRA
    assert TlogProof.parse(OCTETS).extra == b""


def test_a_log_of_one_entry_needs_no_hashes() -> None:
    proof = TlogProof.make(0, LOG["checkpoints_by_size"]["1"].encode(), TREE.hash_at(1))
    assert proof.path == ()
    read = TlogProof.parse(proof.to_bytes())
    assert read.verify(LEAVES[0], Policy.parse(f"log {LOG['vkey']}\nquorum none\n".encode())) == ()


def test_who_signed_must_be_trusted() -> None:
    stranger = Signer("example.com/stranger", ED25519, b"s" * 32)
    with pytest.raises(Unproven):
        PROOF.verify(LEAVES[4], Policy.parse(f"log {stranger.verifier.vkey}\nquorum none\n".encode()))
    plain = TlogProof.make(4, LOG["checkpoints_by_size"][str(SIZE)].encode(), TREE.hash_at(SIZE))
    with pytest.raises(Unproven, match="quorum"):
        plain.verify(LEAVES[4], POLICY)


def test_a_checkpoint_that_does_not_cover_the_index_proves_nothing() -> None:
    early = LOG["checkpoints_by_size"]["4"].encode()
    with pytest.raises(BadForm):
        TlogProof.make(4, early, TREE.hash_at(4))
    with pytest.raises(BadForm):
        TlogProof.parse(OCTETS.partition(b"\n\n")[0] + b"\n\n" + early)


def test_the_root_of_another_log_is_not_reached() -> None:
    signer = Signer.parse(LOG["private_key_public_test_only"])
    forged = Checkpoint(LOG["origin"], SIZE, bytes(32)).note().signed(signer).signed(WITNESS, moment=1).to_bytes()
    with pytest.raises(Unproven):
        TlogProof.make(4, forged, TREE.hash_at(SIZE)).verify(LEAVES[4], POLICY)


NOT_PROOFS = [
    b"",
    OCTETS.replace(b"@v1", b"@v2"),
    OCTETS.replace(b"index 4", b"index 04"),
    OCTETS.replace(b"index 4", b"index  4"),
    OCTETS.replace(b"index 4", b"index -4"),
    OCTETS.replace(b"index 4\n", b""),
    OCTETS.replace(b"index 4\n", b"index 4\nindex 4\n"),
    OCTETS.replace(b"\n\n", b"\n", 1),
    OCTETS.replace(b"\n\n", b"\n\n\n", 1),
    OCTETS.replace(b"index 4\n", b"index 4\r\n"),
    OCTETS.replace(b"index 4\n", b"index 4\nAAAA\n"),
    OCTETS.replace(b"index 4\n", b"index 4\n" + (b"A" * 43 + b"=\n") * 64),
    OCTETS.replace(b"=\n", b"\n", 1),
    EXTRA.replace(b"aGVsbG8=", b""),
    EXTRA.replace(b"aGVsbG8=", b"aGVsbG8"),
    EXTRA.replace(b"extra aGVsbG8=\n", b"extra aGVsbG8=\nextra aGVsbG8=\n"),
    OCTETS.replace(b"index 4\n", b"index 4\nextra aGVsbG8=\n"),
    OCTETS[:-1],
    b"\n" + OCTETS,
]


@pytest.mark.parametrize("octets", NOT_PROOFS)
def test_what_is_not_a_proof_is_refused(octets: bytes) -> None:
    assert octets not in (OCTETS, EXTRA)
    with pytest.raises(BadForm):
        TlogProof.parse(octets)
