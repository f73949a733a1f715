"""A year as a tree: quarters, evaluation, band, ceilings, quota, rank, decision (rules.md section 4, Year)."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from ledger import periods
from ledger.aggregates.cadre import Result
from ledger.aggregates.facts import Score
from ledger.aggregates.graded_events import YearGraded
from ledger.assessment.base import misfits
from ledger.assessment.standing import group_of
from ledger.assessment.year import GRADES, GradedQuarter, YearInput, ceilings
from ledger.projections.explanation.asked import Adopted, Asked, named_state, unsealed
from ledger.projections.explanation.grading import Quota, band, decision, graded_beside, out_of_quota
from ledger.projections.explanation.node import Node, figures
from ledger.projections.explanation.run import unassessed
from ledger.projections.explanation.scored import Scores, mean, score_node

LEAST_QUARTERS = 2
"""With fewer graded quarters a year is not graded (rules.md section 4)."""


def year(asked: Asked) -> Node:
    """The explanation of a year's row."""
    quarters = [result for quarter in asked.row["quarters"] if (result := asked.past_result(quarter)) is not None]
    if asked.row["not_graded"] is not None:
        return _not_graded(asked, quarters)
    adopted, waiting = asked.adopted, list(_unsealed(asked))
    if adopted is None:
        lacks = Node("missing", facts={"missing": "no_scheme"})
        return asked.root("year.points", inputs=[*map(_quarter, quarters), *_left_out(asked), lacks, *waiting])
    stated = adopted.version.scheme.annual.routine_weight
    weight, rest = Fraction(stated), f"{1 - Decimal(stated):f}"
    routine = mean(result.data.points for result in quarters) if quarters else None
    steps = [*map(_quarter, quarters), *_left_out(asked)]
    node = adopted.node("year.routine", routine, steps, weight=stated)
    value, evaluation, missing = _evaluation(asked, adopted, rest)
    inputs = [node, evaluation, *missing, *waiting]
    if routine is None or value is None:
        return asked.root("year.points", inputs=inputs)
    points = weight * routine + (1 - weight) * value
    return asked.root("year.points", points, [*inputs, *_graded(asked, adopted, quarters, points)])


def _not_graded(asked: Asked, quarters: list[Result]) -> Node:
    """Departed, or too few quarters; the mark that a result has gone rests on the seal alone."""
    inputs = [*map(_quarter, quarters), *_left_out(asked)]
    if asked.row["not_graded"] == "departed":
        history = asked.registers.postings(asked.cadre.id).as_of(asked.position)
        for entry in history.standing():
            if entry.group is None and periods.year_of(entry.since) == asked.period:
                facts = {"since": entry.since, "departed": entry.reason}
                inputs.append(Node("departure", facts=facts, event=asked.event(entry.event)))
    root = asked.root("year.not_graded", inputs=inputs)
    return replace(root, facts={**root.facts, "minimum_quarters": LEAST_QUARTERS})


def _quarter(result: Result) -> Node:
    exact, shown = figures(result.data.points)
    facts = {"quarter": result.data.period, "group": result.data.group, "grade": result.data.grade}
    return Node("year.quarter", exact, shown, facts, [], named_state(result))


def _left_out(asked: Asked) -> Iterator[Node]:
    """The quarters that a seal says have no points."""
    for quarter in periods.quarters_of(asked.period):
        result = asked.past_result(quarter)
        if (result is not None and result.data.points is not None) or _waits_in(asked, quarter) is not None:
            continue
        event = named_state(result) if result is not None else unassessed(asked, quarter, asked.position)
        if event is not None:
            yield Node("year.quarter_left_out", facts={"quarter": quarter, "not_graded": "not_assessed"}, event=event)


def _unsealed(asked: Asked) -> Iterator[Node]:
    for quarter in periods.quarters_of(asked.period):
        group = _waits_in(asked, quarter)
        if group is not None:
            yield unsealed(asked, group, quarter)


def _waits_in(asked: Asked, quarter: str) -> str | None:
    """Of what is computed now: the group of a quarter of his that is not sealed."""
    group = group_of(asked.registers, asked.cadre.id, quarter) if asked.result is None else None
    return group if group is not None and asked.moment.states(group, quarter) != "sealed" else None


def _evaluation(asked: Asked, adopted: Adopted, weight: str) -> tuple[Fraction | None, Node, list[Node]]:
    """The evaluation in hundredths (0 where the scheme has none), its step, and what it lacks."""
    indicators = adopted.version.scheme.annual.indicators
    standing = list(asked.facts_at(asked.period, asked.position).standing_scores())
    unfit = misfits(indicators, standing)
    missing = [_misfit(asked, code, unfit) for code in sorted({score.data.indicator for score in unfit})]
    if not indicators:
        return None if missing else Fraction(0), adopted.node("year.evaluation", 0, weight=weight), missing
    scores = Scores(asked, adopted, indicators, [score for score in standing if score not in unfit])
    value, lacks, node = scores.base("year.evaluation", weight=weight)
    missing = [*(adopted.node("missing", missing=code) for code in lacks), *missing]
    return None if missing else value, node, missing


def _misfit(asked: Asked, code: str, unfit: list[Score]) -> Node:
    """Scores of an indicator that the concluding group's scheme has no place for."""
    inputs = [score_node(asked, score) for score in unfit if score.data.indicator == code]
    return Node("missing", facts={"missing": f"misfit:{code}"}, inputs=inputs)


def _graded(asked: Asked, adopted: Adopted, quarters: list[Result], points: Fraction) -> Iterator[Node]:
    """From the points to the grade; before the seal only the band."""
    yield band(adopted, adopted.version.scheme.annual.bands, "incompetent", points)
    if asked.result is None:
        return
    data: YearGraded = asked.result.data
    yield from _ceilings(asked, data, quarters)
    if data.computed_grade == "excellent" or out_of_quota(data):
        quota = Quota("excellent", adopted.version.scheme.annual.excellent_quota, "graded", graded_beside(asked))
        facts = {"inside": not out_of_quota(data), "otherwise": "competent", **quota.facts()}
        yield adopted.node("year.quota", shown=data.computed_grade, **facts)
    rank = str(data.rank) if data.rank is not None else None
    minimum = adopted.version.scheme.ranking.minimum
    yield adopted.node("year.rank", shown=rank, rank=data.rank, of=data.of, minimum=minimum)
    yield from decision(asked, data)


def _ceilings(asked: Asked, data: YearGraded, quarters: list[Result]) -> Iterator[Node]:
    """Every ceiling that applies, binding or not, with the quarters or admonitions it rests on."""
    events = {reason.code: reason.events for reason in data.reasons}
    graded = [GradedQuarter(q.data.period, q.data.group, q.data.points, q.data.grade, q.event) for q in quarters]
    by_event = {result.event: result for result in quarters}
    for code, best, _ in ceilings(YearInput(graded, (0, 1), events.get("admonished", ()))):
        inputs = [
            _quarter(by_event[id_]) if id_ in by_event else _admonition(asked, id_) for id_ in events.get(code, ())
        ]
        binding = data.band is not None and GRADES.index(best) > GRADES.index(data.band)
        yield Node("year.ceiling", shown=best, facts={"reason": code, "binding": binding}, inputs=inputs)


def _admonition(asked: Asked, id_: str) -> Node:
    act = asked.cadre.acts[id_]
    return Node("admonition", facts={"decided_on": act.data.decided_on, "form": act.data.form}, event=named_state(act))
