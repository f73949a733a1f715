"""A cadre's record put together from his stream: postings, results, acts, appeals, duties."""

from datetime import date
from typing import Any

from ledger import periods
from ledger.aggregates import cadre_events as events
from ledger.aggregates.cadre import Act, Cadre
from ledger.assessment.duties import admonition_months
from ledger.policy import Actor, sees_period, sees_row, shown_row
from ledger.projections import annual, duties, monthly, quarterly, roster
from ledger.projections.moment import Moment, Row


def months_of(moment: Moment, cadre: Cadre) -> list[str]:
    """The months from the first posting to the later of the date and the last event."""
    first = cadre.postings.first_month()
    if first is None:
        return []
    known = [period for period in (*cadre.facts, *cadre.results) if periods.kind(period) == "month"]
    return periods.months_between(min([first, *known]), max([periods.month_of(moment.date), *known]))


def period_row(moment: Moment, cadre: Cadre, period: str) -> Row | None:
    """The row of any period; None where the cadre has none."""
    match periods.kind(period):
        case "month":
            return monthly.row(moment, cadre, period)
        case "quarter":
            return quarterly.row(moment, cadre, period)
        case "year":
            return annual.row(moment, cadre, period)
        case None:
            return None


def _rows(moment: Moment, cadre: Cadre, wanted: list[str]) -> list[Row]:
    found = (period_row(moment, cadre, period) for period in wanted)
    return [row for row in found if row is not None]


def last_results(moment: Moment, cadre: Cadre) -> dict[str, Row | None]:
    """The latest month, quarter and year with a sealed result."""
    found: dict[str, Row | None] = {}
    for kind in ("month", "quarter", "year"):
        known = [period for period in cadre.results if periods.kind(period) == kind]
        found[kind] = period_row(moment, cadre, max(known)) if known else None
    return found


def record(moment: Moment, cadre: Cadre, actor: Actor) -> Row:
    """The whole record as a role may see it."""
    assert cadre.registered is not None
    months = months_of(moment, cadre)
    quarters = list(dict.fromkeys(periods.quarter_of(month) for month in months))
    years = list(dict.fromkeys(periods.year_of(month) for month in months))
    whole = sees_period(actor, "quarter")

    def shown(wanted: list[str]) -> list[Row]:
        return [shown_row(actor, row) for row in _rows(moment, cadre, wanted) if sees_row(actor, row)]

    acts: dict[str, list[Row]] = _acts(moment, cadre) if whole else {}
    return {
        "cadre": cadre.id,
        "name": cadre.registered.name,
        "version": cadre.version,
        "postings": [roster.posting(entry) for entry in cadre.postings.standing()],
        "months": shown(months),
        "quarters": shown(quarters) if whole else [],
        "years": shown(years) if whole else [],
        **acts,
        "duties": duties.rows(moment, cadre, moment.date) if whole else [],
    }


_ACTS: dict[str, type[Any]] = {
    "talks": events.TalkHeld,
    "criticisms": events.Criticised,
    "waivers": events.AdmonitionWaived,
    "adjustments": events.AdjustmentDecided,
}


def _acts(moment: Moment, cadre: Cadre) -> dict[str, list[Row]]:
    found = {
        name: [_act(cadre, act) for act in cadre.acts.values() if isinstance(act.data, kind)]
        for name, kind in _ACTS.items()
    }
    found["admonitions"] = [
        _admonition(moment, cadre, act) for act in cadre.acts.values() if isinstance(act.data, events.Admonished)
    ]
    found["appeals"] = [_appeal(cadre, act) for act in cadre.acts.values() if isinstance(act.data, events.AppealLodged)]
    return found


def _act(cadre: Cadre, act: Act) -> Row:
    """An act with who recorded it, what was acknowledged of it, and whether it was taken back."""
    acknowledged = [a for a in cadre.acts_of(events.Acknowledged) if a.data.event == act.event]
    return {
        "event": act.event,
        "recorded_at": act.recorded_at,
        "actor": act.actor,
        **act.data.model_dump(mode="json"),
        "acknowledged": [
            {"event": a.event, "on": a.data.on, "method": a.data.method, "comment": a.data.comment}
            for a in acknowledged
        ],
        "annulled_by": cadre.annulments.get(act.event),
    }


def _admonition(moment: Moment, cadre: Cadre, act: Act) -> Row:
    """With its window: from the day it was decided, for the scheme's months (rules.md section 5)."""
    decided_on = date.fromisoformat(act.data.decided_on)
    until = periods.window_end(decided_on, admonition_months(moment.registers, cadre, act.data))
    reviews = [
        {"event": a.event, **a.data.model_dump(mode="json", exclude={"admonition"})}
        for a in cadre.acts_of(events.AdmonitionReviewed)
        if a.data.admonition == act.event
    ]
    in_force = act.annulled is None and decided_on <= moment.date <= until
    window = {"from": decided_on.isoformat(), "until": until.isoformat(), "in_force": in_force}
    return {**_act(cadre, act), "window": window, "reviews": reviews}


def _appeal(cadre: Cadre, act: Act) -> Row:
    decided = next((a for a in cadre.acts_of(events.AppealDecided) if a.data.appeal == act.event), None)
    decision = None
    if decided is not None:
        decision = {
            "event": decided.event,
            "recorded_at": decided.recorded_at,
            "actor": decided.actor,
            **decided.data.model_dump(mode="json", exclude={"appeal"}),
        }
    return {
        "event": act.event,
        "recorded_at": act.recorded_at,
        "actor": act.actor,
        **act.data.model_dump(mode="json"),
        "decision": decision,
    }
