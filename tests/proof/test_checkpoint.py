"""Checkpoints: those of published logs, and the strict form."""

import pytest

from ledger.proof.checkpoint import Checkpoint, SignedCheckpoint
from ledger.proof.encoding import BadForm, Unproven
from ledger.proof.keys import COSIGNATURE, ED25519, Signer, Verifier
from ledger.proof.note import Note
from ledger.proof.tree import EMPTY_ROOT
from tests.proof.vectors import LOG, NOTES

GO = next(entry for entry in NOTES["valid"] if "checkpoint" in entry["name"])
KEY = Verifier.parse(LOG["vkey"])
SIGNER = Signer("example.com/log", ED25519, bytes(32))
TEXT = Checkpoint("example.com/log", 7, EMPTY_ROOT).text


@pytest.mark.parametrize("size", LOG["checkpoints_by_size"])
def test_checkpoints_of_a_published_log(size: str) -> None:
    octets = LOG["checkpoints_by_size"][size].encode()
    signed = SignedCheckpoint.parse(octets)
    assert (signed.checkpoint.origin, signed.checkpoint.size) == (LOG["origin"], int(size))
    assert [found.verifier for found in signed.verify([KEY])] == [KEY]
    assert signed.checkpoint.note().joined(signed.note.signatures).to_bytes() == octets


def test_the_checkpoint_of_the_go_checksum_database() -> None:
    signed = SignedCheckpoint.parse(GO["note"].encode())
    assert signed.checkpoint.origin == "go.sum database tree"
    assert signed.checkpoint.size == 35_225_469
    signed.note.verify([Verifier.parse(GO["vkey"])])
    with pytest.raises(Unproven):  # its key is not named as its origin
        signed.verify([Verifier.parse(GO["vkey"])])


def test_extension_lines() -> None:
    made = Checkpoint("o", 2**63 - 1, bytes(32), ("one", "two words"))
    assert Checkpoint.parse(made.text) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        TEXT[:-1],
        TEXT + "\n",
        TEXT + "\nx\n",
        "\n" + TEXT,
        TEXT.replace("\n7\n", "\n07\n"),
        TEXT.replace("\n7\n", "\n-7\n"),
        TEXT.replace("\n7\n", "\n+7\n"),
        TEXT.replace("\n7\n", "\n7 \n"),
        TEXT.replace("\n7\n", "\n７\n"),
        TEXT.replace("\n7\n", "\n9223372036854775808\n"),
        TEXT.replace("\n7\n", "\n" + "1" * 5000 + "\n"),
        TEXT.replace("=", ""),
        TEXT.replace("47DE", "47D"),
        TEXT.replace("U=\n", "V=\n"),
        TEXT.replace("log", "l\tog"),
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    assert text != TEXT
    with pytest.raises(BadForm):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("", 1, bytes(32)),
        Checkpoint("a\nb", 1, bytes(32)),
        Checkpoint("a", -1, bytes(32)),
        Checkpoint("a", 1, bytes(31)),
        Checkpoint("a", 1, bytes(32), ("",)),
    ],
)
def test_what_is_not_a_checkpoint_is_not_written(checkpoint: Checkpoint) -> None:
    with pytest.raises(BadForm):
        checkpoint.note()


def test_only_a_key_of_the_log_signs_for_it() -> None:
    other = Signer("example.com/other", ED25519, bytes(32))
    witness = Signer("example.com/log", COSIGNATURE, bytes(32))
    note = Note(TEXT).signed(other).signed(witness, moment=1)
    with pytest.raises(Unproven):
        SignedCheckpoint.parse(note.to_bytes()).verify([other.verifier, witness.verifier, SIGNER.verifier])
    with pytest.raises(Unproven):
        SignedCheckpoint.parse(note.to_bytes()).verify([])
    both = SignedCheckpoint.parse(note.signed(SIGNER).to_bytes())
    assert [found.verifier for found in both.verify([other.verifier, SIGNER.verifier])] == [SIGNER.verifier]
