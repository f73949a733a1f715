"""Which facts of a period may be recorded: submissions, reviews, scores, observations, excuses (rules.md section 3)."""

from ledger.aggregates import cadre_events as events
from ledger.aggregates.cadre import Cadre
from ledger.aggregates.facts import Score, Submission
from ledger.aggregates.refusals import (
    AlreadyReviewed,
    AlreadyScored,
    PointsOutOfRange,
    UnknownEvent,
    UnknownIndicator,
    UnknownRater,
)
from ledger.aggregates.scheme import Scheme, misfit
from ledger.aggregates.situation import Situation
from ledger.errors import FieldError, Forbidden, Invalid
from ledger.points import format_points


def submitted(cadre: Cadre, data: events.Submitted, at: Situation) -> None:
    at.check_begun(data.period)
    at.check_fact(cadre.id, data.period)
    if data.replaces is not None:
        _check_replaceable(cadre, data, data.replaces)


def _check_replaceable(cadre: Cadre, data: events.Submitted, replaces: events.ItemReference) -> None:
    earlier = _submission(cadre, replaces.submission)
    if earlier.data.period != data.period:
        raise Invalid.at("/replaces/submission", "other_period")
    if replaces.item >= len(earlier.data.items):
        raise Invalid.at("/replaces/item", "no_such_item")
    given = earlier.verdicts.get(replaces.item)
    if given is None or given.verdict.outcome == "accepted":
        raise Invalid.at("/replaces/item", "not_returned")
    for other in cadre.facts_of(data.period).submissions.values():
        if other.data.replaces == replaces and (other.pending or other.accepted):
            raise Invalid.at("/replaces/item", "already_replaced")


def withdrawn(cadre: Cadre, data: events.Withdrawn, at: Situation) -> None:
    submission = _submission(cadre, data.submission)
    if not at.organiser and submission.actor != at.actor:
        raise Forbidden()
    if submission.verdicts:
        raise AlreadyReviewed(submission=submission.event)
    if submission.withdrawn:
        raise Invalid.at("/submission", "withdrawn")
    at.check_unsealed(cadre.id, submission.data.period)


def reviewed(cadre: Cadre, data: events.Reviewed, at: Situation) -> None:
    submission = _submission(cadre, data.submission)
    if submission.withdrawn:
        raise Invalid.at("/submission", "withdrawn")
    flaws = _verdict_flaws(data, len(submission.data.items))
    if flaws:
        raise Invalid(*flaws)
    at.check_unsealed(cadre.id, submission.data.period)


def _verdict_flaws(data: events.Reviewed, items: int) -> list[FieldError]:
    flaws: list[FieldError] = []
    seen: set[int] = set()
    for index, verdict in enumerate(data.verdicts):
        where = f"/verdicts/{index}"
        if verdict.item >= items:
            flaws.append(FieldError(f"{where}/item", "no_such_item"))
        if verdict.item in seen:
            flaws.append(FieldError(f"{where}/item", "repeated"))
        seen.add(verdict.item)
        if verdict.outcome == "accepted":
            if verdict.points is None:
                flaws.append(FieldError(f"{where}/points", "missing"))
            elif verdict.points < 0:
                flaws.append(FieldError(f"{where}/points", "negative"))
        else:
            if verdict.points is not None:
                flaws.append(FieldError(f"{where}/points", "only_accepted"))
            if verdict.reason is None:
                flaws.append(FieldError(f"{where}/reason", "missing"))
    return flaws


def scored(cadre: Cadre, data: events.Scored, at: Situation) -> None:
    at.check_begun(data.period)
    version = at.check_fact(cadre.id, data.period)
    check_fits(version.scheme, data, data.points)
    key = data.indicator, data.rater, data.scorer or at.actor
    for score in cadre.facts_of(data.period).standing_scores():
        if score.key == key:
            raise AlreadyScored(event=score.event)


def check_fits(scheme: Scheme, score: events.Scored, points: int) -> None:
    """The scheme has the indicator in that period, its rater class, and the points in range."""
    indicator = next((i for i in scheme.of_period(score.period) if i.code == score.indicator), None)
    match misfit(indicator, score.rater, points):
        case "unknown-indicator":
            raise UnknownIndicator(period=score.period)
        case "unknown-rater":
            assert indicator is not None
            raise UnknownRater(raters=sorted(indicator.raters or ()))
        case "points-out-of-range":
            assert indicator is not None
            raise PointsOutOfRange(least="0.00", most=format_points(indicator.most))


def score_corrected(cadre: Cadre, data: events.ScoreCorrected, at: Situation) -> None:
    score = _score(cadre, data.score)
    if not at.organiser and at.actor not in (score.actor, score.scorer):
        raise Forbidden()
    if score.annulled:
        raise Invalid.at("/score", "annulled")
    version = at.check_fact(cadre.id, score.data.period)
    check_fits(version.scheme, score.data, data.points)


def observed(cadre: Cadre, data: events.Observed, at: Situation) -> None:
    at.check_begun(data.period)
    at.check_fact(cadre.id, data.period)


def excused(cadre: Cadre, data: events.Excused, at: Situation) -> None:
    at.check_fact(cadre.id, data.period)


def _submission(cadre: Cadre, event: str) -> Submission:
    facts = cadre.facts_with(event)
    if event not in facts.submissions:
        raise UnknownEvent()
    return facts.submissions[event]


def _score(cadre: Cadre, event: str) -> Score:
    facts = cadre.facts_with(event)
    if event not in facts.scores:
        raise UnknownEvent()
    return facts.scores[event]
