"""New origins after a loss, and new keys of the log: what an operator does on the ledger's own stream."""

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from ledger.aggregates.founding import KeyChanged, OriginDeclared
from ledger.errors import Invalid, Refusal, Unavailable
from ledger.policy import check_grant
from ledger.proof.checkpoint import Checkpoint, SignedCheckpoint
from ledger.proof.encoding import write_base64
from ledger.proof.key_files import add_key, create_key, read_signers
from ledger.proof.keys import Signer
from ledger.proof.memory import remember, remembered
from ledger.proof.proofs import root_at
from ledger.recording import log
from ledger.recording.session import Receipt, Session, timestamp
from ledger.recording.writer import Writer
from ledger.service.credentials import Caller
from ledger.service.desk import Defaults, Desk
from ledger.service.inputs import validate
from ledger.settings import SigningFiles


class NotDiverged(Refusal):
    """Nothing contradicts the ledger, so there is no ground to declare a new origin."""

    code = "not-diverged"


@dataclass(frozen=True, slots=True)
class Declaration:
    """A new origin, by whom and why."""

    origin: str
    who: str
    why: str


class Origins:
    """The commands of who keeps the ledger; they need its keys beside the right to grant."""

    def __init__(self, writer: Writer, defaults: Defaults, files: SigningFiles) -> None:
        self._writer = writer
        self._defaults = defaults
        self._files = files

    @property
    def keys(self) -> Path:
        """The file of the log's keys; Unavailable where nobody said which."""
        if self._files.keys is None:
            raise Unavailable(reason="name the file of the keys: LEDGER_KEY")
        return self._files.keys

    def create_key(self, caller: Caller) -> Future[Signer]:
        """Make the log's first key, named after its origin, in a new file; a new ledger is founded for it."""
        path = self.keys

        def work(session: Session) -> Signer:
            desk = self._desk(session, caller)
            desk.found()
            signer = Signer.generate(session.structure.origin)
            create_key(path, signer)
            return signer

        return self._writer.submit(work, alone=True)

    def change_key(self, caller: Caller, until: date) -> Future[Signer]:
        """Announce a new key and keep it in the file; those before it sign too until the end of a day."""
        path = self.keys

        def work(session: Session) -> Signer:
            desk = self._desk(session, caller)
            last = datetime.combine(until, time.max, session.registers.time_zone)
            if last < session.clock():
                raise Invalid.at("/until", "day_past")
            signer = Signer.generate(session.structure.origin)
            desk.append("ledger", KeyChanged(vkey=signer.verifier.vkey, until=timestamp(last)))
            add_key(path, signer)
            return signer

        return self._writer.submit(work, alone=True)

    def declare(self, caller: Caller, wanted: Declaration) -> Future[Receipt]:
        """Declare a new origin after a loss, and make its key; NotDiverged where nothing was lost."""
        path = self.keys

        def work(session: Session) -> Receipt:
            desk = self._desk(session, caller)
            if session.diverged is None:
                raise NotDiverged()
            if not session.structure.origins:
                raise Unavailable(reason="the database is empty: put a backup back first")
            declared = self._declared(session, wanted)
            session.diverged = None
            receipt = desk.append("ledger", declared)
            log.mark_divergence(session.connection, None)
            (add_key if path.exists() else create_key)(path, Signer.generate(wanted.origin))
            if self._files.memory is not None:
                size, root = session.head.size, session.head.frontier.root()
                remember(self._files.memory, Checkpoint(wanted.origin, size, root))
            return receipt

        return self._writer.submit(work, alone=True)

    def _declared(self, session: Session, wanted: Declaration) -> OriginDeclared:
        last = remembered(self._files.memory) if self._files.memory is not None else None
        *earlier, old = (origin for _, origin in session.structure.origins)
        used = {*earlier, old, *(signer.name for signer in self._signers()), last.origin if last is not None else old}
        if wanted.origin in used:
            raise Invalid.at("/origin", "repeated")
        signed = last.size if last is not None and last.origin not in earlier else 0
        size, root, signed = self._common(session, signed)
        return validate(
            OriginDeclared,
            {
                "origin": wanted.origin,
                "old_origin": old,
                "common_size": size,
                "common_root": write_base64(root),
                "lost": signed - size,
                "who": wanted.who,
                "why": wanted.why,
            },
        )

    def _signers(self) -> tuple[Signer, ...]:
        return read_signers(self.keys) if self.keys.exists() else ()

    def _common(self, session: Session, signed: int) -> tuple[int, bytes, int]:
        """The size and root of the last checkpoint that still holds, and how much is known to have been signed."""
        hash_at = log.hash_at(session.connection, session.head.size)
        common, root = 0, root_at(0, hash_at)
        for published in log.checkpoints(session.connection, newest_first=True):
            made = SignedCheckpoint.parse(published.note).checkpoint
            signed = max(signed, made.size)
            if made.size <= session.head.size and root_at(made.size, hash_at) == made.root:
                common, root = made.size, made.root
                break
        return common, root, max(signed, common)

    def _desk(self, session: Session, caller: Caller) -> Desk:
        desk = Desk(session, caller, self._defaults)
        check_grant(desk.actor)
        return desk
