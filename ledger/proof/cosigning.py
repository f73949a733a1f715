"""Asking witnesses to cosign a checkpoint (c2sp.org/tlog-witness), all at once and none for longer than some seconds.

What a witness says is believed only as far as keys prove it: a cosignature by the witness's own, a contradiction by a
checkpoint that the log itself signed.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from types import MappingProxyType
from urllib.parse import SplitResult, urlsplit

from ledger.proof.checkpoint import Checkpoint, SignedCheckpoint
from ledger.proof.encoding import BadForm, ProofError, Unproven
from ledger.proof.keys import Verifier
from ledger.proof.note import Note, Signature
from ledger.proof.policy import Policy
from ledger.proof.proofs import check_consistency
from ledger.proof.tlog_witness import ADD_CHECKPOINT, AddCheckpoint, checkpoint_path, read_size

PATIENCE = 4.0
"""Seconds that all witnesses together have for their answers."""
MOST_BYTES = 64 * 1024
"""No answer is larger."""

COSIGNED, UNREACHABLE, INVALID, CONTRADICTS = "cosigned", "unreachable", "invalid", "contradicts"
"""Outcomes; the others are ``refused(<status>)``. ``invalid`` is an answer that is not what a witness may answer."""

Prove = Callable[[int], Sequence[bytes]]
"""The consistency proof from an older size to the checkpoint's. Called from several threads."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the witnesses made of a checkpoint; ``outcomes`` by their names in the policy.

    ``contradiction`` is a checkpoint that the log signed and that is not the beginning of the one asked about.
    """

    signatures: tuple[Signature, ...]
    contradiction: SignedCheckpoint | None
    outcomes: Mapping[str, str]


class Cosigners:
    """The witnesses of a policy that have a URL, and the size each has cosigned last. For one thread."""

    def __init__(self, policy: Policy, patience: float = PATIENCE) -> None:
        """BadForm where a URL is neither of http nor of https."""
        self._witnesses = [
            _Witness(name.decode("utf-8", "backslashreplace"), known.verifier, _split(known.url), patience)
            for name, known in policy.witnesses.items()
            if known.url is not None
        ]
        self._asking: dict[str, _Asking] = {}
        self._patience = patience

    def ask(self, note: Note, checkpoint: Checkpoint, prove: Prove, logs: Sequence[Verifier]) -> Answers:
        """Ask all for their cosignatures of the signed note. ``logs`` are the keys of the log itself.

        A witness that has not answered the last time yet counts as unreachable. Raises what ``prove`` raises.
        """
        question = _Question(SignedCheckpoint(checkpoint, note), prove, logs)
        busy = {name for name, asking in self._asking.items() if asking.is_alive()}
        begun = {w.name: _Asking(w, question) for w in self._witnesses if w.name not in busy}
        self._asking |= begun
        deadline = time.monotonic() + self._patience
        for asking in begun.values():
            asking.start()
        for asking in begun.values():
            asking.join(max(0.0, deadline - time.monotonic()))
        answers = {name: asking.answer() for name, asking in begun.items()}
        contradictions = [answer.contradiction for answer in answers.values() if answer.contradiction is not None]
        return Answers(
            tuple(answer.cosignature for answer in answers.values() if answer.cosignature is not None),
            max(contradictions, key=lambda signed: signed.checkpoint.size, default=None),
            MappingProxyType(
                {w.name: answers[w.name].outcome if w.name in answers else UNREACHABLE for w in self._witnesses}
            ),
        )


@dataclass(frozen=True, slots=True)
class _Question:
    """What all witnesses are asked."""

    signed: SignedCheckpoint
    prove: Prove
    logs: Sequence[Verifier]

    def contradicted(self, seen: SignedCheckpoint) -> bool:
        """Whether the log signed what is seen, and that is not the beginning of what is asked about."""
        ours, theirs = self.signed.checkpoint, seen.checkpoint
        if theirs.origin != ours.origin or not _holds(lambda: seen.verify(self.logs)):
            return False
        if theirs.size > ours.size:
            return True
        proof = self.prove(theirs.size)
        return not _holds(lambda: check_consistency(theirs.size, ours.size, theirs.root, ours.root, proof))


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one witness made of the question."""

    outcome: str
    cosignature: Signature | None = None
    contradiction: SignedCheckpoint | None = None


class _Ended(Exception):
    """The conversation is over without a cosignature."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.answer = _Answer(outcome)


class _Asking(threading.Thread):
    """One witness asked one question, in a thread that a process need not wait for."""

    def __init__(self, witness: "_Witness", question: _Question) -> None:
        super().__init__(daemon=True)
        self._witness, self._question = witness, question
        self._answer = _Answer(UNREACHABLE)
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._answer = self._witness.ask(self._question)
        except _Ended as ended:
            self._answer = ended.answer
        except BaseException as error:
            self._error = error

    def answer(self) -> _Answer:
        """As far as it has come; raises what the question's proof raised."""
        if self._error is not None:
            raise self._error
        return self._answer


class _Witness:
    """One witness: where it is reached, and the size it has cosigned last."""

    def __init__(self, name: str, verifier: Verifier, url: SplitResult, patience: float) -> None:
        self.name = name
        self._verifier = verifier
        self._url = url
        self._patience = patience
        self._size = 0

    def ask(self, question: _Question) -> _Answer:
        """Raises _Ended where the witness gives no cosignature and nothing is wrong with the log."""
        kind = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        with closing(kind(self._url.hostname or "", self._url.port, timeout=self._patience)) as connection:
            status, body = self._add_checkpoint(connection, question)
            if status == 200:
                cosignature = self._cosignature(question.signed.note, body)
                self._size = question.signed.checkpoint.size
                return _Answer(COSIGNED, cosignature)
            if status in (409, 422):
                seen = self._last_checkpoint(connection, question.signed.checkpoint.origin)
                if seen is not None and question.contradicted(seen):
                    return _Answer(CONTRADICTS, contradiction=seen)
        return _Answer(f"refused({status})")

    def _add_checkpoint(self, connection: HTTPConnection, question: _Question) -> tuple[int, bytes]:
        """The answer; after a 409 that to the same request from the size that the witness names."""
        size = question.signed.checkpoint.size
        old = self._size if self._size <= size else 0
        status, body = self._request(connection, question, old)
        if status != 409:
            return status, body
        try:
            old = read_size(body)
        except BadForm as error:
            raise _Ended(INVALID) from error
        return self._request(connection, question, old) if old <= size else (status, body)

    def _request(self, connection: HTTPConnection, question: _Question, old: int) -> tuple[int, bytes]:
        request = AddCheckpoint(old, tuple(question.prove(old)), question.signed)
        return self._exchange(connection, "POST", ADD_CHECKPOINT, request.to_bytes())

    def _last_checkpoint(self, connection: HTTPConnection, origin: str) -> SignedCheckpoint | None:
        """What the witness serves as such; None if it does not."""
        try:
            status, body = self._exchange(connection, "GET", checkpoint_path(origin))
            return SignedCheckpoint.parse(body) if status == 200 else None
        except (_Ended, BadForm):
            return None

    def _exchange(
        self, connection: HTTPConnection, method: str, path: str, body: bytes | None = None
    ) -> tuple[int, bytes]:
        """Status and body; a redirect is an answer like any other."""
        try:
            connection.request(method, f"{self._url.path.rstrip('/')}/{path}", body)
            answer = connection.getresponse()
            octets = answer.read(MOST_BYTES + 1)
        except (OSError, HTTPException, ValueError) as error:
            raise _Ended(UNREACHABLE) from error
        if len(octets) > MOST_BYTES:
            raise _Ended(INVALID)
        return answer.status, octets

    def _cosignature(self, note: Note, body: bytes) -> Signature:
        """That of this witness among the lines it answered, verified; lines of other keys are passed over."""
        own = (self._verifier.name, self._verifier.id)
        try:
            given = Note.parse(note.text.encode() + b"\n" + body).signatures
            cosignature = next(made for made in given if (made.name, made.id) == own)
            self._verifier.verify(note.text, cosignature.signature)
        except (ProofError, StopIteration) as error:
            raise _Ended(INVALID) from error
        return cosignature


def _holds(check: Callable[[], object]) -> bool:
    try:
        check()
    except Unproven:
        return False
    return True


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return parts
    except ValueError as error:
        raise BadForm(f"not a URL: {error}") from error
    raise BadForm("a witness is reached by http or https")
