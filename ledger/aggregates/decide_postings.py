"""Which postings and departures may be recorded or taken back: none that rewrites a sealed month (rules.md)."""

import re

from ledger import periods
from ledger.aggregates import cadre_events as events
from ledger.aggregates.cadre import Cadre
from ledger.aggregates.postings import PostingHistory, changed_months, posting_of
from ledger.aggregates.refusals import AlreadyRegistered, HasDeparted, NotPosted, OrphanedScores, PeriodSealed
from ledger.aggregates.registers import Registers, scheme_for
from ledger.aggregates.scheme import misfit
from ledger.aggregates.situation import Situation
from ledger.aggregates.values import CADRE_PATTERN
from ledger.errors import Invalid


def registered(cadre: Cadre, data: events.Registered, at: Situation) -> None:
    if re.fullmatch(CADRE_PATTERN, cadre.id) is None:
        raise Invalid.at("/cadre", "cadre")
    if cadre.registered is not None:
        raise AlreadyRegistered(cadre=cadre.id)
    check_change(cadre, cadre.postings.after(posting_of(data, "", 0)), at.registers)


def posted(cadre: Cadre, data: events.Posted, at: Situation) -> None:
    check_change(cadre, cadre.postings.after(posting_of(data, "", 0)), at.registers)


def departed(cadre: Cadre, data: events.Departed, at: Situation) -> None:
    if cadre.postings.in_force(data.since) is None:
        if cadre.postings.entry_in(data.since) is not None:
            raise HasDeparted(cadre=cadre.id, period=data.since)
        raise NotPosted(cadre=cadre.id, period=data.since)
    check_change(cadre, cadre.postings.after(posting_of(data, "", 0)), at.registers)


def check_change(cadre: Cadre, after: PostingHistory, registers: Registers) -> None:
    """Refuse a change of group or unit of a sealed month, and one that orphans standing scores of an unsealed one."""
    known = (*cadre.fact_periods(), *(period for _, period in registers.sealed_rounds()))
    last = max((period for period in known if periods.kind(period) == "month"), default="")
    changed = list(changed_months(cadre.postings, after, last))
    rounds = sorted({key for month in changed for key in _sealed_rounds(cadre, after, registers, month)})
    if rounds:
        raise PeriodSealed(rounds=[{"group": group, "period": month} for month, group in rounds])
    orphans = [orphan for month in changed for orphan in orphans_in(cadre, month, after, registers)]
    if orphans:
        raise OrphanedScores(scores=orphans)


def _sealed_rounds(cadre: Cadre, after: PostingHistory, registers: Registers, month: str) -> list[tuple[str, str]]:
    postings = (cadre.postings.in_force(month), after.in_force(month))
    groups = {posting.group for posting in postings if posting is not None and posting.group is not None}
    return [(month, group) for group in groups if registers.round(group, month).status == "sealed"]


def orphans_in(cadre: Cadre, month: str, after: PostingHistory, registers: Registers) -> list[dict[str, str]]:
    """The standing scores of a month that the scheme of the posting then in force has no place for."""
    posting = after.in_force(month)
    version = scheme_for(registers, posting.group, month) if posting is not None and posting.group else None
    indicators = {i.code: i for i in version.scheme.in_force(month)} if version is not None else {}
    return [
        {"cadre": cadre.id, "event": score.event, "period": month, "indicator": score.data.indicator}
        for score in cadre.facts_of(month).standing_scores()
        if misfit(indicators.get(score.data.indicator), score.data.rater, score.points)
    ]
