"""Inclusion and consistency proofs (RFC 6962 sections 2.1.1 and 2.1.2, checked as in RFC 9162).

They are made from ``hash_at(level, index)``, the root of the full subtree of the 2**level leaves from index · 2**level
on, and read O(log size) of them. A proof is a sequence of 32-byte hashes, from the leaf's side up to the root's.
"""

from collections.abc import Callable, Sequence

from ledger.proof.encoding import BadForm, Unproven
from ledger.proof.tree import EMPTY_ROOT, node_hash

HashAt = Callable[[int, int], bytes]


def root_at(size: int, hash_at: HashAt) -> bytes:
    """The root of the tree of the first ``size`` leaves."""
    return _range_hash(0, size, hash_at) if size else EMPTY_ROOT


def prove_inclusion(index: int, size: int, hash_at: HashAt) -> list[bytes]:
    """PATH(index, D[size]); BadForm unless index < size."""
    if not 0 <= index < size:
        raise BadForm("the index is not in the tree")
    low, high, path = 0, size, []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_range_hash(middle, high, hash_at))
            high = middle
        else:
            path.append(_range_hash(low, middle, hash_at))
            low = middle
    return path[::-1]


def prove_consistency(old: int, new: int, hash_at: HashAt) -> list[bytes]:
    """PROOF(old, D[new]); empty where old is 0 or new. BadForm unless old ≤ new."""
    if not 0 <= old <= new:
        raise BadForm("the older tree is larger")
    if old in (0, new):
        return []
    low, high, path = 0, new, []
    while old < high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_range_hash(middle, high, hash_at))
            high = middle
        else:
            path.append(_range_hash(low, middle, hash_at))
            low = middle
    if low:
        path.append(_range_hash(low, high, hash_at))
    return path[::-1]


def check_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> None:
    """Unproven unless the leaf hash stands at ``index`` of the tree of that size and root; BadForm unless it could."""
    _check_hashes(leaf, root, *path)
    if not 0 <= index < size:
        raise BadForm("the index is not in the tree")
    node, last, at = leaf, size - 1, index
    for sibling in path:
        if last == 0:
            raise Unproven("the path is too long")
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise Unproven("the path is too short")
    if node != root:
        raise Unproven(f"the path leads to {node.hex()}, not to the root {root.hex()}")


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """Unproven unless the tree of the old size and root is the beginning of the new one; BadForm if it is larger."""
    _check_hashes(old_root, new_root, *path)
    if not 0 <= old <= new:
        raise BadForm("the older tree is larger")
    if old in (0, new):
        if path:
            raise Unproven("the path is too long")
        if (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
            raise Unproven("another root of the same size")
        return
    _check_growth(old, new, old_root, new_root, [old_root, *path] if old & (old - 1) == 0 else list(path))


def _check_growth(old: int, new: int, old_root: bytes, new_root: bytes, path: list[bytes]) -> None:
    if not path:
        raise Unproven("the path is too short")
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise Unproven("the path is too long")
        if at & 1 or at == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise Unproven("the path is too short")
    if before != old_root or after != new_root:
        raise Unproven("the older tree is not the beginning of the newer one")


def _check_hashes(*hashes: bytes) -> None:
    if any(len(hash_) != 32 for hash_ in hashes):
        raise BadForm("a hash has 32 bytes")


def _split(width: int) -> int:
    """The largest power of two smaller than the width."""
    return 1 << (width - 1).bit_length() - 1


def _range_hash(low: int, high: int, hash_at: HashAt) -> bytes:
    """MTH(D[low:high]) of a range that a split of the tree makes, so that ``low`` is a multiple of its parts."""
    parts = []
    while low < high:
        level = (high - low).bit_length() - 1
        parts.append(hash_at(level, low >> level))
        low += 1 << level
    root = parts.pop()
    while parts:
        root = node_hash(parts.pop(), root)
    return root
