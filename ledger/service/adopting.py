"""Adopting a scheme: the next version, if it leaves no standing score without its place."""

from ledger import periods
from ledger.aggregates.refusals import (
    OrphanedScores,
)
from ledger.aggregates.scheme import Adopted, Scheme, flaws
from ledger.assessment.base import misfits
from ledger.errors import Invalid
from ledger.service.desk import Desk, Done


def adopt(desk: Desk, group: str, year: str, scheme: Scheme, reason: str | None, id_: str | None) -> tuple[Done, int]:
    """Adopt a scheme as the next version; Invalid or OrphanedScores where it cannot be."""
    stream = f"scheme:{group}:{year}"
    history = desk.registers.schemes(group, year)
    found = desk.done_before(id_, stream, "adopted")
    if found is not None:
        version = found.originator_version
        again = Adopted.made(version=version, scheme=scheme, reason=reason)
        replayed = desk.replayed(id_, stream, again)
        assert replayed is not None
        return replayed, version
    broken = flaws(scheme, year)
    if broken:
        raise Invalid(*broken)
    orphans = _orphans(desk, group, year, scheme)
    if orphans:
        raise OrphanedScores(scores=orphans)
    desk.found()
    version = len(history.versions) + 1 if history is not None else 1
    adopted = Adopted.made(version=version, scheme=scheme, reason=reason)
    return Done(desk.append(stream, adopted, id_=id_)), version


def _orphans(desk: Desk, group: str, year: str, scheme: Scheme) -> list[dict[str, str]]:
    """The standing scores of the group's months and year never sealed that the scheme has no place for."""
    registers = desk.registers
    found = []
    for period in (*periods.months_of(year), year):
        if registers.round(group, period).seals:
            continue
        for cadre_id in registers.ever_in(group):
            cadre = registers.cadre(cadre_id)
            posting = registers.postings(cadre_id).last_in(periods.months_of(period))
            if cadre is None or posting is None or posting.group != group:
                continue
            for score in misfits(scheme.of_period(period), cadre.facts_of(period).standing_scores()):
                found.append(
                    {"cadre": cadre_id, "event": score.event, "period": period, "indicator": score.data.indicator}
                )
    return found
