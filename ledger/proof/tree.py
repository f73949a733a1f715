"""The Merkle tree of RFC 6962: hashes of leaves and nodes, and the frontier that a growing log keeps."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

EMPTY_ROOT = hashlib.sha256(b"").digest()
NO_PREVIOUS = "0" * 64
"""``prev`` of the first event of a stream."""


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def subtree_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the full subtrees of a tree of ``size`` leaves, largest first: one per bit set in ``size``."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        hashes, size = [*self.hashes, leaf], self.size
        while size & 1:
            right = hashes.pop()
            hashes[-1] = node_hash(hashes[-1], right)
            size >>= 1
        return Frontier(self.size + 1, tuple(hashes))

    def root(self) -> bytes:
        """The root hash of the tree."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root

    def to_bytes(self) -> bytes:
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, stored: bytes) -> "Frontier":
        if size < 0 or len(stored) != 32 * size.bit_count():
            raise ValueError("the stored frontier does not fit the size of the log")
        return cls(size, tuple(stored[i : i + 32] for i in range(0, len(stored), 32)))


def entry(
    origin: str,
    index: int,
    stream: str,
    version: int,
    type_: str,
    schema: int,
    recorded_at: str,
    prev: str,
    state: bytes,
) -> bytes:
    """The bytes an event's leaf is made of (proof.md); ``index`` is position − 1, ``prev`` 64 hex digits."""
    head = f"{origin}\n{index}\n{stream}\n{version}\n{type_}\n{schema}\n{recorded_at}\n{prev}\n"
    if head.count("\n") != 8:
        raise ValueError("no field before the state may hold a newline")
    return head.encode() + state
