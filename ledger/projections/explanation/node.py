"""A step of an explanation: language neutral, exact, and naming the recorded event it rests on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Literal

from ledger.points import format_points, lowest_terms, round_half_up

Rule = Literal[
    "month.points",
    "month.excused",
    "month.not_graded",
    "month.base",
    "indicator.value",
    "indicator.skipped",
    "rater.mean",
    "score",
    "score.correction",
    "key_work",
    "key_work.item",
    "submission",
    "observation",
    "observation.seen",
    "excuse",
    "missing",
    "band",
    "decision",
    "quarter.points",
    "quarter.not_graded",
    "quarter.month",
    "quarter.month_left_out",
    "quarter.eligibility",
    "quarter.rank",
    "quarter.last_place",
    "quarter.quota",
    "last_place_run",
    "last_place_run.quarter",
    "last_place_run.end",
    "year.points",
    "year.not_graded",
    "year.routine",
    "year.quarter",
    "year.quarter_left_out",
    "year.evaluation",
    "year.ceiling",
    "year.quota",
    "year.rank",
    "admonition",
    "departure",
]
"""What a step does with its inputs and facts; the catalogue of labels has a text for each."""


@dataclass(frozen=True, slots=True)
class Event:
    """A recorded event: which, by whom (None where that is not for the reader), when and where in the ledger."""

    id: str
    type: str
    actor: str | None
    recorded_at: str
    position: int


@dataclass(frozen=True, slots=True)
class Node:
    """A step: what comes out and what goes in.

    ``exact``: in points, a fraction in lowest terms (``"8731/100"``), where the step has a figure. ``shown``: what
    people see of it (``"87.31"``, a grade's code, a rank). ``facts``: its parameters. ``event``: of a leaf the fact
    itself, of a step with parameters the adoption of their scheme version (then in ``facts["scheme"]``).
    """

    rule: Rule
    exact: str | None = None
    shown: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    inputs: list["Node"] = field(default_factory=list)
    event: Event | None = None


def figures(hundredths: Fraction | int | None) -> tuple[str | None, str | None]:
    """A figure in hundredths of a point as ``exact`` and ``shown`` say it; a half is rounded up."""
    if hundredths is None:
        return None, None
    numerator, denominator = hundredths.numerator, hundredths.denominator
    return lowest_terms(numerator, 100 * denominator), format_points(round_half_up(numerator, denominator))


def mapped(node: Node, change: Callable[[Node], Node | None]) -> Node | None:
    """The tree with every node as ``change`` makes it, from the root down; what becomes None goes with all below."""
    changed = change(node)
    if changed is None:
        return None
    kept = (mapped(entry, change) for entry in changed.inputs)
    return replace(changed, inputs=[entry for entry in kept if entry is not None])


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in order."""
    yield node
    for entry in node.inputs:
        yield from walk(entry)
