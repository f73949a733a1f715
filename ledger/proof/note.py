"""Signed notes (c2sp.org/signed-note): a text that ends in a newline, an empty line, signature lines.

A signature line is ``— <key name> <base64(key id || signature)>``. The last empty line of the note parts the two.
Signatures of unknown keys are ignored; one wrong signature of a known key spoils the note.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from ledger.proof.encoding import BadForm, ProofError, Unproven, read_base64, read_text, write_base64
from ledger.proof.keys import Signer, Verifier, check_name

MOST_BYTES = 1_000_000
MOST_SIGNATURES = 100
_DASH = "— "


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line."""

    name: str
    id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {write_base64(self.id + self.signature)}\n"

    @classmethod
    def parse(cls, line: str) -> Self:
        """A line without its newline."""
        name, space, encoded = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not space:
            raise BadForm("a signature line reads — name base64")
        check_name(name)
        octets = read_base64(encoded)
        if len(octets) < 5:
            raise BadForm("a signature has a key id and more")
        return cls(name, octets[:4], octets[4:])


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature that holds, and of a cosignature its time in seconds of the epoch."""

    verifier: Verifier
    moment: int | None


@dataclass(frozen=True, slots=True)
class Note:
    """A text and who signed it, not verified yet."""

    text: str
    signatures: tuple[Signature, ...] = ()

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        """BadForm for anything but a note with at least one signature line."""
        if len(octets) > MOST_BYTES:
            raise BadForm("the note is too large")
        text, parting, signed = read_text(octets).rpartition("\n\n")
        if not parting or not signed.endswith("\n"):
            raise BadForm("a note is a text, an empty line, and signature lines")
        lines = signed[:-1].split("\n")
        if len(lines) > MOST_SIGNATURES:
            raise BadForm("the note has too many signatures")
        return cls(text + "\n", tuple(map(Signature.parse, lines)))

    def to_bytes(self) -> bytes:
        return (self.text + "\n" + "".join(map(str, self.signatures))).encode()

    def signed(self, *signers: Signer, moment: int | None = None) -> Self:
        """The note with these signatures more; ``moment`` is the time of cosignatures."""
        check_text(self.text)
        made = tuple(Signature(s.name, s.verifier.id, s.sign(self.text, moment)) for s in signers)
        return self.joined(made)

    def joined(self, signatures: Iterable[Signature]) -> Self:
        """The note with these signature lines more."""
        check_text(self.text)
        return replace(self, signatures=(*self.signatures, *signatures))

    def verify(self, verifiers: Sequence[Verifier]) -> tuple[Verified, ...]:
        """The signatures by known keys; Unproven if one of them is wrong or there is none."""
        found = self.known(verifiers)
        if not found:
            raise Unproven("no known key signed the note")
        return found

    def known(self, verifiers: Sequence[Verifier]) -> tuple[Verified, ...]:
        """As ``verify``, but there may be none."""
        by_key = {(verifier.name, verifier.id): verifier for verifier in verifiers}
        pairs = [(by_key.get((made.name, made.id)), made.signature) for made in self.signatures]
        return tuple(Verified(key, key.verify(self.text, made)) for key, made in pairs if key is not None)


def check_text(text: str) -> None:
    """BadForm for what cannot be a note's text."""
    try:
        octets = text.encode()
    except UnicodeEncodeError as error:
        raise BadForm("not UTF-8") from error
    read_text(octets)
    if not text.endswith("\n"):
        raise BadForm("a note's text ends in a newline")


def read_vkeys(octets: bytes) -> tuple[Verifier, ...]:
    """A file of vkeys, one a line; BadForm for anything else or none."""
    lines = read_text(octets).removesuffix("\n").split("\n")
    try:
        return tuple(map(Verifier.parse, lines))
    except ProofError as error:
        raise BadForm(f"a file of vkeys holds one a line: {error}") from error
