"""The rows of the ledger's tables: events, head and views, read and written inside a transaction."""

import json
from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic_core import from_json

from ledger.aggregates.envelope import Recorded
from ledger.errors import Unavailable
from ledger.points import stored_points
from ledger.projections.views import Refreshed, ViewRow
from ledger.proof.tree import Frontier
from ledger.recording.codec import RECORDED, StoredRow, known_type, recorded
from ledger.recording.database import STRUCTURAL_TYPES, VIEWS_VERSION, Connection, view_table
from ledger.recording.structure import Structure

_COLUMNS = "stream, version, type, schema, position, recorded_at, id, cadre, period, prev, leaf, state"

NO_VIEWS = -1
"""The views are being made."""
_REPLACING = """ON CONFLICT (key) DO UPDATE SET
    cadre = excluded.cadre, period = excluded.period, grp = excluded.grp,
    points = excluded.points, body = excluded.body, waits = excluded.waits"""


def row_of(values: Sequence[Any]) -> StoredRow:
    stream, version, type_, schema, position, recorded_at, id_, cadre, period, prev, leaf, state = values
    return StoredRow(
        originator_id=stream,
        originator_version=version,
        topic=type_,
        state=bytes(state),
        schema=schema,
        position=position,
        recorded_at=recorded_at,
        id=id_,
        cadre=cadre,
        period=period,
        prev=prev,
        leaf=leaf,
    )


def placeholders(values: Sized) -> str:
    return ", ".join("?" * len(values))


def select_rows(connection: Connection, where: str, *parameters: object) -> Iterator[StoredRow]:
    """Events that meet a condition (with its ORDER BY and LIMIT), as stored."""
    return map(row_of, connection.execute(f"SELECT {_COLUMNS} FROM events WHERE {where}", parameters))


def select_recorded(connection: Connection, where: str, *parameters: object) -> Iterator[Recorded]:
    """Events that meet a condition (with its ORDER BY and LIMIT), decoded."""
    return map(recorded, connection.execute(f"SELECT {RECORDED} FROM events WHERE {where}", parameters))


def select_structural(connection: Connection, after: int, to: int) -> Iterator[Recorded]:
    return select_recorded(
        connection, f"type IN ({STRUCTURAL_TYPES}) AND position > ? AND position <= ? ORDER BY position", after, to
    )


def check_types(connection: Connection, after: int) -> None:
    """UnknownEventType if an event after a position has a type or schema this program does not know."""
    found = _every_type(connection) if after == 0 else _types_after(connection, after)
    for name, schema in found:
        known_type(name, schema)


def _every_type(connection: Connection) -> Iterator[tuple[str, int]]:
    """Each type and schema once, from one to the next by the index: the ledger is not read through."""
    last: tuple[str, int] | None = ("", 0)
    while last is not None:
        following = "SELECT type, schema FROM events WHERE (type, schema) > (?, ?) ORDER BY type, schema LIMIT 1"
        last = connection.execute(following, last).fetchone()
        if last is not None:
            yield last


def _types_after(connection: Connection, after: int) -> set[tuple[str, int]]:
    found = connection.execute("SELECT type, schema FROM events WHERE position > ? ORDER BY position", (after,))
    return {(name, schema) for name, schema in found}


def insert_rows(connection: Connection, rows: Sequence[StoredRow]) -> None:
    connection.executemany(
        f"INSERT INTO events ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                row.originator_id,
                row.originator_version,
                row.topic,
                row.schema,
                row.position,
                row.recorded_at,
                row.id,
                row.cadre,
                row.period,
                row.prev,
                row.leaf,
                row.state,
            )
            for row in rows
        ],
    )


@dataclass(frozen=True, slots=True)
class Head:
    """How far the ledger goes; also lock and fork guard: it moves only in the transaction that appends."""

    recorded_at: str
    frontier: Frontier

    @property
    def size(self) -> int:
        return self.frontier.size


def read_head(connection: Connection) -> Head:
    size, recorded_at, frontier = connection.execute("SELECT size, recorded_at, frontier FROM head").fetchone()
    return Head(recorded_at, Frontier.from_bytes(size, bytes(frontier)))


class Served(NamedTuple):
    """What a batch begins with. ``diverged``: why nothing may be appended, None where nothing speaks against it."""

    head: Head
    generation: int
    diverged: str | None


def read_served_head(connection: Connection) -> Served:
    """The head and the generation of the views; Unavailable, rather than mix old with new, if they are not ours."""
    size, recorded_at, frontier, version, generation, diverged = connection.execute(
        "SELECT size, recorded_at, frontier, views_version, views_generation, (SELECT reason FROM divergence) FROM head"
    ).fetchone()
    if version != VIEWS_VERSION:
        raise Unavailable(reason="the views are not this program's: finish the copy, or run ledger rebuild")
    return Served(Head(recorded_at, Frontier.from_bytes(size, bytes(frontier))), int(generation), diverged)


def move_head(connection: Connection, before: Head, after: Head) -> None:
    moved = connection.execute(
        "UPDATE head SET size = ?, recorded_at = ?, frontier = ? WHERE size = ?",
        (after.size, after.recorded_at, after.frontier.to_bytes(), before.size),
    )
    if moved.rowcount != 1:
        raise Unavailable(reason="the head of the ledger moved under the write lock")


def follow(connection: Connection, structure: Structure, position: int) -> None:
    """Bring the small histories up to a position; UnknownEventType if this program does not know what is there."""
    if structure.size < position:
        check_types(connection, structure.size)
        for row in select_structural(connection, structure.size, position):
            structure.evolve(row)
        structure.size = position


def sizes_of_streams(connection: Connection, position: int) -> dict[str, int]:
    """How many events each cadre's stream has at a position."""
    found = connection.execute(
        "SELECT cadre, count(*) FROM events WHERE cadre IS NOT NULL AND position <= ? GROUP BY cadre", (position,)
    )
    return dict(iter(found))


VIEW_COLUMNS = "key, cadre, period, grp, points, body, waits"
Columns = tuple[str, str | None, str | None, str | None, int | None, str, int]
"""A row of a view as it is stored; ``points`` in hundredths where it is a sealed result's, ``waits`` 1 or 0."""


def columns_of(row: ViewRow) -> Columns:
    body = json.dumps(row.row, ensure_ascii=False, separators=(",", ":"))
    points = row.row.get("points") if row.row.get("state") == "sealed" else None
    hundredths = stored_points(points) if points is not None else None
    return row.key, row.cadre, row.period, row.group, hundredths, body, int(row.waits)


def write_views(connection: Connection, generation: int, refreshed: Refreshed) -> None:
    """Replace the touched rows of the views."""
    for view, cadre in refreshed.replaced:
        connection.execute(f"DELETE FROM {view_table(view, generation)} WHERE cadre = ?", (cadre,))
    by_view: dict[str, list[Columns]] = {}
    for row in refreshed.rows:
        by_view.setdefault(row.view, []).append(columns_of(row))
    for view, rows in by_view.items():
        write_view(connection, view_table(view, generation), rows)


def write_view(connection: Connection, table: str, rows: Iterable[Columns]) -> None:
    connection.executemany(f"INSERT INTO {table} ({VIEW_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?) {_REPLACING}", rows)


def select_view(connection: Connection, table: str, where: str, *parameters: object) -> Iterator[Any]:
    """The rows of a view's table that meet a condition (with its ORDER BY and LIMIT)."""
    found = connection.execute(f"SELECT body FROM {table} WHERE {where}", parameters)
    return (from_json(text) for (text,) in found)


def select_points(connection: Connection, table: str, group: str, since: str) -> Iterator[tuple[str, int]]:
    """Period and points, in hundredths, of a group's sealed results from a period on, in that order."""
    where = "grp = ? AND period >= ? AND points IS NOT NULL ORDER BY period, points"
    return iter(connection.execute(f"SELECT period, points FROM {table} WHERE {where}", (group, since)))


def stored_state(connection: Connection, generation: int, key: tuple[str, str]) -> str:
    """The state of a round in a generation of the views; empty where it has no row."""
    row = next(select_view(connection, view_table("rounds", generation), "key = ?", "/".join(key)), None)
    return str(row["state"]) if row is not None else ""


def views_version(connection: Connection) -> int:
    (version,) = connection.execute("SELECT views_version FROM head").fetchone()
    return int(version)


def mark_views(connection: Connection, version: int) -> None:
    connection.execute("UPDATE head SET views_version = ?", (version,))


def views_generation(connection: Connection) -> int:
    """Which tables hold the live views."""
    (generation,) = connection.execute("SELECT views_generation FROM head").fetchone()
    return int(generation)


def switch_views(connection: Connection, generation: int) -> None:
    """From the commit on the views are those of another generation, made by this program."""
    connection.execute("UPDATE head SET views_generation = ?, views_version = ?", (generation, VIEWS_VERSION))


def copy_view(reading: Connection, writing: Connection, view: str) -> None:
    """Replace a view's rows by those of another database."""
    source, target = (view_table(view, views_generation(connection)) for connection in (reading, writing))
    writing.execute(f"DELETE FROM {target}")
    rows = reading.execute(f"SELECT {VIEW_COLUMNS} FROM {source}")
    write_view(writing, target, rows)
