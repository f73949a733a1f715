"""A group's period: its rows in order, and what is missing before it can be sealed."""

from ledger import periods
from ledger.aggregates.registers import cohort, members, scheme_for
from ledger.assessment.sealing import by_cadre, draft
from ledger.assessment.standing import group_of
from ledger.errors import NotFound
from ledger.projections import rounds
from ledger.projections.moment import Moment, Row
from ledger.recording.reader import Reading
from ledger.recording.structure import RegistersAt


def group_item(moment: Moment, registers: RegistersAt, group: str) -> Row:
    """A group with its name, the years it has schemes for and how many members it has now."""
    years = sorted(year for code, year in list(registers.structure.schemes) if code == group)
    known = {year: history.newest for year in years if (history := registers.schemes(group, year)) is not None}
    return {
        "group": group,
        "name": known[max(known)].scheme.group_name if known else None,
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
    for cadre_id in cohort(registers, group, period):
        cadre = registers.cadre(cadre_id)
        elsewhere = group_of(registers, cadre_id, period) != group
        if cadre is None or elsewhere or cadre.facts_of(period).excuse() is not None:
            continue
        assessed.append(cadre_id)
        for score in cadre.facts_of(period).standing_scores():
            key = score.scorer, score.data.indicator, score.data.rater
            scored.setdefault(key, set()).add(cadre_id)
    found = []
    for (scorer, indicator, rater), done in sorted(scored.items(), key=str):
        waiting = [cadre for cadre in assessed if cadre not in done]
        if waiting:
            found.append({"scorer": scorer, "indicator": indicator, "rater": rater, "cadres": waiting})
    return found
