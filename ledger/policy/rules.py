"""Who may what (api.md): by role, scope, and whose record it is.

A role that may not do a thing gets ``forbidden``; what is out of a principal's scope is answered like what does not
exist, so the callers turn ``False`` of the scope checks into their not-found.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ledger.aggregates import cadre_events as events
from ledger.aggregates.access import Role
from ledger.aggregates.envelope import BY_NAME, Data
from ledger.aggregates.postings import Posting
from ledger.aggregates.refusals import OwnRecord
from ledger.errors import Forbidden, Refusal
from ledger.policy.actor import Actor

Row = dict[str, Any]


class ConsultationRequired(Refusal):
    """This role reads a person's record only through a recorded consultation."""

    code = "consultation-required"


_SUBMITTING: tuple[Role, ...] = ("clerk", "cadre", "organiser")
_REVIEWING: tuple[Role, ...] = ("reviewer", "organiser")
_TALKING: tuple[Role, ...] = ("supervisor", "organiser")
_OWN: tuple[Role, ...] = ("cadre", "organiser")
_ORGANISING: tuple[Role, ...] = ("organiser",)

APPENDS: Mapping[type[Data], tuple[Role, ...]] = {
    events.Registered: _ORGANISING,
    events.Posted: _ORGANISING,
    events.Departed: _ORGANISING,
    events.Submitted: _SUBMITTING,
    events.Withdrawn: _SUBMITTING,
    events.Reviewed: _REVIEWING,
    events.Scored: _REVIEWING,
    events.ScoreCorrected: _REVIEWING,
    events.Observed: _REVIEWING,
    events.Excused: _ORGANISING,
    events.Annulled: ("reviewer", "supervisor", "organiser"),
    events.TalkHeld: _TALKING,
    events.Criticised: _TALKING,
    events.Acknowledged: _OWN,
    events.Admonished: _ORGANISING,
    events.AdmonitionWaived: _ORGANISING,
    events.AdmonitionReviewed: _ORGANISING,
    events.AdjustmentDecided: _ORGANISING,
    events.AppealLodged: _OWN,
    events.AppealDecided: _ORGANISING,
}
"""Which roles may append which events."""

OWN_RECORD = (events.Submitted, events.Withdrawn, events.Acknowledged, events.AppealLodged)
"""What a principal linked to a cadre may append on that stream, whatever its role."""

READS: Mapping[str, tuple[Role, ...]] = {
    "roster": ("clerk", "cadre", "reviewer", "supervisor", "organiser", "committee", "auditor"),
    "groups": ("clerk", "cadre", "reviewer", "supervisor", "organiser", "committee", "auditor"),
    "schemes": ("clerk", "cadre", "reviewer", "supervisor", "organiser", "committee", "auditor"),
    "record": ("cadre", "reviewer", "supervisor", "organiser", "committee", "auditor"),
    "changes": ("cadre", "reviewer", "supervisor", "organiser", "committee", "auditor"),
    "history": ("clerk", "cadre", "reviewer", "supervisor", "organiser", "committee", "auditor"),
    "standings": ("reviewer", "organiser", "auditor"),
    "progress": ("reviewer", "organiser"),
    "submissions": ("clerk", "cadre", "reviewer", "organiser"),
    "forms": _SUBMITTING,
    "scores": _REVIEWING,
    "duties": ("cadre", "supervisor", "organiser", "auditor"),
    "ledger": ("organiser", "auditor"),
    "entries": ("auditor",),
    "access": ("admin",),
}
"""Which roles may read which kind of answer at all."""

RUNS: tuple[Role, ...] = ("organiser",)
"""Who adopts schemes, seals and reopens."""
GRANTS: tuple[Role, ...] = ("admin",)
"""Who grants and revokes access."""

_BY_CONSULTATION: tuple[Role, ...] = ("committee", "auditor")
OPEN_HOURS = 8
"""So long a consultation opens the records it names."""
_SUBMISSION_EVENTS = ("submitted", "withdrawn", "reviewed")
_MONTH_EVENTS = (*_SUBMISSION_EVENTS, "scored", "score_corrected", "observed", "excused", "month_graded")


def check_append(actor: Actor, cadre: str, kind: type[Data]) -> None:
    """May this role append this event on this cadre's stream (scope apart)?"""
    if actor.role not in APPENDS.get(kind, ()):
        raise Forbidden()
    if actor.cadre == cadre and kind not in OWN_RECORD:
        raise OwnRecord()


def may_score(actor: Actor, indicator: str) -> bool:
    """A reviewer with named indicators scores and corrects only those."""
    return actor.role != "reviewer" or actor.indicators is None or indicator in actor.indicators


def check_indicator(actor: Actor, indicator: str) -> None:
    if not may_score(actor, indicator):
        raise Forbidden()


def check_run(actor: Actor) -> None:
    if actor.role not in RUNS:
        raise Forbidden()


def check_grant(actor: Actor) -> None:
    if actor.role not in GRANTS:
        raise Forbidden()


def may(actor: Actor, what: str) -> bool:
    """May this role read this kind of answer (scope apart)?"""
    return actor.role in READS[what]


def check_read(actor: Actor, what: str) -> None:
    if not may(actor, what):
        raise Forbidden()


def check_whole(actor: Actor, what: str) -> None:
    """May this principal read this of everybody, nothing limiting its scope?"""
    check_read(actor, what)
    if actor != _unlimited(actor):
        raise Forbidden()


def check_consult(actor: Actor, cadres: Collection[str]) -> None:
    """Only who reads records by consultation opens one, and nobody his own."""
    if actor.role not in _BY_CONSULTATION:
        raise Forbidden()
    if actor.cadre is not None and actor.cadre in cadres:
        raise OwnRecord()


def needs_consultation(actor: Actor) -> bool:
    """Does this role read a person's record, history, periods and changes only through a consultation?"""
    return actor.role in _BY_CONSULTATION


def sees_cadre(actor: Actor, cadre: str, posting: Posting | None) -> bool:
    """Is a cadre, by the posting that scope goes by, inside the scope? A linked principal always sees itself."""
    if actor.cadre == cadre:
        return True
    if actor.role == "cadre":
        return False
    return actor.covers(posting.unit, posting.group) if posting is not None else actor == _unlimited(actor)


def _unlimited(actor: Actor) -> Actor:
    return Actor(actor.principal, actor.role, indicators=actor.indicators, cadre=actor.cadre)


def sees_row(actor: Actor, row: Row) -> bool:
    """Is a period's row visible: its own unit or group is in scope. Rows without a unit go with the person."""
    if actor.units is None and actor.groups is None:
        return True
    in_units = actor.units is not None and row.get("unit") in (None, *actor.units)
    return in_units or (actor.groups is not None and row["group"] in actor.groups)


def sees_row_alone(actor: Actor, row: Row) -> bool:
    """Is the row of a cadre out of scope visible for itself: its own unit or group is in scope."""
    if actor.role == "cadre":
        return False
    in_units = actor.units is not None and row.get("unit") in actor.units
    return in_units or (actor.groups is not None and row["group"] in actor.groups)


def reading_as(actor: Actor, cadre: str) -> Actor:
    """Whoever is linked to a cadre reads that cadre as role ``cadre``, whatever its role."""
    return replace(actor, role="cadre", units=None, groups=None) if actor.cadre == cadre else actor


def sees_group(actor: Actor, group: str) -> bool:
    return actor.groups is None or group in actor.groups


def sees_period(actor: Actor, kind: str | None) -> bool:
    """Reviewers see months, not what quarters and years make of them."""
    return actor.role != "reviewer" or kind == "month"


def check_period(actor: Actor, kind: str | None) -> None:
    if not sees_period(actor, kind):
        raise Forbidden()


def sees_points(actor: Actor) -> bool:
    """Clerks see submissions and verdicts, but no points, grades or excuses."""
    return actor.role != "clerk"


def sees_event(actor: Actor, type_: str) -> bool:
    """Is an event of a cadre's history for this role at all?"""
    if actor.role == "clerk":
        return type_ in _SUBMISSION_EVENTS
    if actor.role == "reviewer":
        return type_ in _MONTH_EVENTS
    return True


def allowed_appends(actor: Actor, cadre: str | None = None) -> list[str]:
    """The event types this principal may append, on a cadre's stream or at all."""
    kinds = [type_ for type_ in BY_NAME.values() if actor.role in APPENDS.get(type_.data, ())]
    own = cadre is not None and actor.cadre == cadre
    return sorted(type_.name for type_ in kinds if not own or type_.data in OWN_RECORD)
