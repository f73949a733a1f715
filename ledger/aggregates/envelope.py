"""The envelope of a recorded event, and the one list of types that may be decoded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from ledger.aggregates.values import Fields


class Data(Fields):
    """Base of the data of all event types."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """An event decided but not yet recorded: the writer gives it version, position and time.

    ``cadre`` and ``period`` are what the event is about, kept as columns for reading.
    """

    id: str
    stream: str
    data: Data
    actor: str
    correlation_id: str
    causation_id: str | None = None
    cadre: str | None = None
    period: str | None = None


class Recorded(NamedTuple):
    """An event as it stands in the ledger. ``recorded_at`` is UTC text of fixed width, so it orders as text."""

    id: str
    stream: str
    version: int
    position: int
    type: str
    schema: int
    recorded_at: str
    actor: str
    correlation_id: str
    causation_id: str | None
    data: Data
    cadre: str | None = None
    period: str | None = None

    @property
    def originator_id(self) -> str:
        return self.stream

    @property
    def originator_version(self) -> int:
        return self.version


@dataclass(frozen=True, slots=True)
class EventType:
    """A wire name and current schema version. ``appendable``: by the general append, not only by its own command."""

    name: str
    schema: int
    data: type[Data]
    appendable: bool


BY_NAME: dict[str, EventType] = {}
BY_DATA: dict[type[Data], EventType] = {}

D = TypeVar("D", bound=Data)


def event(name: str, *, schema: int = 1, appendable: bool = False) -> Callable[[type[D]], type[D]]:
    """Register a data model under its wire name, which is independent of module and class names."""

    def register(data: type[D]) -> type[D]:
        BY_NAME[name] = BY_DATA[data] = EventType(name, schema, data, appendable)
        return data

    return register


def type_of(data: Data) -> EventType:
    return BY_DATA[type(data)]


def encode(data: Data) -> bytes:
    """The bytes of an event's data as they are stored and digested: compact UTF-8 JSON, absent fields left out."""
    return data.__pydantic_serializer__.to_json(data, by_alias=True, exclude_none=True)
