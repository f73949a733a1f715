"""What is recorded about a cadre by people: postings, facts of periods, acts and appeals (events.md, "On a cadre")."""

from typing import Annotated, Literal

from pydantic import Field

from ledger.aggregates.envelope import Data, event
from ledger.aggregates.values import (
    Basis,
    Code,
    Day,
    EventId,
    Evidence,
    Fields,
    Line,
    Month,
    MonthOrYear,
    Period,
    Person,
    Points,
    Principal,
    Text,
)

People = Annotated[list[Person], Field(min_length=1, max_length=20)]
Documents = Annotated[list[Evidence], Field(max_length=50)]


@event("registered", appendable=True)
class Registered(Data):
    """A cadre enters the ledger with a first posting; ``refs`` are numbers in the office's other systems."""

    name: Line
    unit: Line
    post: Line
    group: Code
    since: Month
    refs: Annotated[dict[Code, Line], Field(max_length=20)] | None = None


@event("posted", appendable=True)
class Posted(Data):
    """A new unit, post or group from a month on."""

    unit: Line
    post: Line
    group: Code
    since: Month


@event("departed", appendable=True)
class Departed(Data):
    """From this month on there is no posting, until posted again."""

    since: Month
    reason: Literal["retired", "transferred_out", "dismissed", "deceased", "other"]


class Item(Fields):
    """One piece of key work on the short form."""

    category: Line
    title: Line
    detail: Text | None = None
    done_on: Day | None = None
    place: Line | None = None
    evidence: Documents | None = None


class ItemReference(Fields):
    """An item of an earlier submission; ``item`` is its index from 0."""

    submission: EventId
    item: int = Field(ge=0, le=99)


@event("submitted", appendable=True)
class Submitted(Data):
    """A month's form of key work. ``replaces``: the returned or refused item that this one amends."""

    period: Month
    items: Annotated[list[Item], Field(min_length=1, max_length=100)]
    replaces: ItemReference | None = None


@event("withdrawn", appendable=True)
class Withdrawn(Data):
    """A submission taken back before any verdict."""

    submission: EventId
    reason: Text


class Verdict(Fields):
    """What a reviewer finds of one item: points when accepted, a reason otherwise."""

    item: int = Field(ge=0, le=99)
    outcome: Literal["accepted", "refused", "returned"]
    points: Points | None = None
    reason: Text | None = None


@event("reviewed", appendable=True)
class Reviewed(Data):
    """Verdicts on items of a submission; a later one on an item replaces the earlier."""

    submission: EventId
    verdicts: Annotated[list[Verdict], Field(min_length=1, max_length=100)]


@event("scored", appendable=True)
class Scored(Data):
    """Points on an indicator of a month or of the year's evaluation; ``scorer`` defaults to the actor."""

    period: MonthOrYear
    indicator: Code
    rater: Code | None = None
    scorer: Principal | None = None
    points: Points
    comment: Text | None = None


@event("score_corrected", appendable=True)
class ScoreCorrected(Data):
    """New points for a standing score."""

    score: EventId
    points: Points
    reason: Text


@event("observed", appendable=True)
class Observed(Data):
    """What was seen at the front line or heard from the public, with signed points."""

    period: Month
    channel: Literal["frontline", "public_opinion"]
    finding: Text
    points: Points = 0
    observed_on: Day | None = None
    place: Line | None = None
    method: Line | None = None
    evidence: Documents | None = None


@event("excused", appendable=True)
class Excused(Data):
    """A month that does not count."""

    period: Month
    reason: Literal["leave", "training", "secondment", "newly_posted", "under_investigation", "other"]
    note: Text | None = None


@event("annulled", appendable=True)
class Annulled(Data):
    """Takes back the named event: shown struck through, no longer counted."""

    event: EventId
    reason: Text


@event("talk_held", appendable=True)
class TalkHeld(Data):
    """A feedback or reminder talk about a period's result."""

    period: Period
    purpose: Literal["feedback", "reminder"]
    held_on: Day
    summary: Text
    held_by: People | None = None
    place: Line | None = None
    strengths: Text | None = None
    improvements: Text | None = None
    response: Text | None = None


@event("acknowledged", appendable=True)
class Acknowledged(Data):
    """The cadre took notice of a talk, sanction or graded result, or refused to."""

    event: EventId
    on: Day
    method: Literal["online", "paper", "refused", "unreachable"]
    comment: Text | None = None


@event("criticised", appendable=True)
class Criticised(Data):
    """Criticism and education for a poor period."""

    period: Period
    held_on: Day
    summary: Text
    held_by: People | None = None
    response: Text | None = None


@event("admonished", appendable=True)
class Admonished(Data):
    """诫勉; ``heard`` is what the cadre said. It bars promotion for the scheme's months from ``decided_on``."""

    period: Period | None = None
    form: Literal["talk", "written"]
    decided_on: Day
    grounds: Text
    approved_by: Line
    heard: Text
    basis: Basis | None = None


@event("admonition_waived", appendable=True)
class AdmonitionWaived(Data):
    """Considered and not admonished, with the reason."""

    period: Period
    reason: Text


@event("admonition_reviewed", appendable=True)
class AdmonitionReviewed(Data):
    """The look back at the end of an admonition's window."""

    admonition: EventId
    reviewed_on: Day
    finding: Text
    closed: bool


@event("adjustment_decided", appendable=True)
class AdjustmentDecided(Data):
    """What the organisation decided after a run of last places; ``verified`` is what was checked first."""

    period: Period
    outcome: Literal["reassigned", "rank_transfer", "demoted", "removed", "resigned", "retained"]
    decided_on: Day
    grounds: Text
    verified: Text
    heard: Text
    basis: Basis | None = None


@event("appeal_lodged", appendable=True)
class AppealLodged(Data):
    """Against a sealed result, named by period and revision."""

    period: Period
    revision: int = Field(ge=1, le=10_000)
    grounds: Text
    evidence: Documents | None = None


@event("appeal_decided", appendable=True)
class AppealDecided(Data):
    """By someone who neither sealed nor scored the result; changes no figure by itself."""

    appeal: EventId
    outcome: Literal["upheld", "dismissed"]
    reason: Text
    decided_by: Line | None = None
