"""The ledger as its users reach it: commands, queries and the feed over one database."""

from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from ledger.aggregates.founding import Founded
from ledger.errors import Refusal
from ledger.policy import Actor
from ledger.recording.application import LedgerApplication
from ledger.recording.opening import check_served, open_database
from ledger.recording.reader import Reader
from ledger.recording.rebuilding import drop_leftovers
from ledger.recording.session import Clock, Receipt, Session
from ledger.recording.tail import Tail
from ledger.recording.writer import Writer
from ledger.service.appending import Appending
from ledger.service.changes import Changes
from ledger.service.consultations import Consultations
from ledger.service.credentials import Caller
from ledger.service.desk import Defaults, Desk
from ledger.service.feed import Feed
from ledger.service.principals import Principals
from ledger.service.queries import Queries
from ledger.service.rounds import Rounds
from ledger.service.worklists import Worklists
from ledger.settings import default_origin


class AlreadyFounded(Refusal):
    """The ledger is there already; its origin and time zone are fixed for good."""

    code = "already-founded"


def system_clock() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """Open one with ``with Ledger(address) as ledger``; a path is an SQLite file. Safe to use from many threads."""

    def __init__(self, address: str | Path, clock: Clock = system_clock, defaults: Defaults | None = None) -> None:
        self.clock = clock
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
        self.queries = Queries(reader, clock)
        self.worklists = Worklists(self.queries)
        self.tail = Tail(database)
        self.feed = Feed(self.queries, self.tail)
        self.changes = Changes(self.queries)

    def found(self, caller: Caller, founded: Founded) -> Future[Receipt]:
        """Found the ledger; AlreadyFounded if it was."""

        def work(session: Session) -> Receipt:
            desk = Desk(session, caller, self.defaults)
            if session.position > 0:
                raise AlreadyFounded()
            return desk.append("ledger", founded)

        return self._writer.submit(work)

    def tidy(self) -> None:
        """Drop what a rebuild of the views that was broken off has left."""
        drop_leftovers(self._application.database)

    def close(self) -> None:
        """Finish what was submitted and let go of the database."""
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
