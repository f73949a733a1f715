"""The calendar of the organiser: registrations, seals, feedback talks, the year's evaluation."""

from ledger import periods
from ledger.demo.acts import acknowledge, talk
from ledger.demo.people import FIRST_POSTING, GROUPS, Person
from ledger.demo.plot import FIRST_MONTH, ORGANISER, REVIEWER, Plot, after, at, chance, in_month, score_id
from ledger.demo.principals import CADRE, OWN_CADRE
from ledger.demo.routine import by_rater, score, usual_level
from ledger.demo.schemes import scheme

LAST_SEALED_MONTH, LAST_SEALED_QUARTER, SEALED_YEAR = "2025-10", "2025-Q3", "2024"
"""The rest is still open when the story ends."""
_TALKS = (
    "反馈季度考核结果，肯定成绩，指出不足。",
    "反馈季度考核结果，就短板指标提出改进要求。",
    "反馈季度考核结果，听取本人意见。",
)


def registrations(plot: Plot) -> None:
    """Everybody who is there from the start is registered on the first working day, others when they come."""
    for person in plot.people.values():
        first = person.stays[0]
        plot.organise(
            at("2024-01-02", "10:00") if first.since == FIRST_POSTING else in_month(first.since, 3),
            person.id,
            "registered",
            name=person.name,
            unit=first.unit,
            post=first.post,
            group=first.group,
            since=first.since,
            refs={"hr_system": f"SAMPLE-{person.id[-4:]}"},
        )


def seals(plot: Plot) -> None:
    """Everything that is sealed by routine."""
    months = periods.months_between(FIRST_MONTH, LAST_SEALED_MONTH)
    quarters = dict.fromkeys(map(periods.quarter_of, months))
    for month in months:
        seal_month(plot, month)
    for quarter in quarters:
        if quarter <= LAST_SEALED_QUARTER:
            seal_quarter(plot, quarter)
    seal_year(plot, SEALED_YEAR)


def seal_month(plot: Plot, month: str) -> None:
    """On the tenth after it."""
    for group in GROUPS:
        plot.seal(after(month, 10, "10:00"), group, month)


def seal_quarter(plot: Plot, quarter: str) -> None:
    """On the twelfth after it; feedback talks follow within the week."""
    for group in GROUPS:
        plot.seal(after(quarter, 12, "10:00"), group, quarter)
    for person in plot.people.values():
        if _has_result(plot, person, quarter) and (person.id, quarter) not in plot.silent:
            _feedback(plot, person.id, quarter)


def _has_result(plot: Plot, person: Person, quarter: str) -> bool:
    months = periods.months_of(quarter)
    return any(person.stay_in(month) is not None and (person.id, month) not in plot.excused for month in months)


def _feedback(plot: Plot, cadre: str, quarter: str) -> None:
    random = chance(cadre, quarter, "talk")
    when = after(quarter, random.randrange(13, 18), "15:00")
    held = talk(plot, when, cadre, quarter, "feedback", random.choice(_TALKS))
    if cadre == OWN_CADRE:
        acknowledge(plot, when.replace(hour=20), CADRE, cadre, held, "online")
    elif random.random() < 0.6:
        acknowledge(plot, when.replace(hour=17), ORGANISER, cadre, held, "paper")


def seal_year(plot: Plot, year: str) -> None:
    """The evaluation in the middle of January, the seal on the 26th."""
    for person in plot.people.values():
        if person.stay_in(f"{year}-12") is not None:
            evaluate(plot, person, year, 15)
    for group in GROUPS:
        plot.seal(after(year, 26, "10:00"), group, year)


def evaluate(plot: Plot, person: Person, year: str, day: int) -> None:
    """The year's evaluation of one person by all rater classes, on a day of the next January."""
    group = person.group_in(f"{year}-12")
    assert group is not None
    random = chance(person.id, year, "evaluation")
    level = plot.levels.get((person.id, year)) or usual_level(person.id, group, year)
    indicator = scheme(group, year)["annual"]["indicators"][0]
    for rater, points in by_rater(indicator, level * 10, random):
        given = plot.given.get(score_id(person.id, year, indicator["code"], rater), points)
        if given is not None:
            score(plot, after(year, day, "14:00"), REVIEWER, person.id, year, indicator["code"], rater, given)
