"""What the tables of the views hold, byte for byte, and making and comparing them as the command does."""

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from ledger.projections.views import VIEWS
from ledger.recording.codec import decode
from ledger.recording.comparing import compare
from ledger.recording.database import view_table
from ledger.recording.rebuilding import rebuild
from tests.backends import raw
from tests.properties.recompute import Fold
from tests.recording.inside import opened, stored_in

SQLITE_RELATIONS = "SELECT name FROM sqlite_master"
POSTGRES_RELATIONS = "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
Rows = dict[str, list[tuple[Any, ...]]]


def silent(done: int, of: int) -> None:
    """Nobody is told."""


def rebuilt(address: str, workers: int = 1, report: Callable[[int, int], None] = silent) -> int:
    """Make the views anew; the position they hold."""
    return rebuild(address, workers, report)


def differences(address: str, workers: int = 1) -> list[tuple[str, str, str]]:
    """View, key and what of each row that is not what the events make of it."""
    return sorted((found.view, found.key, found.what) for found in compare(address, workers, silent))


def live(address: str) -> int:
    """The generation of the live views."""
    with raw(address) as connection:
        (generation,) = connection.execute("SELECT views_generation FROM head").fetchone()
        return int(generation)


def relations(address: str) -> set[str]:
    """The names of all tables and indexes."""
    with raw(address) as connection:
        every = SQLITE_RELATIONS if isinstance(connection, sqlite3.Connection) else POSTGRES_RELATIONS
        return {name for (name,) in connection.execute(every)}


def generations(address: str) -> set[int]:
    """The generations of which there is any table."""
    names = relations(address)
    return {number for number in range(100) for view in VIEWS if view_table(view, number) in names}


def rows_of(address: str, generation: int | None = None) -> Rows:
    """Every row of every view in order of its key, as stored; of the live generation unless told otherwise."""
    number = live(address) if generation is None else generation
    with raw(address) as connection:
        return {view: connection.execute(_all(view_table(view, number))).fetchall() for view in VIEWS}


def _all(table: str) -> str:
    return f"SELECT key, cadre, period, grp, body, waits, points FROM {table} ORDER BY key"


def check_live(address: str) -> None:
    """The ledger is whole, and its live views are what its events, folded one by one in memory, come to."""
    fold = Fold()
    with opened(address) as connection:
        stored = stored_in(connection)
    for row in stored:
        fold.evolve(decode(row))
    wanted = fold.views(len(stored))
    for view, rows in rows_of(address).items():
        assert {row[0]: (*row[1:4], json.loads(row[4]), *row[5:]) for row in rows} == wanted[view], view
    assert differences(address) == []
