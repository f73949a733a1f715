"""Timing and medians; what is compared is done in turn, so that the noise of the machine meets all of it."""

import gc
from collections.abc import Callable, Mapping
from functools import partial
from statistics import median
from time import perf_counter
from typing import TypeVar

K = TypeVar("K")
R = TypeVar("R")


def timed(act: Callable[[], object]) -> float:
    """Seconds."""
    began = perf_counter()
    act()
    return perf_counter() - began


def in_turn(acts: Mapping[K, Callable[[], R]], times: int) -> dict[K, list[R]]:
    """What each act gives, round by round."""
    found: dict[K, list[R]] = {key: [] for key in acts}
    for _ in range(times):
        for key, act in acts.items():
            found[key].append(act())
    return found


def median_ms(acts: Mapping[K, Callable[[int], object]], repetitions: int) -> dict[K, float]:
    """The median time of each act in milliseconds, after a first time of each; an act is told its number."""
    found: dict[K, list[float]] = {key: [] for key in acts}
    gc.collect()
    gc.freeze()  # acts take turns, so that a full look for garbage could always meet the same one
    for number in range(repetitions + 1):
        for key, act in acts.items():
            found[key].append(timed(partial(act, number)))
    return {key: 1000 * median(seconds[1:]) for key, seconds in found.items()}
