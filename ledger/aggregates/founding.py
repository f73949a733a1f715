"""The ledger's own stream: its founding, new origins and keys of its log; and consultations that open records."""

from dataclasses import dataclass
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, WithJsonSchema

from ledger.aggregates.envelope import Data, event
from ledger.aggregates.values import CadreId, Line, Matching, Moment, Text, checked
from ledger.proof.encoding import BadForm
from ledger.proof.keys import ED25519, Verifier


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _is_origin(text: str) -> bool:
    return text.isprintable() and not any(c.isspace() or c == "+" for c in text)


def _is_vkey(text: str) -> bool:
    try:
        return Verifier.parse(text).type == ED25519
    except BadForm:
        return False


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


@event("origin_declared")
class OriginDeclared(Data):
    """A new origin, in force from this entry on, after a loss: the log of the old one goes no further than
    ``common_size`` events, of root ``common_root`` (base64); ``lost`` signed ones after them can no longer be shown.
    """

    origin: Origin
    old_origin: Origin
    common_size: int = Field(ge=0, le=2**53)
    common_root: Annotated[str, Matching("base64", r"^[A-Za-z0-9+/]{43}=$")]
    lost: int = Field(ge=0, le=2**53)
    who: Line
    why: Text


@event("key_changed")
class KeyChanged(Data):
    """A new key of the log; ``until`` is the last moment at which those before it sign beside it."""

    vkey: Annotated[str, Field(max_length=300), AfterValidator(checked("vkey", _is_vkey))]
    until: Moment


@event("consulted")
class Consulted(Data):
    """Records opened for reading before a decision; ``position`` is what was seen."""

    cadres: Annotated[list[CadreId], Field(min_length=1, max_length=500)]
    purpose: Purpose
    matter: Text
    position: int


@dataclass(frozen=True, slots=True)
class Founding:
    """What the founding fixed for good (its origin is only the first)."""

    name: str
    time_zone: ZoneInfo

    @classmethod
    def of(cls, founded: Founded) -> "Founding":
        return cls(founded.name, ZoneInfo(founded.time_zone))
