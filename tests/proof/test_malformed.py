"""Whatever bytes come, a reader answers with what they say or with BadForm, and verify.py answers alike."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.proof import verify
from ledger.proof.checkpoint import SignedCheckpoint
from ledger.proof.encoding import BadForm, ProofError, Unproven
from ledger.proof.keys import COSIGNATURE, ED25519, Signer, Verifier
from ledger.proof.note import Note, read_vkeys
from ledger.proof.policy import Policy
from ledger.proof.tiles import Tile, read_entries, read_tile
from ledger.proof.tlog_proof import TlogProof
from tests.proof.test_note import NOT_NOTES, NOT_VKEYS
from tests.proof.test_policy import EXAMPLE, NOT_POLICIES
from tests.proof.test_tlog_proof import CHECKPOINT, EXTRA, NOT_PROOFS, OCTETS
from tests.proof.vectors import LOG, NOTES

WITNESS = Signer("witness.example/w", COSIGNATURE, bytes(32)).verifier.vkey.encode()
SEEDS: dict[str, list[bytes]] = {
    "note": [CHECKPOINT, *(entry["note"].encode() for entry in NOTES["valid"])],
    "checkpoint": [CHECKPOINT, *(note.encode() for note in LOG["checkpoints_by_size"].values())],
    "proof": [OCTETS, EXTRA],
    "policy": [EXAMPLE, b"quorum none\n"],
    "vkeys": [LOG["vkey"].encode() + b"\n" + WITNESS + b"\n"],
    "path": [b"tile/0/x001/x234/067.p/9", b"tile/entries/000"],
}
READERS: dict[str, Callable[[bytes], object]] = {
    "note": Note.parse,
    "checkpoint": SignedCheckpoint.parse,
    "proof": TlogProof.parse,
    "policy": Policy.parse,
    "vkeys": read_vkeys,
    "path": lambda octets: Tile.parse(octets.decode("latin-1")),
}
WRITERS: dict[str, Callable[[Any], bytes]] = {
    "note": Note.to_bytes,
    "checkpoint": lambda read: read.checkpoint.note().joined(read.note.signatures).to_bytes(),
    "proof": TlogProof.to_bytes,
    "path": lambda read: read.path.encode(),
}
ALONE: dict[str, Callable[[bytes], object]] = {
    "checkpoint": lambda octets: verify.Signed.parse(octets, "checkpoint"),
    "proof": lambda octets: verify.Receipt.parse(octets, "proof"),
    "policy": verify.Policy.parse,
}
PIECES = [
    b"\n",
    b"\n\n",
    b" ",
    b"\t",
    b"\r",
    b"+",
    b"=",
    b"\0",
    b"\x7f",
    b"\xff",
    "— ".encode(),
    "\u2028".encode(),
    b"0",
    b"-",
]


@st.composite
def broken(draw: st.DrawFn, seed: bytes) -> bytes:
    """The seed with a few pieces replaced, doubled, moved or cut out."""
    made = seed
    for _ in range(draw(st.integers(1, 3))):
        low = draw(st.integers(0, len(made)))
        high = draw(st.integers(low, min(len(made), low + draw(st.sampled_from([0, 1, 2, 40])))))
        piece = draw(st.sampled_from([b"", *PIECES]) | st.binary(max_size=4) | st.just(made[low:high] * 2))
        made = made[:low] + piece + made[high:]
    return made


def anything(kind: str) -> st.SearchStrategy[bytes]:
    return st.sampled_from(SEEDS[kind]).flatmap(broken) | st.binary(max_size=80) | st.sampled_from(SEEDS[kind])


def read(reader: Callable[[bytes], object], octets: bytes, error: type[Exception]) -> object | None:
    try:
        return reader(octets)
    except error:
        return None


@pytest.mark.parametrize("kind", SEEDS)
def test_the_seeds_are_well_formed(kind: str) -> None:
    for seed in SEEDS[kind]:
        assert READERS[kind](seed) is not None


@pytest.mark.parametrize("kind", SEEDS)
@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_a_reader_answers_or_says_that_the_form_is_bad(kind: str, data: st.DataObject) -> None:
    octets = data.draw(anything(kind))
    found = read(READERS[kind], octets, BadForm)
    if found is not None and kind in WRITERS:
        assert WRITERS[kind](found) == octets


@pytest.mark.parametrize("kind", ALONE)
@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_the_verifier_that_stands_alone_reads_the_same(kind: str, data: st.DataObject) -> None:
    octets = data.draw(anything(kind))
    ours, its = read(READERS[kind], octets, BadForm), read(ALONE[kind], octets, verify.Bad)
    assert (ours is None) == (its is None)


@pytest.mark.parametrize(
    ("kind", "octets"),
    [
        *(("checkpoint", octets) for octets in NOT_NOTES),
        *(("proof", octets) for octets in NOT_PROOFS),
        *(("policy", octets) for octets in NOT_POLICIES),
    ],
)
def test_the_verifier_that_stands_alone_refuses_the_same(kind: str, octets: bytes) -> None:
    with pytest.raises(verify.Bad):
        ALONE[kind](octets)


@pytest.mark.parametrize("vkey", [*NOT_VKEYS, *NOTES["bad_vkeys"]])
def test_vkeys_are_refused_the_same(vkey: str) -> None:
    with pytest.raises(verify.Bad):
        verify.Key.parse(vkey)


def test_a_cosignature_of_no_time_is_refused() -> None:
    signer, text, moment = Signer("w", COSIGNATURE, bytes(32)), "text\n", 2**63
    plain = Signer("w", ED25519, bytes(32)).sign(f"cosignature/v1\ntime {moment}\n{text}")
    key, signature = signer.verifier, moment.to_bytes(8, "big") + plain
    with pytest.raises(Unproven, match="no time"):
        key.verify(text, signature)
    with pytest.raises(verify.Bad, match="no time"):
        verify.Key(key.name, key.type, key.key).verify(text, signature)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from([LOG["vkey"], WITNESS.decode()]).flatmap(lambda vkey: broken(vkey.encode())))
@example(WITNESS)
def test_vkeys_are_read_the_same(octets: bytes) -> None:
    vkey = octets.decode("utf-8", "surrogateescape")
    ours = read(lambda _: Verifier.parse(vkey), b"", BadForm)
    its = read(lambda _: verify.Key.parse(vkey), b"", verify.Bad)
    assert (ours is None) == (its is None)


@settings(deadline=None, max_examples=300)
@given(broken(CHECKPOINT))
def test_a_broken_note_is_verified_the_same(octets: bytes) -> None:
    keys = [Verifier.parse(LOG["vkey"]), Verifier.parse(WITNESS.decode())]
    ours = read(lambda given: Note.parse(given).known(keys), octets, ProofError)
    its = read(
        lambda given: verify.Signed.parse(given, "").signed_by([verify.Key(k.name, k.type, k.key) for k in keys]),
        octets,
        verify.Bad,
    )
    if read(SignedCheckpoint.parse, octets, BadForm) is not None:
        assert ours is None or isinstance(ours, tuple)
        assert (ours is None) == (its is None)
        assert ours is None or len(ours) == len(its if isinstance(its, list) else [])


@given(st.binary(max_size=200), st.integers(1, 256))
def test_tiles_and_bundles_of_any_bytes(octets: bytes, width: int) -> None:
    hashes = read(lambda given: read_tile(Tile(0, 0, width), given), octets, BadForm)
    entries = read(lambda given: read_entries(Tile(None, 0, width), given), octets, BadForm)
    for found in (hashes, entries):
        assert found is None or (isinstance(found, list) and len(found) == width)


@given(st.text(alphabet=st.characters(), max_size=40), st.integers(0, 2**70), st.binary(max_size=33))
def test_a_signer_key_of_anything(name: str, number: int, seed: bytes) -> None:
    for text in (name, f"PRIVATE+KEY+{name}+{number:x}+{name}", f"PRIVATE+KEY+{name}+{seed.hex()}+{number}"):
        assert read(lambda _, given=text: Signer.parse(given), b"", BadForm) is None  # type: ignore[misc]
    assert Signer.parse(Signer("w", ED25519, bytes(32)).skey).name == "w"
