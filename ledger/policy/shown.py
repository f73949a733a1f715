"""What is left out of an answer for a role, on whatever surface (api.md, "Who may what")."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ledger.aggregates.access import Role
from ledger.policy.actor import Actor
from ledger.policy.rules import sees_points
from ledger.projections.explanation import Node, mapped

Row = dict[str, Any]

_SEES_INVESTIGATIONS: tuple[Role, ...] = ("organiser", "auditor")
_OF_RATERS = ("reviewed", "scored", "score_corrected", "observed", "annulled")
"""Events whose hands the cadre they are about does not see."""
_LEFT_OUT: Mapping[str, tuple[str, ...]] = {
    "scored": ("points", "scorer", "comment"),
    "score_corrected": ("points", "reason"),
}
"""What single raters gave and wrote."""
_PUBLIC_OPINION = ("finding", "place", "method", "evidence", "observed_on")
ENOUGH_RATERS = 3
"""From so many scores on the mean of a rater class tells nobody's own."""


def shown_reason(actor: Actor, reason: str | None) -> str | None:
    """``under_investigation`` reads ``other`` to all but organisers and auditors."""
    if reason == "under_investigation" and actor.role not in _SEES_INVESTIGATIONS:
        return "other"
    return reason


def shown_row(actor: Actor, row: Row) -> Row:
    """A period's row as this role may see it."""
    hidden: Row = {key: shown_reason(actor, row[key]) for key in ("excused", "not_graded") if key in row}
    return {**row, **hidden}


def shown_submission(actor: Actor, row: Row) -> Row:
    """A submitted form as this role may see it: what it was worth is for who sees points."""
    if sees_points(actor):
        return row
    return {**row, "items": [{**item, "verdict": _without_points(item["verdict"])} for item in row["items"]]}


def _without_points(verdict: Row | None) -> Row | None:
    return None if verdict is None else {name: value for name, value in verdict.items() if name != "points"}


def shown_actor(actor: Actor, type_: str, principal: str | None) -> str | None:
    """Who recorded an event; the cadre it is about does not see who rated, scored, observed or reviewed."""
    return None if actor.role == "cadre" and type_ in _OF_RATERS else principal


def shown_step(actor: Actor, step: Node) -> Node | None:
    """An explanation as this role may see it."""
    return mapped(step, lambda node: _without_raters(actor, _without_investigations(actor, node)))


def _without_investigations(actor: Actor, node: Node) -> Node:
    facts = {
        name: shown_reason(actor, value) if isinstance(value, str) else value for name, value in node.facts.items()
    }
    return replace(node, shown=shown_reason(actor, node.shown), facts=facts)


def _without_raters(actor: Actor, node: Node) -> Node | None:
    """To the cadre no single score, no mean of few, and nobody's name who scored or saw."""
    if actor.role != "cadre":
        return node
    if node.rule in ("score", "score.correction"):
        return None
    if node.rule == "rater.mean" and node.facts["count"] < ENOUGH_RATERS:
        node = replace(node, exact=None, shown=None)
    if node.event is not None:
        event = replace(node.event, actor=shown_actor(actor, node.event.type, node.event.actor))
        return replace(node, event=event)
    return node


def shown_data(actor: Actor, type_: str, data: Row) -> Row:
    """An event's data as this role may see it; a key's hash is nobody's business, nor who consulted oneself."""
    data = {name: value for name, value in data.items() if name not in ("key_hash", *_left_out(actor, type_, data))}
    if type_ == "excused":
        data = {**data, "reason": shown_reason(actor, data["reason"])}
        if data["reason"] == "other" and actor.role not in _SEES_INVESTIGATIONS:
            data.pop("note", None)
    data |= {name: shown_reason(actor, data[name]) for name in ("excused", "not_graded") if name in data}
    if type_ == "consulted":
        data = {**data, "cadres": [cadre for cadre in data["cadres"] if cadre != actor.cadre]}
    if type_ == "reviewed" and not sees_points(actor):
        verdicts = [{k: v for k, v in verdict.items() if k != "points"} for verdict in data["verdicts"]]
        data = {**data, "verdicts": verdicts}
    return data


def _left_out(actor: Actor, type_: str, data: Row) -> tuple[str, ...]:
    """What the cadre does not see of an event about him."""
    if actor.role != "cadre":
        return ()
    if type_ == "observed" and data["channel"] == "public_opinion":
        return _PUBLIC_OPINION
    return _LEFT_OUT.get(type_, ())
