"""Inclusion and consistency proofs are those of RFC 6962 for every size up to 300, and nothing else passes for one."""

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.proof.encoding import BadForm, ProofError, Unproven
from ledger.proof.proofs import check_consistency, check_inclusion, prove_consistency, prove_inclusion, root_at
from ledger.proof.tree import EMPTY_ROOT
from tests.proof.reference import Defined
from tests.proof.vectors import LEAVES, TREE

MOST = 300
TREE_OF = Defined([hashlib.sha256(b"\x00%d" % number).digest() for number in range(MOST)])
NODES = {name: bytes.fromhex(node) for name, node in TREE["nodes_hex"].items()}
SEVEN = Defined([bytes.fromhex(leaf) for leaf in LEAVES["complete_subtree_hashes_hex_by_level"][0][:7]])


def test_the_root_of_every_size_is_that_of_the_definition() -> None:
    for size in range(MOST + 1):
        assert root_at(size, TREE_OF.hash_at(size)) == TREE_OF.mth(0, size)


def test_every_inclusion_proof_is_that_of_the_definition_and_holds() -> None:
    for size in range(1, MOST + 1):
        root, hash_at = TREE_OF.mth(0, size), TREE_OF.hash_at(size)
        for index in range(size):
            path = prove_inclusion(index, size, hash_at)
            assert path == TREE_OF.path(index, 0, size)
            check_inclusion(index, size, TREE_OF.leaves[index], path, root)


def test_every_consistency_proof_is_that_of_the_definition_and_holds() -> None:
    for new in range(1, MOST + 1):
        root, hash_at = TREE_OF.mth(0, new), TREE_OF.hash_at(new)
        for old in range(1, new + 1):
            path = prove_consistency(old, new, hash_at)
            assert path == TREE_OF.proof(old, new)
            check_consistency(old, new, TREE_OF.mth(0, old), root, path)


@pytest.mark.parametrize("index", list(TREE["audit_paths"]))
def test_inclusion_in_the_example_of_the_rfc(index: str) -> None:
    path = [NODES[name] for name in TREE["audit_paths"][index]]
    assert prove_inclusion(int(index), 7, SEVEN.hash_at(7)) == path
    check_inclusion(int(index), 7, SEVEN.leaves[int(index)], path, NODES["hash"])


@pytest.mark.parametrize("old", list(TREE["consistency"]))
def test_consistency_in_the_example_of_the_rfc(old: str) -> None:
    path = [NODES[name] for name in TREE["consistency"][old]]
    assert prove_consistency(int(old), 7, SEVEN.hash_at(7)) == path
    check_consistency(int(old), 7, SEVEN.mth(0, int(old)), NODES["hash"], path)


def test_any_log_goes_on_from_the_empty_one() -> None:
    assert prove_consistency(0, 5, TREE_OF.hash_at(5)) == []
    for new in (0, 1, 5):
        check_consistency(0, new, EMPTY_ROOT, TREE_OF.mth(0, new), [])
    with pytest.raises(Unproven):
        check_consistency(0, 5, TREE_OF.mth(0, 5), TREE_OF.mth(0, 5), [])
    with pytest.raises(Unproven):
        check_consistency(0, 5, EMPTY_ROOT, TREE_OF.mth(0, 5), [TREE_OF.mth(0, 5)])
    with pytest.raises(Unproven):
        check_consistency(0, 0, TREE_OF.mth(0, 5), TREE_OF.mth(0, 5), [])


def test_a_log_of_the_same_size_has_the_same_root() -> None:
    check_consistency(5, 5, TREE_OF.mth(0, 5), TREE_OF.mth(0, 5), [])
    with pytest.raises(Unproven):
        check_consistency(5, 5, TREE_OF.mth(0, 5), TREE_OF.mth(0, 6), [])


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: prove_inclusion(5, 5, TREE_OF.hash_at(5)),
        lambda: prove_inclusion(-1, 5, TREE_OF.hash_at(5)),
        lambda: prove_consistency(6, 5, TREE_OF.hash_at(5)),
        lambda: prove_consistency(-1, 5, TREE_OF.hash_at(5)),
        lambda: check_inclusion(5, 5, TREE_OF.leaves[0], TREE_OF.path(0, 0, 5), TREE_OF.mth(0, 5)),
        lambda: check_inclusion(-1, 5, TREE_OF.leaves[0], TREE_OF.path(0, 0, 5), TREE_OF.mth(0, 5)),
        lambda: check_inclusion(0, 0, TREE_OF.leaves[0], [], EMPTY_ROOT),
        lambda: check_consistency(6, 5, TREE_OF.mth(0, 6), TREE_OF.mth(0, 5), []),
        lambda: check_inclusion(0, 2, TREE_OF.leaves[0], [b"short"], TREE_OF.mth(0, 2)),
        lambda: check_consistency(1, 2, TREE_OF.leaves[0], TREE_OF.mth(0, 2), [b""]),
    ],
)
def test_what_could_be_no_proof_is_not_of_the_form(attempt: Callable[[], object]) -> None:
    with pytest.raises(BadForm):
        attempt()


def changed(data: st.DataObject, path: list[bytes]) -> list[bytes]:
    """Another path: a hash more, fewer, altered or moved."""
    at = data.draw(st.integers(0, len(path)))
    other = data.draw(st.sampled_from([*TREE_OF.leaves[:4], *path]))
    longer, shorter, replaced = [*path[:at], other, *path[at:]], path[:at] + path[at + 1 :], [*path[:at], other]
    made = data.draw(st.sampled_from([longer, shorter, replaced + path[at + 1 :]]))
    return made if made != path else [*path, other]


@settings(deadline=None)
@given(st.data())
def test_no_other_path_proves_inclusion(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, MOST))
    index = data.draw(st.integers(0, size - 1))
    path = changed(data, TREE_OF.path(index, 0, size))
    with pytest.raises(Unproven):
        check_inclusion(index, size, TREE_OF.leaves[index], path, TREE_OF.mth(0, size))


@settings(deadline=None)
@given(st.data())
def test_a_leaf_is_proven_at_its_own_index_only(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, MOST))
    index, other = data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True))
    path, root = TREE_OF.path(index, 0, size), TREE_OF.mth(0, size)
    with pytest.raises(ProofError):
        check_inclusion(other, size, TREE_OF.leaves[index], path, root)
    with pytest.raises(Unproven):
        check_inclusion(index, size, TREE_OF.leaves[other], path, root)
    with pytest.raises(Unproven):
        check_inclusion(index, size, TREE_OF.leaves[index], path, TREE_OF.mth(0, size - 1))


@settings(deadline=None)
@given(st.data())
def test_no_other_path_proves_consistency(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, MOST))
    old = data.draw(st.integers(1, new - 1))
    path = changed(data, TREE_OF.proof(old, new))
    with pytest.raises(Unproven):
        check_consistency(old, new, TREE_OF.mth(0, old), TREE_OF.mth(0, new), path)


@settings(deadline=None)
@given(st.data())
def test_no_other_root_is_consistent(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, MOST))
    old = data.draw(st.integers(1, new - 1))
    other = data.draw(st.integers(0, MOST).filter(lambda size: size != old))
    path = TREE_OF.proof(old, new)
    with pytest.raises(Unproven):
        check_consistency(old, new, TREE_OF.mth(0, other), TREE_OF.mth(0, new), path)
    if other != new:
        with pytest.raises(Unproven):
            check_consistency(old, new, TREE_OF.mth(0, old), TREE_OF.mth(0, other), path)


def test_a_proof_in_a_large_log_reads_few_hashes() -> None:
    size, read = 10**9 + 7, []

    def hash_at(level: int, index: int) -> bytes:
        read.append((level, index))
        return hashlib.sha256(b"%d %d" % (level, index)).digest()

    for prove in (prove_inclusion, prove_consistency):
        read.clear()
        assert len(prove(size // 3, size, hash_at)) <= size.bit_length() + 1
        assert 0 < len(read) <= 2 * size.bit_length()
