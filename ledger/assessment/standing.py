"""How a round stands, which depends on others: outdated quarters and years, and to which group a period belongs."""

from collections.abc import Iterator
from typing import Literal

from ledger import periods
from ledger.aggregates.cadre import Result
from ledger.aggregates.registers import Registers, cohort, membership
from ledger.aggregates.round import Round
from ledger.assessment.quarter import GradedMonth, concluding_group
from ledger.assessment.year import GradedQuarter

RoundState = Literal["open", "sealed", "reopened", "outdated"]
RoundKey = tuple[str, str]
"""Group and period."""


class States:
    """How rounds stand at one place in the ledger, each computed once."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        self._known: dict[RoundKey, RoundState] = {}

    def __call__(self, group: str, period: str) -> RoundState:
        key = group, period
        if key not in self._known:
            self._known[key] = self._state(group, period)
        return self._known[key]

    def _state(self, group: str, period: str) -> RoundState:
        round_ = self._registers.round(group, period)
        if round_.status != "sealed" or periods.kind(period) == "month":
            return round_.status
        return "outdated" if self._outdated(group, period, round_) else "sealed"

    def _outdated(self, group: str, period: str, round_: Round) -> bool:
        assert round_.latest is not None
        registers, sealed_at = self._registers, round_.latest.position
        rests_on = {(group, part) for part in _parts(period) if registers.round(group, part).seals}
        if _may_differ_since(registers, period, sealed_at):
            rests_on.update(key for _, key in foundations(registers, group, period))
        return any(registers.round(*key).changed > sealed_at or self(*key) != "sealed" for key in sorted(rests_on))


def state(registers: Registers, group: str, period: str) -> RoundState:
    """A round's state. A sealed quarter or year is ``outdated`` once anything it rests on changed after its seal."""
    return States(registers)(group, period)


def _may_differ_since(registers: Registers, period: str, position: int) -> bool:
    """Has anything happened after a seal that could change what it rests on? Else its foundations are as it saw them.

    Much cheaper than to look at them: a posting, a first scheme, or a reopening or new seal of any group's part. A part
    first sealed later was no foundation, since these are sealed before.
    """
    moved = registers.moved_since(position)
    if moved is not None and moved <= periods.months_of(period)[-1]:
        return True
    below = (*periods.months_of(period), *_parts(period))
    return any(reworked in below for reworked in registers.reworked_since(position))


def foundations(registers: Registers, group: str, period: str) -> Iterator[tuple[str, RoundKey]]:
    """Each member's months (of a quarter) or quarters (of a year), in whatever group, as (cadre, round).

    That is the round the part belongs to now, and the one whose result counts, where that is another one.
    """
    for cadre in cohort(registers, group, period):
        for part in _parts(period):
            result = registers.result(cadre, part)
            groups = {group_of(registers, cadre, part), result.data.group if result is not None else None}
            for found in sorted(name for name in groups if name is not None):
                yield cadre, (found, part)


def group_of(registers: Registers, cadre: str, period: str) -> str | None:
    """The group whose round a cadre's period belongs to; None where he is a member of none in it."""
    kind = periods.kind(period)
    if kind == "month":
        posting = membership(registers, cadre, period)
        return posting.group if posting else None
    last = last_group(registers, cadre, period)
    if last is not None and registers.postings(cadre).groups() == {last}:
        return last  # who never had another group has no result of one, so none need be read
    if kind == "quarter":
        return concluding_group(graded_months(registers, cadre, period)) or last
    quarters = graded_quarters(registers, cadre, period)
    return quarters[-1].group if quarters else last


def last_group(registers: Registers, cadre: str, period: str) -> str | None:
    """The group of the last posting in the period, among the months that count."""
    for month in reversed(periods.months_of(period)):
        posting = membership(registers, cadre, month)
        if posting is not None:
            return posting.group
    return None


def graded_months(registers: Registers, cadre: str, quarter: str) -> list[GradedMonth]:
    """The months of a quarter with a result with points, in whatever group."""
    return [
        GradedMonth(month, result.data.group, result.data.points, result.event)
        for month, result in _graded(registers, cadre, periods.months_of(quarter))
    ]


def graded_quarters(registers: Registers, cadre: str, year: str) -> list[GradedQuarter]:
    """The quarters of a year with a result with points, in whatever group."""
    return [
        GradedQuarter(quarter, result.data.group, result.data.points, result.data.grade, result.event)
        for quarter, result in _graded(registers, cadre, periods.quarters_of(year))
    ]


def _graded(registers: Registers, cadre: str, parts: tuple[str, ...]) -> Iterator[tuple[str, Result]]:
    for part in parts:
        result = registers.result(cadre, part)
        if result is not None and result.data.points is not None:
            yield part, result


def _parts(period: str) -> tuple[str, ...]:
    return periods.months_of(period) if periods.kind(period) == "quarter" else periods.quarters_of(period)


def dependents(period: str) -> tuple[str, ...]:
    """The periods whose rounds may rest on this one."""
    kind = periods.kind(period)
    if kind == "month":
        return periods.quarter_of(period), periods.year_of(period)
    return (periods.year_of(period),) if kind == "quarter" else ()
