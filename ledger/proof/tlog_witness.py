"""What a log sends its witnesses and where (c2sp.org/tlog-witness).

A request for a cosignature is ``old <size>``, the hashes of the consistency proof from that size one a line, an empty
line, and the signed checkpoint as it is.
"""

import hashlib
from dataclasses import dataclass
from typing import Self

from ledger.proof.checkpoint import SignedCheckpoint
from ledger.proof.encoding import BadForm, read_decimal, read_hashes, read_text, write_hashes

ADD_CHECKPOINT = "add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
"""The content type of the size that a witness holds, which it answers to a request from another size."""


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A checkpoint to cosign, and the proof that the tree of ``old`` leaves is its beginning."""

    old: int
    proof: tuple[bytes, ...]
    signed: SignedCheckpoint

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        """BadForm for anything but a request."""
        head, parting, checkpoint = octets.partition(b"\n\n")
        first, *hashes = read_text(head).split("\n")
        if not parting or not first.startswith("old "):
            raise BadForm("a request reads old <size>, hashes, an empty line, and a checkpoint")
        return cls(read_decimal(first.removeprefix("old ")), read_hashes(hashes), SignedCheckpoint.parse(checkpoint))

    def to_bytes(self) -> bytes:
        return f"old {self.old}\n{write_hashes(self.proof)}\n".encode() + self.signed.note.to_bytes()


def origin_hash(origin: str) -> str:
    """What a log is called in paths."""
    return hashlib.sha256(origin.encode()).hexdigest()


def checkpoint_path(origin: str) -> str:
    """Where a witness serves the last checkpoint that it cosigned of a log."""
    return f"{origin_hash(origin)}/checkpoint"


def read_size(octets: bytes) -> int:
    """A size and a newline; BadForm otherwise."""
    size, newline, rest = read_text(octets).partition("\n")
    if not newline or rest:
        raise BadForm("a size is one line")
    return read_decimal(size)
