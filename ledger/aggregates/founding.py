"""The ledger's own stream: its founding, and the consultations that open records to read."""

from dataclasses import dataclass
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, WithJsonSchema

from ledger.aggregates.envelope import Data, event
from ledger.aggregates.values import CadreId, Line, Text, checked


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _is_origin(text: str) -> bool:
    return text.isprintable() and not any(c.isspace() or c == "+" for c in text)


TimeZone = Annotated[str, AfterValidator(checked("time_zone", _is_time_zone)), WithJsonSchema({"type": "string"})]
Origin = Annotated[
    str,
    Field(min_length=1, max_length=200),
    AfterValidator(checked("origin", _is_origin)),
    WithJsonSchema({"type": "string", "pattern": r"^[^\s+]{1,200}$"}),
]


Purpose = Literal["appointment", "promotion", "award", "audit", "inspection", "other"]


@event("founded")
class Founded(Data):
    """Always position 1. ``origin`` names the log to the world, by convention a host and path."""

    origin: Origin
    name: Line
    time_zone: TimeZone


@event("consulted")
class Consulted(Data):
    """Records opened for reading before a decision; ``position`` is what was seen."""

    cadres: Annotated[list[CadreId], Field(min_length=1, max_length=500)]
    purpose: Purpose
    matter: Text
    position: int


@dataclass(frozen=True, slots=True)
class Founding:
    """What the founding fixed for good."""

    origin: str
    name: str
    time_zone: ZoneInfo

    @classmethod
    def of(cls, founded: Founded) -> "Founding":
        return cls(founded.origin, founded.name, ZoneInfo(founded.time_zone))
