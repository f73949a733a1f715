"""A group's period: its rows in order, and what is missing before it can be sealed."""

from ledger import periods
from ledger.aggregates.cadre import Cadre
from ledger.aggregates.registers import cohort, members, scheme_for
from ledger.assessment.sealing import by_cadre, draft
from ledger.assessment.standing import group_of
from ledger.errors import NotFound
from ledger.projections import annual, monthly, quarterly, rounds
from ledger.projections.moment import Moment, Row
from ledger.recording.reader import Reading
from ledger.recording.structure import RegistersAt

_VIEW = {"month": "monthly", "quarter": "quarterly", "year": "annual"}


def group_item(moment: Moment, registers: RegistersAt, group: str) -> Row:
    """A group with its name, the years it has schemes for and how many members it has now."""
    years = sorted(year for code, year in list(registers.structure.schemes) if code == group)
    history = registers.schemes(group, years[-1]) if years else None
    return {
        "group": group,
        "name": history.newest.scheme.group_name if history is not None else None,
        "schemes": [
            {"year": year, "version": known.newest.version}
            for year in years
            if (known := registers.schemes(group, year)) is not None
        ],
        "members": len(members(registers, group, periods.month_of(moment.date))),
    }


def standings(reading: Reading, group: str, period: str) -> Row:
    """The stored rows of the round, and the rows of members who have none yet."""
    kind = periods.kind(period)
    if kind is None:
        raise NotFound()
    moment, registers = reading.moment, reading.registers
    stored = {row["cadre"]: row for row in reading.view(_VIEW[kind], "period = ?", period)}
    rows = [row for row in stored.values() if row["group"] == group]
    for cadre in cohort(registers, group, period):
        if cadre not in stored:
            row = _open_row(moment, cadre, period)
            if row is not None and row["group"] == group:
                rows.append({"cadre": cadre, **row})
    round_ = registers.round(group, period)
    named = [{"cadre": row["cadre"], "name": registers.name(row["cadre"]), **row} for row in rounds.ordered(rows)]
    return {
        "group": group,
        "period": period,
        "state": moment.states(group, period),
        "revision": round_.revision or None,
        "quota": rounds.quota(moment, group, period, named),
        "rows": named,
    }


def _open_row(moment: Moment, cadre: str, period: str) -> Row | None:
    match periods.kind(period):
        case "month":
            return monthly.row(moment, Cadre(cadre), period)
        case "quarter":
            return quarterly.open_row(moment, cadre, period)
        case _:
            return annual.open_row(moment, cadre, period)


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
