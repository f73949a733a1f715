"""A quarter as a tree: months, band, eligibility, rank, quota, decision, run of last places (rules.md section 4)."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from ledger import periods
from ledger.aggregates.cadre import Result
from ledger.aggregates.graded_events import QuarterGraded
from ledger.aggregates.registers import membership
from ledger.projections.explanation.asked import Adopted, Asked, named_state, unsealed
from ledger.projections.explanation.grading import Quota, band, decision, graded_beside, out_of_quota
from ledger.projections.explanation.node import Node, figures
from ledger.projections.explanation.run import last_place_run
from ledger.projections.explanation.scored import mean


def quarter(asked: Asked) -> Node:
    """The explanation of a quarter's row."""
    months = [result for month in asked.row["months"] if (result := asked.past_result(month)) is not None]
    inputs = [*map(_month, months), *_left_out(asked)]
    inputs.extend(_unsealed(asked))
    if not months:
        return asked.root("quarter.points" if asked.row["not_graded"] is None else "quarter.not_graded", inputs=inputs)
    points, adopted = mean(result.data.points for result in months), asked.adopted
    return asked.root("quarter.points", points, [*inputs, *(_graded(asked, adopted, points) if adopted else ())])


def _graded(asked: Asked, adopted: Adopted, points: Fraction) -> Iterator[Node]:
    """From the points to the grade; before the seal only the band."""
    yield band(adopted, adopted.version.scheme.bands, "poor", points)
    if asked.result is None:
        return
    data: QuarterGraded = asked.result.data
    ranking = adopted.version.scheme.ranking
    eligible = len(data.months) >= ranking.minimum_months
    yield adopted.node(
        "quarter.eligibility", graded_months=len(data.months), minimum_months=ranking.minimum_months, eligible=eligible
    )
    rank = str(data.rank) if data.rank is not None else None
    yield adopted.node(
        "quarter.rank", shown=rank, rank=data.rank, of=data.of, minimum=ranking.minimum, not_ranked=data.not_ranked
    )
    if data.rank is not None:
        yield adopted.node(
            "quarter.last_place", last=data.last, last_shared=data.last_shared, last_on_tie=ranking.last_on_tie
        )
    if data.band == "good":
        yield _quota(asked, adopted, data, eligible)
    yield from decision(asked, data)
    if data.last:
        yield last_place_run(asked, adopted)


def _quota(asked: Asked, adopted: Adopted, data: QuarterGraded, eligible: bool) -> Node:
    """Whether he had a place; who is not eligible takes none."""
    beside = graded_beside(asked)
    counted: Literal["ranked", "graded"] = "ranked" if any(other.rank is not None for other in beside) else "graded"
    quota = Quota("good", adopted.version.scheme.good_quota, counted, beside)
    inside = eligible and not out_of_quota(data)
    return adopted.node(
        "quarter.quota",
        shown=data.computed_grade,
        inside=inside,
        eligible=eligible,
        otherwise="fairly_good",
        **quota.facts(),
    )


def _month(result: Result) -> Node:
    exact, shown = figures(result.data.points)
    facts = {"month": result.data.period, "group": result.data.group, "grade": result.data.grade}
    return Node("quarter.month", exact, shown, facts, [], named_state(result))


def _left_out(asked: Asked) -> Iterator[Node]:
    """The months with a result without points."""
    for month in periods.months_of(asked.period):
        result = asked.past_result(month)
        if result is not None and result.data.points is None and not _waits_in(asked, month):
            facts = {"month": month, "excused": result.data.excused, "not_graded": result.data.not_graded}
            yield Node("quarter.month_left_out", facts=facts, event=named_state(result))


def _unsealed(asked: Asked) -> Iterator[Node]:
    for month in periods.months_of(asked.period):
        group = _waits_in(asked, month)
        if group is not None:
            yield unsealed(asked, group, month)


def _waits_in(asked: Asked, month: str) -> str | None:
    """Of what is computed now: the group of a month of his that is not sealed."""
    posting = membership(asked.registers, asked.cadre.id, month)
    if asked.result is not None or posting is None or posting.group is None:
        return None
    return posting.group if asked.moment.states(posting.group, month) != "sealed" else None
