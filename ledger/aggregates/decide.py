"""The decider of a cadre's stream: may this event be recorded now? Pure; refusals say why not."""

from collections.abc import Callable
from typing import Any

from ledger.aggregates import cadre_events as events
from ledger.aggregates import decide_acts as acts
from ledger.aggregates import decide_facts as facts
from ledger.aggregates import decide_postings as postings
from ledger.aggregates.cadre import Cadre
from ledger.aggregates.envelope import Data, type_of
from ledger.aggregates.refusals import NotAppendable, UnknownCadre
from ledger.aggregates.situation import Situation

_DECIDE: dict[type[Data], Callable[[Cadre, Any, Situation], None]] = {
    events.Registered: postings.registered,
    events.Posted: postings.posted,
    events.Departed: postings.departed,
    events.Submitted: facts.submitted,
    events.Withdrawn: facts.withdrawn,
    events.Reviewed: facts.reviewed,
    events.Scored: facts.scored,
    events.ScoreCorrected: facts.score_corrected,
    events.Observed: facts.observed,
    events.Excused: facts.excused,
    events.Annulled: acts.annulled,
    events.TalkHeld: acts.free,
    events.Acknowledged: acts.acknowledged,
    events.Criticised: acts.free,
    events.Admonished: acts.free,
    events.AdmonitionWaived: acts.free,
    events.AdmonitionReviewed: acts.admonition_reviewed,
    events.AdjustmentDecided: acts.free,
    events.AppealLodged: acts.appeal_lodged,
    events.AppealDecided: acts.appeal_decided,
}


def decide(cadre: Cadre, proposed: Data, at: Situation) -> Data:
    """The event that follows from proposing it on a cadre's stream: itself, or a refusal."""
    rule = _DECIDE.get(type(proposed))
    if rule is None:
        raise NotAppendable(type=type_of(proposed).name)
    if cadre.registered is None and not isinstance(proposed, events.Registered):
        raise UnknownCadre(cadre=cadre.id)
    rule(cadre, proposed, at)
    return proposed


def period_of(cadre: Cadre, proposed: Data) -> str | None:
    """The period an event is about: its own, or that of the event it refers to."""
    match proposed:
        case events.Withdrawn() | events.Reviewed():
            return cadre.period_of_fact(proposed.submission)
        case events.ScoreCorrected():
            return cadre.period_of_fact(proposed.score)
        case events.Annulled() | events.Acknowledged():
            return _referred_period(cadre, proposed.event)
        case events.AdmonitionReviewed():
            return _referred_period(cadre, proposed.admonition)
        case events.AppealDecided():
            return _referred_period(cadre, proposed.appeal)
        case _:
            period: str | None = getattr(proposed, "period", None)
            return period


def _referred_period(cadre: Cadre, event: str) -> str | None:
    if event in cadre.acts:
        return period_of(cadre, cadre.acts[event].data)
    for period, results in cadre.results.items():
        if any(result.event == event for result in results):
            return period
    return cadre.period_of_fact(event)
