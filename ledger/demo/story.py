"""The story: 24 months of a sample district, collected as a plot and then played into a ledger."""

from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from ledger import periods
from ledger.demo import cycle, routine, schemes
from ledger.demo.plot import FIRST_MONTH, LAST_MONTH, Plot
from ledger.demo.scenes import consequences, forms, postings, ranking, rounds, scores, unfinished
from ledger.demo.stage import Stage

_SCENES = (
    *postings.SCENES,
    *ranking.SCENES,
    *consequences.SCENES,
    *forms.SCENES,
    *scores.SCENES,
    *rounds.SCENES,
    *unfinished.SCENES,
)
"""Postings come first: everything else asks where people are."""


def plot() -> Plot:
    """The whole story: scenes, and the routine around them."""
    made = Plot()
    schemes.adoptions(made)
    for scene in _SCENES:
        scene(made)
    cycle.registrations(made)
    for month in periods.months_between(FIRST_MONTH, LAST_MONTH)[:-1]:
        routine.month(made, month)
    cycle.seals(made)
    return made


def play(path: Path, report: Callable[[str], None] | None = None) -> dict[str, str]:
    """Play the story into a new ledger and return a token for each role.

    ``report`` hears of every month. AlreadyFounded if there is a ledger at the path.
    """
    with Stage(path) as stage:
        tokens = stage.set_up()
        for month, steps in groupby(plot().in_order(), key=lambda step: f"{step.when:%Y-%m}"):
            stage.play(steps)
            if report is not None:
                report(month)
    return tokens
