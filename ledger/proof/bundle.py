"""A bundle: a whole ledger as files that prove themselves, made from its database in one pass in little memory.

``checkpoint``, ``checkpoints/<size>[.<n>]`` (earlier ones), ``tile/…``, ``tile/entries/…``, ``vkey`` (one a line),
``policy``, ``verify.py``. Entries and leaf hashes are written as they are stored, without being checked against each
other: that is what ``verify.py`` is for. ``checkpoint`` comes last, so that a bundle that has one is whole.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ledger.errors import Refusal, Unavailable
from ledger.proof import verify
from ledger.proof.checkpoint import SignedCheckpoint
from ledger.proof.log_files import LogFiles
from ledger.recording.codec import StoredRow
from ledger.recording.database import Connection
from ledger.recording.tables import select_rows

PAGE = 1_024


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
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise Unavailable(reason="a bundle is written into an empty directory")
    size = SignedCheckpoint.parse(evidence.checkpoint).checkpoint.size
    files = LogFiles(directory)
    for row, origin in with_origins(_rows(connection, size)):
        if row.position != files.size + 1:
            break
        files.append(row.entry(origin), bytes.fromhex(row.leaf))
    if files.size < size:
        raise Missing(position=files.size + 1)
    files.close()
    _write_evidence(directory, evidence)
    return size


def with_origins(rows: Iterable[StoredRow]) -> Iterator[tuple[StoredRow, str]]:
    """Rows from position 1 on, each with the origin in force: an event that names the origin stands under it itself."""
    origin = ""
    for row in rows:
        if row.topic in ("founded", "origin_declared") and row.originator_id == "ledger":
            origin = str(json.loads(row.state)["data"]["origin"])
        yield row, origin


def _rows(connection: Connection, size: int) -> Iterator[StoredRow]:
    at = 0
    while at < size:
        page = list(
            select_rows(connection, "position > ? AND position <= ? ORDER BY position", at, min(at + PAGE, size))
        )
        yield from page
        if not page:
            return
        at = page[-1].position


def _write_evidence(directory: Path, evidence: Evidence) -> None:
    (directory / "vkey").write_bytes(evidence.vkeys)
    if evidence.policy is not None:
        (directory / "policy").write_bytes(evidence.policy)
    (directory / "checkpoints").mkdir()
    written: Counter[int] = Counter()
    for note in evidence.earlier:
        size = SignedCheckpoint.parse(note).checkpoint.size
        written[size] += 1
        name = f"{size}" if written[size] == 1 else f"{size}.{written[size]}"
        (directory / "checkpoints" / name).write_bytes(note)
    shutil.copyfile(verify.__file__, directory / "verify.py")
    (directory / "checkpoint").write_bytes(evidence.checkpoint)
