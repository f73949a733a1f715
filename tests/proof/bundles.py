"""Bundles in tests: a played ledger written as one, verified in a process of its own, and forged."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ledger.aggregates.founding import Founded
from ledger.proof.bundle import Evidence, write_bundle
from ledger.proof.checkpoint import Checkpoint, SignedCheckpoint
from ledger.proof.keys import COSIGNATURE, ED25519, Signer
from ledger.proof.log_files import LogFiles
from ledger.proof.tiles import entry_bundles_of, hashes_of, read_entries
from ledger.proof.tlog_proof import TlogProof
from ledger.proof.tree import NO_PREVIOUS, Frontier, entry, leaf_hash
from ledger.recording.opening import open_database
from ledger.service.ledger import Ledger, local_caller
from tests.office import Office

ORIGIN = "assessment.example.gov/district"
LOG = Signer(ORIGIN, ED25519, b"l" * 32)
STRANGER = Signer(ORIGIN, ED25519, b"s" * 32)
WITNESSES = [Signer(f"witness.example/{number}", COSIGNATURE, bytes([number]) * 32) for number in range(3)]
POLICY = (
    f"log {LOG.verifier.vkey}\n"
    + "".join(f"witness {number} {witness.verifier.vkey}\n" for number, witness in enumerate(WITNESSES))
    + "group most 2 0 1 2\nquorum most\n"
).encode()
VKEY = f"{LOG.verifier.vkey}\n".encode()
CADRES = [f"c{number:02d}" for number in range(18)]


def found(address: str) -> None:
    """A new ledger under the origin that the key is named after."""
    founded = Founded(origin=ORIGIN, name="考核台账", time_zone="Asia/Shanghai")
    with Ledger(address, clock=lambda: datetime(2025, 1, 1, tzinfo=UTC)) as ledger:
        ledger.found(local_caller("test", "create"), founded).result()


def play(address: str, sealed: Callable[[], object] = lambda: None) -> None:
    """Half a year of a town, with a quarter sealed twice: some 300 events; ``sealed`` is called after each quarter."""
    found(address)
    with Office(address) as office:
        office.adopt()
        office.staff("town", *CADRES)
        for quarter in ("2025-Q1", "2025-Q2"):
            office.play("town", quarter, **{cadre: 60 + number for number, cadre in enumerate(CADRES)})
            sealed()
        office.reopen("town", "2025-Q2")
        office.seal("town", "2025-Q2")


@dataclass(frozen=True)
class Line:
    """An entry, taken apart."""

    origin: str
    index: int
    stream: str
    version: int
    type: str
    schema: int
    recorded_at: str
    prev: str
    state: bytes

    @classmethod
    def parse(cls, octets: bytes) -> "Line":
        *head, state = octets.split(b"\n", 8)
        origin, index, stream, version, type_, schema, recorded_at, prev = (item.decode() for item in head)
        return cls(origin, int(index), stream, int(version), type_, int(schema), recorded_at, prev, state)

    def to_bytes(self) -> bytes:
        return entry(*vars(self).values())

    @property
    def epoch(self) -> int:
        return int(datetime.fromisoformat(self.recorded_at).timestamp())

    def saying(self, old: str, new: str) -> "Line":
        """With another state; it must have held the old text."""
        assert old.encode() in self.state
        return replace(self, state=self.state.replace(old.encode(), new.encode(), 1))

    @property
    def data(self) -> Any:
        return json.loads(self.state)["data"]

    @property
    def id(self) -> str:
        return str(json.loads(self.state)["id"])


class Log:
    """The entries of a bundle, and its checkpoints, receipts and files as whoever holds the keys would make them."""

    def __init__(self, lines: Sequence[Line], leaves: Sequence[bytes] | None = None) -> None:
        self.lines = list(lines)
        self.leaves = list(leaves) if leaves is not None else [leaf_hash(line.to_bytes()) for line in lines]

    @classmethod
    def read(cls, directory: Path) -> "Log":
        checkpoint = SignedCheckpoint.parse((directory / "checkpoint").read_bytes()).checkpoint
        tiles = [(tile, (directory / tile.path).read_bytes()) for tile in entry_bundles_of(checkpoint.size)]
        return cls([Line.parse(octets) for tile, stored in tiles for octets in read_entries(tile, stored)])

    def rechained(self, *, dense: bool = True) -> "Log":
        """The same events with every version, prev and hash made anew, and every index if they are to be dense."""
        tails: dict[str, tuple[int, str]] = {}
        made = []
        for index, line in enumerate(self.lines):
            version, prev = tails.get(line.stream, (0, NO_PREVIOUS))
            made.append(replace(line, index=index if dense else line.index, version=version + 1, prev=prev))
            tails[line.stream] = (version + 1, leaf_hash(made[-1].to_bytes()).hex())
        return Log(made)

    def checkpoint(
        self, size: int | None = None, by: Sequence[Signer] = (LOG,), witnesses: Iterable[Signer] = (), at: int = 0
    ) -> bytes:
        """Signed, and cosigned so many seconds after its last event."""
        size = len(self.lines) if size is None else size
        tree = Frontier()
        for leaf in self.leaves[:size]:
            tree = tree.append(leaf)
        last = self.lines[size - 1]
        note = Checkpoint(last.origin, size, tree.root()).note().signed(*by)
        return note.signed(*witnesses, moment=last.epoch + at).to_bytes() if witnesses else note.to_bytes()

    def write_tiles(self, directory: Path) -> None:
        shutil.rmtree(directory / "tile", ignore_errors=True)
        files = LogFiles(directory)
        for line, leaf in zip(self.lines, self.leaves, strict=True):
            files.append(line.to_bytes(), leaf)
        files.close()

    def receipt(self, directory: Path, position: int, checkpoint: bytes) -> bytes:
        """What a client was given for the event at a position, by the tiles of an untouched bundle."""
        hash_at = hashes_of(len(self.lines), lambda tile: (directory / tile.path).read_bytes())
        return TlogProof.make(position - 1, checkpoint, hash_at).to_bytes()

    def position(self, type_: str, nth: int = 0) -> int:
        """Of the nth event of a type."""
        return [line.index + 1 for line in self.lines if line.type == type_][nth]


@dataclass(frozen=True)
class Verdict:
    """What verify.py said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def found(self) -> list[tuple[int, int | None]]:
        """Check and position of every finding told, the first position first."""
        return [(finding["check"], finding["position"]) for finding in self.said["findings"]]

    @property
    def states(self) -> list[str]:
        return [check["state"] for check in self.said["checks"]]


def verified(directory: Path, *arguments: str | Path, json_: bool = True) -> Verdict:
    """Run the bundle's own verify.py, which finds nothing of ours to import."""
    command = [sys.executable, "-I", str(directory / "verify.py"), str(directory), *map(str, arguments)]
    ran = subprocess.run(
        [*command, *(["--json"] if json_ else [])], capture_output=True, text=True, check=False, cwd="/"
    )
    return Verdict(ran.returncode, ran.stdout, ran.stderr)


def written(address: str, directory: Path, evidence: Callable[[Log], Evidence]) -> Log:
    """A bundle of a ledger, with the evidence that is made of its events."""
    database = open_database(address)
    try:
        with database.read() as connection:
            raw = directory.with_name(f"{directory.name}-raw")
            (size,) = connection.execute("SELECT size FROM head").fetchone()
            write_bundle(
                connection, raw, Evidence(Checkpoint(ORIGIN, size, bytes(32)).note().signed(LOG).to_bytes(), VKEY)
            )
            log = Log.read(raw)
            write_bundle(connection, directory, evidence(log))
    finally:
        database.close()
    return log


def resigned(folder: Path, log: Log, *by: Signer) -> Path:
    """A bundle as if it had always been so."""
    log.write_tiles(folder)
    (folder / "checkpoint").write_bytes(log.checkpoint(by=by or [LOG], at=5))
    return folder


def unwitnessed(folder: Path, log: Log, *by: Signer) -> Path:
    """Signed as if it had always been so, and nobody ever saw another."""
    resigned(folder, log, *by)
    (folder / "policy").unlink()
    shutil.rmtree(folder / "checkpoints")
    return folder
