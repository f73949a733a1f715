"""Verifies a bundle of a ledger: Python's standard library and ``cryptography``, nothing else, no server, no network.

    python verify.py DIR [--vkey FILE] [--policy FILE] [--since CHECKPOINT…] [--receipt PROOF…] [--json]

Exit 0: sound; 1: unsound, each finding with its check, position, what was expected and found; 2: could not run.
The formats are public: RFC 6962, and tlog-tiles, tlog-checkpoint, signed-note, tlog-cosignature, tlog-policy and
tlog-proof of https://c2sp.org. An entry is origin, index, stream, version, type, schema, recorded_at and prev, a line
each, and then the state.

A bundle that brings its own keys proves only that it agrees with itself: take this program, the log's vkey, the policy
and earlier checkpoints or receipts from elsewhere.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    print("could not run: install the Python package cryptography", file=sys.stderr)
    sys.exit(2)

CHECKS = ("contents", "notes", "consistency", "witnesses", "order", "chains", "seals", "receipts")
CONTENTS, NOTES, CONSISTENCY, WITNESSES, ORDER, CHAINS, SEALS, RECEIPTS = range(1, 9)
WIDTH, MOST_ENTRY = 256, 65_535
MOST, MOST_NOTE, MOST_SHOWN = 2**63 - 1, 1_000_000, 10
EMPTY_ROOT, NO_PREVIOUS = hashlib.sha256(b"").digest(), b"0" * 64
GRADED = frozenset((b"month_graded", b"quarter_graded", b"year_graded"))
SPECIAL = GRADED | {b"sealed", b"founded", b"origin_declared", b"key_changed"}
MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z").fullmatch
sha256 = hashlib.sha256
T = TypeVar("T")


class CannotRun(Exception):
    """What is needed to verify at all is not there or not readable."""


class Bad(ValueError):
    """Not of its form, or a signature or hash that does not hold."""


# What was found


@dataclass(frozen=True)
class Finding:
    """Something unsound. ``position`` is that of the first event it may touch, None where it is no event's."""

    check: int
    position: int | None
    what: str
    expected: str
    found: str


@dataclass
class Report:
    """The findings, what was checked, and what a reader ought to know besides."""

    findings: list[Finding] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)
    said: dict[int, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def fail(self, check: int, position: int | None, what: str, expected: object, found: object) -> None:
        """Note a finding; of each check the first few are kept and the rest are counted."""
        self.counts[check] = self.counts.get(check, 0) + 1
        if self.counts[check] <= MOST_SHOWN:
            self.findings.append(Finding(check, position, what, shown(expected), shown(found)))

    @property
    def sound(self) -> bool:
        return not self.counts

    def state(self, check: int) -> str:
        return "FAILED" if check in self.counts else "ok" if check in self.said else "not checked"

    def ordered(self) -> list[Finding]:
        """The first position first; what is no event's last."""
        return sorted(self.findings, key=lambda f: (f.position is None, f.position or 0, f.check))

    def as_json(self) -> str:
        checks = [
            {"check": n, "name": name, "state": self.state(n), "said": self.said.get(n)}
            for n, name in enumerate(CHECKS, start=1)
        ]
        findings = [{**vars(f), "name": CHECKS[f.check - 1]} for f in self.ordered()]
        count = sum(self.counts.values())
        whole = {"sound": self.sound, **self.facts, "checks": checks, "findings": findings, "found": count}
        whole["notices"] = self.notices
        return json.dumps(whole, ensure_ascii=False, indent=1)

    def as_text(self) -> Iterator[str]:
        for n, name in enumerate(CHECKS, start=1):
            yield f"{n} {name:<12} {self.state(n):<12} {self.said.get(n, '')}".rstrip()
        yield from (f"note: {notice}" for notice in self.notices)
        for f in self.ordered():
            where = f"position {f.position}" if f.position is not None else "the whole log"
            yield f"UNSOUND {f.check} {CHECKS[f.check - 1]}, {where}: {f.what}: expected {f.expected}, found {f.found}"
        hidden = sum(self.counts.values()) - len(self.findings)
        if hidden:
            yield f"and {hidden} findings more"
        yield "sound" if self.sound else "unsound"


def shown(value: object) -> str:
    """A value on one line, without signs that a terminal would act on."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    plain = "".join(sign if sign.isprintable() else "?" for sign in text)
    return plain if len(plain) <= 160 else plain[:159] + "…"


# Encodings


def decimal(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 19 or (text[0] == "0" and text != "0"):
        raise Bad("not a decimal number without leading zeros")
    if int(text) > MOST:
        raise Bad("the number is too large")
    return int(text)


def unbase64(text: str) -> bytes:
    try:
        octets = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Bad("not base64") from error
    if base64.b64encode(octets).decode() != text:
        raise Bad("not the canonical base64 of its bytes")
    return octets


def unhash(text: str) -> bytes:
    octets = unbase64(text)
    if len(octets) != 32:
        raise Bad("a hash has 32 bytes")
    return octets


def untext(octets: bytes) -> str:
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Bad("not UTF-8") from error
    if any(octet < 0x20 and octet != 0x0A for octet in octets):
        raise Bad("a control character")
    return text


def data_of(state: bytes) -> tuple[bytes, dict[str, Any]]:
    """The bytes of an event's data as they stand at the end of its state, and what they say."""
    _, found, octets = state.partition(b',"data":')  # no string before it can hold these bytes: quotes are escaped
    try:
        data = json.loads(octets[:-1]) if found and octets.endswith(b"}") else None
    except (ValueError, RecursionError) as error:
        raise Bad("the data is not JSON") from error
    if not isinstance(data, dict):
        raise Bad("the event has no data")
    return octets[:-1], data


# Signed notes


@dataclass(frozen=True)
class Key:
    """A vkey of type 0x01 (a log's) or 0x04 (a witness's)."""

    name: str
    type: int
    key: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.key).digest()[:4]

    @classmethod
    def parse(cls, vkey: str) -> "Key":
        name, _, rest = vkey.partition("+")
        id_, _, encoded = rest.partition("+")
        octets = unbase64(encoded)
        check_name(name)
        if len(octets) != 33 or octets[0] not in (1, 4):
            raise Bad("not an Ed25519 vkey of type 0x01 or 0x04")
        key = cls(name, octets[0], octets[1:])
        if key.id.hex() != id_:
            raise Bad("the key id is not that of the key")
        return key

    def verify(self, text: str, signature: bytes) -> int:
        """The time of a cosignature, 0 of a plain signature; Bad if it does not hold."""
        moment, message = 0, text
        if self.type == 4:
            moment, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {moment}\n{text}"
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message.encode())
        except (InvalidSignature, ValueError) as error:
            raise Bad(f"the signature of {self.name}+{self.id.hex()} is wrong") from error
        if moment > MOST:
            raise Bad(f"the cosignature of {self.name}+{self.id.hex()} has no time")
        return moment


def check_name(name: str) -> None:
    if not name or "+" in name or any(sign.isspace() or sign < " " or "\ud800" <= sign < "\ue000" for sign in name):
        raise Bad("not the name of a key")


@dataclass(frozen=True)
class Signed:
    """A checkpoint, its signature lines, and where it came from. ``given``: by who verifies, not by the bundle."""

    source: str
    given: bool
    text: str
    origin: str
    size: int
    root: bytes
    lines: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def parse(cls, octets: bytes, source: str, given: bool = False) -> "Signed":
        if len(octets) > MOST_NOTE:
            raise Bad("the note is too large")
        text, parting, signatures = untext(octets).rpartition("\n\n")
        body = text.split("\n")
        if not parting or not signatures.endswith("\n") or len(body) < 3 or not all(body):
            raise Bad("not a signed checkpoint")
        lines = signatures[:-1].split("\n")
        if len(lines) > 100:
            raise Bad("the note has too many signatures")
        parsed = tuple(map(_signature, lines))
        return cls(source, given, text + "\n", body[0], decimal(body[1]), unhash(body[2]), parsed)

    def signed_by(self, keys: Iterable[Key]) -> list[tuple[Key, int]]:
        """The known keys whose signatures hold, each with its time; Bad if a known key's signature does not."""
        known = {(key.name, key.id): key for key in keys}
        pairs = [(known.get((name, id_)), signature) for name, id_, signature in self.lines]
        return [(key, key.verify(self.text, signature)) for key, signature in pairs if key is not None]


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, space, encoded = line.removeprefix("— ").partition(" ")
    octets = unbase64(encoded)
    check_name(name)
    if not line.startswith("— ") or not space or len(octets) < 5:
        raise Bad("not a signature line")
    return name, octets[:4], octets[4:]


# Policies


@dataclass
class Policy:
    """Who is trusted (tlog-policy): keys of logs, witnesses by name, groups in order, the quorum."""

    logs: list[Key] = field(default_factory=list)
    witnesses: dict[bytes, Key] = field(default_factory=dict)
    groups: dict[bytes, tuple[int, list[bytes]]] = field(default_factory=dict)
    quorum: bytes = b""
    members: set[bytes] = field(default_factory=set)

    @classmethod
    def parse(cls, octets: bytes) -> "Policy":
        policy = cls()
        if any((octet < 0x20 and octet not in b"\t\n") or octet == 0x7F for octet in octets):
            raise Bad("a control character")
        if not octets.endswith(b"\n"):
            raise Bad("a line without its newline")
        for number, line in enumerate(octets.split(b"\n"), start=1):
            items = [item for item in line.replace(b"\t", b" ").split(b" ") if item]
            if items and not items[0].startswith(b"#"):
                try:
                    policy._take(items[0], items[1:])
                except (Bad, IndexError, UnicodeDecodeError) as error:
                    raise Bad(f"line {number} of the policy: {error}") from error
        if not policy.quorum:
            raise Bad("a policy has a quorum")
        return policy

    def satisfied(self, cosigners: Iterable[Key]) -> bool:
        keys = set(cosigners)
        holding = {name for name, key in self.witnesses.items() if key in keys} | {b"none"}
        for name, (threshold, members) in self.groups.items():
            if len(holding.intersection(members)) >= threshold:
                holding.add(name)
        return self.quorum in holding

    def _take(self, verb: bytes, items: list[bytes]) -> None:
        if verb == b"log" and len(items) in (1, 2):
            self.logs.append(_policy_key(items[0], 1, self.logs))
        elif verb == b"witness" and len(items) in (2, 3):
            self._define(items[0])
            self.witnesses[items[0]] = _policy_key(items[1], 4, self.witnesses.values())
        elif verb == b"group" and len(items) >= 3:
            self._define(items[0])
            self.groups[items[0]] = (self._threshold(items[1], items[2:]), items[2:])
        elif verb == b"quorum" and len(items) == 1 and not self.quorum:
            if items[0] not in (b"none", *self.witnesses, *self.groups):
                raise Bad("the quorum is not defined")
            self.quorum = items[0]
        else:
            raise Bad("not a log, witness, group or the one quorum line")

    def _define(self, name: bytes) -> None:
        if name == b"none" or name in self.witnesses or name in self.groups:
            raise Bad("the name is taken")

    def _threshold(self, threshold: bytes, members: list[bytes]) -> int:
        for member in members:
            if member in self.members or (member not in self.witnesses and member not in self.groups):
                raise Bad("a member is not defined, or a member twice")
            self.members.add(member)
        wanted = {b"all": len(members), b"any": 1}.get(threshold) or decimal(threshold.decode("latin-1"))
        if not 1 <= wanted <= len(members):
            raise Bad("the threshold is between 1 and the number of members")
        return wanted


def _policy_key(vkey: bytes, type_: int, others: Iterable[Key]) -> Key:
    key = Key.parse(vkey.decode("utf-8"))
    if key.type != type_ or any(other.key == key.key for other in others):
        raise Bad("a key of the wrong type, or twice")
    return key


# Receipts


@dataclass(frozen=True)
class Receipt:
    """A tlog-proof: an index, the path from its leaf to the root, and the checkpoint of that root."""

    index: int
    path: list[bytes]
    signed: Signed

    @classmethod
    def parse(cls, octets: bytes, source: str) -> "Receipt":
        head, parting, note = octets.partition(b"\n\n")
        lines = untext(head).split("\n")
        if lines.pop(0) != "c2sp.org/tlog-proof@v1" or not parting:
            raise Bad("not a tlog-proof")
        if lines and lines[0].startswith("extra ") and not unbase64(lines.pop(0)[6:]):
            raise Bad("empty extra data")
        if not lines or not lines[0].startswith("index ") or len(lines) > 64:
            raise Bad("not a tlog-proof")
        receipt = cls(decimal(lines[0][6:]), list(map(unhash, lines[1:])), Signed.parse(note, source, given=True))
        if receipt.index >= receipt.signed.size:
            raise Bad("the checkpoint does not cover the index")
        return receipt

    def root(self, leaf: bytes) -> bytes:
        """Where the path leads from a leaf (RFC 9162 section 2.1.3.2); Bad if its length is wrong."""
        at, last, node = self.index, self.signed.size - 1, leaf
        for sibling in self.path:
            if last == 0:
                raise Bad("the path is too long")
            if at & 1 or at == last:
                node = node_hash(sibling, node)
                while not at & 1 and at:
                    at, last = at >> 1, last >> 1
            else:
                node = node_hash(node, sibling)
            at, last = at >> 1, last >> 1
        if last:
            raise Bad("the path is too short")
        return node


# The tree


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def joined(hashes: Sequence[bytes]) -> bytes:
    """The root over 256 hashes."""
    row = list(hashes)
    while len(row) > 1:
        row = [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]


def root_of(levels: Sequence[Sequence[bytes]]) -> bytes:
    """The root of a log by the hashes in the last, not full, tile of each level."""
    root: bytes | None = None
    for hashes in levels:
        rest = list(hashes)
        while rest:
            width = len(rest) & -len(rest)
            last = joined(rest[-width:])
            root = last if root is None else node_hash(last, root)
            del rest[-width:]
    return EMPTY_ROOT if root is None else root


def tile_path(kind: str, index: int, width: int) -> str:
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    number = "/".join([*("x" + group for group in groups[:-1]), groups[-1]])
    return f"tile/{kind}/{number}" + ("" if width == WIDTH else f".p/{width}")


class Source(Protocol):
    """Where a log's entries and published hashes are read from."""

    def tile(self, kind: str, index: int, width: int) -> bytes | None:
        """The bytes of a tile (``kind`` is a level or ``entries``); None if it is not there."""
        ...


class Bundle:
    """A directory of files."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def tile(self, kind: str, index: int, width: int) -> bytes | None:
        return self.read(tile_path(kind, index, width), WIDTH * (MOST_ENTRY + 2))

    def read(self, name: str, most: int = MOST_NOTE) -> bytes | None:
        path = self.directory / name
        return read_file(path, most) if path.is_file() else None

    def names(self, name: str) -> list[str]:
        folder = self.directory / name
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def read_file(path: Path, most: int = MOST_NOTE) -> bytes:
    try:
        with path.open("rb") as opened:
            return opened.read(most + 1)
    except OSError as error:
        raise CannotRun(f"cannot read {path}: {error.strerror}") from error


# One pass over the entries


@dataclass
class Run:
    """Graded events of one round, waiting for their seal."""

    round: tuple[object, object, object]
    first: int
    cadre: bytes
    digest: Any


@dataclass(frozen=True)
class Declared:
    """An ``origin_declared``: what is lost of the old origin after ``size`` is lost by declaration."""

    index: int
    old: str
    size: int
    root: str
    said: str


class Pass:
    """Re-hashes every entry and walks order, chains and seals; remembers what the later checks ask for.

    ``roots`` by size, ``leaves`` and ``moments`` (``recorded_at``) by index; ``bad``: positions with another leaf hash.
    """

    def __init__(self, source: Source, size: int, sizes: Iterable[int], indices: Iterable[int], report: Report) -> None:
        self.source, self.size, self.report = source, size, report
        self.sizes = sorted({size, *(wanted for wanted in sizes if wanted <= size)})
        self.indices = sorted({i for wanted in self.sizes for i in (wanted - 1, wanted)} | set(indices))
        self.reached = 0
        self.levels: list[list[bytes]] = [[]]
        self.roots: dict[int, bytes] = {}
        self.leaves: dict[int, bytes] = {}
        self.moments: dict[int, bytes] = {}
        self.streams: dict[bytes, tuple[int, bytes]] = {}
        self.origins: list[tuple[int, str]] = []
        self.declared: list[Declared] = []
        self.announced: list[tuple[int, Key, str]] = []
        self.bad: list[int] = []
        self.seals = 0
        self.run: Run | None = None
        self._spoiled: set[tuple[int, int]] = set()
        self._origin = b""
        self._last = b""

    def origin_at(self, size: int) -> str:
        """The origin in force at the last index of a log of this size."""
        return next((origin for index, origin in reversed(self.origins) if index < max(size, 1)), "")

    def walk(self) -> None:
        """Read it all, or up to where it can no longer be read."""
        self._remember_roots(0, [])
        for index in range(-(-self.size // WIDTH)):
            width = min(WIDTH, self.size - index * WIDTH)
            entries = self._entries(index, width)
            leaves = self._walk_entries(index * WIDTH, entries)
            self.reached += len(leaves)
            self._remember_roots(index * WIDTH, leaves)
            self._grow(index, leaves)
            if len(entries) < width:
                return
        self._close()

    def _entries(self, index: int, width: int) -> list[bytes]:
        """The entries of a bundle, or as many as can be read of it."""
        octets = self.source.tile("entries", index, width)
        entries: list[bytes] = []
        at, length = 0, len(octets or b"")
        while octets is not None and at + 2 <= length and len(entries) < width:
            end = at + 2 + (octets[at] << 8 | octets[at + 1])
            if end > length:
                break
            entries.append(octets[at + 2 : end])
            at = end
        if len(entries) < width or at != length:
            found = "no file" if octets is None else f"{len(entries)} of {width} entries and {length - at} bytes more"
            position = index * WIDTH + len(entries) + 1
            self.report.fail(CONTENTS, position, tile_path("entries", index, width), "its entries", found)
        return entries

    def _walk_entries(self, start: int, entries: Sequence[bytes]) -> list[bytes]:
        leaves, moments = [], []
        streams, fail, previous = self.streams, self.report.fail, (0, b"")
        for index, entry in enumerate(entries, start):
            leaf = sha256(b"\x00" + entry).digest()
            leaves.append(leaf)
            try:
                origin, stated, stream, version, type_, _, moment, prev, state = entry.split(b"\n", 8)
            except ValueError:
                fail(CONTENTS, index + 1, "the form of the entry", "eight lines and a state", "fewer")
                moments.append(b"")
                continue
            moments.append(moment)
            if type_ in SPECIAL or self.run is not None:
                self._special(index, stream, type_, state)
            if origin != self._origin:
                fail(NOTES, index + 1, "the origin of the entry", self._origin, origin)
            if stated != b"%d" % index:
                fail(ORDER, index + 1, "the index of the entry", index, stated)
            if moment <= self._last or not MOMENT(moment):
                fail(ORDER, index + 1, "recorded_at", f"later than {self._last.decode('latin-1')}", moment)
            else:
                self._last = moment
            before, hashed = streams.get(stream, previous)
            if version != b"%d" % (before + 1):
                fail(CHAINS, index + 1, f"the version in {shown(stream)}", before + 1, version)
            if prev != (hashed.hex().encode() if hashed else NO_PREVIOUS):
                fail(CHAINS, index + 1, f"prev of {shown(stream)} {before + 1}", hashed.hex() or NO_PREVIOUS, prev)
            streams[stream] = (before + 1, leaf)
        self._remember(start, leaves, moments)
        return leaves

    def _remember(self, start: int, leaves: Sequence[bytes], moments: Sequence[bytes]) -> None:
        for index in between(self.indices, start, start + len(leaves)):
            self.leaves[index], self.moments[index] = leaves[index - start], moments[index - start]

    def _remember_roots(self, start: int, leaves: Sequence[bytes]) -> None:
        """The roots of the sizes that these leaves reach; size 0 before any."""
        first = start + 1 if leaves else start
        for size in between(self.sizes, first, start + len(leaves) + 1):
            self.roots[size] = root_of([leaves[: size - start], *self.levels[1:]])

    # Hashes

    def _grow(self, index: int, leaves: list[bytes]) -> None:
        self.levels[0] = leaves
        level = 0
        while len(self.levels[level]) == WIDTH:
            self._compare(level, index)
            row, self.levels[level] = self.levels[level], []
            index, level = index // WIDTH, level + 1
            if level == len(self.levels):
                self.levels.append([])
            self.levels[level].append(joined(row))

    def _close(self) -> None:
        """The partial tiles of each level, and graded results that no seal followed."""
        for level, row in enumerate(self.levels):
            if row:
                self._compare(level, (self.size >> 8 * level) // WIDTH)
        if self.run is not None:
            self._unsealed(self.run, "the end of the log")

    def _compare(self, level: int, index: int) -> None:
        """The published tile must hold the hashes made from the entries."""
        row = self.levels[level]
        octets, made = self.source.tile(str(level), index, len(row)), b"".join(row)
        if octets == made:
            return
        path, first = tile_path(str(level), index, len(row)), index * WIDTH
        if octets is None or len(octets) != len(made):
            found = "no file" if octets is None else f"{len(octets)} bytes"
            self.report.fail(CONTENTS, (first << 8 * level) + 1, path, f"{len(made)} bytes", found)
            return
        self._spoiled.add((level + 1, index))
        for at, hash_ in enumerate(row, first):
            stored = octets[32 * (at - first) : 32 * (at - first) + 32]
            if stored != hash_ and (level, at) not in self._spoiled:
                what = "the leaf hash of the entry" if level == 0 else "the hash of the tile below"
                self.report.fail(CONTENTS, (at << 8 * level) + 1, f"{path}, {what}", stored.hex(), hash_.hex())
                if level == 0:
                    self.bad.append(at + 1)

    # Events that say something about the log

    def _special(self, index: int, stream: bytes, type_: bytes, state: bytes) -> None:
        try:
            if type_ in GRADED:
                self._graded(index, stream, *data_of(state))
            elif type_ == b"sealed":
                self._sealed(index, stream, data_of(state)[1])
            else:
                if self.run is not None:
                    self._unsealed(self.run, type_)
                if type_ in SPECIAL and stream == b"ledger":
                    self._of_the_ledger(index, type_, data_of(state)[1])
        except Bad as error:
            check = SEALS if type_ in GRADED or type_ == b"sealed" else NOTES
            self.report.fail(check, index + 1, f"the state of {shown(type_)}", "JSON with data", error)

    def _graded(self, index: int, stream: bytes, octets: bytes, data: dict[str, Any]) -> None:
        round_ = (data.get("group"), data.get("period"), data.get("revision"))
        cadre = stream.removeprefix(b"cadre:")
        if self.run is None:
            self.run = Run(round_, index, cadre, sha256(octets))
            return
        if self.run.round != round_ or cadre <= self.run.cadre:
            expected = f"{self.run.round} after {shown(self.run.cadre)}"
            self.report.fail(SEALS, index + 1, "the next graded result", expected, f"{round_} of {shown(cadre)}")
        self.run.digest.update(b"\n" + octets)
        self.run.cadre = cadre

    def _sealed(self, index: int, stream: bytes, data: dict[str, Any]) -> None:
        run, self.run, self.seals = self.run, None, self.seals + 1
        round_, revision = stream.decode("utf-8", "replace"), data.get("revision")
        if run is not None and (f"round:{run.round[0]}:{run.round[1]}", run.round[2]) != (round_, revision):
            self.report.fail(SEALS, run.first + 1, "the round of the graded result", f"{round_} {revision}", run.round)
        digest = (sha256(b"") if run is None else run.digest).hexdigest()
        if data.get("results") != digest:
            self.report.fail(SEALS, index + 1, f"results of {round_} {revision}", digest, data.get("results"))

    def _unsealed(self, run: Run, found: object) -> None:
        self.run = None
        self.report.fail(SEALS, run.first + 1, "graded results", "their seal after them", found)

    def _of_the_ledger(self, index: int, type_: bytes, data: dict[str, Any]) -> None:
        if type_ == b"key_changed":
            self.announced.append((index, Key.parse(str(data.get("vkey"))), str(data.get("until"))))
            return
        if (type_ == b"founded") != (index == 0):
            self.report.fail(ORDER, index + 1, "the founding", "at position 1 and nowhere else", type_)
        if type_ == b"origin_declared":
            self._declare(index, data)
        self._origin = str(data.get("origin")).encode("utf-8", "replace")
        self.origins.append((index, str(data.get("origin"))))

    def _declare(self, index: int, data: dict[str, Any]) -> None:
        old, size = str(data.get("old_origin")), data.get("common_size")
        if old.encode("utf-8", "replace") != self._origin:
            self.report.fail(NOTES, index + 1, "the old origin of a declaration", self._origin, old)
        if type(size) is not int or not 0 <= size <= index:
            self.report.fail(CONSISTENCY, index + 1, "common_size of a declaration", f"0 to {index}", size)
            size = index
        said = f"{data.get('lost')} lost by {data.get('who')}: {data.get('why')}"
        self.declared.append(Declared(index, old, size, str(data.get("common_root")), said))


def between(values: Sequence[int], low: int, high: int) -> Sequence[int]:
    """Of values in order, those from ``low`` on and below ``high``."""
    return values[bisect_left(values, low) : bisect_left(values, high)]


def stored_root(source: Source, size: int, whole: int) -> bytes:
    """The root of an earlier size by the published tiles, which the pass has compared with the entries."""
    levels: list[list[bytes]] = []
    while size >> 8 * len(levels):
        level = 8 * len(levels)
        index, width = divmod(size >> level, WIDTH)
        octets = source.tile(str(len(levels)), index, min(WIDTH, (whole >> level) - index * WIDTH)) if width else b""
        levels.append([(octets or b"")[32 * at : 32 * at + 32] for at in range(width)])
    return root_of(levels)


# What the pass found against what was signed


@dataclass
class Evidence:
    """What the log is held against. ``own``: which of it is the word of the bundle itself.

    ``newest`` is None of a log that was never signed; ``size`` is that of a log that may go on after it;
    ``remembered``: checkpoints without signatures, which the log must go on from.
    """

    newest: Signed | None
    earlier: list[Signed]
    receipts: list[Receipt]
    keys: list[Key]
    policy: Policy | None
    own: list[str]
    size: int = 0
    remembered: list[Signed] = field(default_factory=list)

    @property
    def earlier_ones(self) -> list[Signed]:
        return [*self.earlier, *self.remembered]


@dataclass(frozen=True)
class Limits:
    """``tolerance``: seconds by which clocks may differ; ``max_age``: of the newest quorum; ``now``: of the epoch."""

    now: float
    tolerance: int = 60
    max_age: int | None = None


class Judge:
    """Checks 2, 3, 4, 8, and the interval of 5."""

    def __init__(self, walked: Pass, evidence: Evidence, limits: Limits, report: Report) -> None:
        self.walked, self.evidence, self.limits, self.report = walked, evidence, limits, report
        self.noted = [*([evidence.newest] if evidence.newest is not None else []), *evidence.earlier]
        self.all = [*self.noted, *(receipt.signed for receipt in evidence.receipts)]
        self.matching = sorted({signed.size for signed in self.all if self.holds(signed)})
        self.keys = self._trusted()
        self._cosignatures: dict[Signed, list[tuple[Key, int]]] = {}

    def judge(self) -> None:
        newest = self.evidence.newest
        if newest is not None and self.walked.reached >= newest.size and not self.holds(newest):
            self._another_root(CONTENTS, newest)
        for signed in self.noted:
            self.note(NOTES, signed)
        for signed in self.evidence.earlier_ones:
            self._consistent(CONSISTENCY, signed)
        self._declarations()
        if self.evidence.policy is not None and newest is None:
            self.report.fail(WITNESSES, None, "checkpoint", "one that a quorum cosigned", "none")
        elif self.evidence.policy is not None and newest is not None:
            self.quorum(self.evidence.policy, newest)
            for signed in self.all:
                self._interval(signed, self.evidence.policy)
        for receipt in self.evidence.receipts:
            self._receipt(receipt)

    def holds(self, signed: Signed) -> bool:
        return self.walked.roots.get(signed.size) == signed.root

    # Notes

    def _signers(self, signed: Signed, keys: Iterable[Key]) -> list[Key]:
        """The log's keys that signed; Bad if one of its signatures is wrong."""
        own = [key for key in keys if key.type == 1 and key.name == signed.origin]
        return [key for key, _ in signed.signed_by(own)]

    def _trusted(self) -> list[Key]:
        """The keys known, and those announced in the log by a ``key_changed`` that a trusted key signed for."""
        keys = list(self.evidence.keys)
        for index, key, _ in self.walked.announced:
            if key not in keys and any(self._vouched(signed, index, keys) for signed in self.noted):
                keys.append(key)
        return keys

    def _vouched(self, signed: Signed, index: int, keys: Sequence[Key]) -> bool:
        try:
            return signed.size > index and self.holds(signed) and bool(self._signers(signed, keys))
        except Bad:
            return False

    def note(self, check: int, signed: Signed) -> None:
        """Signed by a key of the log that was in force, for the origin that was."""
        origin = self.walked.origin_at(min(signed.size, self.walked.reached))
        disowned = self._lost(signed) is not None and not self.holds(signed)
        if signed.origin != origin and self.walked.size and not disowned:
            self.report.fail(check, None, f"{signed.source}, origin", origin, signed.origin)
        try:
            signers = self._signers(signed, self.keys)
        except Bad as error:
            self.report.fail(check, None, f"{signed.source}, signature", "signed by the log's key", error)
            return
        if not signers:
            names = ", ".join(f"{name}+{id_.hex()}" for name, id_, _ in signed.lines)
            self.report.fail(check, None, f"{signed.source}, signature", "signed by a known key of the log", names)
        elif all(self._retired(key, signed) for key in signers):
            self.report.fail(check, None, f"{signed.source}, signature", "signed by the key in force", signers[0].name)

    def _retired(self, key: Key, signed: Signed) -> bool:
        """Whether events are signed with it that are later than the last day any later key leaves to it."""
        changes = [(new, until) for _, new, until in self.walked.announced if new.name == key.name]
        later = next((n for n, (new, _) in enumerate(changes, start=1) if new == key), 0)
        last = self.walked.moments.get(signed.size - 1, b"").decode("latin-1")
        return any(last > until for _, until in changes[later:])

    # Consistency

    def _lost(self, signed: Signed) -> Declared | None:
        """The declaration by which a checkpoint's events are lost."""
        return next((d for d in self.walked.declared if d.old == signed.origin and signed.size > d.size), None)

    def _consistent(self, check: int, signed: Signed) -> None:
        """The log at that size has that root, and it has not shrunk."""
        lost = self._lost(signed)
        if self.holds(signed):
            return
        if lost is not None:
            said = f"{signed.source} of size {signed.size}: by declaration at position {lost.index + 1}, {lost.said}"
            self.report.notices.append(shown(said))
            if signed.given:
                self.report.fail(check, lost.size + 1, signed.source, f"{signed.size} events kept", lost.said)
        elif signed.size > self.walked.reached:
            what = f"{signed.source}, size"
            self.report.fail(check, self.walked.reached + 1, what, f"{signed.size} or more", self.walked.reached)
        else:
            self._another_root(check, signed)

    def _another_root(self, check: int, signed: Signed) -> None:
        """The change is at an entry with another leaf hash, or somewhere after the last checkpoint that still holds."""
        before = bisect_left(self.matching, signed.size)
        good = self.matching[before - 1] if before else 0
        first = next(iter(between(self.walked.bad, good + 1, signed.size + 1)), good + 1)
        what = f"{signed.source}, root of positions 1 to {signed.size} (changed from {first} on)"
        self.report.fail(check, first, what, signed.root.hex(), self.walked.roots[signed.size].hex())

    def _declarations(self) -> None:
        for declared in self.walked.declared:
            root = base64.b64encode(stored_root(self.walked.source, declared.size, self.walked.size)).decode()
            if root != declared.root:
                self.report.fail(CONSISTENCY, declared.index + 1, "common_root of a declaration", root, declared.root)
            notice = f"position {declared.index + 1} declares a new origin after {declared.old}: {declared.said}"
            self.report.notices.append(shown(notice))

    # Witnesses and time

    def _cosigned(self, signed: Signed, policy: Policy) -> list[tuple[Key, int]]:
        """Who of the witnesses cosigned and when; nobody, and a finding, where one of them did not."""
        if signed not in self._cosignatures:
            try:
                self._cosignatures[signed] = signed.signed_by(policy.witnesses.values())
            except Bad as error:
                self.report.fail(WITNESSES, None, f"{signed.source}, cosignature", "signed by the witness", error)
                self._cosignatures[signed] = []
        return self._cosignatures[signed]

    def quorum(self, policy: Policy, signed: Signed) -> None:
        """The newest checkpoint has a quorum, not too old and not of the future."""
        now = self.limits.now
        cosigned = sorted(self._cosigned(signed, policy), key=lambda pair: -pair[1])
        names = ", ".join(key.name for key, _ in cosigned) or "nobody"
        if not policy.satisfied(key for key, _ in cosigned):
            self.report.fail(WITNESSES, None, f"{signed.source}, quorum {shown(policy.quorum)}", "cosigned", names)
            return
        enough = next(n for n in range(len(cosigned) + 1) if policy.satisfied(key for key, _ in cosigned[:n]))
        age = now - cosigned[enough - 1][1] if enough else None
        self.report.said[WITNESSES] = f"quorum {shown(policy.quorum)}, cosigned by {names}"
        if age is not None:
            self.report.said[WITNESSES] += f", {age:.0f} s ago"
        if cosigned and cosigned[0][1] > now + self.limits.tolerance:
            self.report.fail(WITNESSES, None, f"{signed.source}, time of a cosignature", "not of the future", names)
        if self.limits.max_age is not None and (age is None or age > self.limits.max_age):
            wanted = f"at most {self.limits.max_age} s"
            self.report.fail(WITNESSES, None, f"{signed.source}, age of the quorum", wanted, age)

    def _interval(self, signed: Signed, policy: Policy) -> None:
        """What a cosigned checkpoint covers was recorded before its cosignatures, what it does not cover after them."""
        moments = [moment for _, moment in self._cosigned(signed, policy)]
        if not moments or not self.holds(signed):
            return
        first, last, tolerance = min(moments), max(moments), self.limits.tolerance
        covered, beyond = (self._epoch(index) for index in (signed.size - 1, signed.size))
        said = f"recorded_at, cosigned in {signed.source} of size {signed.size}"
        if covered is not None and covered > first + tolerance:
            self.report.fail(ORDER, signed.size, said, f"not after {first} (+{tolerance} s)", covered)
        if beyond is not None and beyond < last - tolerance:
            self.report.fail(ORDER, signed.size + 1, said, f"not before {last} (-{tolerance} s)", beyond)

    def _epoch(self, index: int) -> float | None:
        try:
            return datetime.fromisoformat(self.walked.moments[index].decode("ascii")).timestamp()
        except (KeyError, ValueError, OverflowError):
            return None  # not there, or no time: a finding of its own

    # Receipts

    def _receipt(self, receipt: Receipt) -> None:
        """The log still has that leaf there, and the receipt's root, unless what else that covers is declared lost."""
        signed, leaf = receipt.signed, self.walked.leaves.get(receipt.index)
        self.note(RECEIPTS, signed)
        lost = None if self.holds(signed) else self._lost(signed)
        if leaf is None:
            self.report.fail(RECEIPTS, receipt.index + 1, signed.source, "an event", "none")
        elif lead(receipt, leaf, self.report) and lost is not None:
            said = f"{signed.source}: position {receipt.index + 1} is as it was, but of those after it {lost.said}"
            self.report.notices.append(shown(said))
            return
        self._consistent(RECEIPTS, signed)


def lead(receipt: Receipt, leaf: bytes, report: Report) -> bool:
    """Whether a receipt's path leads from the event's leaf to the root that it was given under; else a finding."""
    signed = receipt.signed
    try:
        root = receipt.root(leaf).hex()
    except Bad as error:
        root = str(error)
    if root != signed.root.hex():
        what = f"{signed.source}, the root that its path leads to from the event's leaf"
        report.fail(RECEIPTS, receipt.index + 1, what, signed.root.hex(), root)
    return root == signed.root.hex()


def verify(source: Source, evidence: Evidence, limits: Limits, report: Report) -> Pass:
    """All checks, into the report; what the pass over the entries has seen."""
    signed = 0 if evidence.newest is None else evidence.newest.size
    sizes = [signed, *(known.size for known in evidence.earlier_ones)]
    sizes += [given.signed.size for given in evidence.receipts]
    began = time.perf_counter()
    walked = Pass(source, max(signed, evidence.size), sizes, [receipt.index for receipt in evidence.receipts], report)
    walked.walk()
    report.facts |= {"origin": walked.origin_at(walked.reached), "size": walked.size, "events": walked.reached}
    report.facts["seconds"] = round(time.perf_counter() - began, 3)
    Judge(walked, evidence, limits, report).judge()
    said = report.said
    said[CONTENTS] = f"{walked.reached} entries, root {walked.roots.get(walked.size, b'').hex() or 'not reached'}"
    if evidence.newest is not None:
        said[NOTES] = f"{len(evidence.earlier) + 1} checkpoints of {shown(walked.origin_at(walked.reached))}"
    said[ORDER] = f"positions 1 to {walked.reached}, until {walked._last.decode('latin-1')}"
    said[CHAINS], said[SEALS] = f"{len(walked.streams)} streams", f"{walked.seals} seals"
    if evidence.earlier_ones:
        said[CONSISTENCY] = f"{len(evidence.earlier_ones)} earlier checkpoints"
    if evidence.receipts:
        said[RECEIPTS] = f"{len(evidence.receipts)} receipts"
    return walked


# Excerpts


def verify_excerpt(bundle: Bundle, evidence: Evidence, limits: Limits, report: Report) -> None:
    """One cadre's events: each stands in the log, and they follow each other from the first on without a gap."""
    newest = evidence.newest
    if evidence.earlier or newest is None:
        raise CannotRun("an excerpt cannot be held against other checkpoints: give --receipt, or take the whole bundle")
    judge = Judge(Pass(bundle, 0, (), (), Report()), evidence, limits, report)
    judge.note(NOTES, newest)
    if evidence.policy is not None:
        judge.quorum(evidence.policy, newest)
    report.said |= {NOTES: f"a checkpoint of size {newest.size}", ORDER: ""}
    excerpt = Excerpt(bundle, newest, report)
    for index in excerpt.indices():
        excerpt.take(index)
    if not excerpt.leaves:
        report.fail(CONTENTS, None, "entries", "one or more", "none")
    for receipt in evidence.receipts:
        judge.note(RECEIPTS, receipt.signed)
        excerpt.hold(receipt)
    report.facts |= {"origin": newest.origin, "size": newest.size, "events": len(excerpt.leaves)}
    report.facts["stream"] = shown(excerpt.stream)
    report.said[CONTENTS] = f"{len(excerpt.leaves)} entries and their proofs"
    report.said[CHAINS] = f"versions 1 to {len(excerpt.leaves)} of {shown(excerpt.stream)}"
    report.notices.append("an excerpt: that there are no later events of this cadre is not shown")


class Excerpt:
    """The entries of one stream, walked in order; ``leaves`` by index."""

    def __init__(self, bundle: Bundle, newest: Signed, report: Report) -> None:
        self.bundle, self.newest, self.report = bundle, newest, report
        self.leaves: dict[int, bytes] = {}
        self.stream = self._moment = self._leaf = b""

    def indices(self) -> list[int]:
        """In order; a finding for a name that is none."""
        found = set()
        for folder in ("entries", "proofs"):
            for name in self.bundle.names(folder):
                try:
                    found.add(decimal(name))
                except Bad as error:
                    self.report.fail(CONTENTS, None, f"{folder}/{name}", "the index of an entry", error)
        return sorted(found)

    def take(self, index: int) -> None:
        entry = self.bundle.read(f"entries/{index}", MOST_ENTRY + 1) or b""
        self.leaves[index] = leaf = sha256(b"\x00" + entry).digest()
        self._proven(index, leaf)
        version, before, fail = len(self.leaves), self._leaf, self.report.fail
        _, stated, stream, said, _, _, moment, prev, *_ = [*entry.split(b"\n", 8), *[b""] * 9]
        self.stream = self.stream or stream
        if stated != b"%d" % index:
            fail(ORDER, index + 1, "the index of the entry", index, stated)
        if moment <= self._moment or not MOMENT(moment):
            fail(ORDER, index + 1, "recorded_at", f"later than {shown(self._moment)}", moment)
        if stream != self.stream:
            fail(CHAINS, index + 1, "the stream of the entry", self.stream, stream)
        if said != b"%d" % version:
            fail(CHAINS, index + 1, f"the version in {shown(self.stream)}", version, said)
        if prev != (before.hex().encode() if before else NO_PREVIOUS):
            fail(CHAINS, index + 1, f"prev of {shown(self.stream)} {version}", before.hex() or NO_PREVIOUS, prev)
        self._moment, self._leaf = moment, leaf

    def _proven(self, index: int, leaf: bytes) -> None:
        """The entry's proof leads from its leaf to the root of the checkpoint."""
        name, newest, found = f"proofs/{index}", self.newest, b""
        try:
            receipt = Receipt.parse(self.bundle.read(name) or b"", name)
            if (receipt.index, receipt.signed.text, receipt.signed.lines) != (index, newest.text, newest.lines):
                raise Bad("the proof is of another entry or checkpoint")
            found = receipt.root(leaf)
        except Bad as error:
            self.report.fail(CONTENTS, index + 1, name, "a proof of the entry", error)
            return
        if found != newest.root:
            self.report.fail(CONTENTS, index + 1, f"{name}, the root it leads to", newest.root.hex(), found.hex())

    def hold(self, receipt: Receipt) -> None:
        """The entry still is what the receipt was given for."""
        leaf, source = self.leaves.get(receipt.index), receipt.signed.source
        if leaf is None:
            raise CannotRun(f"{source} is for position {receipt.index + 1}, which is not in this excerpt")
        self.report.said[RECEIPTS] = "each leads from its entry to its root"
        lead(receipt, leaf, self.report)


# The command


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="verify.py", description="Verify a bundle of a ledger, offline.")
    parser.add_argument("bundle", type=Path, metavar="DIR")
    parser.add_argument("--vkey", type=Path, metavar="FILE", help="the log's keys, one a line, instead of the bundle's")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="a tlog-policy, instead of the bundle's")
    parser.add_argument("--since", type=Path, nargs="+", default=[], action="extend", metavar="CHECKPOINT")
    parser.add_argument("--receipt", type=Path, nargs="+", default=[], action="extend", metavar="PROOF")
    parser.add_argument("--max-age", type=int, metavar="SECONDS", help="how old the newest quorum may be")
    parser.add_argument("--tolerance", type=int, default=60, metavar="SECONDS", help="how far clocks may differ")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(argv)


def gather(bundle: Bundle, given: argparse.Namespace, report: Report) -> Evidence | None:
    """What the bundle and the arguments bring; None, and a finding, where the bundle's checkpoint cannot be read."""
    octets = bundle.read("checkpoint")
    if octets is None:
        raise CannotRun(f"no checkpoint in {bundle.directory}")
    try:
        newest = Signed.parse(octets, "checkpoint")
    except Bad as error:
        report.fail(NOTES, None, "checkpoint", "a signed checkpoint", error)
        return None
    earlier = [*_earlier(bundle, report), *(_given(path, given_checkpoint) for path in given.since)]
    receipts = [_given(path, Receipt.parse) for path in given.receipt]
    own: list[str] = []
    policy = _policy(bundle, given.policy, own, report)
    return Evidence(newest, earlier, receipts, _keys(bundle, given, policy, own), policy, own)


def _earlier(bundle: Bundle, report: Report) -> Iterator[Signed]:
    for name in (f"checkpoints/{kept}" for kept in bundle.names("checkpoints")):
        try:
            yield Signed.parse(bundle.read(name) or b"", name)
        except Bad as error:
            report.fail(NOTES, None, name, "a signed checkpoint", error)


def _policy(bundle: Bundle, given: Path | None, own: list[str], report: Report) -> Policy | None:
    octets = read_file(given) if given is not None else bundle.read("policy")
    if octets is None:
        return None
    try:
        policy = Policy.parse(octets)
    except Bad as error:
        if given is not None:
            raise CannotRun(f"{given}: {error}") from error
        report.fail(WITNESSES, None, "policy", "a tlog-policy", error)
        return None
    if given is None:
        own.append("policy")
    return policy


def _keys(bundle: Bundle, given: argparse.Namespace, policy: Policy | None, own: list[str]) -> list[Key]:
    """The keys given, of a file or a policy; the bundle's own only if none was."""
    named = policy.logs if policy is not None else []
    if given.vkey is not None:
        return [*_vkeys(read_file(given.vkey), given.vkey), *(named if given.policy is not None else [])]
    if given.policy is not None and named:
        return named
    octets = bundle.read("vkey")
    own.append("vkey")
    if octets is None and not named:
        raise CannotRun("no key of the log: give --vkey")
    return [*(_vkeys(octets, "vkey") if octets is not None else []), *named]


def vkeys(octets: bytes) -> list[Key]:
    """A file of vkeys, one a line."""
    return [Key.parse(line) for line in untext(octets).removesuffix("\n").split("\n")]


def _vkeys(octets: bytes, source: object) -> list[Key]:
    try:
        return vkeys(octets)
    except Bad as error:
        raise CannotRun(f"{source}: {error}") from error


def given_checkpoint(octets: bytes, source: str) -> Signed:
    return Signed.parse(octets, source, given=True)


def _given(path: Path, parse: Callable[[bytes, str], T]) -> T:
    try:
        return parse(read_file(path), str(path))
    except Bad as error:
        raise CannotRun(f"{path}: {error}") from error


def main(argv: Sequence[str]) -> int:
    given, report = arguments(argv), Report()
    try:
        bundle = Bundle(given.bundle)
        evidence = gather(bundle, given, report)
        if evidence is not None:
            if evidence.own:
                own = " and ".join(evidence.own)
                report.notices.append(f"the bundle's own {own} trusted: take them from elsewhere to exclude a forgery")
            check = verify_excerpt if bundle.names("proofs") else verify
            check(bundle, evidence, Limits(time.time(), given.tolerance, given.max_age), report)
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        print(report.as_json() if given.json else "\n".join(report.as_text()), flush=True)
    except CannotRun as error:
        print(f"could not run: {error}", file=sys.stderr)
        return 2
    except Exception as error:  # never by chance the code of a finding
        print(f"could not run: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    return 0 if report.sound else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
