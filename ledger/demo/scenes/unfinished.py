"""What is left to do when the story ends: the last two months and the second year's evaluation."""

from collections.abc import Callable

from ledger.demo.plot import LAST_MONTH, REVIEWER, Plot, Reopen, at, chance, in_month, score_id
from ledger.demo.principals import CLERKS
from ledger.demo.routine import by_rater, forms, item, members, observations, score, usual_level
from ledger.demo.schemes import indicators_in, scheme

NOT_SCORED = ("500101-0037", "500101-0038")
NOT_REVIEWED = "500101-0044"


def november(plot: Plot) -> None:
    """Streets and townships could be sealed; elsewhere scores or a review are missing."""
    month = "2025-11"
    for cadre in NOT_SCORED:
        plot.given[score_id(cadre, month, "project_construction")] = None
    for cadre in ("500101-0067", "500101-0068"):
        plot.given[score_id(cadre, month, "rule_of_law")] = None
    plot.scripted.add((NOT_REVIEWED, month))
    items = [item(chance(NOT_REVIEWED, month))]
    when = in_month(month, 27, "10:00")
    plot.append(when, CLERKS["small_towns"], NOT_REVIEWED, "submitted", month, period=month, items=items)


def december(plot: Plot) -> None:
    """Forms wait for their review, and only the leaders' panel of the streets has begun to score."""
    forms(plot, LAST_MONTH, reviewed=False)
    observations(plot, LAST_MONTH)
    for person, group in members(plot, LAST_MONTH):
        if group == "subdistricts":
            _by_leaders(plot, person.id, LAST_MONTH, indicators_in(group, LAST_MONTH)[0])


def evaluation(plot: Plot) -> None:
    """The evaluation of 2025 has begun with the leaders' scores of the streets."""
    indicator = scheme("subdistricts", "2025")["annual"]["indicators"][0]
    for person, group in members(plot, LAST_MONTH):
        if group == "subdistricts":
            _by_leaders(plot, person.id, "2025", indicator)


def _by_leaders(plot: Plot, cadre: str, period: str, indicator: dict[str, object]) -> None:
    random = chance(cadre, period, "leaders")
    points = usual_level(cadre, "subdistricts", period) * int(str(indicator["max"])) // 10
    rater, text = next(by_rater(indicator, points, random))
    code = str(indicator["code"])
    score(plot, at("2025-12-30", "14:00"), REVIEWER, cadre, period, code, rater, text)


def reopened(plot: Plot) -> None:
    """A month that was reopened and not yet sealed again."""
    plot.steps.append(Reopen(at("2025-12-16"), "townships", "2025-10", "发现漏记一线考察记录，须补录。"))


SCENES: tuple[Callable[[Plot], None], ...] = (november, december, evaluation, reopened)
