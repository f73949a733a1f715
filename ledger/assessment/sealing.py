"""What sealing a round would record: results of all members, who is not assessed, and what is still missing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ledger import periods
from ledger.aggregates.graded_events import Graded, MonthGraded, QuarterGraded, Reason, YearGraded
from ledger.aggregates.registers import Registers, cohort, members, membership
from ledger.aggregates.round import NotAssessed
from ledger.aggregates.scheme import SchemeVersion
from ledger.assessment import quarter as quarters
from ledger.assessment import year as years
from ledger.assessment.base import Ratio, base, misfits
from ledger.assessment.month import assess_month
from ledger.assessment.standing import States, foundations, graded_months, graded_quarters, group_of, last_group


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps a round from being sealed: of one cadre, or of the group (``cadre`` None)."""

    cadre: str | None
    missing: list[str]


@dataclass(slots=True)
class Draft:
    """A round computed anew: graded data by cadre before decisions, or what is missing (then not all are graded)."""

    group: str
    period: str
    scheme: SchemeVersion
    revision: int
    graded: dict[str, Graded] = field(default_factory=dict)
    not_assessed: list[NotAssessed] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)

    @property
    def common(self) -> dict[str, object]:
        """What all graded events of the round share."""
        return {
            "group": self.group,
            "period": self.period,
            "scheme_version": self.scheme.version,
            "revision": self.revision,
        }


def draft(registers: Registers, group: str, period: str, scheme: SchemeVersion) -> Draft:
    """Compute a round from the registers, whether or not it can be sealed."""
    made = Draft(group, period, scheme, registers.round(group, period).revision + 1)
    kind = periods.kind(period)
    {"month": _month, "quarter": _quarter, "year": _year}[kind or "month"](registers, made)
    _mark_gone(registers, made)
    made.graded = dict(sorted(made.graded.items()))
    return made


def _month(registers: Registers, made: Draft) -> None:
    for member in members(registers, made.group, made.period):
        posting = membership(registers, member, made.period)
        assert posting is not None
        outcome = assess_month(made.scheme.scheme, made.period, registers.facts(member, made.period))
        if not outcome.ready:
            made.missing.append(Missing(member, outcome.missing))
            continue
        made.graded[member] = MonthGraded.made(
            **made.common,
            unit=posting.unit,
            points=outcome.points,
            grade=outcome.grade,
            excused=outcome.excused,
            breakdown=outcome.breakdown,
        )


def _quarter(registers: Registers, made: Draft) -> None:
    made.missing.extend(_unsealed_before(registers, made))
    made.missing.extend(_unsealed(registers, made))
    graded = {}
    for member in cohort(registers, made.group, made.period):
        months = graded_months(registers, member, made.period)
        if months and quarters.concluding_group(months) == made.group:
            graded[member] = months
        elif not months and last_group(registers, member, made.period) == made.group:
            made.not_assessed.append(NotAssessed(cadre=member, reason="no_graded_month"))
    outcomes = quarters.assess_quarter(made.scheme.scheme, graded)
    for member, outcome in outcomes.items():
        made.graded[member] = QuarterGraded.made(
            **made.common,
            points=outcome.points,
            band=outcome.band,
            computed_grade=outcome.grade,
            grade=outcome.grade,
            reasons=outcome.reasons,
            rank=outcome.rank,
            of=outcome.of,
            last=outcome.last,
            last_shared=outcome.last_shared,
            not_ranked=outcome.not_ranked,
            months=outcome.months,
        )


def _unsealed(registers: Registers, made: Draft) -> Iterator[Missing]:
    """The members' months (or quarters) whose rounds are not sealed, cadre by cadre."""
    waiting: dict[str, list[str]] = {}
    states = States(registers)
    for cadre, key in foundations(registers, made.group, made.period):
        if states(*key) != "sealed":
            waiting.setdefault(cadre, []).append(key[1])
    return (Missing(cadre, parts) for cadre, parts in waiting.items())


def _unsealed_before(registers: Registers, made: Draft) -> Iterator[Missing]:
    """The group's earlier quarters in which it had members and that are not sealed."""
    first = registers.first_year(made.group)
    earlier = []
    quarter, states = periods.previous_quarter(made.period), States(registers)
    while first is not None and quarter[:4] >= first:
        if states(made.group, quarter) != "sealed" and cohort(registers, made.group, quarter):
            earlier.append(quarter)
        quarter = periods.previous_quarter(quarter)
    if earlier:
        yield Missing(None, earlier[::-1])


def _year(registers: Registers, made: Draft) -> None:
    made.missing.extend(_unsealed(registers, made))
    evaluated: dict[str, tuple[list[years.GradedQuarter], Ratio]] = {}
    for member in cohort(registers, made.group, made.period):
        if group_of(registers, member, made.period) != made.group:
            continue
        graded = graded_quarters(registers, member, made.period)
        left = registers.postings(member).departed_in(made.period)
        if left or len(graded) < 2:
            made.graded[member] = YearGraded.made(
                **made.common,
                not_graded="departed" if left else "short_service",
                quarters=[quarter.quarter for quarter in graded],
            )
            continue
        evaluation, missing = evaluate(registers, member, made.scheme, made.period)
        if missing:
            made.missing.append(Missing(member, missing))
        evaluated[member] = graded, evaluation
    if made.missing:
        return
    inputs = {
        member: years.YearInput(graded, evaluation, registers.admonitions(member, made.period))
        for member, (graded, evaluation) in evaluated.items()
    }
    for member, outcome in years.assess_year(made.scheme.scheme, inputs).items():
        made.graded[member] = YearGraded.made(
            **made.common,
            points=outcome.points,
            band=outcome.band,
            computed_grade=outcome.grade,
            grade=outcome.grade,
            reasons=[Reason.made(code=c, events=e) for c, e in sorted(outcome.reasons.items())],
            rank=outcome.rank,
            of=outcome.of,
            quarters=outcome.quarters,
        )


def evaluate(registers: Registers, member: str, scheme: SchemeVersion, year: str) -> tuple[Ratio, list[str]]:
    """The year's evaluation in hundredths and what it lacks; a scheme without evaluation lacks nothing."""
    indicators = scheme.scheme.annual.indicators
    scores = list(registers.facts(member, year).standing_scores())
    unfit = misfits(indicators, scores)
    found = base(indicators, [score for score in scores if score not in unfit])
    missing = found.missing if indicators else []
    return found.ratio or (0, 1), [*missing, *sorted({f"misfit:{score.data.indicator}" for score in unfit})]


def _mark_gone(registers: Registers, made: Draft) -> None:
    """Who had a result in an earlier revision and has none now gets one that says so."""
    if made.revision == 1:
        return
    waiting = {entry.cadre for entry in made.missing}
    models: dict[str, type[Graded]] = {"month": MonthGraded, "quarter": QuarterGraded, "year": YearGraded}
    model = models[periods.kind(made.period) or "month"]
    for cadre in registers.results_in(made.group, made.period):
        if cadre not in made.graded and cadre not in waiting:
            made.graded[cadre] = model.made(
                **made.common, not_graded="not_assessed", **_unit_then(registers, cadre, made)
            )


def _unit_then(registers: Registers, cadre: str, made: Draft) -> dict[str, str]:
    """A month's result names its unit: that of the last result he had in the round."""
    state = registers.cadre(cadre)
    if periods.kind(made.period) != "month" or state is None:
        return {}
    return {"unit": state.results_by_group(made.period)[made.group].data.unit}


def by_cadre(missing: Iterable[Missing]) -> list[dict[str, object]]:
    """What is missing, merged cadre by cadre, as it goes into problems and progress."""
    merged: dict[str | None, list[str]] = {}
    for entry in missing:
        merged.setdefault(entry.cadre, []).extend(entry.missing)
    return [{"cadre": cadre, "missing": codes} for cadre, codes in merged.items()]
