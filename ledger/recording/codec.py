"""Between recorded events and stored bytes. Only allow-listed types decode; no name in the database imports code."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent
from pydantic_core import from_json

from ledger.aggregates import access, cadre_events, founding, graded_events, round, scheme  # noqa: F401 (they register)
from ledger.aggregates.envelope import BY_NAME, EventType, Recorded, encode, type_of
from ledger.errors import Unavailable
from ledger.proof import tree
from ledger.recording.stored import reader

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTERS: dict[tuple[str, int], Upcaster] = {}
"""(type, schema version) → what turns that version's data into the next one's."""


class UnknownEventType(Unavailable):
    """A stored event has a type or schema this program does not know: a newer one wrote it. Upgrade before reading."""


@dataclass(frozen=True)
class StoredRow(StoredEvent):
    """An event as the table holds it. ``topic`` is the wire name, ``state`` the stored bytes, ``prev``/``leaf`` hex."""

    schema: int
    position: int
    recorded_at: str
    id: str
    cadre: str | None
    period: str | None
    prev: str = ""
    leaf: str = ""

    def entry(self, origin: str) -> bytes:
        return tree.entry(
            origin,
            self.position - 1,
            str(self.originator_id),
            self.originator_version,
            self.topic,
            self.schema,
            self.recorded_at,
            self.prev,
            state=self.state,
        )


def state_bytes(recorded: Recorded, salt: str) -> bytes:
    """The stored bytes of an event; those of its data stand in them unchanged, at the end."""
    head = {
        "id": recorded.id,
        "salt": salt,
        "actor": recorded.actor,
        "correlation_id": recorded.correlation_id,
        "causation_id": recorded.causation_id,
    }
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    return text[:-1].encode() + b',"data":' + encode(recorded.data) + b"}"


def upcast(type_: EventType, schema: int, data: dict[str, Any]) -> dict[str, Any]:
    """Data of an old schema version as the current one, step by step."""
    while schema < type_.schema:
        step = UPCASTERS.get((type_.name, schema))
        if step is None:
            raise UnknownEventType(type=type_.name, schema=schema)
        data = step(data)
        schema += 1
    return data


def known_type(name: str, schema: int, known: Mapping[str, EventType] = BY_NAME) -> EventType:
    type_ = known.get(name)
    if type_ is None or not 1 <= schema <= type_.schema:
        raise UnknownEventType(type=name, schema=schema)
    return type_


RECORDED = "stream, version, position, type, schema, recorded_at, cadre, period, state"
"""The columns that ``recorded`` reads an event from."""


def recorded(
    columns: tuple[str, int, int, str, int, str, str | None, str | None, bytes], *, whole: bool = False
) -> Recorded:
    """The event of the columns RECORDED; UnknownEventType where this program does not know its type or schema.

    Not ``whole``: a month's result comes without its breakdown, which no state needs and which is most of it.
    """
    stream, version, position, type_, schema, recorded_at, cadre, period, stored = columns
    state = from_json(stored)
    known = known_type(type_, schema)
    data = state["data"] if schema == known.schema else upcast(known, schema, state["data"])
    if not whole and type_ == "month_graded":
        data.pop("breakdown", None)
    return Recorded(
        state["id"],
        stream,
        version,
        position,
        type_,
        schema,
        recorded_at,
        state["actor"],
        state["correlation_id"],
        state["causation_id"],
        reader(known.data)(data),
        cadre,
        period,
    )


def decode(row: StoredRow) -> Recorded:
    """The recorded event of a row; UnknownEventType where this program does not know its type or schema."""
    return recorded(
        (
            str(row.originator_id),
            row.originator_version,
            row.position,
            row.topic,
            row.schema,
            row.recorded_at,
            row.cadre,
            row.period,
            row.state,
        ),
        whole=True,
    )


class LedgerMapper(Mapper[str]):
    """The library's mapper, both ways our own: the stock one imports a module named in a row."""

    def __init__(self) -> None:
        super().__init__(transcoder=JSONTranscoder())

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredRow:
        assert isinstance(domain_event, Recorded)
        return StoredRow(
            originator_id=domain_event.stream,
            originator_version=domain_event.version,
            topic=type_of(domain_event.data).name,
            state=state_bytes(domain_event, secrets.token_hex(16)),
            schema=domain_event.schema,
            position=domain_event.position,
            recorded_at=domain_event.recorded_at,
            id=domain_event.id,
            cadre=domain_event.cadre,
            period=domain_event.period,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded:
        assert isinstance(stored_event, StoredRow)
        return decode(stored_event)
