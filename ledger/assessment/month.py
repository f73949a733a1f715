"""A month's points and grade (rules.md section 3)."""

from dataclasses import dataclass, field

from ledger.aggregates.facts import Facts
from ledger.aggregates.graded_events import Breakdown, IndicatorValue
from ledger.aggregates.scheme import Bands, Scheme
from ledger.assessment.base import Base, base
from ledger.points import lowest_terms, round_half_up


@dataclass(frozen=True, slots=True)
class MonthOutcome:
    """What a month comes to. Points and grade are None when excused or something is missing."""

    points: int | None = None
    grade: str | None = None
    excused: str | None = None
    missing: list[str] = field(default_factory=list)
    breakdown: Breakdown | None = None

    @property
    def ready(self) -> bool:
        return not self.missing


def band(bands: Bands, points: int, lowest: str) -> str:
    """The highest band whose threshold is not above the points; below all, the lowest grade."""
    return next((name for name, threshold in bands.thresholds.items() if threshold <= points), lowest)


def key_work(scheme: Scheme, facts: Facts) -> int:
    """The accepted items' points, at most the cap."""
    total = sum(given.verdict.points or 0 for _, _, given in facts.accepted_items())
    return min(scheme.key_work.most, total)


def observation(scheme: Scheme, facts: Facts) -> int:
    """The observations' signed points, within plus and minus the cap."""
    cap = scheme.observation.most
    return max(-cap, min(cap, sum(seen.data.points for seen in facts.standing_observations())))


def assess_month(scheme: Scheme, month: str, facts: Facts) -> MonthOutcome:
    """The outcome of a posted cadre's month from its facts."""
    excuse = facts.excuse()
    if excuse is not None:
        return MonthOutcome(excused=excuse.data.reason)
    found = base(scheme.in_force(month), facts.standing_scores())
    missing = [*found.missing, *(["unreviewed"] if facts.unreviewed() else [])]
    if missing or found.ratio is None:
        return MonthOutcome(missing=missing)
    work, seen = key_work(scheme, facts), observation(scheme, facts)
    numerator, denominator = found.ratio
    points = round_half_up(max(0, numerator + (work + seen) * denominator), denominator)
    return MonthOutcome(points, band(scheme.bands, points, "poor"), breakdown=_breakdown(found, work, seen))


def _breakdown(found: Base, work: int, seen: int) -> Breakdown:
    assert found.ratio is not None
    numerator, denominator = found.ratio
    return Breakdown.made(
        indicators=[
            IndicatorValue.made(code=indicator.code, value=lowest_terms(top, 100 * bottom), max=indicator.most)
            for indicator, (top, bottom) in found.values
        ],
        base=lowest_terms(numerator, 100 * denominator),
        key_work=work,
        observation=seen,
    )
