"""The state of one cadre's stream: postings, facts by period, results as sealed, and acts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ledger.aggregates import cadre_events as events
from ledger.aggregates import postings
from ledger.aggregates.envelope import Data, Recorded
from ledger.aggregates.facts import Excuse, Facts, Observation, Score, Submission
from ledger.aggregates.graded_events import Graded, MonthGraded, QuarterGraded, YearGraded
from ledger.aggregates.postings import PostingHistory


@dataclass(frozen=True, slots=True)
class Result:
    """A graded event as recorded by a seal."""

    event: str
    position: int
    recorded_at: str
    actor: str
    data: Any

    @property
    def assessed(self) -> bool:
        """False for the mark that an earlier revision's result has gone."""
        return bool(self.data.not_graded != "not_assessed")


@dataclass(slots=True)
class Act:
    """A talk, sanction, acknowledgement or appeal: anything that is not a fact of a period."""

    event: str
    position: int
    recorded_at: str
    actor: str
    data: Any
    annulled: int | None = None


@dataclass(slots=True)
class Cadre:
    """One cadre as the events so far tell; ``located`` finds the period of a fact by its event id.

    Facts are asked for by their period, so that a state may leave them where they are until then
    (``ledger.recording.outline``).
    """

    id: str
    version: int = 0
    registered: events.Registered | None = None
    postings: PostingHistory = field(default_factory=PostingHistory)
    facts: dict[str, Facts] = field(default_factory=dict)
    located: dict[str, str] = field(default_factory=dict)
    results: dict[str, list[Result]] = field(default_factory=dict)
    acts: dict[str, Act] = field(default_factory=dict)
    annulments: dict[str, str] = field(default_factory=dict)

    def facts_of(self, period: str) -> Facts:
        return self.facts.get(period) or _NO_FACTS

    def submissions_of(self, month: str) -> Iterable[Submission]:
        """The month's forms with their verdicts."""
        return (self.facts.get(month) or _NO_FACTS).submissions.values()

    def fact_periods(self) -> set[str]:
        """The periods of which there are facts."""
        return set(self.facts)

    def excused_periods(self) -> Iterable[str]:
        """The periods with an excuse, which alone may be given before its period begins."""
        return (period for period, facts in self.facts.items() if facts.excuses)

    def period_of_fact(self, event: str) -> str | None:
        """The period of a submission, score, observation or excuse; None for anything else."""
        return self.located.get(event)

    def facts_with(self, event: str) -> Facts:
        """The facts among which an event stands; none for an unknown one."""
        return self.facts_of(self.period_of_fact(event) or "")

    def acts_of(self, kind: type[Data]) -> list[Act]:
        """Acts of one type that were not taken back."""
        return [act for act in self.acts.values() if type(act.data) is kind and act.annulled is None]

    def result(self, period: str) -> Result | None:
        """The result that counts: the latest; one that says ``not_assessed`` only when there is no other.

        Of each round only its latest revision counts.
        """
        found = self.results.get(period, ())
        if len(found) == 1:
            return found[0]
        latest = self.results_by_group(period).values()
        return max(latest, key=lambda result: (result.assessed, result.position), default=None)

    def results_by_group(self, period: str) -> dict[str, Result]:
        """The latest result of each group's round of the period."""
        return {result.data.group: result for result in self.results.get(period, ())}

    def event_kind(self, event: str) -> type[Data] | None:
        """What kind of event of this stream an id names, among those that others refer to."""
        if event in self.acts:
            return type(self.acts[event].data)
        facts = self.facts_with(event)
        for kind in (facts.scores, facts.submissions, facts.observations, facts.excuses):
            if event in kind:
                return type(kind[event].data)
        for entry in self.postings.entries:
            if entry.event == event:
                if entry is self.postings.entries[0]:
                    return events.Registered
                return events.Departed if entry.group is None else events.Posted
        for results in self.results.values():
            for result in results:
                if result.event == event:
                    return type(result.data)
        return None


_NO_FACTS = Facts()


def _facts(cadre: Cadre, period: str, event: str) -> Facts:
    cadre.located[event] = period
    facts = cadre.facts.get(period)
    if facts is None:
        facts = cadre.facts[period] = Facts()
    return facts


def _registered(cadre: Cadre, recorded: Recorded, data: events.Registered) -> None:
    cadre.registered = data
    postings.evolve(cadre.postings, recorded)


def _posting(cadre: Cadre, recorded: Recorded, _: events.Posted | events.Departed) -> None:
    postings.evolve(cadre.postings, recorded)


def _submitted(cadre: Cadre, recorded: Recorded, data: events.Submitted) -> None:
    _facts(cadre, data.period, recorded.id).submissions[recorded.id] = Submission(
        recorded.id, recorded.position, recorded.recorded_at, recorded.actor, data
    )


def _withdrawn(cadre: Cadre, _: Recorded, data: events.Withdrawn) -> None:
    cadre.facts[cadre.located[data.submission]].submissions[data.submission].withdrawn = True


def _reviewed(cadre: Cadre, recorded: Recorded, data: events.Reviewed) -> None:
    facts = cadre.facts[cadre.located[data.submission]]
    facts.review(recorded.id, recorded.position, recorded.actor, data)


def _scored(cadre: Cadre, recorded: Recorded, data: events.Scored) -> None:
    _facts(cadre, data.period, recorded.id).scores[recorded.id] = Score(
        recorded.id, recorded.position, recorded.actor, data, data.points
    )


def _score_corrected(cadre: Cadre, recorded: Recorded, data: events.ScoreCorrected) -> None:
    cadre.facts[cadre.located[data.score]].correct(recorded.id, recorded.actor, data)


def _observed(cadre: Cadre, recorded: Recorded, data: events.Observed) -> None:
    _facts(cadre, data.period, recorded.id).observations[recorded.id] = Observation(
        recorded.id, recorded.position, recorded.actor, data
    )


def _excused(cadre: Cadre, recorded: Recorded, data: events.Excused) -> None:
    _facts(cadre, data.period, recorded.id).excuses[recorded.id] = Excuse(
        recorded.id, recorded.position, recorded.actor, data
    )


def _annulled(cadre: Cadre, recorded: Recorded, data: events.Annulled) -> None:
    cadre.annulments[data.event] = recorded.id
    if data.event in cadre.acts:
        cadre.acts[data.event].annulled = recorded.position
    elif data.event in cadre.located:
        facts = cadre.facts[cadre.located[data.event]]
        for kind in (facts.scores, facts.observations, facts.excuses):
            if data.event in kind:
                kind[data.event].annulled = True
    else:
        postings.evolve(cadre.postings, recorded)


def _act(cadre: Cadre, recorded: Recorded, data: Data) -> None:
    cadre.acts[recorded.id] = Act(recorded.id, recorded.position, recorded.recorded_at, recorded.actor, data)


def _graded(cadre: Cadre, recorded: Recorded, data: Graded) -> None:
    result = Result(recorded.id, recorded.position, recorded.recorded_at, recorded.actor, data)
    cadre.results.setdefault(result.data.period, []).append(result)


_EVOLVE: dict[type[Data], Callable[[Cadre, Recorded, Any], None]] = {
    events.Registered: _registered,
    events.Posted: _posting,
    events.Departed: _posting,
    events.Submitted: _submitted,
    events.Withdrawn: _withdrawn,
    events.Reviewed: _reviewed,
    events.Scored: _scored,
    events.ScoreCorrected: _score_corrected,
    events.Observed: _observed,
    events.Excused: _excused,
    events.Annulled: _annulled,
    events.TalkHeld: _act,
    events.Acknowledged: _act,
    events.Criticised: _act,
    events.Admonished: _act,
    events.AdmonitionWaived: _act,
    events.AdmonitionReviewed: _act,
    events.AdjustmentDecided: _act,
    events.AppealLodged: _act,
    events.AppealDecided: _act,
    MonthGraded: _graded,
    QuarterGraded: _graded,
    YearGraded: _graded,
}


def evolve(cadre: Cadre, recorded: Recorded) -> Cadre:
    """Take in one event of the cadre's stream; the state is changed in place and returned."""
    _EVOLVE[type(recorded.data)](cadre, recorded, recorded.data)
    cadre.version = recorded.version
    return cadre
