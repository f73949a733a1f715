"""The keys of signed notes (c2sp.org/signed-note): verifier keys, signer keys and key ids.

A vkey is ``<name>+<hex key id>+<base64(type || public key)>``, a signer key the same after ``PRIVATE+KEY+`` with the
32-byte Ed25519 seed. The key id is the first four bytes of SHA-256(name || newline || type || public key). Types: 0x01
signs the text itself, 0x04 is the timestamped cosignature/v1 (c2sp.org/tlog-cosignature).
"""

import hashlib
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.proof.encoding import MOST, BadForm, Unproven, read_base64, write_base64

ED25519, COSIGNATURE = 0x01, 0x04
_PRIVATE = "PRIVATE+KEY+"


def check_name(name: str) -> None:
    """Key names are not empty and have neither spaces nor ``+``; BadForm otherwise."""
    if not name or "+" in name or any(sign.isspace() or sign < " " or "\ud800" <= sign < "\ue000" for sign in name):
        raise BadForm("a key name is not empty and has neither spaces nor +")


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key: a signature is its if both name and id are."""

    name: str
    type: int
    key: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.key).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{write_base64(bytes([self.type]) + self.key)}"

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """BadForm for anything but a vkey of the types 0x01 and 0x04 whose id is right."""
        name, id_, type_, key = _read_key(vkey)
        found = cls(name, type_, key)
        if found.id.hex() != id_:
            raise BadForm("the key id is not that of the key")
        return found

    def verify(self, text: str, signature: bytes) -> int | None:
        """The time of a cosignature, None of a plain signature; Unproven if it is not this key's over the text."""
        moment = None
        if self.type == COSIGNATURE:
            if len(signature) != 72:
                raise Unproven(f"the cosignature of {self.name} has not 72 bytes")
            moment, signature = int.from_bytes(signature[:8], "big"), signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, _message(text, moment))
        except (InvalidSignature, ValueError) as error:
            raise Unproven(f"the signature of {self.name} is wrong") from error
        if moment is not None and moment > MOST:
            raise Unproven(f"the cosignature of {self.name} has no time")
        return moment


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key: the seed of an Ed25519 key under a name."""

    name: str
    type: int
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str, type_: int = ED25519) -> Self:
        check_name(name)
        return cls(name, type_, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, skey: str) -> Self:
        """BadForm for anything but a signer key of the types 0x01 and 0x04 whose id is right."""
        if not skey.startswith(_PRIVATE):
            raise BadForm("a signer key begins with PRIVATE+KEY+")
        name, id_, type_, seed = _read_key(skey.removeprefix(_PRIVATE))
        found = cls(name, type_, seed)
        if found.verifier.id.hex() != id_:
            raise BadForm("the key id is not that of the key")
        return found

    @property
    def skey(self) -> str:
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{write_base64(bytes([self.type]) + self.seed)}"

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.type, self._private.public_key().public_bytes_raw())

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def sign(self, text: str, moment: int | None = None) -> bytes:
        """The signature; a cosignature, and only that, has a moment in whole seconds of the epoch."""
        if (moment is None) != (self.type == ED25519) or not 0 <= (moment or 0) <= MOST:
            raise BadForm("a cosignature has a time, a signature has none")
        head = b"" if moment is None else moment.to_bytes(8, "big")
        return head + self._private.sign(_message(text, moment))


def _message(text: str, moment: int | None) -> bytes:
    return text.encode() if moment is None else f"cosignature/v1\ntime {moment}\n{text}".encode()


def _read_key(text: str) -> tuple[str, str, int, bytes]:
    """Name, hex id, type and 32 bytes of key of either kind."""
    name, _, rest = text.partition("+")
    id_, _, encoded = rest.partition("+")
    check_name(name)
    octets = read_base64(encoded)
    if len(octets) != 33 or octets[0] not in (ED25519, COSIGNATURE):
        raise BadForm("not an Ed25519 key of type 0x01 or 0x04")
    return name, id_, octets[0], octets[1:]
