"""Access: who may use the ledger, as which role, in which scope (api.md, "Who may what")."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from ledger.aggregates.envelope import Data, Recorded, event
from ledger.aggregates.values import CadreId, Code, Fields, Line, Principal, Sha256, Text, checked


def token_id(principal: str) -> str:
    """The public part of a principal's tokens: finds the grant, tells nothing."""
    return hashlib.sha256(f"principal:{principal}".encode()).hexdigest()[:12]


Role = Literal["clerk", "cadre", "reviewer", "supervisor", "organiser", "committee", "auditor", "admin"]


def _is_moment(text: str) -> bool:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return 1900 <= moment.year < 2200 and (len(text) == 10 or moment.tzinfo is not None)


Expiry = Annotated[
    str,
    AfterValidator(checked("expiry", _is_moment)),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d(T.*)?$"}),
]
"""A day (its end, in the ledger's time zone) or a moment with offset."""


class Identity(Fields):
    """A subject of the organisation's own identity provider."""

    issuer: Line
    subject: Line


@event("granted")
class Granted(Data):
    """A principal's role and scope from now on, replacing earlier ones; ``key_hash`` is the SHA-256 of its token."""

    name: Principal
    role: Role
    units: Annotated[list[Line], Field(min_length=1, max_length=500)] | None = None
    groups: Annotated[list[Code], Field(min_length=1, max_length=100)] | None = None
    indicators: Annotated[list[Code], Field(min_length=1, max_length=100)] | None = None
    cadre: CadreId | None = None
    key_hash: Sha256 | None = None
    identity: Identity | None = None
    expires: Expiry | None = None


@event("revoked")
class Revoked(Data):
    """The principal's access ends."""

    reason: Text


@dataclass(slots=True)
class Access:
    """All grants (None: a revocation) of one principal with their positions; the last one counts."""

    history: list[tuple[int, Granted | None]] = field(default_factory=list)

    @property
    def grant(self) -> Granted | None:
        return self.history[-1][1] if self.history else None

    def as_of(self, position: int) -> "Access":
        return Access([change for change in self.history if change[0] <= position])


def evolve(state: Access, recorded: Recorded) -> Access:
    if isinstance(recorded.data, Granted | Revoked):
        granted = recorded.data if isinstance(recorded.data, Granted) else None
        state.history.append((recorded.position, granted))
    return state
