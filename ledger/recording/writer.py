"""The one writer of a process: a thread that works commands in batches inside the write transaction.

For each batch it takes the lock, brings its caches up to the head, works the commands in order, writes events and
views, and commits once; only then are answers given. A refused command writes nothing and spoils no other.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ledger.aggregates.envelope import Recorded
from ledger.errors import Refusal, Unavailable
from ledger.projections.views import refresh
from ledger.recording.application import LedgerApplication
from ledger.recording.codec import decode
from ledger.recording.live import LiveCadres
from ledger.recording.session import Clock, Session
from ledger.recording.sqlite import SQLiteDatabase
from ledger.recording.structure import Structure
from ledger.recording.tables import Head, move_head, read_head, select_rows, select_structural, select_view, write_views

BATCH = 256
T = TypeVar("T")


class _RollBack(Exception):
    """The batch ends without a commit: a dry run, or a refusal after something was appended."""


@dataclass
class _Job(Generic[T]):
    """``alone``: in a transaction of its own. ``keep`` False: rolled back after it was worked (a dry run)."""

    work: Callable[[Session], T]
    alone: bool
    keep: bool
    future: Future[T] = field(default_factory=Future)


class Writer:
    """Submit commands from any thread; they are decided in order, under the write lock of the whole ledger."""

    def __init__(self, application: LedgerApplication, clock: Clock) -> None:
        self.application = application
        self.clock = clock
        self._database: SQLiteDatabase = application.database
        self._jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._reset()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Session], T], *, alone: bool = False, keep: bool = True) -> Future[T]:
        """Work a command; the future has its answer once it is on disk, or the Refusal that it raised.

        A command that may refuse after it has appended something must run ``alone``.
        """
        if self._closed:
            raise Unavailable(reason="the ledger is closing")
        job = _Job(work, alone or not keep, keep)
        self._jobs.put(job)
        return job.future

    def close(self) -> None:
        """Work what was submitted, then stop."""
        self._closed = True
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        waiting: _Job[Any] | None = None
        while True:
            job = waiting or self._jobs.get()
            if job is None:
                return
            batch, waiting, last = self._fill(job)
            self._work(batch)
            if last:
                return

    def _fill(self, first: _Job[Any]) -> tuple[list[_Job[Any]], _Job[Any] | None, bool]:
        """A batch that begins with a job, the job that did not fit into it, and whether to stop after it."""
        batch = [first]
        while len(batch) < BATCH and not first.alone:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return batch, None, True
            if job.alone:
                return batch, job, False
            batch.append(job)
        return batch, None, False

    def _work(self, batch: list[_Job[Any]]) -> None:
        answers: list[tuple[_Job[Any], Any, Refusal | None]] = []
        session: Session | None = None
        try:
            with self._database.write() as connection:
                session = self._open(connection)
                for job in batch:
                    answers.append(_answer(job, session))
                if session.rows:
                    self._write(connection, session)
        except _RollBack:
            self._undo(session)
        except BaseException as error:
            self._undo(session)
            self._recover(batch, error)
            return
        for job, answer, refusal in answers:
            if refusal is not None:
                job.future.set_exception(refusal)
            else:
                job.future.set_result(answer)
        self._cadres.trim()

    def _recover(self, batch: list[_Job[Any]], error: BaseException) -> None:
        """After an unexpected error the commands run one by one; one that fails alone gets the error."""
        if len(batch) > 1:
            for job in batch:
                self._work([job])
        elif isinstance(error, sqlite3.Error):
            batch[0].future.set_exception(Unavailable(reason=type(error).__name__))
        else:
            batch[0].future.set_exception(error)

    def _open(self, connection: sqlite3.Connection) -> Session:
        head = read_head(connection)
        self._catch_up(connection, head)
        return Session(connection, head, self._structure, self._cadres, self.clock)

    def _reset(self) -> None:
        """Start with empty caches; the next batch reads them anew."""
        self._structure = Structure()
        self._cadres = LiveCadres(self.application, self._structure)
        self._states: dict[tuple[str, str], str] = {}

    def _catch_up(self, connection: sqlite3.Connection, head: Head) -> None:
        """Bring the caches up to what other processes appended."""
        if self._structure.size == head.size:
            return
        self._states.clear()
        if self._structure.size > head.size:
            self._reset()
        if self._structure.size == 0:
            for row in select_structural(connection, 0, head.size):
                self._structure.evolve(decode(row))
        else:
            for row in select_rows(connection, "position > ? ORDER BY position", self._structure.size):
                self._take_over(decode(row))
        self._structure.size = head.size

    def _take_over(self, recorded: Recorded) -> None:
        self._structure.evolve(recorded)
        if recorded.stream.startswith("cadre:"):
            self._cadres.evolve(recorded, load=False)

    def _write(self, connection: sqlite3.Connection, session: Session) -> None:
        def known(key: tuple[str, str]) -> str | None:
            if key not in self._states:
                row = next(select_view(connection, "rounds", "key = ?", "/".join(key)), None)
                self._states[key] = row["state"] if row is not None else ""
            return self._states[key]

        self.application.recorder.insert_events(session.rows, connection=connection)
        refreshed = refresh(session.moment(), session.touched, session.registers.groups(), known)
        write_views(connection, refreshed)
        move_head(connection, session.before, session.head)
        self._states.update(refreshed.states)

    def _undo(self, session: Session | None) -> None:
        """Bring the caches back to what the database holds."""
        self._states.clear()
        if session is None:
            self._reset()
            return
        streams = {str(row.originator_id) for row in session.rows}
        self._structure.undo(streams, session.before.size)
        for stream in streams:
            kind, _, rest = stream.partition(":")
            if kind == "cadre":
                self._cadres.forget(rest)


def _answer(job: _Job[Any], session: Session) -> tuple[_Job[Any], Any, Refusal | None]:
    appended = len(session.rows)
    try:
        answer = job.work(session)
    except Refusal as refusal:
        if len(session.rows) == appended:
            return job, None, refusal
        if not job.alone:
            raise RuntimeError("a command that was not alone was refused after it had appended") from refusal
        job.future.set_exception(refusal)
        raise _RollBack from refusal
    if not job.keep:
        job.future.set_result(answer)
        raise _RollBack
    return job, answer, None
