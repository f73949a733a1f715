"""The row of a cadre's year (api.md): as sealed, or provisional from the sealed quarters so far."""

from ledger.aggregates.cadre import Cadre, Result
from ledger.aggregates.graded_events import YearGraded
from ledger.aggregates.registers import scheme_for
from ledger.assessment.month import band
from ledger.assessment.sealing import evaluate
from ledger.assessment.standing import graded_quarters, last_group
from ledger.assessment.year import annual_points
from ledger.points import shown
from ledger.projections.moment import Moment, Row
from ledger.projections.quarterly import decision


def sealed_row(moment: Moment, result: Result) -> Row:
    data: YearGraded = result.data
    return {
        "period": data.period,
        "group": data.group,
        "state": moment.states(data.group, data.period),
        "points": shown(data.points),
        "band": data.band,
        "computed_grade": data.computed_grade,
        "grade": data.grade,
        "decision": decision(data.decision),
        "reasons": sorted(reason.code for reason in data.reasons),
        "rank": data.rank,
        "of": data.of,
        "not_graded": data.not_graded,
        "quarters": data.quarters,
        "revision": data.revision,
        "scheme_version": data.scheme_version,
    }


def open_row(moment: Moment, cadre: str, year: str) -> Row | None:
    """The year of a cadre without a result, provisional; points once there are sealed quarters and the evaluation."""
    registers = moment.registers
    last = last_group(registers, cadre, year)
    if last is None:
        return None
    quarters = [q for q in graded_quarters(registers, cadre, year) if moment.states(q.group, q.quarter) == "sealed"]
    group = quarters[-1].group if quarters else last
    version = scheme_for(registers, group, year)
    points = None
    if version is not None and quarters:
        evaluation, missing = evaluate(registers, cadre, version, year)
        points = None if missing else annual_points(version.scheme, quarters, evaluation)
    reached = band(version.scheme.annual.bands, points, "incompetent") if version and points is not None else None
    return {
        "period": year,
        "group": group,
        "state": "open",
        "points": shown(points),
        "band": reached,
        "computed_grade": None,
        "grade": None,
        "decision": None,
        "reasons": [],
        "rank": None,
        "of": None,
        "not_graded": None,
        "quarters": [quarter.quarter for quarter in quarters],
        "revision": None,
        "scheme_version": version.version if version is not None else None,
    }


def row(moment: Moment, cadre: Cadre, year: str) -> Row | None:
    result = cadre.result(year)
    return sealed_row(moment, result) if result is not None else open_row(moment, cadre.id, year)
