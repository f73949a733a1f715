"""Offline proofs (c2sp.org/tlog-proof): that an entry stands in a log, for whoever knows the log's and witnesses' keys.

``c2sp.org/tlog-proof@v1``, perhaps ``extra <base64>``, ``index <n>``, the hashes of the inclusion proof one a line, an
empty line, and the cosigned checkpoint as it is. The extra data is not authenticated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from ledger.proof.checkpoint import SignedCheckpoint
from ledger.proof.encoding import BadForm, read_base64, read_decimal, read_hashes, read_text, write_base64, write_hashes
from ledger.proof.keys import Verifier
from ledger.proof.note import Verified
from ledger.proof.policy import Policy
from ledger.proof.proofs import HashAt, check_inclusion, prove_inclusion

_HEAD = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class TlogProof:
    """An index, the path from there to the root, and the signed checkpoint that states the root."""

    index: int
    path: tuple[bytes, ...]
    signed: SignedCheckpoint
    extra: bytes = b""

    @classmethod
    def make(cls, index: int, checkpoint: bytes, hash_at: HashAt) -> Self:
        """BadForm unless the checkpoint covers the index."""
        signed = SignedCheckpoint.parse(checkpoint)
        return cls(index, tuple(prove_inclusion(index, signed.checkpoint.size, hash_at)), signed)

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        """BadForm for anything but a proof."""
        head, parting, checkpoint = octets.partition(b"\n\n")
        if not parting:
            raise BadForm("a proof has an empty line before its checkpoint")
        first, *lines = read_text(head).split("\n")
        if first != _HEAD:
            raise BadForm(f"a proof begins with {_HEAD}")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = read_base64(lines.pop(0).removeprefix("extra "))
            if not extra:
                raise BadForm("the line of no extra data is left out")
        if not lines or not lines[0].startswith("index "):
            raise BadForm("a proof has an index")
        index = read_decimal(lines[0].removeprefix("index "))
        found = cls(index, read_hashes(lines[1:]), SignedCheckpoint.parse(checkpoint), extra)
        if index >= found.signed.checkpoint.size:
            raise BadForm("the checkpoint does not cover the index")
        return found

    def to_bytes(self) -> bytes:
        extra = f"extra {write_base64(self.extra)}\n" if self.extra else ""
        head = f"{_HEAD}\n{extra}index {self.index}\n{write_hashes(self.path)}\n"
        return head.encode() + self.signed.note.to_bytes()

    def verify(self, leaf: bytes, policy: Policy, logs: Sequence[Verifier] = ()) -> tuple[Verified, ...]:
        """The cosignatures; Unproven unless the leaf hash stands at the index of a log that the policy trusts."""
        found = policy.verify(self.signed, logs)
        checkpoint = self.signed.checkpoint
        check_inclusion(self.index, checkpoint.size, leaf, self.path, checkpoint.root)
        return found
