"""Looking inside: the writer of a ledger, the stored rows, and everything a database holds."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from typing import TypeVar

from ledger.projections.views import VIEWS
from ledger.recording.application import LedgerApplication
from ledger.recording.codec import StoredRow
from ledger.recording.database import Connection
from ledger.recording.opening import open_database
from ledger.recording.session import Session
from ledger.recording.tables import select_rows
from ledger.service.ledger import Ledger

T = TypeVar("T")
TABLES = ("events", "head", *VIEWS)


def submit(ledger: Ledger, work: Callable[[Session], T], *, alone: bool = False, keep: bool = True) -> Future[T]:
    """Work in the write transaction of a ledger, as its commands do."""
    return ledger._writer.submit(work, alone=alone, keep=keep)


def application(ledger: Ledger) -> LedgerApplication:
    return ledger._application


@contextmanager
def opened(address: str) -> Iterator[Connection]:
    """One moment of a database, read on a connection of our own; opening it waits for a writer to finish."""
    with closing(open_database(address)) as database, database.read() as connection:
        yield connection


def stored(address: str) -> list[StoredRow]:
    """All events in order of position."""
    with opened(address) as connection:
        return stored_in(connection)


def stored_in(connection: Connection) -> list[StoredRow]:
    return list(select_rows(connection, "1 = 1 ORDER BY position"))


def contents(address: str) -> dict[str, str]:
    """A digest of each table's rows: two equal ones hold the same."""
    found = {}
    with opened(address) as connection:
        for table in TABLES:
            digest = hashlib.sha256()
            for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1"):
                digest.update(repr(row).encode())
            found[table] = digest.hexdigest()
    return found
