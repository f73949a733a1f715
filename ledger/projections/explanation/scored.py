"""The steps from scores to a base: values of indicators, means of rater classes, scores with their corrections."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from ledger.aggregates.facts import Score
from ledger.aggregates.scheme import YearIndicator
from ledger.assessment.base import base
from ledger.points import format_points
from ledger.projections.explanation.asked import Adopted, Asked
from ledger.projections.explanation.node import Node, figures


@dataclass(frozen=True, slots=True)
class Scores:
    """The standing scores of a month or year, over the indicators of its scheme."""

    asked: Asked
    adopted: Adopted
    indicators: Sequence[YearIndicator]
    scores: Sequence[Score]

    def base(
        self, rule: Literal["month.base", "year.evaluation"], **facts: Any
    ) -> tuple[Fraction | None, list[str], Node]:
        """The base in hundredths (None while something blocks), what is missing, and the step."""
        found = base(self.indicators, self.scores)
        complete = found.ratio is not None and not found.missing
        value = Fraction(*found.ratio) if found.ratio is not None and complete else None
        counting = {indicator.code for indicator, _ in found.values}
        steps = [step for indicator in self.indicators for step in self._step(indicator, counting)]
        most = format_points(sum(indicator.most for indicator, _ in found.values))
        return value, found.missing, self.adopted.node(rule, value, steps, sum_of_max=most, **facts)

    def _step(self, indicator: YearIndicator, counting: set[str]) -> Iterator[Node]:
        """An indicator that counts, or that leaves the sum; one that blocks is told as missing."""
        if indicator.code in counting:
            yield self._value(indicator)
        elif indicator.when_unscored == "skip":
            yield self.adopted.node("indicator.skipped", **_about(indicator))

    def _value(self, indicator: YearIndicator) -> Node:
        """Its mean, by rater classes where it has them; 0 without a score."""
        scores = [score for score in self.scores if score.data.indicator == indicator.code]
        if indicator.raters is None:
            inputs = [score_node(self.asked, score) for score in scores]
            value = mean(score.points for score in scores)
        else:
            inputs, value = self._weighted(indicator.raters, scores)
        return self.adopted.node("indicator.value", value, inputs, **_about(indicator))

    def _weighted(self, weights: dict[str, str], scores: Sequence[Score]) -> tuple[list[Node], Fraction]:
        """The means of the rater classes present, and what they come to by their weights."""
        steps, total, present = [], Fraction(0), Fraction(0)
        for rater, weight in weights.items():
            own = [score for score in scores if score.data.rater == rater]
            if own:
                value = mean(score.points for score in own)
                inputs = [score_node(self.asked, score) for score in own]
                steps.append(self.adopted.node("rater.mean", value, inputs, rater=rater, weight=weight, count=len(own)))
                total, present = total + Fraction(weight) * value, present + Fraction(weight)
        return steps, total / present if present else Fraction(0)


def mean(figures_: Iterable[int]) -> Fraction:
    """The mean, 0 of nothing."""
    known = list(figures_)
    return Fraction(sum(known), len(known) or 1)


def _about(indicator: YearIndicator) -> dict[str, Any]:
    return {
        "indicator": indicator.code,
        "name": indicator.name,
        "kind": indicator.kind,
        "max": format_points(indicator.most),
        "unscored": indicator.when_unscored,
    }


def score_node(asked: Asked, score: Score) -> Node:
    """A standing score; corrected, it is what the correction says, and ``given`` what was recorded first."""
    exact, shown = figures(score.points)
    facts = {"indicator": score.data.indicator, "rater": score.data.rater, "scorer": score.scorer}
    facts["given"] = format_points(score.data.points)
    corrections = [_correction(asked, score.correction, score.points)] if score.correction is not None else []
    return Node("score", exact, shown, facts, corrections, asked.event(score.event))


def _correction(asked: Asked, correction: str, points: int) -> Node:
    recorded = asked.recorded(correction)
    exact, shown = figures(points)
    return Node(
        "score.correction",
        exact,
        shown,
        {"reason": getattr(recorded.data, "reason", None)},
        [],
        asked.event(correction),
    )
