"""How rounds stand, and a group's standings put together from its rows."""

from collections.abc import Iterable
from typing import Any

from ledger import periods
from ledger.aggregates.registers import scheme_for
from ledger.assessment.ranking import places
from ledger.points import parse_points
from ledger.projections.moment import Moment, Row


def row(moment: Moment, group: str, period: str) -> Row:
    round_ = moment.registers.round(group, period)
    seal = round_.latest
    return {
        "group": group,
        "period": period,
        "state": moment.states(group, period),
        "revision": round_.revision or None,
        "scheme_version": round_.scheme_version,
        "sealed_at": seal.recorded_at if seal is not None else None,
        "sealed_by": seal.event if seal is not None else None,
    }


def ordered(rows: Iterable[Row]) -> list[Row]:
    """Rows in order: by rank, then points, highest first, then those without; within equals by cadre id."""

    def place(found: Row) -> tuple[Any, ...]:
        points = found["points"]
        rank = found.get("rank")
        return rank is None, rank or 0, points is None, -parse_points(points or 0), found["cadre"]

    return sorted(rows, key=place)


def quota(moment: Moment, group: str, period: str, rows: list[Row]) -> Row | None:
    """The places of the best grade, how many computed grades took one, and how many a decision gave."""
    kind = periods.kind(period)
    version = scheme_for(moment.registers, group, period)
    if kind == "month" or version is None:
        return None
    best = "good" if kind == "quarter" else "excellent"
    share = version.scheme.good_quota if kind == "quarter" else version.scheme.annual.excellent_quota
    graded = [found for found in rows if found["computed_grade"] is not None]
    ranked = [found for found in graded if found["rank"] is not None]
    counted = len(ranked) or len(graded) if kind == "quarter" else len(graded)
    return {
        "places": places(share, counted) if graded else 0,
        "used": sum(found["computed_grade"] == best for found in graded),
        "by_decision": sum(found["grade"] == best != found["computed_grade"] for found in graded),
    }
