"""What a benchmark tells: a figure, what was measured beside it in the same run, and the goals it is held to."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.benchmarks.ledgers import Made


@dataclass(frozen=True, slots=True)
class Beside:
    """A yardstick; ``ratio``: how many times as much the figure is."""

    what: str
    value: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Goal:
    what: str
    met: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured on a ledger of so many events."""

    what: str
    backend: str
    events: int
    value: float
    unit: str
    beside: tuple[Beside, ...] = ()
    goals: tuple[Goal, ...] = ()


@dataclass(frozen=True, slots=True)
class Effort:
    """How often: ``runs`` of what takes long, ``repetitions`` of what does not; medians are told."""

    runs: int = 3
    repetitions: int = 51


Measure = Callable[[Sequence[Made], Effort], Iterator[Figure]]
"""Measures ledgers, the smallest of each backend first, and gives the figures as they come."""


def beside(what: str, value: float, yardstick: float) -> Beside:
    return Beside(what, yardstick, value / yardstick)
