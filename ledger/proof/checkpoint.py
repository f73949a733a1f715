"""Checkpoints (c2sp.org/tlog-checkpoint): the text of a signed note that states a log's size and root.

``<origin>\\n<size>\\n<base64 root>\\n`` and then extension lines, none of them empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from ledger.proof.encoding import BadForm, Unproven, read_decimal, read_hash, write_base64
from ledger.proof.keys import ED25519, Verifier
from ledger.proof.note import Note, Verified, check_text


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's size and root, as its signer states them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """BadForm for anything but the text of a checkpoint."""
        check_text(text)
        lines = text[:-1].split("\n")
        if len(lines) < 3 or not all(lines):
            raise BadForm("a checkpoint has three lines or more, none of them empty")
        origin, size, root, *extensions = lines
        return cls(origin, read_decimal(size), read_hash(root), tuple(extensions))

    @property
    def text(self) -> str:
        """BadForm where a line of it is empty or broken."""
        made = "".join(f"{line}\n" for line in (self.origin, self.size, write_base64(self.root), *self.extensions))
        if type(self).parse(made) != self:
            raise BadForm("not a checkpoint")
        return made

    def note(self) -> Note:
        """The note, not signed yet."""
        return Note(self.text)


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint and the note that it came in."""

    checkpoint: Checkpoint
    note: Note

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        note = Note.parse(octets)
        return cls(Checkpoint.parse(note.text), note)

    def verify(self, logs: Sequence[Verifier]) -> tuple[Verified, ...]:
        """The log's signatures; only keys of type 0x01 named as the origin count. Unproven if there is none."""
        own = [key for key in logs if key.type == ED25519 and key.name == self.checkpoint.origin]
        if not own:
            raise Unproven(f"no key of the log {self.checkpoint.origin} is known")
        return self.note.verify(own)
