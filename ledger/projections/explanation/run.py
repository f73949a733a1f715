"""The run of last places quarter by quarter: counted, passed over, and what ended it (rules.md section 5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ledger import periods
from ledger.aggregates.cadre import Act, Result
from ledger.aggregates.cadre_events import AdjustmentDecided
from ledger.aggregates.registers import membership, scheme_of
from ledger.projections.explanation.asked import Adopted, Asked, named_seal, named_state
from ledger.projections.explanation.node import Event, Node

Because = Literal["last", "last_shared", "not_ranked", "adjusted", "other_group", "not_last", "not_posted"]
"""Why a quarter counts, is passed over, or ends the run."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One quarter on the way back. ``effect``: it adds one, is passed over, or ends the run."""

    quarter: str
    effect: Literal["counted", "passed_over", "ended"]
    because: Because
    event: Event | None


def last_place_run(asked: Asked, adopted: Adopted) -> Node:
    """The run that ends with the quarter, read from the latest results as the row reads it."""
    stops = list(_back(asked))
    inputs = [_node(stop) for stop in stops]
    setting = adopted.version.scheme.last_place
    return adopted.node(
        "last_place_run",
        inputs=inputs,
        shown=str(asked.row["last_place_run"]),
        case_after=setting.quarters,
        gap=setting.gap,
        passed_over=sum(stop.effect == "passed_over" for stop in stops),
    )


def _node(stop: Stop) -> Node:
    facts = {"quarter": stop.quarter, "effect": stop.effect, "because": stop.because}
    rule: Literal["last_place_run.end", "last_place_run.quarter"]
    rule = "last_place_run.end" if stop.effect == "ended" else "last_place_run.quarter"
    return Node(rule, facts=facts, event=stop.event)


def _back(asked: Asked) -> Iterator[Stop]:
    """The quarters from this one back to the one that ends the run."""
    ending = asked.result
    quarter = asked.period
    assert ending is not None
    yield Stop(quarter, "counted", "last", named_state(ending))
    later = ending
    while True:
        quarter = periods.previous_quarter(quarter)
        stop = _stop(asked, quarter, ending, later)
        yield stop
        if stop.effect == "ended":
            return
        found = asked.cadre.result(quarter)
        if stop.effect == "counted" and found is not None:
            later = found


def _stop(asked: Asked, quarter: str, ending: Result, later: Result) -> Stop:
    act = _adjustment(asked, quarter)
    if act is not None:
        return Stop(quarter, "ended", "adjusted", named_state(act))
    if not any(membership(asked.registers, asked.cadre.id, month) for month in periods.months_of(quarter)):
        return Stop(quarter, "ended", "not_posted", None)
    result = asked.cadre.result(quarter)
    if result is None or result.data.rank is None:
        event = named_state(result) if result is not None else unassessed(asked, quarter, asked.moment.position)
        return Stop(quarter, "ended" if _gap(asked, later) == "break" else "passed_over", "not_ranked", event)
    event = named_state(result)
    if result.data.group != ending.data.group:
        return Stop(quarter, "ended", "other_group", event)
    if result.data.last:
        return Stop(quarter, "counted", "last", event)
    shared = bool(result.data.last_shared)
    return Stop(quarter, "passed_over" if shared else "ended", "last_shared" if shared else "not_last", event)


def _adjustment(asked: Asked, quarter: str) -> Act | None:
    """The latest adjustment of a period that ends in the quarter."""
    acts = asked.cadre.acts_of(AdjustmentDecided)
    found = [act for act in acts if periods.quarter_of(periods.months_of(act.data.period)[-1]) == quarter]
    return found[-1] if found else None


def _gap(asked: Asked, later: Result) -> str:
    scheme = scheme_of(asked.registers, later.data, later.data.period)
    return scheme.last_place.gap if scheme is not None else "break"


def unassessed(asked: Asked, quarter: str, position: int) -> Event | None:
    """The latest seal, up to a position, that lists him as not assessed in a quarter."""
    groups = {
        posting.group
        for month in periods.months_of(quarter)
        if (posting := membership(asked.registers, asked.cadre.id, month)) is not None
    }
    seals = [
        seal
        for group in sorted(group for group in groups if group is not None)
        for seal in asked.registers.round(group, quarter).seals
        if seal.position <= position and any(entry.cadre == asked.cadre.id for entry in seal.data.not_assessed)
    ]
    return named_seal(max(seals, key=lambda seal: seal.position)) if seals else None
