"""Comparing the stored views with what the events make of them, row by row; nothing is changed."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from ledger.projections.views import VIEWS, ViewRow, round_rows
from ledger.recording.computing import Computer, Share, moment_of, reading_at, shared_out
from ledger.recording.database import Connection, view_table
from ledger.recording.opening import open_database
from ledger.recording.rebuilding import Report
from ledger.recording.structure import Structure
from ledger.recording.tables import (
    VIEW_COLUMNS,
    Columns,
    columns_of,
    read_head,
    read_served_head,
    sizes_of_streams,
    views_generation,
)

_OF_CADRES = tuple(view for view in VIEWS if view != "rounds")
Found = dict[tuple[str, str], Columns]
"""Rows by view and key."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is stored otherwise than the events make it, is not stored, or is stored without any ground."""

    view: str
    key: str
    what: str


def compare(address: str, workers: int, report: Report) -> Iterator[Difference]:
    """Every difference. Each share of cadres is compared at one moment, so the ledger may be served meanwhile."""
    with closing(open_database(address)) as database:
        with database.read() as connection:
            head = read_served_head(connection).head.size
            sizes = sizes_of_streams(connection, head)
            yield from _beside_cadres(connection, head)
        done = 0
        for share, found in shared_out(address, sorted(sizes), _differences, workers):
            yield from found
            done += sum(sizes[cadre] for cadre in share)
            report(done, sum(sizes.values()))


def _differences(computer: Computer, share: Share) -> list[Difference]:
    with computer.database.read() as connection:
        position = read_head(connection).size
        stored: Found = {}
        for view in _OF_CADRES:
            for cadre in share:
                stored.update(_stored(connection, view, "cadre = ?", cadre))
        return list(_compared(stored, computer.rows(connection, share, position)))


def _stored(connection: Connection, view: str, where: str, *parameters: object) -> Found:
    table = view_table(view, views_generation(connection))
    found = connection.execute(f"SELECT {VIEW_COLUMNS} FROM {table} WHERE {where}", parameters)
    return {(view, row[0]): tuple(row) for row in found}


def _compared(stored: Found, made: Iterator[ViewRow]) -> Iterator[Difference]:
    for row in made:
        found = stored.pop((row.view, row.key), None)
        if found is None:
            yield Difference(row.view, row.key, "missing")
        elif found != columns_of(row):
            yield Difference(row.view, row.key, "differs")
    yield from _unfounded(stored)


def _beside_cadres(connection: Connection, head: int) -> Iterator[Difference]:
    """The rounds, and the rows of whoever is not in the ledger."""
    reading = reading_at(connection, Structure(), head)
    rounds = round_rows(moment_of(reading), reading.registers.sealed_rounds())
    yield from _compared(_stored(connection, "rounds", "1 = 1"), rounds)
    for view in _OF_CADRES:
        table = view_table(view, views_generation(connection))
        cadres = [cadre for (cadre,) in connection.execute(f"SELECT DISTINCT cadre FROM {table}")]
        for cadre in cadres:
            if cadre is not None and cadre not in reading.structure.names:
                yield from _unfounded(_stored(connection, view, "cadre = ?", cadre))
        yield from _unfounded(_stored(connection, view, "cadre IS NULL"))


def _unfounded(stored: Found) -> Iterator[Difference]:
    return (Difference(view, key, "unfounded") for view, key in stored)
