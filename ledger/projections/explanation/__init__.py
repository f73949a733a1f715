"""Why a result is what it is: the calculation as a tree, every leaf an event (api.md, ``explanation``)."""

from ledger import periods
from ledger.aggregates.cadre import Cadre
from ledger.projections import annual, monthly, quarterly
from ledger.projections.explanation.asked import Asked, FactsAt, RecordedEvent
from ledger.projections.explanation.month import month
from ledger.projections.explanation.node import Event, Node, Rule, mapped, walk
from ledger.projections.explanation.quarter import quarter
from ledger.projections.explanation.year import year
from ledger.projections.moment import Moment

__all__ = ["Event", "FactsAt", "Node", "RecordedEvent", "Rule", "explain", "mapped", "walk"]

_KINDS = {"month": (monthly.row, month), "quarter": (quarterly.row, quarter), "year": (annual.row, year)}


def explain(moment: Moment, cadre: Cadre, period: str, facts_at: FactsAt, recorded: RecordedEvent) -> Node | None:
    """The explanation of a cadre's row of a period at a moment; None where there is no such row.

    A sealed row is explained as it was sealed: from ``facts_at(period, position)`` as they stood then. ``recorded``
    gives an event of the cadre's stream by its id, for who recorded a fact and when.
    """
    kind = periods.kind(period)
    if kind is None:
        return None
    row_of, explained = _KINDS[kind]
    row = row_of(moment, cadre, period)
    if row is None:
        return None
    result = None
    if row["revision"] is not None:
        result = cadre.results_by_group(period).get(row["group"])
    seals = moment.registers.round(row["group"], period).seals
    seal = next((seal for seal in seals if seal.data.revision == row["revision"]), None)
    return explained(Asked(moment, cadre, row, result, seal, facts_at, recorded))
