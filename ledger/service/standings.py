"""A group's period: its rows in order, how its points lie, and what is missing before it can be sealed."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from ledger import periods
from ledger.aggregates.registers import cohort, members, scheme_for
from ledger.assessment.sealing import by_cadre, draft
from ledger.assessment.standing import group_of
from ledger.errors import NotFound
from ledger.points import format_points, round_half_up
from ledger.projections import rounds
from ledger.projections.moment import Moment, Row
from ledger.recording.reader import Reading
from ledger.recording.structure import RegistersAt


def group_name(registers: RegistersAt, group: str) -> str | None:
    """What the newest scheme calls a group."""
    years = [year for code, year in list(registers.structure.schemes) if code == group]
    found = (registers.schemes(group, year) for year in sorted(years, reverse=True))
    return next((history.newest.scheme.group_name for history in found if history is not None), None)


def group_item(moment: Moment, registers: RegistersAt, group: str) -> Row:
    """A group with its name, the years it has schemes for and how many members it has now."""
    years = sorted(year for code, year in list(registers.structure.schemes) if code == group)
    known = {year: history.newest for year in years if (history := registers.schemes(group, year)) is not None}
    return {
        "group": group,
        "name": group_name(registers, group),
        "schemes": [{"year": year, "version": newest.version} for year, newest in known.items()],
        "members": len(members(registers, group, periods.month_of(moment.date))),
    }


def standings(reading: Reading, found: list[Row], group: str, period: str) -> Row:
    """The round and its rows in order."""
    moment, registers = reading.moment, reading.registers
    round_ = registers.round(group, period)
    named = [{"cadre": row["cadre"], "name": registers.name(row["cadre"]), **row} for row in rounds.ordered(found)]
    return {
        "group": group,
        "period": period,
        "state": moment.states(group, period),
        "revision": round_.revision or None,
        "quota": rounds.quota(moment, group, period, named),
        "rows": named,
    }


ENOUGH_TO_SPREAD = 5
"""So many graded people a group must have in a month for its quartiles to be of a group."""


def spread(reading: Reading, group: str, since: str) -> list[Row]:
    """Of each sealed month from ``since`` on with enough people: the quartiles of their points, as stored."""
    points = groupby(reading.sealed_points(group, since), itemgetter(0))
    ordered = ((period, [figure for _, figure in found]) for period, found in points)
    return [
        {"group": group, "period": period, **quartiles(found)}
        for period, found in ordered
        if len(found) >= ENOUGH_TO_SPREAD
    ]


def quartiles(ordered: Sequence[int]) -> Row:
    """Lower quartile, median and upper quartile of points in hundredths, between two of them in proportion."""
    found = {}
    for name, quarters in (("lower", 1), ("median", 2), ("upper", 3)):
        whole, part = divmod((len(ordered) - 1) * quarters, 4)
        following = ordered[min(whole + 1, len(ordered) - 1)]
        found[name] = format_points(round_half_up(4 * ordered[whole] + part * (following - ordered[whole]), 4))
    return found


def progress(reading: Reading, group: str, period: str) -> Row:
    """What is missing, cadre by cadre, and for whom each scorer of the round has not scored yet."""
    registers, moment = reading.registers, reading.moment
    version = scheme_for(registers, group, period)
    if version is None:
        raise NotFound()
    made = draft(registers, group, period, version)
    missing = by_cadre(made.missing)
    return {
        "group": group,
        "period": period,
        "state": moment.states(group, period),
        "ready": not missing,
        "members": len(cohort(registers, group, period)),
        "by_cadre": [{**entry, "name": registers.name(str(entry["cadre"]))} for entry in missing],
        "by_scorer": _by_scorer(reading, group, period),
    }


def _by_scorer(reading: Reading, group: str, period: str) -> list[Row]:
    """Of every scorer, indicator and rater class with a score in the round: the members without that score."""
    registers = reading.registers
    if periods.kind(period) == "quarter":
        return []
    scored: dict[tuple[str, str, str | None], set[str]] = {}
    assessed = []
    for cadre in cohort(registers, group, period):
        facts = registers.facts(cadre, period)
        if group_of(registers, cadre, period) != group or facts.excuse() is not None:
            continue
        assessed.append(cadre)
        for score in facts.standing_scores():
            key = score.scorer, score.data.indicator, score.data.rater
            scored.setdefault(key, set()).add(cadre)
    found = []
    for (scorer, indicator, rater), done in sorted(scored.items(), key=str):
        waiting = [cadre for cadre in assessed if cadre not in done]
        if waiting:
            found.append({"scorer": scorer, "indicator": indicator, "rater": rater, "cadres": waiting})
    return found
