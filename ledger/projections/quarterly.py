"""The row of a cadre's quarter (api.md): as sealed, or provisional from the sealed months so far."""

from ledger.aggregates.cadre import Cadre, Result
from ledger.aggregates.graded_events import Decision, QuarterGraded
from ledger.aggregates.registers import membership, scheme_for
from ledger.assessment.last_place import last_place_run
from ledger.assessment.month import band
from ledger.assessment.quarter import concluding_group, mean_points
from ledger.assessment.standing import graded_months, last_group
from ledger.points import shown
from ledger.projections.moment import Moment, Row


def sealed_row(moment: Moment, cadre: Cadre, result: Result) -> Row:
    data: QuarterGraded = result.data
    return {
        "period": data.period,
        "group": data.group,
        "state": moment.states(data.group, data.period),
        "points": shown(data.points),
        "band": data.band,
        "computed_grade": data.computed_grade,
        "grade": data.grade,
        "decision": decision(data.decision),
        "reasons": sorted(data.reasons),
        "rank": data.rank,
        "of": data.of,
        "last": data.last,
        "last_shared": data.last_shared,
        "last_place_run": last_place_run(moment.registers, cadre, data.period),
        "not_ranked": data.not_ranked,
        "not_graded": data.not_graded,
        "months": data.months,
        "revision": data.revision,
        "scheme_version": data.scheme_version,
    }


def decision(made: Decision | None) -> Row | None:
    return None if made is None else {"reason": made.reason, "actor": made.actor}


def open_row(moment: Moment, cadre: str, quarter: str) -> Row | None:
    """The quarter of a cadre without a result: provisional, or not assessed by a seal; None if he was no member."""
    registers = moment.registers
    last = last_group(registers, cadre, quarter)
    if last is None:
        return None
    months = [month for month in graded_months(registers, cadre, quarter) if _counts(moment, cadre, month.month)]
    group = concluding_group(months) or last
    version = scheme_for(registers, group, quarter)
    points = mean_points(months) if months else None
    seal = registers.round(group, quarter).latest
    passed_over = seal is not None and any(entry.cadre == cadre for entry in seal.data.not_assessed)
    return {
        "period": quarter,
        "group": group,
        "state": moment.states(group, quarter) if passed_over else "open",
        "points": shown(points),
        "band": band(version.scheme.bands, points, "poor") if version is not None and points is not None else None,
        "computed_grade": None,
        "grade": None,
        "decision": None,
        "reasons": [],
        "rank": None,
        "of": None,
        "last": False,
        "last_shared": False,
        "last_place_run": 0,
        "not_ranked": None,
        "not_graded": "not_assessed" if passed_over else None,
        "months": [month.month for month in months],
        "revision": seal.data.revision if passed_over and seal is not None else None,
        "scheme_version": version.version if version is not None else None,
    }


def _counts(moment: Moment, cadre: str, month: str) -> bool:
    posting = membership(moment.registers, cadre, month)
    return posting is not None and moment.states(posting.group or "", month) == "sealed"


def row(moment: Moment, cadre: Cadre, quarter: str) -> Row | None:
    result = cadre.result(quarter)
    return sealed_row(moment, cadre, result) if result is not None else open_row(moment, cadre.id, quarter)
