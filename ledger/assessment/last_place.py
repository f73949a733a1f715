"""The run of last places (rules.md section 5), read from the latest results."""

from ledger import periods
from ledger.aggregates.cadre import Cadre
from ledger.aggregates.cadre_events import AdjustmentDecided
from ledger.aggregates.graded_events import QuarterGraded
from ledger.aggregates.registers import Registers, membership, scheme_of


def last_place_run(registers: Registers, cadre: Cadre, quarter: str) -> int:
    """How many last places in a row end with this quarter; 0 if he was not last in it."""
    ending = _result(cadre, quarter)
    if ending is None or not ending.last:
        return 0
    adjusted = {periods.quarter_of(periods.months_of(a.data.period)[-1]) for a in cadre.acts_of(AdjustmentDecided)}
    run, later = 1, ending
    while True:
        quarter = periods.previous_quarter(quarter)
        if quarter in adjusted or not _was_member(registers, cadre, quarter):
            return run
        result = _result(cadre, quarter)
        if result is None or result.rank is None:
            if _gap(registers, later) == "break":
                return run
        elif result.group != ending.group or not (result.last or result.last_shared):
            return run
        elif result.last:
            run, later = run + 1, result


def _result(cadre: Cadre, quarter: str) -> QuarterGraded | None:
    found = cadre.result(quarter)
    return found.data if found is not None else None


def _was_member(registers: Registers, cadre: Cadre, quarter: str) -> bool:
    return any(membership(registers, cadre.id, month) for month in periods.months_of(quarter))


def _gap(registers: Registers, later: QuarterGraded) -> str:
    """What the scheme of the later quarter says of a quarter without a rank."""
    scheme = scheme_of(registers, later, later.period)
    return scheme.last_place.gap if scheme is not None else "break"
