"""Which acts may be recorded: talks, sanctions, acknowledgements, appeals, and taking something back."""

from ledger import periods
from ledger.aggregates import cadre_events as events
from ledger.aggregates.cadre import Cadre, Result
from ledger.aggregates.decide_postings import check_change
from ledger.aggregates.graded_events import MonthGraded, QuarterGraded, YearGraded
from ledger.aggregates.refusals import PeriodNotSealed, UnknownEvent
from ledger.aggregates.situation import Situation
from ledger.errors import Forbidden, Invalid

_FACTS = (events.Scored, events.Observed, events.Excused)
_POSTINGS = (events.Posted, events.Departed)
_ACTS = (
    events.TalkHeld,
    events.Criticised,
    events.Admonished,
    events.AdmonitionWaived,
    events.AdjustmentDecided,
)
_ACKNOWLEDGEABLE = (
    events.TalkHeld,
    events.Criticised,
    events.Admonished,
    events.AdjustmentDecided,
    MonthGraded,
    QuarterGraded,
    YearGraded,
)


def annulled(cadre: Cadre, data: events.Annulled, at: Situation) -> None:
    kind = cadre.event_kind(data.event)
    if kind is None:
        raise UnknownEvent()
    if kind not in (*_FACTS, *_POSTINGS, *_ACTS):
        raise Invalid.at("/event", "not_annullable")
    if data.event in cadre.annulments:
        raise Invalid.at("/event", "annulled")
    if not at.organiser and _actor_of(cadre, data.event) != at.actor:
        raise Forbidden()
    if kind in _FACTS:
        at.check_unsealed(cadre.id, cadre.period_of_fact(data.event) or "")
    elif kind in _POSTINGS:
        check_change(cadre, cadre.postings.without(data.event, 0), at.registers)


def _actor_of(cadre: Cadre, event: str) -> str | None:
    if event in cadre.acts:
        return cadre.acts[event].actor
    facts = cadre.facts_with(event)
    found = facts.scores.get(event) or facts.observations.get(event) or facts.excuses.get(event)
    return found.actor if found is not None else None


def acknowledged(cadre: Cadre, data: events.Acknowledged, at: Situation) -> None:
    kind = cadre.event_kind(data.event)
    if kind is None:
        raise UnknownEvent()
    if kind not in _ACKNOWLEDGEABLE:
        raise Invalid.at("/event", "not_acknowledgeable")


def admonition_reviewed(cadre: Cadre, data: events.AdmonitionReviewed, at: Situation) -> None:
    act = cadre.acts.get(data.admonition)
    if act is None or not isinstance(act.data, events.Admonished):
        raise UnknownEvent()
    if act.annulled is not None:
        raise Invalid.at("/admonition", "annulled")


def appeal_lodged(cadre: Cadre, data: events.AppealLodged, at: Situation) -> None:
    if not appealed_results(cadre, data):
        raise PeriodNotSealed(period=data.period, revision=data.revision)


def appealed_results(cadre: Cadre, data: events.AppealLodged) -> list[Result]:
    """The results of that period and revision, of whatever group."""
    return [result for result in cadre.results.get(data.period, ()) if result.data.revision == data.revision]


def appeal_decided(cadre: Cadre, data: events.AppealDecided, at: Situation) -> None:
    act = cadre.acts.get(data.appeal)
    if act is None or not isinstance(act.data, events.AppealLodged):
        raise UnknownEvent()
    if any(decided.data.appeal == data.appeal for decided in cadre.acts_of(events.AppealDecided)):
        raise Invalid.at("/appeal", "already_decided")
    if at.actor in _hands(cadre, act.data):
        raise Forbidden()


def _hands(cadre: Cadre, appeal: events.AppealLodged) -> set[str]:
    """Who sealed the appealed result or scored anything it rests on."""
    hands = {result.actor for result in appealed_results(cadre, appeal)}
    for period in {appeal.period, *periods.months_of(appeal.period)}:
        for score in cadre.facts_of(period).scores.values():
            hands |= {score.actor, score.scorer, *score.correctors}
    return hands


def free(cadre: Cadre, data: object, at: Situation) -> None:
    """Talks, criticism, admonitions, waivers and adjustments are acts of a person; no figure forbids them."""
