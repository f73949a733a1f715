"""The one writer of a process: a thread that works commands in batches inside the write transaction.

For each batch it takes the lock, brings its caches up to the head, works the commands in order, writes events and
views, and commits once; only then are answers given. A refused command writes nothing and spoils no other.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ledger.aggregates.envelope import Recorded
from ledger.assessment.standing import RoundKey
from ledger.errors import Refusal, Unavailable
from ledger.projections.views import refresh
from ledger.proof.tiles import WIDTH
from ledger.proof.tree import Frontier
from ledger.recording.application import LedgerApplication
from ledger.recording.codec import decode
from ledger.recording.database import Connection, Database
from ledger.recording.live import LiveCadres
from ledger.recording.log import keep_tiles
from ledger.recording.session import Clock, Session
from ledger.recording.structure import Structure
from ledger.recording.tables import (
    Head,
    follow,
    move_head,
    read_served_head,
    select_rows,
    stored_state,
    write_views,
)

BATCH = 256
T = TypeVar("T")


class _RollBack(Exception):
    """The transaction ends without a commit, with the answer of a dry run or the refusal of what had appended."""

    def __init__(self, answer: Any = None, refusal: Refusal | None = None) -> None:
        super().__init__()
        self.answer = answer
        self.refusal = refusal


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
        self._database: Database = application.database
        self._jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._reset()
        self._closed = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Session], T], *, alone: bool = False, keep: bool = True) -> Future[T]:
        """Work a command; the future has its answer once it is on disk, or the Refusal that it raised.

        ``alone``: in a transaction of its own, for a command likely to refuse after it has appended something.
        """
        job = _Job(work, alone or not keep, keep)
        with self._lock:
            if self._closed:
                raise Unavailable(reason="the ledger is closing")
            self._jobs.put(job)
        return job.future

    def close(self) -> None:
        """Work what was submitted, then stop."""
        with self._lock:
            self._closed = True
            self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._jobs.get()) is not None:
            for batch in _batches(self._waiting(first)):
                try:
                    self._work(batch)
                except BaseException as error:  # not even undoing worked: begin again from the database
                    self._reset()
                    for job in batch:
                        if not job.future.done():
                            job.future.set_exception(self._reported(error))

    def _waiting(self, job: _Job[Any] | None) -> Iterator[_Job[Any]]:
        """A job and those that wait behind it, as many as one batch takes; cancelled ones are passed over."""
        for _ in range(BATCH):
            if job is not None and job.future.set_running_or_notify_cancel():
                yield job
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job is None:
                self._jobs.put(None)
                return
        if job is not None and job.future.set_running_or_notify_cancel():
            yield job

    def _work(self, batch: list[_Job[Any]]) -> None:
        """Work a batch in one transaction, and answer after it has ended; whatever happens, everybody is answered."""
        session: Session | None = None
        outcomes: list[_Outcome] = []
        grown = False
        try:
            with self._database.write() as connection:
                session = self._open(connection)
                outcomes = [_outcome(job, session, only=len(batch) == 1) for job in batch]
                if session.rows:
                    self._write(connection, session)
            grown = bool(session.rows)
        except _RollBack as ended:
            self._undo(session)
            outcomes = [(ended.answer, ended.refusal)]
        except BaseException as error:
            self._undo(session)
            if session is not None and len(batch) > 1 and not isinstance(error, Unavailable):
                for job in batch:
                    self._work([job])
                return
            outcomes = [(None, self._reported(error))] * len(batch)
        for job, (answer, failure) in zip(batch, outcomes, strict=True):
            if failure is not None:
                job.future.set_exception(failure)
            else:
                job.future.set_result(answer)
        if grown and session is not None:
            self._seen = session.head.frontier
            self._announce(session.position)
        self._cadres.trim()

    def _announce(self, position: int) -> None:
        """Tell other processes; nobody who was answered is concerned if that fails."""
        with suppress(*self._database.errors, Unavailable):
            self._database.announce(position)

    def _reported(self, error: BaseException) -> BaseException:
        """What is told of an unexpected error: the database's are a matter of trying again."""
        return Unavailable(reason=type(error).__name__) if isinstance(error, self._database.errors) else error

    def _open(self, connection: Connection) -> Session:
        head, self._generation, diverged = read_served_head(connection)
        try:
            self._catch_up(connection, head)
        except BaseException:
            self._reset()
            raise
        self._cadres.begin(connection)
        return Session(connection, head, self._structure, self._cadres, self.clock, diverged)

    def _reset(self) -> None:
        """Start with empty caches; the next batch reads them anew."""
        self._structure = Structure()
        self._cadres = LiveCadres(self._structure)
        self._states: dict[tuple[str, str], str] = {}
        self._seen = Frontier()
        self._generation = 0

    def _catch_up(self, connection: Connection, head: Head) -> None:
        """Bring the caches up to what other processes appended; anew if what they hold is no part of it any more."""
        if self._seen == head.frontier:
            return
        self._states.clear()
        if 0 < self._seen.size < head.size:
            for row in select_rows(connection, "position > ? ORDER BY position", self._seen.size):
                self._take_over(decode(row))
                self._seen = self._seen.append(bytes.fromhex(row.leaf))
        if self._seen != head.frontier:
            self._reset()
            follow(connection, self._structure, head.size)
        self._structure.size, self._seen = head.size, head.frontier

    def _take_over(self, recorded: Recorded) -> None:
        self._structure.evolve(recorded)
        if recorded.stream.startswith("cadre:"):
            self._cadres.evolve(recorded, stored=True)

    def _write(self, connection: Connection, session: Session) -> None:
        def known(key: RoundKey) -> str:
            if key not in self._states:
                self._states[key] = stored_state(connection, self._generation, key)
            return self._states[key]

        self.application.recorder.insert_events(session.rows, connection=connection)
        refreshed = refresh(session.moment(), session.touched, known)
        write_views(connection, self._generation, refreshed)
        move_head(connection, session.before, session.head)
        if session.before.size // WIDTH != session.head.size // WIDTH:
            keep_tiles(connection, session.head.size)
        self._states.update(refreshed.states)

    def _undo(self, session: Session | None) -> None:
        """Bring the caches back to what the database holds."""
        self._states.clear()
        if session is None:
            return
        streams = {str(row.originator_id) for row in session.rows}
        self._structure.undo(streams, session.before.size)
        for stream in streams:
            kind, _, rest = stream.partition(":")
            if kind == "cadre":
                self._cadres.forget(rest)


def _batches(jobs: Iterator[_Job[Any]]) -> Iterator[list[_Job[Any]]]:
    """Jobs in order, each that wants to be alone by itself."""
    batch: list[_Job[Any]] = []
    for job in jobs:
        if job.alone and batch:
            yield batch
            batch = []
        batch.append(job)
        if job.alone:
            yield batch
            batch = []
    if batch:
        yield batch


_Outcome = tuple[Any, BaseException | None]


def _outcome(job: _Job[Any], session: Session, *, only: bool) -> _Outcome:
    appended = len(session.rows)
    try:
        answer = job.work(session)
    except Unavailable:
        raise
    except Refusal as refusal:
        if len(session.rows) == appended:
            return None, refusal
        if not only:
            raise RuntimeError("refused after it had appended: the batch is worked one by one") from refusal
        raise _RollBack(refusal=refusal) from refusal
    if not job.keep:
        raise _RollBack(answer)
    return answer, None
