"""The tree of RFC 6962: its published roots, its definition, and the frontier as it is stored."""

import base64
import hashlib
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.proof.tree import EMPTY_ROOT, Frontier, entry, leaf_hash, node_hash
from tests.proof.vectors import LEAVES as LEAVES_FILE
from tests.proof.vectors import LOG, TREE

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Of the trees with none to all of the leaves (certificate-transparency's test vectors)."""


def grown(leaves: Sequence[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in leaves:
        frontier = frontier.append(leaf_hash(leaf))
    return frontier


def mth(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash as RFC 6962 section 2.1 defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    assert grown(LEAVES[:size]).root().hex() == ROOTS[size]
    assert mth(LEAVES[:size]).hex() == ROOTS[size]


def test_the_empty_tree() -> None:
    assert Frontier().root() == EMPTY_ROOT
    assert Frontier().to_bytes() == b""


def test_vectors_of_certificate_transparency() -> None:
    found = LEAVES_FILE
    assert [bytes.fromhex(leaf) for leaf in found["leaf_inputs_hex"]] == LEAVES
    assert tuple(found["roots_hex"]) == ROOTS
    levels = [[bytes.fromhex(node) for node in level] for level in found["complete_subtree_hashes_hex_by_level"]]
    assert [leaf_hash(leaf) for leaf in LEAVES] == levels[0]
    for below, level in pairwise(levels):
        assert [node_hash(*pair) for pair in zip(below[::2], below[1::2], strict=True)] == level


def test_vectors_of_the_example_in_the_rfc() -> None:
    found = TREE
    frontier = grown(LEAVES[: found["size"]])
    nodes = {name: bytes.fromhex(node) for name, node in found["nodes_hex"].items()}
    assert frontier.root() == nodes["hash"]
    assert frontier.hashes == (nodes["k"], nodes["i"], nodes["j"])


def test_vectors_of_a_whole_log() -> None:
    found = LOG
    for size, checkpoint in found["checkpoints_by_size"].items():
        _, stated, root = checkpoint.split("\n")[:3]
        leaves = [text.encode() for text in found["entries_utf8"][: int(size)]]
        assert int(stated) == len(leaves)
        assert grown(leaves).root() == base64.b64decode(root)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_frontier_has_the_root_of_the_definition(leaves: list[bytes]) -> None:
    frontier = grown(leaves)
    assert frontier.size == len(leaves)
    assert frontier.root() == mth(leaves)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=4), max_size=70), st.binary(max_size=4))
def test_a_stored_frontier_grows_on(leaves: list[bytes], last: bytes) -> None:
    frontier = grown(leaves)
    stored = Frontier.from_bytes(frontier.size, frontier.to_bytes())
    assert stored == frontier
    assert stored.append(leaf_hash(last)).root() == mth([*leaves, last])


@given(st.integers(0, 2**20), st.binary(max_size=33 * 32))
def test_a_stored_frontier_that_does_not_fit_is_refused(size: int, stored: bytes) -> None:
    if len(stored) == 32 * size.bit_count():
        stored += b"\x00"
    with pytest.raises(ValueError, match="frontier"):
        Frontier.from_bytes(size, stored)


def test_a_negative_size_is_refused() -> None:
    with pytest.raises(ValueError, match="frontier"):
        Frontier.from_bytes(-1, b"\x00" * 32)


def test_an_entry_is_its_lines_and_then_the_state_untouched() -> None:
    state = '{"id":"…","data":{"name":"行\\n列"}}'.encode()
    made = entry("o/l", 6, "cadre:c1", 2, "talk_held", 1, "2025-01-01T00:00:00.000001Z", "ab" * 32, state=state)
    assert made == b"o/l\n6\ncadre:c1\n2\ntalk_held\n1\n2025-01-01T00:00:00.000001Z\n" + b"ab" * 32 + b"\n" + state
