"""A round: one group's period, sealed and reopened (rules.md section 4)."""

from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from ledger.aggregates.envelope import Data, Recorded, event
from ledger.aggregates.values import CadreId, Fields, Line, Period, Sha256, Text

RoundStatus = Literal["open", "sealed", "reopened"]


class NotAssessed(Fields):
    """A member for whom the round has no result, and why."""

    cadre: CadreId
    reason: Line


class DecidedGrade(Fields):
    """A grade set against the computed one, with the reason."""

    grade: Literal[
        "good", "fairly_good", "average", "poor", "excellent", "competent", "basically_competent", "incompetent"
    ]
    reason: Text


@event("sealed")
class Sealed(Data):
    """The round's results of this revision are recorded; ``results`` is the digest over their data (events.md)."""

    period: Period
    revision: int = Field(ge=1)
    scheme_version: int
    read_to: int
    results: Sha256
    not_assessed: list[NotAssessed]
    decisions: dict[CadreId, DecidedGrade]


@event("reopened")
class Reopened(Data):
    """Facts of the round may be recorded again, until it is sealed anew."""

    reason: Text


@dataclass(frozen=True, slots=True)
class Seal:
    """One sealed revision, and the event that sealed it."""

    event: str
    position: int
    recorded_at: str
    actor: str
    data: Sealed


@dataclass(frozen=True, slots=True)
class Reopening:
    """One reopening, with its reason."""

    event: str
    position: int
    recorded_at: str
    actor: str
    reason: str


@dataclass(slots=True)
class Round:
    """All seals and reopenings of a round, oldest first."""

    seals: list[Seal] = field(default_factory=list)
    reopenings: list[Reopening] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """The position of the last seal or reopening, 0 for none."""
        return max(self.seals[-1].position if self.seals else 0, self.reopenings[-1].position if self.reopenings else 0)

    def as_of(self, position: int) -> "Round":
        if self.changed <= position:
            return Round(self.seals, self.reopenings)
        return Round(
            [seal for seal in self.seals if seal.position <= position],
            [reopening for reopening in self.reopenings if reopening.position <= position],
        )

    @property
    def status(self) -> RoundStatus:
        """What its own stream says; whether it is ``outdated`` depends on other rounds (assessment.standing)."""
        if not self.seals:
            return "open"
        return "sealed" if self.changed == self.seals[-1].position else "reopened"

    @property
    def latest(self) -> Seal | None:
        return self.seals[-1] if self.seals else None

    @property
    def revision(self) -> int:
        return self.seals[-1].data.revision if self.seals else 0

    @property
    def scheme_version(self) -> int | None:
        """The version it was first sealed under and keeps; None before."""
        return self.seals[0].data.scheme_version if self.seals else None


def evolve(state: Round, recorded: Recorded) -> Round:
    data = recorded.data
    if isinstance(data, Sealed):
        sealed = Seal(recorded.id, recorded.position, recorded.recorded_at, recorded.actor, data)
        state.seals = [*state.seals, sealed]
    elif isinstance(data, Reopened):
        reopened = Reopening(recorded.id, recorded.position, recorded.recorded_at, recorded.actor, data.reason)
        state.reopenings = [*state.reopenings, reopened]
    return state
