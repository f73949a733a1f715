"""A year's points, ceilings, grades and ranks within a group (rules.md section 4, Year)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from ledger.aggregates.scheme import Scheme
from ledger.assessment.base import Ratio
from ledger.assessment.month import band
from ledger.assessment.ranking import admitted, places, rank
from ledger.points import round_half_up

GRADES = ("excellent", "competent", "basically_competent", "incompetent")
"""Annual grades, best first."""


@dataclass(frozen=True, slots=True)
class GradedQuarter:
    """A sealed quarter with points; ``grade`` is the one after decision."""

    quarter: str
    group: str
    points: int
    grade: str
    event: str


@dataclass(frozen=True, slots=True)
class YearInput:
    """What a graded cadre's year rests on: quarters, evaluation in hundredths, admonitions decided in the year."""

    quarters: Sequence[GradedQuarter]
    evaluation: Ratio
    admonitions: Sequence[str] = ()


@dataclass(slots=True)
class YearOutcome:
    """What a year comes to for one cadre; ``reasons`` by code with the events each rests on."""

    points: int
    quarters: list[str]
    band: str
    grade: str
    reasons: dict[str, list[str]] = field(default_factory=dict)
    rank: int | None = None
    of: int | None = None


def annual_points(scheme: Scheme, quarters: Sequence[GradedQuarter], evaluation: Ratio) -> int:
    """``routine_weight`` × mean of quarter points + the rest × evaluation, rounded once."""
    weight = Fraction(scheme.annual.routine_weight)
    routine = Fraction(sum(quarter.points for quarter in quarters), len(quarters))
    exact = weight * routine + (1 - weight) * Fraction(*evaluation)
    return round_half_up(exact.numerator, exact.denominator)


def ceilings(year: YearInput) -> list[tuple[str, str, list[str]]]:
    """Every ceiling that applies, binding or not: reason, the best grade it leaves, the events it rests on."""
    quarters = year.quarters
    low = [q for q in quarters if q.grade in ("average", "poor")]
    good = [q for q in quarters if q.grade == "good"]
    everything = [q.event for q in quarters]
    found = []
    if low:
        found.append(("quarter_below_fairly_good", "competent", [q.event for q in low]))
    if 2 * len(good) < len(quarters):
        found.append(("too_few_good_quarters", "competent", everything))
    if year.admonitions:
        found.append(("admonished", "competent", list(year.admonitions)))
    if 2 * len(low) > len(quarters):
        found.append(("mostly_average_or_poor", "basically_competent", [q.event for q in low]))
    if quarters and all(q.grade == "poor" for q in quarters):
        found.append(("all_quarters_poor", "incompetent", everything))
    return found


def assess_year(scheme: Scheme, inputs: Mapping[str, YearInput]) -> dict[str, YearOutcome]:
    """The outcomes of all graded cadres who conclude in the group."""
    outcomes = {cadre: _grade(scheme, year) for cadre, year in inputs.items()}
    ranking = rank({c: o.points for c, o in outcomes.items()}, scheme.ranking.minimum, last_on_tie=False)
    inside = admitted(
        {c: o.points for c, o in outcomes.items() if o.grade == "excellent"}, quota_places(scheme, len(outcomes))
    )
    for cadre, outcome in outcomes.items():
        if cadre in ranking.ranks:
            outcome.rank, outcome.of = ranking.ranks[cadre], ranking.of
        if outcome.grade == "excellent" and cadre not in inside:
            outcome.grade = "competent"
            outcome.reasons["quota"] = []
    return outcomes


def quota_places(scheme: Scheme, graded: int) -> int:
    """The places for ``excellent``."""
    return places(scheme.annual.excellent_quota, graded)


def _grade(scheme: Scheme, year: YearInput) -> YearOutcome:
    points = annual_points(scheme, year.quarters, year.evaluation)
    reached = band(scheme.annual.bands, points, "incompetent")
    applying = ceilings(year)
    grade = max([reached, *(best for _, best, _ in applying)], key=GRADES.index)
    reasons = {code: events for code, _, events in applying}
    return YearOutcome(points, [q.quarter for q in year.quarters], reached, grade, reasons)
