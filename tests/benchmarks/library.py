"""The yardstick of the library: its own projection runner, which makes the same views event by event.

It follows an application whose events are in memory: SQLite's recorder cannot be subscribed to. What it makes is kept
in the database that the ledger is in, committed with each event, or, which nobody could keep, in memory alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any, ClassVar, cast

from eventsourcing.application import Application
from eventsourcing.persistence import ApplicationRecorder, Mapper, Notification, StoredEvent, Tracking
from eventsourcing.popo import POPOApplicationRecorder, POPOTrackingRecorder
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteDatastore, SQLiteTrackingRecorder
from eventsourcing.utils import Environment, EnvType
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL

from ledger.aggregates.envelope import Recorded
from ledger.assessment.standing import RoundKey
from ledger.projections.moment import Row, moment
from ledger.projections.views import Refreshed, Touched, refresh
from ledger.recording.codec import LedgerMapper, StoredRow, decode
from ledger.recording.database import Connection, view_tables
from ledger.recording.opening import open_database
from ledger.recording.postgres import PostgresConnection, parse
from ledger.recording.tables import select_rows, write_views
from tests.backends import is_sqlite, raw
from tests.properties.recompute import Fold

MOST = 20_000
_DATABASE = "library_runner"
_WHERE = ("host", "port", "user", "password")


class _Views:
    """The same fold, and what every event touches made anew after it."""

    def __init__(self) -> None:
        self._events = Fold()
        self._states: dict[RoundKey, str] = {}

    def after(self, recorded: Recorded) -> Refreshed:
        self._events.evolve(recorded)
        touched = Touched()
        touched.add(recorded)
        now = moment(self._events.registers, recorded.position, date.min)
        made = refresh(now, touched, self._states.get)
        self._states.update(made.states)
        return made


class InMemory(POPOTrackingRecorder):
    """The library's materialised view in memory."""

    def __init__(self) -> None:
        super().__init__()
        self._views = _Views()
        self._rows: dict[tuple[str, str], Row] = {}

    def take(self, recorded: Recorded, tracking: Tracking) -> None:
        with self._database_lock:
            self._assert_tracking_uniqueness(tracking)
            self._rows.update(((row.view, row.key), row.row) for row in self._views.after(recorded).rows)
            self._insert_tracking(tracking)


class InFile(SQLiteTrackingRecorder):
    """The library's materialised view in the tables that the ledger keeps, in a file of its own."""

    def __init__(self, datastore: SQLiteDatastore, **more: Any) -> None:
        super().__init__(datastore, **more)
        self._views = _Views()

    def construct_create_table_statements(self) -> list[str]:
        return [*super().construct_create_table_statements(), *view_tables(0, "TEXT", "INTEGER", "STRICT")]

    def take(self, recorded: Recorded, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            # the library's cursor gives no rows back, and none are asked for
            write_views(cast(Connection, cursor), 0, self._views.after(recorded))


class InServer(PostgresTrackingRecorder):
    """The same in a database of a PostgreSQL server."""

    def __init__(self, datastore: PostgresDatastore, **more: Any) -> None:
        super().__init__(datastore, **more)
        self._views = _Views()
        self.sql_create_statements.extend(
            SQL(made).format() for made in view_tables(0, 'TEXT COLLATE "C"', "BIGINT", "")
        )

    def take(self, recorded: Recorded, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            write_views(PostgresConnection(cursor.connection), 0, self._views.after(recorded))


View = InMemory | InFile | InServer


class Folding(Projection[Any]):
    """The library calls this with each event; ``last``: the notification after which it is done."""

    last: ClassVar[int]
    done: ClassVar[Event]

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.take(domain_event, tracking)
        if tracking.notification_id == self.last:
            self.done.set()


class _RowMapper(LedgerMapper):
    """Decodes a notification by the row it was made of: the library's notifications drop our columns."""

    def __init__(self, rows: Sequence[StoredRow]) -> None:
        super().__init__()
        self._rows = rows

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded:
        assert isinstance(stored_event, Notification)
        return decode(self._rows[stored_event.id - 1])


def first_rows(address: str) -> list[StoredRow]:
    """The first events of the ledger."""
    with closing(open_database(address)) as database, database.read() as connection:
        return list(select_rows(connection, f"position <= {MOST} ORDER BY position"))


def filled(rows: Sequence[StoredRow]) -> type[Application[str]]:
    """The class of an application on the library's recorder in memory, which holds these events."""
    recorder = POPOApplicationRecorder()
    recorder.insert_events(rows)

    class Filled(Application[str]):
        def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
            return Environment(name, {"ORIGINATOR_ID_TYPE": "text"})

        def construct_recorder(self) -> ApplicationRecorder:
            return recorder

        def construct_mapper(self) -> Mapper[str]:
            return _RowMapper(rows)

    return Filled


@contextmanager
def kept(address: str) -> Iterator[tuple[type[View], Mapping[str, str]]]:
    """A view in a new database of the kind that the address names, and the library's environment for it."""
    if is_sqlite(address):
        with TemporaryDirectory() as folder:
            yield InFile, {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": f"{folder}/views.db"}
        return
    server = conninfo_to_dict(parse(address)[0])
    with raw(address) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {_DATABASE}")
        connection.execute(f"CREATE DATABASE {_DATABASE}")
        try:
            where = {f"POSTGRES_{name.upper()}": str(server.get(name) or "") for name in _WHERE}
            yield InServer, {"PERSISTENCE_MODULE": "eventsourcing.postgres", "POSTGRES_DBNAME": _DATABASE, **where}
        finally:
            connection.execute(f"DROP DATABASE {_DATABASE} WITH (FORCE)")


def fold(application: type[Application[str]], events: int, view: type[View], env: Mapping[str, str]) -> None:
    """Let the library's runner process all events."""

    class Whole(Folding):
        last = events
        done = Event()

    with ProjectionRunner(application_class=application, projection_class=Whole, view_class=view, env=env) as runner:
        while not (Whole.done.wait(1) or runner.is_interrupted.is_set()):
            pass
