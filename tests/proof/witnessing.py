"""Witnesses in tests: ``ledger witness`` in a process of its own, and logs of made-up leaves to show it."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import httpx

from ledger.proof.checkpoint import Checkpoint, SignedCheckpoint
from ledger.proof.keys import COSIGNATURE, ED25519, Signer, Verifier
from ledger.proof.note import Note, Verified
from ledger.proof.policy import Policy
from ledger.proof.tlog_witness import AddCheckpoint, checkpoint_path
from ledger.proof.tree import leaf_hash
from tests.http.serving import Server
from tests.proof.reference import Defined

SIZE = 40
_numbers = count(1)


class Log:
    """A log of some leaves with a key; ``forked_at`` another one with this key, that differs from there on."""

    def __init__(self, leaves: Sequence[bytes] = (), origin: str = "", extensions: tuple[str, ...] = ()) -> None:
        self.origin = origin or f"log.example/{next(_numbers)}"
        self.signer = Signer(self.origin, ED25519, b"l" * 32)
        self.leaves = tuple(leaves or (leaf_hash(b"%d" % index) for index in range(SIZE)))
        self.tree = Defined(self.leaves)
        self.extensions = extensions

    def forked_at(self, index: int) -> "Log":
        rest = (leaf_hash(b"forked %d" % other) for other in range(index, len(self.leaves)))
        return Log([*self.leaves[:index], *rest], self.origin)

    @property
    def verifier(self) -> Verifier:
        return self.signer.verifier

    def checkpoint(self, size: int) -> Checkpoint:
        return Checkpoint(self.origin, size, self.tree.mth(0, size), self.extensions)

    def note(self, size: int) -> Note:
        return self.checkpoint(size).note().signed(self.signer)

    def prove(self, old: int, size: int) -> list[bytes]:
        return self.tree.proof(old, size) if 0 < old < size else []

    def request(self, old: int, size: int) -> bytes:
        return self.asking(old, self.note(size), self.prove(old, size))

    def asking(self, old: int, note: Note, proof: Sequence[bytes]) -> bytes:
        return AddCheckpoint(old, tuple(proof), SignedCheckpoint(Checkpoint.parse(note.text), note)).to_bytes()


class WitnessServer(Server):
    """``ledger witness`` on files in a folder; ``address`` and ``verifier`` once it serves."""

    def __init__(self, folder: Path, logs: Sequence[Log], *prefix: str) -> None:
        folder.mkdir(exist_ok=True)
        self.prefix = prefix
        self.state = folder / "witness.state"
        self.name = f"witness.example/{folder.name}"
        self._key = folder / "witness.key"
        self._logs = folder / "logs"
        self._logs.write_text("".join(f"{log.verifier.vkey}\n" for log in logs), encoding="utf-8")

    def start(self, port: str = "0") -> None:
        files = ["--key", str(self._key), "--state", str(self.state), "--log", str(self._logs)]
        self.process = subprocess.Popen(
            [*self.prefix, sys.executable, "-m", "ledger", "witness", "--port", port, "--name", self.name, *files],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline().split()
        assert line[:2] == ["witness", self.name], line
        self.verifier = Verifier.parse(line[2])
        assert self.verifier.type == COSIGNATURE
        line = self.process.stdout.readline().split()
        assert line[:2] == ["serving", "on"], line
        self.address = line[2]

    def add(self, request: bytes) -> httpx.Response:
        return httpx.post(f"{self.address}/add-checkpoint", content=request, timeout=60)

    def last(self, log: Log) -> SignedCheckpoint:
        """What the witness serves as last cosigned of a log; the log's signature and its own hold."""
        answer = httpx.get(f"{self.address}/{checkpoint_path(log.origin)}", timeout=60)
        assert answer.status_code == 200, answer.text
        signed = SignedCheckpoint.parse(answer.content)
        signed.verify([log.verifier])
        signed.note.verify([self.verifier])
        return signed

    def cosigned(self, note: Note, answer: httpx.Response) -> Verified:
        """The one cosignature of an answer, which holds for the note."""
        assert answer.status_code == 200, answer.text
        (cosigned,) = Note.parse(note.text.encode() + b"\n" + answer.content).verify([self.verifier])
        return cosigned


@contextmanager
def witnesses(folder: Path, number: int, logs: Sequence[Log]) -> Iterator[list[WitnessServer]]:
    """So many witnesses that watch these logs."""
    with ExitStack() as stack:
        yield [stack.enter_context(WitnessServer(folder / f"w{index}", logs)) for index in range(number)]


def policy(known: Sequence[tuple[Verifier, str]]) -> Policy:
    """Of witnesses ``w0``, ``w1``, … with these keys and URLs; two are a quorum, or the only one."""
    lines = [f"witness w{index} {verifier.vkey} {url}" for index, (verifier, url) in enumerate(known)]
    group = " ".join(f"w{index}" for index in range(len(known)))
    return Policy.parse("\n".join([*lines, f"group most {min(2, len(known))} {group}", "quorum most", ""]).encode())
