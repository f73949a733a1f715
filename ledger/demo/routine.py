"""What happens every month: forms and their reviews, observations, scores."""

from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

from ledger.demo.people import Person
from ledger.demo.plot import REVIEWER, Plot, after, chance, in_month, score_id
from ledger.demo.principals import CLERKS, FINANCE, INVESTMENT
from ledger.demo.schemes import indicators_in

PANELS = {"leader": "领导测评组", "peer": "同级测评组", "public": "群众测评组"}

_RANGES = {
    "subdistricts": (840, 955),
    "large_towns": (840, 950),
    "small_towns": (850, 930),
    "townships": (835, 920),
    "law_departments": (860, 940),
}
"""Between which tenths of a point people are at home, by group."""
_HIGHEST, _LOWEST = 960, 820
_TILTS = {("leader", "peer", "public"): (1, -1, -1), ("leader", "peer"): (2, -3)}
"""By how many steps rater classes differ so that their weighted mean stays what it was."""
_SCORED_BY = {"fiscal_operation": (FINANCE, "10:00"), "investment_promotion": (INVESTMENT, "11:00")}
_WORK = (
    ("企业纾困", "协调企业用地手续"),
    ("项目施工", "主干道路完成施工节点"),
    ("市场建设", "菜市场迁建启动"),
    ("招商引资", "引进加工项目一个"),
    ("危房改造", "完成危旧房改造"),
    ("信访化解", "化解信访积案一件"),
)
_SEEN = (
    ("frontline", "防汛值守到岗到位"),
    ("frontline", "项目现场推进有力"),
    ("public_opinion", "群众来信反映办事便捷"),
)
_COMPLAINED = (("public_opinion", "群众反映诉求答复迟缓"), ("frontline", "现场抽查台账不全"))


def members(plot: Plot, month: str) -> Iterator[tuple[Person, str]]:
    """Everybody posted in a month and not excused, with the group."""
    for person in plot.people.values():
        group = person.group_in(month)
        if group is not None and (person.id, month) not in plot.excused:
            yield person, group


def month(plot: Plot, period: str) -> None:
    """A whole month: forms, observations, reviews and scores."""
    forms(plot, period)
    observations(plot, period)
    scores(plot, period)


def forms(plot: Plot, period: str, *, reviewed: bool = True) -> None:
    """Some file a form in the month; the review comes on the third day after it."""
    for person, group in members(plot, period):
        random = chance(person.id, period, "form")
        if (person.id, period) in plot.scripted or random.random() > 0.45:
            continue
        items = [item(random) for _ in range(random.choice((1, 1, 2)))]
        filed = in_month(period, random.choice((12, 20, 26)), "10:00")
        form = plot.append(filed, CLERKS[group], person.id, "submitted", period, period=period, items=items)
        if reviewed:
            verdicts = [
                {"item": index, "outcome": "accepted", "points": random.choice(("0.50", "1.00", "1.50", "2.00"))}
                for index in range(len(items))
            ]
            review = after(period, 3)
            plot.append(review, REVIEWER, person.id, "reviewed", period, submission=form, verdicts=verdicts)


def item(random: Random) -> dict[str, object]:
    category, title = random.choice(_WORK)
    return {"category": category, "title": title}


def observations(plot: Plot, period: str) -> None:
    """A few are seen at the front line or heard of from the public, for good or ill."""
    for person, _ in members(plot, period):
        random = chance(person.id, period, "observation")
        if (person.id, period) in plot.scripted or random.random() > 0.12:
            continue
        seen = random.random() < 0.7
        channel, finding = random.choice(_SEEN if seen else _COMPLAINED)
        day = random.choice((15, 25))
        plot.append(
            in_month(period, day, "16:00"),
            REVIEWER,
            person.id,
            "observed",
            period,
            period=period,
            channel=channel,
            finding=f"{finding}（示例）",
            points="1.00" if seen else "-1.00",
            observed_on=in_month(period, day).date().isoformat(),
        )


def scores(plot: Plot, period: str) -> None:
    """The panels score on the fourth day after the month, offices and the reviewer on the sixth."""
    for person, group in members(plot, period):
        random = chance(person.id, period, "score")
        level = plot.levels.get((person.id, period)) or usual_level(person.id, group, period)
        for indicator, points in split(indicators_in(group, period), level, random):
            by, when = _scored_by(indicator, period)
            for rater, usual in by_rater(indicator, points, random):
                given = plot.given.get(score_id(person.id, period, indicator["code"], rater), usual)
                if given is not None:
                    score(plot, when, by, person.id, period, indicator["code"], rater, given)


def _scored_by(indicator: dict[str, Any], period: str) -> tuple[str, datetime]:
    if indicator["code"] in _SCORED_BY:
        by, time = _SCORED_BY[indicator["code"]]
        return by, after(period, 6, time)
    return REVIEWER, after(period, 4 if "raters" in indicator else 6, "14:00")


def score(
    plot: Plot, when: datetime, by: str, cadre: str, period: str, indicator: str, rater: str | None, points: str
) -> str:
    """A routine score; a rater class is scored by its panel."""
    panel: dict[str, object] = {} if rater is None else {"rater": rater, "scorer": PANELS[rater]}
    label = (period, indicator, rater or "")
    return plot.append(when, by, cadre, "scored", *label, period=period, indicator=indicator, points=points, **panel)


def usual_level(cadre: str, group: str, period: str) -> int:
    """Where somebody stands in a month when no scene says otherwise, in tenths of a point."""
    home = chance(cadre, "home").randrange(*_RANGES[group])
    return max(_LOWEST, min(_HIGHEST, home + chance(cadre, period, "level").randrange(-12, 13)))


def split(indicators: list[dict[str, Any]], level: int, random: Random) -> Iterator[tuple[dict[str, Any], int]]:
    """Hundredths for each indicator that is scored, so that the base is exactly the level."""
    shift = 10 * random.randrange(-6, 7)
    plain = [i["code"] for i in indicators if i["kind"] != "special" and "raters" not in i][:2]
    shifts = dict(zip(plain, (shift, -shift), strict=True))
    for indicator in indicators:
        if indicator.get("unscored") == "zero" or indicator["kind"] != "special" or random.random() < 0.6:
            yield indicator, level * int(indicator["max"]) // 10 + shifts.get(indicator["code"], 0)


def by_rater(indicator: dict[str, Any], points: int, random: Random) -> Iterator[tuple[str | None, str]]:
    """The points as text, one for each rater class, whose weighted mean is ``points``."""
    raters = tuple(indicator.get("raters", ()))
    if not raters:
        yield None, text(points)
        return
    step = 10 * random.randrange(-2, 3)
    for rater, tilt in zip(raters, _TILTS[raters], strict=True):
        yield rater, text(points + step * tilt)


def text(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}"
