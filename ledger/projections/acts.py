"""The acts on a cadre as the record shows them: talks, criticism, admonitions, adjustments, appeals."""

from datetime import date
from typing import Any

from ledger import periods
from ledger.aggregates import cadre_events as events
from ledger.aggregates.cadre import Act, Cadre
from ledger.assessment.duties import admonition_months
from ledger.projections.moment import Moment, Row

_ACTS: dict[str, type[Any]] = {
    "talks": events.TalkHeld,
    "criticisms": events.Criticised,
    "waivers": events.AdmonitionWaived,
    "adjustments": events.AdjustmentDecided,
}


def acts(moment: Moment, cadre: Cadre) -> dict[str, list[Row]]:
    """The acts on a cadre by part of the record, oldest first, those taken back too."""
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
