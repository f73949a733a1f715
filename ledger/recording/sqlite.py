"""The ledger in one SQLite file: schema, connections, and the recorder the eventsourcing library reads through."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, IntegrityError, Notification, StoredEvent, Subscription

from ledger.errors import Unavailable
from ledger.projections.views import VIEWS, Refreshed
from ledger.proof.tree import Frontier
from ledger.recording.codec import StoredRow

LOCK_SECONDS = 60.0
STRUCTURAL = (
    "founded",
    "adopted",
    "sealed",
    "reopened",
    "granted",
    "revoked",
    "registered",
    "posted",
    "departed",
    "annulled",
)
"""Types that the small histories in memory are made of; a partial index finds them."""

_TYPES = ", ".join(f"'{name}'" for name in STRUCTURAL)
_COLUMNS = "stream, version, type, schema, position, recorded_at, id, cadre, period, prev, leaf, state"
_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS events (
        position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, stream TEXT NOT NULL, version INTEGER NOT NULL,
        type TEXT NOT NULL, schema INTEGER NOT NULL, recorded_at TEXT NOT NULL, cadre TEXT, period TEXT,
        prev TEXT NOT NULL, leaf TEXT NOT NULL, state BLOB NOT NULL, UNIQUE (stream, version)) STRICT""",
    "CREATE INDEX IF NOT EXISTS events_by_period ON events (period, cadre, position) WHERE period IS NOT NULL",
    f"CREATE INDEX IF NOT EXISTS events_structural ON events (position) WHERE type IN ({_TYPES})",
    """CREATE TABLE IF NOT EXISTS head (
        one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, recorded_at TEXT NOT NULL,
        frontier BLOB NOT NULL, views_version INTEGER NOT NULL) STRICT""",
    "INSERT INTO head VALUES (1, 0, '', x'', 1) ON CONFLICT DO NOTHING",
    *(
        f"""CREATE TRIGGER IF NOT EXISTS events_no_{verb} BEFORE {verb.upper()} ON events
            BEGIN SELECT RAISE(ABORT, 'events are immutable'); END"""
        for verb in ("update", "delete")
    ),
    *(
        statement
        for view in VIEWS
        for statement in (
            f"""CREATE TABLE IF NOT EXISTS {view} (
                key TEXT PRIMARY KEY, cadre TEXT, period TEXT, grp TEXT, row TEXT NOT NULL) STRICT""",
            f"CREATE INDEX IF NOT EXISTS {view}_by_group ON {view} (grp, period)",
            f"CREATE INDEX IF NOT EXISTS {view}_by_cadre ON {view} (cadre)",
        )
    ),
)


class SQLiteDatabase:
    """Connections to one file: one for writing, and readers that are reused. WAL, every commit synchronised to disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        self._writer = self._connect()
        self._create()

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self.path, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
        except sqlite3.Error as error:
            raise Unavailable(reason=str(error)) from error
        return connection

    def _create(self) -> None:
        try:
            (mode,) = self._writer.execute("PRAGMA journal_mode = WAL").fetchone()
            with self.write() as connection:
                for statement in _SCHEMA:
                    connection.execute(statement)
            (synchronous,) = self._writer.execute("PRAGMA synchronous").fetchone()
        except sqlite3.Error as error:
            raise Unavailable(reason=str(error)) from error
        if mode != "wal" or synchronous != 2:
            raise Unavailable(reason=f"journal_mode={mode} synchronous={synchronous}")

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction under the one write lock; committed, fsync included, when the block ends, else rolled back."""
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield self._writer
            self._writer.execute("COMMIT")
        except BaseException:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A read transaction on a connection of its own: one consistent moment, never waiting for the writer."""
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connect()
        try:
            connection.execute("BEGIN")
            yield connection
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            with self._lock:
                keep = not self._closed and len(self._idle) < 16
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in (*idle, self._writer):
            connection.close()


def row_of(values: Sequence[Any]) -> StoredRow:
    stream, version, type_, schema, position, recorded_at, id_, cadre, period, prev, leaf, state = values
    return StoredRow(
        originator_id=stream,
        originator_version=version,
        topic=type_,
        state=state,
        schema=schema,
        position=position,
        recorded_at=recorded_at,
        id=id_,
        cadre=cadre,
        period=period,
        prev=prev,
        leaf=leaf,
    )


def select_rows(connection: sqlite3.Connection, where: str, *parameters: object) -> Iterator[StoredRow]:
    """Events that meet a condition (with its ORDER BY and LIMIT), as stored."""
    return map(row_of, connection.execute(f"SELECT {_COLUMNS} FROM events WHERE {where}", parameters))


def select_structural(connection: sqlite3.Connection, after: int, to: int) -> Iterator[StoredRow]:
    return select_rows(
        connection, f"type IN ({_TYPES}) AND position > ? AND position <= ? ORDER BY position", after, to
    )


def insert_rows(connection: sqlite3.Connection, rows: Sequence[StoredRow]) -> None:
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


def read_head(connection: sqlite3.Connection) -> Head:
    size, recorded_at, frontier = connection.execute("SELECT size, recorded_at, frontier FROM head").fetchone()
    return Head(recorded_at, Frontier.from_bytes(size, frontier))


def move_head(connection: sqlite3.Connection, before: Head, after: Head) -> None:
    moved = connection.execute(
        "UPDATE head SET size = ?, recorded_at = ?, frontier = ? WHERE size = ?",
        (after.size, after.recorded_at, after.frontier.to_bytes(), before.size),
    )
    if moved.rowcount != 1:
        raise Unavailable(reason="the head of the ledger moved under the write lock")


def write_views(connection: sqlite3.Connection, refreshed: Refreshed) -> None:
    """Replace the touched rows of the views."""
    for view, cadre in refreshed.replaced:
        connection.execute(f"DELETE FROM {view} WHERE cadre = ?", (cadre,))
    by_view: dict[str, list[tuple[object, ...]]] = {}
    for row in refreshed.rows:
        text = json.dumps(row.row, ensure_ascii=False, separators=(",", ":"))
        by_view.setdefault(row.view, []).append((row.key, row.cadre, row.period, row.group, text))
    for view, rows in by_view.items():
        connection.executemany(
            f"INSERT OR REPLACE INTO {view} (key, cadre, period, grp, row) VALUES (?, ?, ?, ?, ?)", rows
        )


def select_view(connection: sqlite3.Connection, view: str, where: str, *parameters: object) -> Iterator[Any]:
    """The rows of a view that meet a condition (with its ORDER BY and LIMIT)."""
    found = connection.execute(f"SELECT row FROM {view} WHERE {where}", parameters)
    return (json.loads(text) for (text,) in found)


class SQLiteLedgerRecorder(ApplicationRecorder):
    """The library's recorder: reads on connections of its own, inserts only inside the writer's transaction."""

    def __init__(self, database: SQLiteDatabase) -> None:
        self.database = database

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        connection = kwargs.get("connection")
        if connection is None:
            raise TypeError("events are inserted in the writer's transaction only: submit a command to the writer")
        rows = [event for event in stored_events if isinstance(event, StoredRow)]
        try:
            insert_rows(connection, rows)
        except sqlite3.IntegrityError as error:
            raise IntegrityError(str(error)) from error
        return [row.position for row in rows]

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        with self.database.read() as connection:
            return list(
                select_rows(
                    connection,
                    f"stream = ? AND version > ? AND version <= ? ORDER BY version {'DESC' if desc else 'ASC'} LIMIT ?",
                    str(originator_id),
                    0 if gt is None else gt,
                    2**62 if lte is None else lte,
                    -1 if limit is None else limit,
                )
            )

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        first = 0 if start is None else start if inclusive_of_start else start + 1
        of_type = f"AND type IN ({', '.join('?' * len(topics))})" if topics else ""
        with self.database.read() as connection:
            rows = select_rows(
                connection,
                f"position >= ? AND position <= ? {of_type} ORDER BY position LIMIT ?",
                first,
                2**62 if stop is None else stop,
                *topics,
                limit,
            )
            return [
                Notification(row.originator_id, row.originator_version, row.topic, row.state, row.position)
                for row in rows
            ]

    def max_notification_id(self) -> int | None:
        with self.database.read() as connection:
            (size,) = connection.execute("SELECT size FROM head").fetchone()
            return size or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        raise NotImplementedError("readers page through the ledger from their own position")
