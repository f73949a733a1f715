"""The rows of the ledger's tables: events, head and views, read and written inside a transaction."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.errors import Unavailable
from ledger.projections.views import Refreshed
from ledger.proof.tree import Frontier
from ledger.recording.codec import StoredRow, known_type
from ledger.recording.database import STRUCTURAL_TYPES, Connection

_COLUMNS = "stream, version, type, schema, position, recorded_at, id, cadre, period, prev, leaf, state"

VIEWS_VERSION = 1
"""Which program's views the tables hold; raised when their rows change, so that they are made anew."""
NO_VIEWS = 0
"""The views are being made."""
_REPLACING = """ON CONFLICT (key) DO UPDATE SET
    cadre = excluded.cadre, period = excluded.period, grp = excluded.grp, body = excluded.body"""


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


def select_rows(connection: Connection, where: str, *parameters: object) -> Iterator[StoredRow]:
    """Events that meet a condition (with its ORDER BY and LIMIT), as stored."""
    return map(row_of, connection.execute(f"SELECT {_COLUMNS} FROM events WHERE {where}", parameters))


def select_structural(connection: Connection, after: int, to: int) -> Iterator[StoredRow]:
    return select_rows(
        connection, f"type IN ({STRUCTURAL_TYPES}) AND position > ? AND position <= ? ORDER BY position", after, to
    )


def check_types(connection: Connection, after: int) -> None:
    """UnknownEventType if an event after a position has a type or schema this program does not know."""
    for name, schema in connection.execute("SELECT DISTINCT type, schema FROM events WHERE position > ?", (after,)):
        known_type(name, schema)


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


def move_head(connection: Connection, before: Head, after: Head) -> None:
    moved = connection.execute(
        "UPDATE head SET size = ?, recorded_at = ?, frontier = ? WHERE size = ?",
        (after.size, after.recorded_at, after.frontier.to_bytes(), before.size),
    )
    if moved.rowcount != 1:
        raise Unavailable(reason="the head of the ledger moved under the write lock")


def write_views(connection: Connection, refreshed: Refreshed) -> None:
    """Replace the touched rows of the views."""
    for view, cadre in refreshed.replaced:
        connection.execute(f"DELETE FROM {view} WHERE cadre = ?", (cadre,))
    by_view: dict[str, list[tuple[object, ...]]] = {}
    for row in refreshed.rows:
        text = json.dumps(row.row, ensure_ascii=False, separators=(",", ":"))
        by_view.setdefault(row.view, []).append((row.key, row.cadre, row.period, row.group, text))
    for view, rows in by_view.items():
        connection.executemany(
            f"INSERT INTO {view} (key, cadre, period, grp, body) VALUES (?, ?, ?, ?, ?) {_REPLACING}", rows
        )


def select_view(connection: Connection, view: str, where: str, *parameters: object) -> Iterator[Any]:
    """The rows of a view that meet a condition (with its ORDER BY and LIMIT)."""
    found = connection.execute(f"SELECT body FROM {view} WHERE {where}", parameters)
    return (json.loads(text) for (text,) in found)


def views_version(connection: Connection) -> int:
    (version,) = connection.execute("SELECT views_version FROM head").fetchone()
    return int(version)


def mark_views(connection: Connection, version: int) -> None:
    connection.execute("UPDATE head SET views_version = ?", (version,))


def copy_view(reading: Connection, writing: Connection, view: str) -> None:
    """Replace a view's rows by those of another database."""
    columns = "key, cadre, period, grp, body"
    writing.execute(f"DELETE FROM {view}")
    rows = reading.execute(f"SELECT {columns} FROM {view}")
    writing.executemany(f"INSERT INTO {view} ({columns}) VALUES (?, ?, ?, ?, ?)", rows)
