"""The ledger as its users reach it: commands, queries and the feed over one database."""

from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from time import monotonic
from types import TracebackType
from typing import Self

from ledger.aggregates.founding import Founded
from ledger.errors import Refusal
from ledger.policy import Actor
from ledger.proof.cosigning import PATIENCE
from ledger.recording.application import LedgerApplication
from ledger.recording.log import keep_tiles, mark_divergence
from ledger.recording.opening import check_served, open_database
from ledger.recording.reader import Reader
from ledger.recording.rebuilding import drop_leftovers
from ledger.recording.session import Clock, Receipt, Session
from ledger.recording.tail import Tail
from ledger.recording.writer import Writer
from ledger.service.appending import Appending
from ledger.service.changes import Changes
from ledger.service.checking import Checking
from ledger.service.checkpoints import Checkpoints
from ledger.service.consultations import Consultations
from ledger.service.credentials import Caller
from ledger.service.desk import Defaults, Desk
from ledger.service.divergence import found_on_opening
from ledger.service.drafts import Drafts
from ledger.service.feed import Feed
from ledger.service.log import Log
from ledger.service.origins import Origins
from ledger.service.principals import Principals
from ledger.service.queries import Queries
from ledger.service.rounds import Rounds
from ledger.service.sheets import Sheets
from ledger.service.sign_ins import SignIns
from ledger.service.signing import EVERY, Publisher
from ledger.service.worklists import Worklists
from ledger.settings import SigningFiles, beside, default_origin


class AlreadyFounded(Refusal):
    """The ledger is there already; its origin and time zone are fixed for good."""

    code = "already-founded"


def system_clock() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """Open one with ``with Ledger(address) as ledger``; a path is an SQLite file. Safe to use from many threads."""

    def __init__(
        self,
        address: str | Path,
        clock: Clock = system_clock,
        defaults: Defaults | None = None,
        signing: SigningFiles | None = None,
    ) -> None:
        """``signing``: the files of the signer, by default those beside a ledger in a file."""
        self.clock = clock
        self._files = signing or beside(address)
        self.defaults = defaults or Defaults(default_origin(), "考核台账", "Asia/Shanghai")
        database = open_database(address)
        try:
            check_served(database)
        except BaseException:
            database.close()
            raise
        self._application = LedgerApplication(database)
        self._writer = Writer(self._application, clock)
        reader = Reader(self._application.database, clock)
        self.appending = Appending(self._writer, self.defaults)
        self.rounds = Rounds(self._writer, self.defaults)
        self.consultations = Consultations(self._writer, self.defaults)
        self.principals = Principals(self._writer, self.defaults)
        self.sign_ins = SignIns(self._writer, reader, clock)
        self.queries = Queries(reader, clock)
        self.worklists = Worklists(self.queries)
        self.sheets = Sheets(self.queries)
        self.drafts = Drafts(self.queries)
        self.tail = Tail(database)
        self.feed = Feed(self.queries, self.tail)
        self.changes = Changes(self.queries)
        self.log = Log(database, self.queries)
        self.checkpoints = Checkpoints(self.queries, self.feed, self.log, self._files)
        self.checking = Checking(self.queries, str(address), self._files, clock)
        self.origins = Origins(self._writer, self.defaults, self._files)
        self._publisher: Publisher | None = None
        try:
            self._remember()
        except BaseException:
            self.close()
            raise

    def _remember(self) -> None:
        """Refuse to append to what the signer's memory, or a checkpoint that is kept, contradicts."""
        with self._application.database.read() as connection:
            reason = found_on_opening(connection, self._files.memory)
        if reason is not None:
            self._writer.submit(lambda session: mark_divergence(session.connection, reason)).result()

    def start_signing(self) -> None:
        """Publish checkpoints until the ledger is closed, if its keys are there; Unavailable if they should be."""
        keys = self._files.keys
        if self._files.signs and keys is not None and (self._files.required or keys.exists()):
            self._publisher = Publisher(self._application.database, self._writer, self.tail, self._files, self.clock)

    def found(self, caller: Caller, founded: Founded) -> Future[Receipt]:
        """Found the ledger; AlreadyFounded if it was."""

        def work(session: Session) -> Receipt:
            desk = Desk(session, caller, self.defaults)
            if session.position > 0:
                raise AlreadyFounded()
            return desk.append("ledger", founded)

        return self._writer.submit(work)

    def export_bundle(self, caller: Caller, directory: Path, cadre: str | None = None) -> tuple[int, int]:
        """Write a bundle, of one cadre or of everything, after signing what is not signed yet; its events and size."""
        if self._publisher is None:
            self.start_signing()
        if self._publisher is not None:
            self._publisher.close()
            self._publisher = None
            self._await_signer()
        policy = self._files.policy.read_bytes() if self._files.policy is not None else None
        return self.log.export(caller, directory, policy, cadre)

    def _await_signer(self) -> None:
        """Give another process that signs the time to cover what is there."""
        position, until, rung = self.queries.position(), monotonic() + EVERY + PATIENCE, Event()
        with self.tail.followed(rung.set):
            while (left := until - monotonic()) > 0:
                rung.clear()
                if self.log.proof(position) is not None:
                    return
                rung.wait(left)

    def tidy(self) -> None:
        """Drop what a rebuild of the views that was broken off has left, and make the tiles of an older ledger."""
        drop_leftovers(self._application.database)
        self._writer.submit(lambda session: keep_tiles(session.connection, session.head.size)).result()

    def close(self) -> None:
        """Finish what was submitted and let go of the database."""
        if self._publisher is not None:
            self._publisher.close()
        self.checking.close()
        self.tail.close()
        self._writer.close()
        self._application.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def local_caller(user: str, correlation_id: str) -> Caller:
    """Whoever runs the command line where no token is set: may found the ledger and grant access, no more."""
    return Caller(correlation_id, local=Actor(f"local:{user}", "admin"))
