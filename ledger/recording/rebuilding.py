"""Making the views anew from the events, beside the live ones, while the ledger is served.

Worker processes compute the rows at one position; the parent writes them to new tables in short transactions, follows
what was appended meanwhile, and at last, under the write lock, follows the rest and switches. Broken off at any moment,
the live views are what they were; what was left is dropped when a server starts or the next one begins.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial

from ledger.errors import Refusal, Unavailable
from ledger.projections.views import VIEWS, Refreshed, Touched, ViewRow, refresh, round_rows
from ledger.recording.computing import Computer, Share, moment_of, reading_at, shared_out
from ledger.recording.database import Connection, Database, view_table
from ledger.recording.opening import open_database
from ledger.recording.structure import Structure
from ledger.recording.tables import (
    NO_VIEWS,
    Columns,
    columns_of,
    read_head,
    select_recorded,
    sizes_of_streams,
    stored_state,
    switch_views,
    views_generation,
    views_version,
    write_view,
    write_views,
)

FEW = 50
"""After a pass over so few events no more than were appended during it are left to follow under the write lock."""
ByView = dict[str, list[Columns]]
Report = Callable[[int, int], None]
"""Told how many events of how many are done."""


class RebuildUnderway(Refusal):
    """Another process makes the views anew at this moment."""

    code = "rebuild-underway"


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    with database.alone("rebuild") as held:
        if not held():
            raise RebuildUnderway()
        yield


def rebuild(address: str, workers: int, report: Report) -> int:
    """Make all views anew and switch to them; the position they hold then."""
    with closing(open_database(address)) as database, _alone(database):
        with database.write() as connection:
            if views_version(connection) == NO_VIEWS:
                raise Unavailable(reason="the ledger is not copied whole yet: finish the copy")
            generation = views_generation(connection) + 1
            _drop(connection, generation)
            database.create_views(connection, generation)
        with database.read() as connection:
            at = read_head(connection).size
            sizes = sizes_of_streams(connection, at)
        done = 0
        for share, made in shared_out(address, sorted(sizes), partial(_made, position=at), workers):
            _write(database, generation, made)
            done += sum(sizes[cadre] for cadre in share)
            report(done, sum(sizes.values()))
        _write(database, generation, _rounds(database, at))
        for view in VIEWS if generation > 1 else ():
            with database.write() as connection:
                _drop(connection, generation - 2, view)
        return _finish(database, generation, at)


def drop_leftovers(database: Database) -> None:
    """Drop the views that a rebuild which was broken off left, unless somebody is making them."""
    with database.alone("rebuild") as held:
        if held():
            with database.write() as connection:
                _drop(connection, views_generation(connection) + 1)


def _drop(connection: Connection, generation: int, *views: str) -> None:
    """Never one that was live a moment ago: a reading from before the switch may still be about to ask for it."""
    for view in views or VIEWS:
        connection.execute(f"DROP TABLE IF EXISTS {view_table(view, generation)}")


def _made(computer: Computer, share: Share, position: int) -> ByView:
    with computer.database.read() as connection:
        return _by_view(computer.rows(connection, share, position))


def _rounds(database: Database, at: int) -> ByView:
    with database.read() as connection:
        reading = reading_at(connection, Structure(), at)
        return _by_view(round_rows(moment_of(reading), reading.registers.sealed_rounds()))


def _by_view(rows: Iterator[ViewRow]) -> ByView:
    made: ByView = {}
    for row in rows:
        made.setdefault(row.view, []).append(columns_of(row))
    return made


def _write(database: Database, generation: int, made: ByView) -> None:
    with database.write() as connection:
        for view, rows in made.items():
            write_view(connection, view_table(view, generation), rows)


def _finish(database: Database, generation: int, at: int) -> int:
    """Follow what was appended meanwhile, until the rest is little enough to follow under the lock; then switch."""
    structure, left = Structure(), FEW + 1
    while left > FEW:
        with database.read() as connection:
            head = read_head(connection).size
            followed = _followed(connection, structure, generation, at, head)
        with database.write() as connection:
            write_views(connection, generation, followed)
        at, left = head, head - at
    with database.write() as connection:
        head = read_head(connection).size
        write_views(connection, generation, _followed(connection, structure, generation, at, head))
        switch_views(connection, generation)
    return head


def _followed(connection: Connection, structure: Structure, generation: int, at: int, head: int) -> Refreshed:
    """The rows of the new views that the events after a position touch."""
    touched = Touched()
    for recorded in select_recorded(connection, "position > ? AND position <= ? ORDER BY position", at, head):
        touched.add(recorded)

    known = partial(stored_state, connection, generation)
    return refresh(moment_of(reading_at(connection, structure, head)), touched, known)
