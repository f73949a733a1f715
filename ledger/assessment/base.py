"""Indicators to a base of 0..100 (rules.md section 3), in whole numbers: values are (numerator, denominator)."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import lcm

from ledger.aggregates.facts import Score
from ledger.aggregates.scheme import YearIndicator, misfit

Ratio = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Base:
    """``ratio`` in hundredths of a point, unrounded, None while nothing has a value; ``missing``: codes that block.

    ``values``: the indicators that count, in the scheme's order, each with its value in hundredths.
    """

    ratio: Ratio | None
    values: list[tuple[YearIndicator, Ratio]]
    missing: list[str]


def value(indicator: YearIndicator, scores: list[Score]) -> Ratio:
    """The mean of the scores (at least one), weighted by the rater classes present where the indicator has them."""
    weights = indicator.weights
    if weights is None:
        return sum(score.points for score in scores), len(scores)
    classes: dict[str, list[int]] = {}
    for score in scores:
        classes.setdefault(score.data.rater or "", []).append(score.points)
    common = lcm(*map(len, classes.values()))
    total = sum(weights[rater] * sum(points) * (common // len(points)) for rater, points in classes.items())
    return total, common * sum(weights[rater] for rater in classes)


def base(indicators: Iterable[YearIndicator], scores: Iterable[Score]) -> Base:
    """100 × Σ value ÷ Σ max over the indicators that have a value, and those that count as zero without one."""
    by_indicator: dict[str, list[Score]] = {}
    for score in scores:
        by_indicator.setdefault(score.data.indicator, []).append(score)
    values: list[tuple[YearIndicator, Ratio]] = []
    missing: list[str] = []
    scored = False
    for indicator in indicators:
        if indicator.code in by_indicator:
            values.append((indicator, value(indicator, by_indicator[indicator.code])))
            scored = True
        elif indicator.when_unscored == "zero":
            values.append((indicator, (0, 1)))
        elif indicator.when_unscored == "block":
            missing.append(indicator.code)
    if not scored:
        return Base(None, values, missing or ["no_value"])
    common = lcm(*(denominator for _, (_, denominator) in values))
    total = sum(numerator * (common // denominator) for _, (numerator, denominator) in values)
    return Base((10_000 * total, common * sum(indicator.most for indicator, _ in values)), values, missing)


def misfits(indicators: Iterable[YearIndicator], scores: Iterable[Score]) -> list[Score]:
    """The scores that these indicators have no place for: no such indicator, rater class or range."""
    by_code = {indicator.code: indicator for indicator in indicators}
    return [score for score in scores if misfit(by_code.get(score.data.indicator), score.data.rater, score.points)]
