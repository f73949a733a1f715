"""What a principal may do with a period, so that a client need not guess (the decision may still refuse)."""

from ledger import periods
from ledger.aggregates.registers import belongs
from ledger.assessment.standing import RoundState
from ledger.policy import RUNS, allowed_appends, sees_cadre, sees_group
from ledger.projections.moment import Row
from ledger.service.view import View

_FACTS = {
    "month": frozenset(
        ("submitted", "withdrawn", "reviewed", "scored", "score_corrected", "observed", "excused", "annulled")
    ),
    "quarter": frozenset[str](),
    "year": frozenset(("scored", "score_corrected", "annulled")),
}
"""What may be recorded about a period until it is sealed."""
_NEEDS_BEGUN = frozenset(("submitted", "scored", "observed"))
_ACTS = frozenset(("talk_held", "criticised", "admonished", "admonition_waived", "adjustment_decided"))
_ON_A_RESULT = frozenset(("acknowledged", "appeal_lodged", "appeal_decided"))


def with_cadre(view: View, cadre: str, row: Row) -> list[str]:
    """The event types that the principal may append about a cadre's period, as things stand at the moment."""
    period = row["period"]
    posting = view.reading.registers.postings(cadre).last_in(periods.months_of(period))
    if not sees_cadre(view.actor, cadre, posting):
        return []
    possible = set(_ACTS)
    if row["state"] != "sealed":
        begun = periods.first_day(period) <= view.reading.date
        possible |= _FACTS[periods.kind(period) or "quarter"] - (frozenset() if begun else _NEEDS_BEGUN)
    if row["revision"] is not None:
        possible |= _ON_A_RESULT
    return [name for name in allowed_appends(view.actor, cadre) if name in possible]


def with_round(view: View, group: str, period: str, state: RoundState) -> list[str]:
    """``seal`` and ``reopen``, as far as the principal may and the round's state lets them make sense."""
    if not _runs(view, group, period):
        return []
    ended = periods.last_day(period) < view.reading.date
    found = ["seal"] if state != "sealed" and ended else []
    return [*found, "reopen"] if state in ("sealed", "outdated") else found


def _runs(view: View, group: str, period: str) -> bool:
    return view.actor.role in RUNS and sees_group(view.actor, group) and not concerns(view, group, period)


def concerns(view: View, group: str, period: str) -> bool:
    """Is the round one that the principal himself belongs to?"""
    own = view.actor.cadre
    return own is not None and belongs(view.reading.registers, own, group, period, view.reading.date)
