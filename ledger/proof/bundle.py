"""A bundle: a whole ledger as files that prove themselves, made from its database in one pass in little memory.

An excerpt is one of a single cadre: ``entries/<index>`` and ``proofs/<index>`` (tlog-proofs) instead of the tiles and
of earlier checkpoints, which cannot be held against single entries.

``checkpoint``, ``checkpoints/<size>[.<n>]`` (earlier ones), ``tile/…``, ``tile/entries/…``, ``vkey`` (one a line),
``policy``, ``verify.py``. Entries and leaf hashes are written as they are stored, without being checked against each
other: that is what ``verify.py`` is for. ``checkpoint`` comes last, so that a bundle that has one is whole.
"""

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ledger.errors import Refusal, Unavailable
from ledger.proof import verify
from ledger.proof.checkpoint import SignedCheckpoint
from ledger.proof.log_files import LogFiles
from ledger.proof.tlog_proof import TlogProof
from ledger.recording.database import Connection
from ledger.recording.log import hash_at as hash_at_size
from ledger.recording.log import origin_before, rows_between, with_origins
from ledger.recording.tables import select_rows


class Missing(Refusal):
    """The database lacks an event that its checkpoint covers: it is not the ledger that was signed."""

    code = "log-diverged"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What goes into a bundle beside the log: notes and files as their bytes."""

    checkpoint: bytes
    vkeys: bytes
    policy: bytes | None = None
    earlier: Iterable[bytes] = ()


def write_bundle(connection: Connection, directory: Path, evidence: Evidence) -> int:
    """Write the log up to the checkpoint; answers its size. Missing, or Unavailable if the directory is not empty."""
    _begin(directory)
    size = SignedCheckpoint.parse(evidence.checkpoint).checkpoint.size
    files = LogFiles(directory)
    for row, origin in with_origins(rows_between(connection, 0, size)):
        if row.position != files.size + 1:
            break
        files.append(row.entry(origin), bytes.fromhex(row.leaf))
    if files.size < size:
        raise Missing(position=files.size + 1)
    files.close()
    _write_evidence(directory, evidence)
    return size


def write_excerpt(connection: Connection, directory: Path, evidence: Evidence, cadre: str) -> int:
    """Write one cadre's events up to the checkpoint, each with its proof; answers how many there are."""
    _begin(directory)
    size = SignedCheckpoint.parse(evidence.checkpoint).checkpoint.size
    hash_at, written = hash_at_size(connection, size), 0
    for folder in ("entries", "proofs"):
        (directory / folder).mkdir()
    for row in select_rows(connection, "stream = ? AND position <= ? ORDER BY version", f"cadre:{cadre}", size):
        index = row.position - 1
        (directory / "entries" / str(index)).write_bytes(row.entry(origin_before(connection, index)))
        proof = TlogProof.make(index, evidence.checkpoint, hash_at)
        (directory / "proofs" / str(index)).write_bytes(proof.to_bytes())
        written += 1
    _write_evidence(directory, replace(evidence, earlier=()))
    return written


def _begin(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise Unavailable(reason="a bundle is written into an empty directory")


def _write_evidence(directory: Path, evidence: Evidence) -> None:
    (directory / "vkey").write_bytes(evidence.vkeys)
    if evidence.policy is not None:
        (directory / "policy").write_bytes(evidence.policy)
    written: Counter[int] = Counter()
    for note in evidence.earlier:
        size = SignedCheckpoint.parse(note).checkpoint.size
        written[size] += 1
        name = f"{size}" if written[size] == 1 else f"{size}.{written[size]}"
        (directory / "checkpoints").mkdir(exist_ok=True)
        (directory / "checkpoints" / name).write_bytes(note)
    shutil.copyfile(verify.__file__, directory / "verify.py")
    (directory / "checkpoint").write_bytes(evidence.checkpoint)
