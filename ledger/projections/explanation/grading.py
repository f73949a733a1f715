"""What quarters and years share on the way from points to a grade: band, quota, rank, decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from ledger.aggregates.graded_events import QuarterGraded, YearGraded
from ledger.aggregates.scheme import Bands
from ledger.assessment.month import band as reached_band
from ledger.assessment.ranking import places
from ledger.points import format_points, round_half_up
from ledger.projections.explanation.asked import Adopted, Asked, named_seal
from ledger.projections.explanation.node import Node

Graded = QuarterGraded | YearGraded


def band(adopted: Adopted, bands: Bands, lowest: str, points: Fraction) -> Node:
    """The highest band whose threshold the rounded points reach."""
    rounded = round_half_up(points.numerator, points.denominator)
    thresholds = {name: format_points(threshold) for name, threshold in bands.thresholds.items()}
    shown = reached_band(bands, rounded, lowest)
    return adopted.node("band", shown=shown, points=format_points(rounded), thresholds=thresholds, lowest=lowest)


def decision(asked: Asked, data: Graded) -> list[Node]:
    """The grade that a person set against the computed one, recorded by the seal."""
    if data.decision is None:
        return []
    facts = {"computed_grade": data.computed_grade, "grade": data.grade, "reason": data.decision.reason}
    event = named_seal(asked.seal) if asked.seal is not None else None
    return [Node("decision", shown=data.grade, facts=facts, event=event)]


@dataclass(frozen=True, slots=True)
class Quota:
    """The places of the best grade in one sealed revision. ``counted``: of whom the share is taken."""

    best: Literal["good", "excellent"]
    share: str
    counted: Literal["ranked", "graded"]
    results: Sequence[Graded]

    def facts(self) -> dict[str, Any]:
        """Places, how many took one, and whether equal points that did not fit together ended it; of nobody else."""
        among = len([data for data in self.results if self.counted == "graded" or data.rank is not None])
        available = places(self.share, among)
        used = sum(data.computed_grade == self.best for data in self.results)
        outside = any(out_of_quota(data) for data in self.results)
        return {
            "share": self.share,
            "counted": self.counted,
            "among": among,
            "places": available,
            "used": used,
            "closed_by_tie": outside and used < available,
        }


def out_of_quota(data: Graded) -> bool:
    """Had the best grade but for the places?"""
    return "quota" in [reason if isinstance(reason, str) else reason.code for reason in data.reasons]


def graded_beside(asked: Asked) -> list[Graded]:
    """The graded results of the sealed revision, of all cadres of the round, his own among them."""
    registers, group, period = asked.registers, asked.row["group"], asked.period
    found = []
    for cadre in registers.results_in(group, period):
        result = registers.result(cadre, period)
        if result is None or result.data.group != group:
            known = registers.cadre(cadre)
            result = known.results_by_group(period).get(group) if known is not None else None
        if result is not None and result.data.revision == asked.row["revision"] and result.data.points is not None:
            found.append(result.data)
    return found
