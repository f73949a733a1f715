"""The ledger as an application of the eventsourcing library, on a persistence module of our own."""

from typing import Any

from eventsourcing.application import Application
from eventsourcing.persistence import (
    ApplicationRecorder,
    InfrastructureFactory,
    Mapper,
    ProcessRecorder,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, EnvType

from ledger.recording.codec import LedgerMapper
from ledger.recording.database import Database
from ledger.recording.recorder import LedgerRecorder


class LedgerFactory(InfrastructureFactory[TrackingRecorder]):
    """Makes the recorder and mapper; nothing comes from topics in the environment."""

    def __init__(self, env: Environment, database: Database) -> None:
        super().__init__(env)
        self.database = database

    def application_recorder(self) -> ApplicationRecorder:
        return LedgerRecorder(self.database)

    def aggregate_recorder(self, purpose: str = "events") -> ApplicationRecorder:
        return self.application_recorder()

    def tracking_recorder(self, tracking_recorder_class: type[TrackingRecorder] | None = None) -> TrackingRecorder:
        raise NotImplementedError("views are written in the transaction of the events; nothing is tracked")

    def process_recorder(self) -> ProcessRecorder:
        raise NotImplementedError("views are written in the transaction of the events; nothing is tracked")

    def close(self) -> None:
        self.database.close()


class LedgerApplication(Application[str]):
    """Reads streams with ``repository.get(id, projector_func=…)``; writing goes through the batching writer."""

    is_snapshotting_enabled = False

    def __init__(self, database: Database) -> None:
        self.database = database
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Never from the process's environment: a stray topic there would change the stored bytes."""
        return Environment(name, {"ORIGINATOR_ID_TYPE": "text"})

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        return LedgerFactory(env, self.database)

    def construct_mapper(self) -> Mapper[str]:
        return LedgerMapper()
