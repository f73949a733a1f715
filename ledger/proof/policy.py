"""Trust policies (c2sp.org/tlog-policy): which logs and witnesses are trusted, and what makes a quorum.

Lines ``log <vkey> [<url>]``, ``witness <name> <vkey> [<url>]``, ``group <name> all|any|<k> <name>…`` and one
``quorum <name>|none``; spaces and tabs part items; empty lines and ``#`` comments are passed over. Names are bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from ledger.proof.checkpoint import SignedCheckpoint
from ledger.proof.encoding import BadForm, Unproven, read_decimal
from ledger.proof.keys import COSIGNATURE, ED25519, Verifier
from ledger.proof.note import Verified

NONE = b"none"


@dataclass(frozen=True, slots=True)
class Known:
    """A log or a witness: its key and, where it can be reached, its URL."""

    verifier: Verifier
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses a checkpoint if at least ``threshold`` of its members do."""

    threshold: int
    members: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Who is trusted. ``quorum`` names a witness or a group, or is ``none``."""

    logs: tuple[Known, ...]
    witnesses: Mapping[bytes, Known]
    groups: Mapping[bytes, Group]
    quorum: bytes

    @classmethod
    def parse(cls, octets: bytes) -> "Policy":
        """BadForm, with the number of the line, for anything but a policy."""
        reader = _Reader()
        if any((octet < 0x20 and octet not in b"\t\n") or octet == 0x7F for octet in octets):
            raise BadForm("a policy has no control characters but tab and newline")
        if octets and not octets.endswith(b"\n"):
            raise BadForm("every line of a policy ends in a newline")
        for number, line in enumerate(octets.split(b"\n")[:-1], start=1):
            items = [item for item in line.replace(b"\t", b" ").split(b" ") if item]
            if items and not items[0].startswith(b"#"):
                try:
                    reader.take(items)
                except BadForm as error:
                    raise BadForm(f"line {number} of the policy: {error}") from error
        return reader.policy()

    def verify(self, signed: SignedCheckpoint, logs: Sequence[Verifier] = ()) -> tuple[Verified, ...]:
        """The cosignatures, of a checkpoint that its log signed and a quorum cosigned; Unproven otherwise.

        ``logs`` are keys known from elsewhere, for a policy that names no log.
        """
        signed.verify([known.verifier for known in self.logs] or logs)
        found = self.cosignatures(signed)
        if not self.satisfied({cosigned.verifier for cosigned in found}):
            raise Unproven(f"no quorum: cosigned by {', '.join(c.verifier.name for c in found) or 'nobody'}")
        return found

    def cosignatures(self, signed: SignedCheckpoint) -> tuple[Verified, ...]:
        """Those of known witnesses; Unproven if one of them is wrong."""
        return signed.note.known([known.verifier for known in self.witnesses.values()])

    def satisfied(self, by: set[Verifier]) -> bool:
        """Whether these witnesses make the quorum."""
        holding = {name for name, known in self.witnesses.items() if known.verifier in by} | {NONE}
        for name, group in self.groups.items():  # members come before their group
            if len(holding.intersection(group.members)) >= group.threshold:
                holding.add(name)
        return self.quorum in holding


@dataclass(slots=True)
class _Reader:
    """A policy as far as it is read."""

    logs: list[Known] = field(default_factory=list)
    witnesses: dict[bytes, Known] = field(default_factory=dict)
    groups: dict[bytes, Group] = field(default_factory=dict)
    members: set[bytes] = field(default_factory=set)
    quorum: bytes | None = None

    def take(self, items: Sequence[bytes]) -> None:
        verbs: dict[bytes, Callable[[Sequence[bytes]], None]] = {
            b"log": self._log,
            b"witness": self._witness,
            b"group": self._group,
            b"quorum": self._quorum,
        }
        if items[0] not in verbs:
            raise BadForm("a line begins with log, witness, group or quorum")
        verbs[items[0]](items[1:])

    def policy(self) -> Policy:
        if self.quorum is None:
            raise BadForm("a policy has a quorum")
        witnesses, groups = MappingProxyType(self.witnesses), MappingProxyType(self.groups)
        return Policy(tuple(self.logs), witnesses, groups, self.quorum)

    def _log(self, items: Sequence[bytes]) -> None:
        self.logs.append(_known(items, ED25519, self.logs))

    def _witness(self, items: Sequence[bytes]) -> None:
        name = self._new(items)
        self.witnesses[name] = _known(items[1:], COSIGNATURE, list(self.witnesses.values()))

    def _group(self, items: Sequence[bytes]) -> None:
        name = self._new(items)
        if len(items) < 3:
            raise BadForm("a group has a threshold and members")
        members = items[2:]
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                raise BadForm("a member is not defined before its group")
            if member in self.members:
                raise BadForm("a name is a member twice")
            self.members.add(member)
        self.groups[name] = Group(_threshold(items[1], len(members)), tuple(members))

    def _quorum(self, items: Sequence[bytes]) -> None:
        if self.quorum is not None or len(items) != 1:
            raise BadForm("there is one quorum, and it has one name")
        if items[0] != NONE and items[0] not in self.witnesses and items[0] not in self.groups:
            raise BadForm("the quorum is not defined before")
        self.quorum = items[0]

    def _new(self, items: Sequence[bytes]) -> bytes:
        if not items or items[0] == NONE or items[0] in self.witnesses or items[0] in self.groups:
            raise BadForm("a new name is missing")
        return items[0]


def _known(items: Sequence[bytes], type_: int, others: Sequence[Known]) -> Known:
    if len(items) not in (1, 2):
        raise BadForm("a vkey and perhaps a URL are wanted")
    try:
        verifier = Verifier.parse(items[0].decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadForm("the vkey is not UTF-8") from error
    if verifier.type != type_:
        raise BadForm(f"a key of type 0x{type_:02x} is wanted")
    if any(other.verifier.key == verifier.key for other in others):
        raise BadForm("the same key twice")
    return Known(verifier, items[1].decode("utf-8", "surrogateescape") if len(items) == 2 else None)


def _threshold(item: bytes, members: int) -> int:
    if item in (b"all", b"any"):
        return members if item == b"all" else 1
    threshold = read_decimal(item.decode("latin-1"))
    if not 1 <= threshold <= members:
        raise BadForm("the threshold is between 1 and the number of members")
    return threshold
