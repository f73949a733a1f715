"""The yardstick of the library: its own projection runner, which makes the same views in memory, event by event."""

from collections.abc import Sequence
from contextlib import closing
from datetime import date
from threading import Event
from typing import Any

from eventsourcing.application import Application
from eventsourcing.persistence import ApplicationRecorder, Mapper, Notification, StoredEvent, Tracking
from eventsourcing.popo import POPOApplicationRecorder, POPOTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.utils import Environment, EnvType

from ledger.aggregates.envelope import Recorded
from ledger.assessment.standing import RoundKey
from ledger.projections.moment import Row, moment
from ledger.projections.views import Touched, refresh
from ledger.recording.codec import LedgerMapper, StoredRow, decode
from ledger.recording.opening import open_database
from ledger.recording.tables import select_rows
from tests.properties.recompute import Fold

MOST = 20_000


class Folded(POPOTrackingRecorder):
    """The library's materialised view: the rows that every event touches made anew, and how far it has come."""

    last = 0
    """The notification after which it is done."""

    def __init__(self) -> None:
        super().__init__()
        self.events = Fold()
        self.rows: dict[tuple[str, str], Row] = {}
        self.states: dict[RoundKey, str] = {}
        self.done = Event()

    def fold(self, recorded: Recorded, tracking: Tracking) -> None:
        with self._database_lock:
            self._assert_tracking_uniqueness(tracking)
            self._refresh(recorded)
            self._insert_tracking(tracking)
        if tracking.notification_id == self.last:
            self.done.set()

    def _refresh(self, recorded: Recorded) -> None:
        self.events.evolve(recorded)
        touched = Touched()
        touched.add(recorded)
        now = moment(self.events.registers, recorded.position, date.min)
        made = refresh(now, touched, self.states.get)
        self.states.update(made.states)
        self.rows.update(((row.view, row.key), row.row) for row in made.rows)


class Folding(Projection[Folded]):
    """The library calls this with each event."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.fold(domain_event, tracking)


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


def fold(application: type[Application[str]], events: int) -> dict[tuple[str, str], Row]:
    """The rows that the library's runner has made when it has processed all events."""

    class Whole(Folded):
        last = events

    with ProjectionRunner(application_class=application, projection_class=Folding, view_class=Whole) as runner:
        while not (runner.view.done.wait(1) or runner.is_interrupted.is_set()):
            pass
    return runner.view.rows
