"""The recorder that the eventsourcing library reads through."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, IntegrityError, Notification, StoredEvent, Subscription

from ledger.recording.codec import StoredRow
from ledger.recording.database import Database
from ledger.recording.tables import insert_rows, select_rows


class LedgerRecorder(ApplicationRecorder):
    """The library's recorder: reads on connections of its own, inserts only inside the writer's transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        connection = kwargs.get("connection")
        if connection is None:
            raise TypeError("events are inserted in the writer's transaction only: submit a command to the writer")
        rows = [event for event in stored_events if isinstance(event, StoredRow)]
        try:
            insert_rows(connection, rows)
        except self.database.errors as error:
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
                    2**62 if limit is None else limit,
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
