"""A witness (c2sp.org/tlog-witness): cosigns a log's checkpoints as long as each is the beginning of the next.

Its word is its state file: what it has cosigned stands there, on disk, before the cosignature exists.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from ledger.errors import Unavailable
from ledger.proof.checkpoint import Checkpoint, SignedCheckpoint
from ledger.proof.encoding import BadForm, ProofError, Unproven
from ledger.proof.keys import COSIGNATURE, ED25519, Signer, Verifier
from ledger.proof.note import Note
from ledger.proof.proofs import check_consistency
from ledger.proof.tlog_witness import AddCheckpoint, origin_hash
from ledger.proof.tree import EMPTY_ROOT

_LOCK_SECONDS = 10.0
_SCHEMA = """CREATE TABLE IF NOT EXISTS latest (
    origin_hash TEXT PRIMARY KEY, note BLOB NOT NULL, moment INTEGER NOT NULL
) STRICT"""


class UnknownLog(ProofError):
    """The checkpoint is of a log that this witness does not watch."""


class NotSigned(ProofError):
    """No trusted key of the log signed the checkpoint, or a signature of one is wrong."""


class Inconsistent(ProofError):
    """What was cosigned last is not shown to be the beginning of the checkpoint."""


class AnotherSize(ProofError):
    """The proof does not begin at the size cosigned last, which is ``size``."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the proof must begin at {size}")
        self.size = size


class Witness:
    """One cosignature key, the logs it watches, and its state file. For any number of threads and processes."""

    def __init__(
        self, signer: Signer, logs: Sequence[Verifier], state: Path, clock: Callable[[], float] = time.time
    ) -> None:
        """``clock`` gives seconds of the epoch. BadForm for keys of other types, Unavailable without the file."""
        if signer.type != COSIGNATURE:
            raise BadForm("a witness signs with a key of type 0x04")
        if any(log.type != ED25519 for log in logs):
            raise BadForm("a log signs with a key of type 0x01")
        self._signer = signer
        self._logs = tuple(logs)
        self._clock = clock
        self._lock = threading.Lock()
        self._connection = _open(state)

    @property
    def vkey(self) -> str:
        return self._signer.verifier.vkey

    def add_checkpoint(self, body: bytes) -> bytes:
        """The cosignature line for a request; stored and on disk before it is made.

        Raises, in this order, BadForm, UnknownLog, NotSigned, BadForm (the old size is larger), AnotherSize and
        Inconsistent; Unavailable if the state cannot be kept.
        """
        request = AddCheckpoint.parse(body)
        checkpoint, note = request.signed.checkpoint, self._signed_by_log(request.signed)
        if request.old > checkpoint.size:
            raise BadForm("the old size is larger than the checkpoint's")
        moment = self._store(request, note)
        return str(self._cosigned(note, moment).signatures[-1]).encode()

    def last_checkpoint(self, origin_hash: str) -> bytes | None:
        """The note cosigned last of a log, with the log's signatures and the witness's own; None if there is none."""
        query = "SELECT note, moment FROM latest WHERE origin_hash = ?"
        with self._transaction("BEGIN") as connection:
            found = connection.execute(query, (origin_hash,)).fetchone()
        return self._cosigned(Note.parse(found[0]), found[1]).to_bytes() if found else None

    def _signed_by_log(self, signed: SignedCheckpoint) -> Note:
        """The note with the verified signatures of its log alone."""
        if signed.checkpoint.origin not in {log.name for log in self._logs}:
            raise UnknownLog("this log is not known here")
        try:
            keys = {(found.verifier.name, found.verifier.id) for found in signed.verify(self._logs)}
        except Unproven as error:
            raise NotSigned(str(error)) from error
        own = dict.fromkeys(made for made in signed.note.signatures if (made.name, made.id) in keys)
        return Note(signed.note.text, tuple(own))

    def _store(self, request: AddCheckpoint, note: Note) -> int:
        """Compare with what was cosigned last and store in one transaction; the time of the cosignature to make."""
        checkpoint = request.signed.checkpoint
        key = origin_hash(checkpoint.origin)
        with self._transaction("BEGIN IMMEDIATE") as connection:
            row = connection.execute("SELECT note FROM latest WHERE origin_hash = ?", (key,)).fetchone()
            _check_growth(request, SignedCheckpoint.parse(row[0]).checkpoint if row else None)
            moment = int(self._clock())  # under the lock, so that a later time never goes to a smaller tree
            connection.execute("INSERT OR REPLACE INTO latest VALUES (?, ?, ?)", (key, note.to_bytes(), moment))
        return moment

    def _cosigned(self, note: Note, moment: int) -> Note:
        return note.signed(self._signer, moment=moment)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        """Committed, and synchronised to disk, when the block ends; rolled back if it raises."""
        with self._lock:
            try:
                self._connection.execute(begin)
                try:
                    yield self._connection
                    self._connection.execute("COMMIT")
                finally:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise Unavailable(reason="the state of the witness cannot be kept") from error

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _check_growth(request: AddCheckpoint, last: Checkpoint | None) -> None:
    size, root = (last.size, last.root) if last is not None else (0, EMPTY_ROOT)
    new = request.signed.checkpoint
    if request.old != size:
        raise AnotherSize(size)
    try:
        check_consistency(size, new.size, root, new.root, request.proof)
    except Unproven as error:
        raise Inconsistent(str(error)) from error


def _open(state: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(state, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False)
        # with a rollback journal, anything less may bring the state before a commit back after a loss of power
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute(_SCHEMA)
    except sqlite3.Error as error:
        raise Unavailable(reason=f"the state of the witness: {error}") from error
    return connection
