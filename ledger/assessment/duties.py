"""Duties: opened by sealed results and admonitions, closed by the acts that answer them (rules.md section 5).

A cadre's duties are folded from his results and standing acts in the order of their positions. What depends on the
day they are asked for (``overdue``, withdrawn while departed) is decided by ``state_on``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from ledger import periods
from ledger.aggregates.cadre import Act, Cadre, Result
from ledger.aggregates.cadre_events import (
    AdjustmentDecided,
    Admonished,
    AdmonitionReviewed,
    AdmonitionWaived,
    Criticised,
    TalkHeld,
)
from ledger.aggregates.postings import PostingHistory
from ledger.aggregates.registers import Registers, scheme_for, scheme_of
from ledger.aggregates.scheme import Duties, LastPlace
from ledger.assessment.last_place import last_place_run

Kind = Literal[
    "feedback",
    "reminder_talk",
    "criticism",
    "consider_admonition",
    "adjustment_case",
    "admonition_review",
]
State = Literal["due", "overdue", "done", "withdrawn"]
_DEFAULTS = Duties()


@dataclass(slots=True)
class Duty:
    """One opening of a duty. ``position`` and ``opened_on``: the event that gave its ground and its day."""

    kind: Kind
    period: str | None
    opened_by: str
    position: int
    opened_on: date
    due_on: date | None
    answered_by: str | None = None
    withdrawn: bool = False

    @property
    def waits(self) -> bool:
        """Neither answered nor withdrawn."""
        return self.answered_by is None and not self.withdrawn


def state_on(duty: Duty, postings: PostingHistory, day: date) -> State | None:
    """The state on a day; None for a duty that has not opened because the cadre had left and has not come back."""
    if duty.answered_by is not None:
        return "done"
    if duty.withdrawn:
        return "withdrawn"
    if _departed(postings, day):
        return None if _departed(postings, duty.opened_on) else "withdrawn"
    return "overdue" if duty.due_on is not None and day > duty.due_on else "due"


def _departed(postings: PostingHistory, day: date) -> bool:
    entry = postings.entry_in(periods.month_of(day))
    return entry is not None and entry.group is None


def duties(registers: Registers, cadre: Cadre) -> list[Duty]:
    """All duties of a cadre, in the order they opened."""
    fold = _Fold(registers, cadre)
    for position, recorded_at, result in _moments(cadre):
        fold.step(position, local_day(recorded_at, registers.time_zone), result)
    found = [*fold.finish(), *(_review(registers, cadre, act) for act in cadre.acts.values() if _is_admonition(act))]
    return sorted(found, key=lambda duty: duty.position)


def local_day(recorded_at: str, time_zone: ZoneInfo) -> date:
    """The calendar day of a recorded moment in the ledger's time zone."""
    return datetime.fromisoformat(recorded_at).astimezone(time_zone).date()


def local_time(recorded_at: str, time_zone: ZoneInfo) -> str:
    """A recorded moment in the ledger's time zone to the minute."""
    return datetime.fromisoformat(recorded_at).astimezone(time_zone).replace(tzinfo=None).isoformat(timespec="minutes")


def _moments(cadre: Cadre) -> list[tuple[int, str, Result | None]]:
    """The events that can give or take a ground: graded quarters and adjustments, in order."""
    results = [
        (result.position, result.recorded_at, result)
        for period, revisions in cadre.results.items()
        if periods.kind(period) == "quarter"
        for result in revisions
    ]
    adjustments = [(act.position, act.recorded_at, None) for act in cadre.acts_of(AdjustmentDecided)]
    return sorted([*results, *adjustments], key=lambda moment: moment[0])


class _Fold:
    """The duties opened up to a position; ``waiting``: those neither answered nor withdrawn yet."""

    def __init__(self, registers: Registers, cadre: Cadre) -> None:
        self.registers = registers
        self.cadre = cadre
        self.opened: list[Duty] = []
        self.waiting: list[Duty] = []
        self.counting: dict[str, Result] = {}
        self.known = Cadre(cadre.id, registered=cadre.registered, postings=cadre.postings)
        self.acts = [act for act in cadre.acts.values() if act.annulled is None]
        self.last_had: dict[str, Result] = {}
        self.latest: dict[tuple[Kind, str], Duty] = {}

    def step(self, position: int, day: date, result: Result | None) -> None:
        """Take in a graded quarter, or the adjustment at this position, and open and withdraw what follows."""
        opener = result.event if result is not None else ""
        if result is not None:
            self._take_in(result)
        self.known.acts = {act.event: act for act in self.acts if act.position <= position}
        grounds = dict(self._grounds())
        for duty in self.waiting:
            self._answer(duty, position)
            if duty.answered_by is None and (duty.kind, duty.period) not in grounds:
                duty.withdrawn = True
        changed = self._changed(result)
        for (kind, period), based_on in grounds.items():
            latest = self.latest.get((kind, period))
            anew = kind == "feedback" and changed and result is not None and period == result.data.period
            if latest is None or latest.withdrawn or anew:
                if latest is not None and latest.answered_by is None:
                    latest.withdrawn = True
                due_on = _due_on(kind, _days(self.registers, based_on), day)
                duty = Duty(kind, period, opener or based_on.event, position, day, due_on)
                self.opened.append(duty)
                self.waiting.append(duty)
                self.latest[kind, period] = duty
        self.waiting = [duty for duty in self.waiting if duty.waits]

    def _take_in(self, result: Result) -> None:
        period = result.data.period
        self.known.results.setdefault(period, []).append(result)
        counting = self.known.result(period)
        assert counting is not None
        self.counting[period] = counting

    def _changed(self, result: Result | None) -> bool:
        """Does a result change points, grade or last place against the one he last had, in any group?"""
        if result is None or not result.assessed:
            return False
        before = self.last_had.get(result.data.period)
        self.last_had[result.data.period] = result
        return before is not None and _figures(before) != _figures(result)

    def _grounds(self) -> Iterator[tuple[tuple[Kind, str], Result]]:
        for period, result in self.counting.items():
            if result.data.points is None:
                continue
            yield ("feedback", period), result
            if result.data.grade == "average":
                yield ("reminder_talk", period), result
            if result.data.grade == "poor":
                yield ("criticism", period), result
                yield ("consider_admonition", period), result
            if result.data.last and self._case(result, period):
                yield ("adjustment_case", period), result

    def _case(self, result: Result, period: str) -> bool:
        scheme = scheme_of(self.registers, result.data, period)
        needed = scheme.last_place.quarters if scheme is not None else LastPlace().quarters
        return last_place_run(self.registers, self.known, period) >= needed

    def finish(self) -> list[Duty]:
        """All duties, those still open answered by what was recorded since the last step."""
        for duty in self.waiting:
            self._answer(duty, 2**62)
        return self.opened

    def _answer(self, duty: Duty, until: int) -> None:
        """Close a duty by the first standing act before a position that answers it."""
        for act in self.acts:
            if duty.position < act.position < until and _answers(act, duty):
                duty.answered_by = act.event
                return


def _figures(result: Result) -> tuple[int | None, str | None, bool]:
    return result.data.points, result.data.grade, result.data.last


def _answers(act: Act, duty: Duty) -> bool:
    data = act.data
    match duty.kind:
        case "feedback" | "reminder_talk":
            purpose = "feedback" if duty.kind == "feedback" else "reminder"
            return isinstance(data, TalkHeld) and data.purpose == purpose and data.period == duty.period
        case "criticism":
            return isinstance(data, Criticised) and data.period == duty.period
        case "consider_admonition":
            return isinstance(data, Admonished | AdmonitionWaived) and data.period == duty.period
        case "adjustment_case":
            return isinstance(data, AdjustmentDecided) and not _earlier(data.period, duty.period or "")
        case "admonition_review":
            return isinstance(data, AdmonitionReviewed) and data.admonition == duty.opened_by


def _earlier(period: str, quarter: str) -> bool:
    """Does a period, of whatever kind, end in a quarter before another?"""
    return periods.quarter_of(periods.months_of(period)[-1]) < quarter


def _due_on(kind: Kind, days: Duties, opened_on: date) -> date | None:
    match kind:
        case "feedback":
            return opened_on + timedelta(days=days.feedback_days)
        case "reminder_talk":
            return opened_on + timedelta(days=days.reminder_talk_days)
        case "criticism":
            return opened_on + timedelta(days=days.criticism_days)
        case "adjustment_case":
            return opened_on + timedelta(days=days.adjustment_case_days)
        case _:
            return None


def _days(registers: Registers, result: Result) -> Duties:
    scheme = scheme_of(registers, result.data, result.data.period)
    return scheme.duties if scheme is not None else _DEFAULTS


def _is_admonition(act: Act) -> bool:
    return isinstance(act.data, Admonished)


def admonition_months(registers: Registers, cadre: Cadre, admonished: Admonished) -> int:
    """The months of an admonition's window: those of the scheme of the group he was posted to when it was decided."""
    month = admonished.decided_on[:7]
    posting = cadre.postings.in_force(month) or cadre.postings.last_in(periods.months_of(month[:4]))
    version = scheme_for(registers, posting.group, month) if posting and posting.group else None
    return (version.scheme.duties if version else _DEFAULTS).admonition_months


def _review(registers: Registers, cadre: Cadre, act: Act) -> Duty:
    opened_on = local_day(act.recorded_at, registers.time_zone)
    months = admonition_months(registers, cadre, act.data)
    due_on = periods.add_months(date.fromisoformat(act.data.decided_on), months)
    duty = Duty("admonition_review", None, act.event, act.position, opened_on, due_on)
    duty.answered_by = next(
        (a.event for a in cadre.acts_of(AdmonitionReviewed) if a.position > act.position and _answers(a, duty)), None
    )
    duty.withdrawn = act.annulled is not None
    return duty
