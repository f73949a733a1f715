"""A quarter's points, grades and ranks within a group (rules.md section 4, Quarter)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ledger.aggregates.scheme import Scheme
from ledger.assessment.month import band
from ledger.assessment.ranking import admitted, places, rank
from ledger.points import round_half_up


@dataclass(frozen=True, slots=True)
class GradedMonth:
    """A sealed month with points."""

    month: str
    group: str
    points: int
    event: str


@dataclass(slots=True)
class QuarterOutcome:
    """What a quarter comes to for one cadre; ``grade`` is the computed one."""

    points: int
    months: list[str]
    band: str
    grade: str
    reasons: list[str] = field(default_factory=list)
    rank: int | None = None
    of: int | None = None
    last: bool = False
    last_shared: bool = False
    not_ranked: Literal["short_service", "small_group"] | None = None


def concluding_group(months: Sequence[GradedMonth]) -> str | None:
    """The group in which most graded months fell; on a tie, that of the latest of them. None without any."""
    if not months:
        return None
    counts = Counter(month.group for month in months)
    most = max(counts.values())
    return max((month.month, month.group) for month in months if counts[month.group] == most)[1]


def mean_points(months: Sequence[GradedMonth]) -> int:
    return round_half_up(sum(month.points for month in months), len(months))


def assess_quarter(scheme: Scheme, graded: Mapping[str, Sequence[GradedMonth]]) -> dict[str, QuarterOutcome]:
    """The outcomes of all cadres who conclude in the group, each with at least one graded month."""
    outcomes: dict[str, QuarterOutcome] = {}
    for cadre, months in graded.items():
        points = mean_points(months)
        reached = band(scheme.bands, points, "poor")
        outcomes[cadre] = QuarterOutcome(points, [month.month for month in months], reached, reached)
    eligible = {c: o for c, o in outcomes.items() if len(o.months) >= scheme.ranking.minimum_months}
    _rank(scheme, outcomes, eligible)
    _apply_quota(scheme, outcomes, eligible)
    return outcomes


def _rank(scheme: Scheme, outcomes: dict[str, QuarterOutcome], eligible: dict[str, QuarterOutcome]) -> None:
    ranking = rank({c: o.points for c, o in eligible.items()}, scheme.ranking.minimum, scheme.ranking.last_on_tie)
    for cadre, outcome in outcomes.items():
        if cadre not in eligible:
            outcome.not_ranked = "short_service"
        elif cadre not in ranking.ranks:
            outcome.not_ranked = "small_group"
        else:
            outcome.rank, outcome.of = ranking.ranks[cadre], ranking.of
            outcome.last, outcome.last_shared = cadre in ranking.last, cadre in ranking.shared


def _apply_quota(scheme: Scheme, outcomes: dict[str, QuarterOutcome], eligible: dict[str, QuarterOutcome]) -> None:
    inside = admitted({c: o.points for c, o in eligible.items() if o.band == "good"}, quota_places(scheme, outcomes))
    for cadre, outcome in outcomes.items():
        if outcome.band == "good" and cadre not in inside:
            outcome.grade = "fairly_good"
            outcome.reasons = ["quota" if cadre in eligible else "short_service"]


def quota_places(scheme: Scheme, outcomes: Mapping[str, QuarterOutcome]) -> int:
    """The places for ``good``: of the number ranked or, if nobody is ranked, graded."""
    ranked = sum(outcome.rank is not None for outcome in outcomes.values())
    return places(scheme.good_quota, ranked or len(outcomes))
