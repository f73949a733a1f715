"""The row of a cadre's month (api.md)."""

from datetime import date

from ledger import periods
from ledger.aggregates.cadre import Cadre, Result
from ledger.aggregates.graded_events import MonthGraded
from ledger.aggregates.postings import Posting
from ledger.aggregates.registers import Registers, membership, scheme_for
from ledger.assessment.duties import local_day
from ledger.assessment.month import assess_month
from ledger.points import shown
from ledger.projections.moment import Moment, Row


def row(moment: Moment, cadre: Cadre, month: str) -> Row | None:
    """The month as sealed in the group it belongs to, else as computed; None where there is no such month.

    A result of another group's round, or of nobody's month, is shown only when the cadre is not posted then.
    """
    posting = membership(moment.registers, cadre.id, month)
    if posting is None or posting.group is None:
        result = cadre.result(month)
        return None if result is None else sealed_row(moment, cadre, result)
    own = cadre.results_by_group(month).get(posting.group)
    if own is not None and own.assessed:
        return sealed_row(moment, cadre, own)
    return _computed(moment, cadre, month, posting)


def sealed_row(moment: Moment, cadre: Cadre, result: Result) -> Row:
    data: MonthGraded = result.data
    return {
        "period": data.period,
        "group": data.group,
        "unit": data.unit,
        "state": moment.states(data.group, data.period),
        "points": shown(data.points),
        "grade": data.grade,
        "excused": data.excused,
        "missing": [],
        "late": _late(moment.registers, cadre, data.period, data.group),
        "not_graded": data.not_graded,
        "revision": data.revision,
        "scheme_version": data.scheme_version,
    }


def _computed(moment: Moment, cadre: Cadre, month: str, posting: Posting) -> Row:
    assert posting.group is not None
    version = scheme_for(moment.registers, posting.group, month)
    outcome = assess_month(version.scheme, month, cadre.facts_of(month)) if version is not None else None
    missing = ["no_scheme"] if outcome is None else outcome.missing
    return {
        "period": month,
        "group": posting.group,
        "unit": posting.unit,
        "state": "not_ready" if missing else "open",
        "points": shown(outcome.points) if outcome else None,
        "grade": outcome.grade if outcome else None,
        "excused": outcome.excused if outcome else None,
        "missing": missing,
        "late": _late(moment.registers, cadre, month, posting.group),
        "not_graded": None,
        "revision": None,
        "scheme_version": version.version if version is not None else None,
    }


def closing_day(registers: Registers, group: str, month: str) -> date | None:
    """The day of the following month after which a submission is late; None without a scheme."""
    version = scheme_for(registers, group, month)
    if version is None:
        return None
    return periods.day_in(periods.next_month(month), version.scheme.filing.closes_on_day)


def _late(registers: Registers, cadre: Cadre, month: str, group: str) -> bool:
    closes = closing_day(registers, group, month)
    return closes is not None and any(
        local_day(submission.recorded_at, registers.time_zone) > closes
        for submission in cadre.submissions_of(month)
        if not submission.withdrawn
    )
