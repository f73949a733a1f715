"""The one signer of a ledger: publishes checkpoints, signed with the log's keys and cosigned by its witnesses.

It signs only what goes on from what it signed before, as its memory outside the database and the witnesses know it.
Otherwise the ledger was put back or rewritten: then nothing is signed or appended until a new origin is declared.
"""

import json
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ledger.errors import Unavailable
from ledger.proof.checkpoint import Checkpoint, SignedCheckpoint
from ledger.proof.cosigning import Cosigners, Prove
from ledger.proof.encoding import ProofError
from ledger.proof.key_files import read_signers
from ledger.proof.keys import Signer, Verifier
from ledger.proof.memory import Memory
from ledger.proof.note import Note
from ledger.proof.policy import Policy
from ledger.proof.proofs import prove_consistency
from ledger.recording import log
from ledger.recording.database import Connection, Database
from ledger.recording.session import Clock, Session, timestamp
from ledger.recording.tables import read_head
from ledger.recording.tail import Tail
from ledger.recording.writer import Writer
from ledger.service.divergence import contradicted, in_force, key_changes
from ledger.settings import SigningFiles

EVERY = 10.0
"""Seconds between checkpoints of a ledger that grows, unless a period is sealed."""
AGAIN = 600.0
"""Seconds after which witnesses cosign anew what has not grown."""
LOOK = 2.0
"""Seconds after which one that is not the signer, or was interrupted, tries again."""
PAUSE = 0.05
"""Seconds it leaves the database alone at least, however often it grows."""
_logger = logging.getLogger("ledger.signing")


@dataclass(frozen=True, slots=True)
class _Ready:
    """What is about to be signed, and by whom."""

    checkpoint: Checkpoint
    signers: Sequence[Signer]


class Publisher:
    """A thread that signs as long as it is the only signer. ``files.keys`` is there."""

    def __init__(self, database: Database, writer: Writer, tail: Tail, files: SigningFiles, clock: Clock) -> None:
        """Unavailable where a file is missing or not what it should be."""
        if files.keys is None or files.memory is None:
            raise Unavailable(reason="to sign, LEDGER_KEY and LEDGER_SIGNER_STATE name files")
        self._database, self._writer, self._tail, self._clock = database, writer, tail, clock
        self._keys, self._memory = files.keys, files.memory
        try:
            read_signers(files.keys)
            self._policy = Policy.parse(files.policy.read_bytes()) if files.policy is not None else None
            self._witnesses = Cosigners(self._policy) if self._policy is not None else None
        except (OSError, ProofError) as error:
            raise Unavailable(reason=str(error)) from error
        self._tried = self._cosigned = float("-inf")
        self._stopped, self._rung = threading.Event(), threading.Event()
        self._said: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="ledger-signer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Sign what is not signed yet, then stop."""
        self._stopped.set()
        self._rung.set()
        self._thread.join()

    def _run(self) -> None:
        with self._tail.followed(self._rung.set):
            while True:
                try:
                    self._sign_alone()
                except Exception as error:  # whatever it is, a ledger that nobody signs any more must be told of
                    self._say("signing-interrupted", f"{type(error).__name__}: {error}")
                if self._stopped.wait(LOOK):
                    return

    def _sign_alone(self) -> None:
        """Sign until it is closed, and then once more; or as long as this is the only signer."""
        with self._database.alone("signing") as alone, Memory.held(self._memory) as memory:
            while memory is not None and memory.in_place() and alone():
                self._rung.clear()
                if self._stopped.wait(PAUSE):
                    self._tried = float("-inf")  # the last events wait for nobody
                    self._work(memory)
                    return
                self._rung.wait(self._work(memory))

    def _work(self, memory: Memory) -> float:
        """Publish if it is time; seconds until it will be, if nothing happens before."""
        with self._database.read() as connection:
            wait = self._wait(connection, memory.last)
            if wait > 0:
                return min(wait, EVERY)
            ready, known = self._ready(connection, memory.last), log.read_divergence(connection)
        self._tried = time.monotonic()
        found = ready if isinstance(ready, str) else self._publish(memory, ready, known)
        if found is not None:
            self._say("log-diverged", found)
        if found != known:
            self._mark(found)
        return EVERY

    def _wait(self, connection: Connection, last: Checkpoint | None) -> float:
        size, published = read_head(connection).size, log.newest_checkpoint(connection)
        if size == 0:
            return EVERY
        signed = last.size if last is not None else 0
        if signed < size and log.sealed_after(connection, signed):
            return 0
        if published is None or published.size != size or log.read_divergence(connection) is not None:
            return self._tried + EVERY - time.monotonic()
        return self._cosigned + AGAIN - time.monotonic() if self._witnesses is not None else EVERY

    def _ready(self, connection: Connection, last: Checkpoint | None) -> _Ready | str:
        """What to sign; or why the ledger contradicts what was signed. Unavailable where no key may sign."""
        head = read_head(connection)
        origin = log.origin_before(connection, head.size)
        reason = contradicted(connection, head, last)
        if reason is not None:
            return reason
        signers = in_force(read_signers(self._keys), origin, key_changes(connection), timestamp(self._clock()))
        if not signers:
            raise Unavailable(reason=f"no key of the key file is named after the origin {origin} and in force")
        if last is None and log.newest_checkpoint(connection) is not None:
            self._say("memory-missing", f"checkpoints were published, but {self._memory} remembers none: begun anew")
        return _Ready(Checkpoint(origin, head.size, head.frontier.root()), signers)

    def _publish(self, memory: Memory, ready: _Ready, known: str | None) -> str | None:
        """Sign, have it cosigned, publish; why the ledger contradicts what the witnesses know, if it does.

        What was ``known`` to contradict it stays until a quorum cosigns: who is silent takes nothing back.
        """
        checkpoint = ready.checkpoint
        if checkpoint != memory.last:
            memory.advance(checkpoint)
        note = checkpoint.note().signed(*ready.signers)
        if self._witnesses is not None:
            answers = self._witnesses.ask(note, checkpoint, self._prove(checkpoint), _verifiers(ready))
            if answers.contradiction is not None:
                return _witnessed(answers.contradiction, checkpoint)
            note = note.joined(answers.signatures)
            if not self._enough(checkpoint, note):
                outcomes = ", ".join(f"{name} {outcome}" for name, outcome in answers.outcomes.items())
                self._say("no-quorum", f"checkpoint of size {checkpoint.size} is not published: {outcomes}")
                return known
            self._cosigned = time.monotonic()
        self._insert(checkpoint, note, ready)
        return None

    def _prove(self, checkpoint: Checkpoint) -> Prove:
        def prove(old: int) -> Sequence[bytes]:
            with self._database.read() as connection:
                return prove_consistency(old, checkpoint.size, log.hash_at(connection, checkpoint.size))

        return prove

    def _enough(self, checkpoint: Checkpoint, note: Note) -> bool:
        """Whether a quorum cosigned; which keys are the log's, the signer knows better than an older policy."""
        assert self._policy is not None
        cosigned = self._policy.cosignatures(SignedCheckpoint(checkpoint, note))
        return self._policy.satisfied({found.verifier for found in cosigned})

    def _insert(self, checkpoint: Checkpoint, note: Note, ready: _Ready) -> None:
        vkeys = "".join(f"{verifier.vkey}\n" for verifier in _verifiers(ready)).encode()
        made = (checkpoint.size, note.to_bytes(), vkeys, timestamp(self._clock()))
        self._writer.submit(lambda session: log.publish(session.connection, *made)).result()
        self._database.announce(checkpoint.size)
        self._said.clear()

    def _mark(self, reason: str | None) -> None:
        def mark(session: Session) -> None:
            log.mark_divergence(session.connection, reason)

        self._writer.submit(mark).result()

    def _say(self, event: str, reason: str) -> None:
        """One JSON object a reason on the log, not one a try, until something is published again."""
        if (said := f"{event} {reason}") not in self._said:
            self._said.add(said)
            at = timestamp(datetime.now(UTC))
            _logger.error(json.dumps({"at": at, "event": event, "reason": reason}, ensure_ascii=False))


def _verifiers(ready: _Ready) -> list[Verifier]:
    return [signer.verifier for signer in ready.signers]


def _witnessed(seen: SignedCheckpoint, checkpoint: Checkpoint) -> str:
    size = seen.checkpoint.size
    return f"a witness holds a checkpoint of size {size} that is not the beginning of these {checkpoint.size} events"
