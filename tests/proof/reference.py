"""RFC 6962 as it is written: trees and proofs by their recursive definitions, over leaf hashes."""

import hashlib
from collections.abc import Sequence
from functools import cache

from ledger.proof.proofs import HashAt


class Defined:
    """The tree of some leaf hashes; ranges of it are given as [low, high)."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves = leaves
        self.mth = cache(self._mth)

    def _mth(self, low: int, high: int) -> bytes:
        if high == low:
            return hashlib.sha256(b"").digest()
        if high - low == 1:
            return self.leaves[low]
        k = low + _split(high - low)
        return hashlib.sha256(b"\x01" + self.mth(low, k) + self.mth(k, high)).digest()

    def path(self, m: int, low: int, high: int) -> list[bytes]:
        """PATH(m, D[low:high]), section 2.1.1."""
        if high - low == 1:
            return []
        k = _split(high - low)
        if m < k:
            return [*self.path(m, low, low + k), self.mth(low + k, high)]
        return [*self.path(m - k, low + k, high), self.mth(low, low + k)]

    def proof(self, m: int, n: int) -> list[bytes]:
        """PROOF(m, D[n]), section 2.1.2."""
        return self._subproof(m, 0, n, True)

    def _subproof(self, m: int, low: int, high: int, known: bool) -> list[bytes]:
        if m == high - low:
            return [] if known else [self.mth(low, high)]
        k = _split(high - low)
        if m <= k:
            return [*self._subproof(m, low, low + k, known), self.mth(low + k, high)]
        return [*self._subproof(m - k, low + k, high, False), self.mth(low, low + k)]

    def hash_at(self, size: int) -> HashAt:
        """Full subtrees of the first ``size`` leaves, and of nothing else."""

        def found(level: int, index: int) -> bytes:
            assert (index + 1) << level <= size
            return self.mth(index << level, (index + 1) << level)

        return found


def _split(width: int) -> int:
    k = 1
    while k * 2 < width:
        k *= 2
    return k
