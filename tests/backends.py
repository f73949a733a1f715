"""What tests know of the two databases: which one an address names, and a driver's own connection to each."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest

NewAddress = Callable[[], str]
REFUSED = (sqlite3.IntegrityError, psycopg.errors.RaiseException)
"""What the drivers raise where a trigger refuses."""

sqlite_only = pytest.mark.parametrize("new_address", ["sqlite"], indirect=True)
postgres_only = pytest.mark.parametrize("new_address", ["postgres"], indirect=True)


class Raw(Protocol):
    def execute(self, statement: str, /) -> Any: ...


def is_sqlite(address: str) -> bool:
    return address.startswith("sqlite:///")


def discard(address: str) -> None:
    """Remove a ledger that nobody has open."""
    if is_sqlite(address):
        Path(address.removeprefix("sqlite:///")).unlink()
        return
    with raw(address) as connection:
        connection.execute("SET lock_timeout = '10s'")
        connection.execute(f"DROP SCHEMA {address.rpartition('schema=')[2]} CASCADE")


@contextmanager
def raw(address: str) -> Iterator[Raw]:
    """A connection of the driver's own, that the ledger knows nothing of; every statement commits by itself."""
    if is_sqlite(address):
        with closing(sqlite3.connect(address.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            yield connection
    else:
        server, _, schema = address.rpartition("schema=")
        with psycopg.connect(server.rstrip("?&"), autocommit=True, options=f"-c search_path={schema}") as session:
            yield session
