"""What the formats of the proofs share: their two errors, strict decimals and base64, and lines of hashes.

Every reader here takes one spelling of a value and refuses all others, so that nothing has two forms.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence

MOST = 2**63 - 1
"""No size, index or time is larger."""
MOST_HASHES = 63
"""No proof has more hashes: a tree is never deeper."""


class ProofError(ValueError):
    """What is offered as a proof is none."""


class BadForm(ProofError):
    """Bytes or text that do not have the form of their specification."""


class Unproven(ProofError):
    """Well formed, but it does not hold: a signature, a hash or a quorum is missing or wrong."""


def read_decimal(text: str) -> int:
    """A whole number up to MOST in ASCII digits without leading zeros."""
    if not text.isascii() or not text.isdigit() or len(text) > 19 or (text[0] == "0" and text != "0"):
        raise BadForm("not a decimal number without leading zeros")
    number = int(text)
    if number > MOST:
        raise BadForm("the number is too large")
    return number


def read_base64(text: str) -> bytes:
    """Standard padded base64, only as its encoder writes it."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadForm("not base64") from error
    if write_base64(decoded) != text:
        raise BadForm("not the canonical base64 of its bytes")
    return decoded


def write_base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def read_hash(text: str) -> bytes:
    """The base64 of a SHA-256 hash."""
    decoded = read_base64(text)
    if len(decoded) != 32:
        raise BadForm("a hash has 32 bytes")
    return decoded


def read_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """The hashes of a proof, one a line."""
    if len(lines) > MOST_HASHES:
        raise BadForm(f"a proof has at most {MOST_HASHES} hashes")
    return tuple(map(read_hash, lines))


def write_hashes(hashes: Iterable[bytes]) -> str:
    return "".join(f"{write_base64(hash_)}\n" for hash_ in hashes)


def read_text(octets: bytes) -> str:
    """UTF-8 without ASCII control characters other than newline, as signed notes are."""
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadForm("not UTF-8") from error
    if any(octet < 0x20 and octet != 0x0A for octet in octets):
        raise BadForm("a control character")
    return text
