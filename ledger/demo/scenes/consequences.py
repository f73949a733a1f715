"""What follows low grades, and talks that went wrong or were not held."""

from collections.abc import Callable

from ledger import periods
from ledger.demo.acts import acknowledge, adjust, admonish, criticise, remind, supervisor, talk, waive
from ledger.demo.plot import ORGANISER, Plot, after, at, event_id
from ledger.demo.scenes.postings import depart

ADMONISHED, WAIVED, STILL_ADMONISHED = "500101-0034", "500101-0014", "500101-0035"
REMINDED, NOT_REMINDED = "500101-0049", "500101-0064"
NOT_CRITICISED, NO_FEEDBACK, TALK_ANNULLED = "500101-0015", "500101-0016", "500101-0050"
MOSTLY_AVERAGE, ALWAYS_POOR = "500101-0051", "500101-0052"


def admonished(plot: Plot) -> None:
    """A poor quarter: criticism, admonition, acknowledged, and looked at again when its window has run."""
    quarter = "2024-Q2"
    plot.level(ADMONISHED, quarter, 550)
    criticise(plot, ADMONISHED, quarter)
    admonition = admonish(plot, ADMONISHED, quarter, "talk")
    acknowledge(plot, at("2024-07-26"), ORGANISER, ADMONISHED, admonition, "paper")
    _review(plot, ADMONISHED, admonition)


def _review(plot: Plot, cadre: str, admonition: str) -> None:
    plot.organise(
        at("2025-01-24", "15:00"),
        cadre,
        "admonition_reviewed",
        admonition,
        admonition=admonition,
        reviewed_on="2025-01-24",
        finding="影响期内整改到位，未再发生类似问题（示例）。",
        closed=True,
    )


def waived(plot: Plot) -> None:
    """A poor quarter that was criticised and not admonished."""
    plot.level(WAIVED, "2024-Q2", 560)
    criticism = criticise(plot, WAIVED, "2024-Q2")
    acknowledge(plot, at("2024-07-17"), ORGANISER, WAIVED, criticism, "refused")
    waive(plot, WAIVED, "2024-Q2")


def still_admonished(plot: Plot) -> None:
    """An admonition whose window is open when the story ends."""
    plot.level(STILL_ADMONISHED, "2025-Q3", 540)
    criticise(plot, STILL_ADMONISHED, "2025-Q3")
    admonish(plot, STILL_ADMONISHED, "2025-Q3", "written")


def not_criticised(plot: Plot) -> None:
    """A poor quarter without the criticism that was due; whether to admonish is undecided."""
    plot.level(NOT_CRITICISED, "2025-Q3", 570)


def reminded(plot: Plot) -> None:
    """An average quarter with its reminder talk."""
    plot.level(REMINDED, "2024-Q3", 760)
    remind(plot, REMINDED, "2024-Q3")


def not_reminded(plot: Plot) -> None:
    """An average quarter whose reminder talk is overdue, and a quarter without feedback."""
    plot.level(NOT_REMINDED, "2025-Q3", 750)
    plot.hush(NO_FEEDBACK, "2025-Q3")


def talk_annulled(plot: Plot) -> None:
    """A feedback talk was entered for the wrong person, annulled, and then really held."""
    quarter = "2024-Q4"
    plot.hush(TALK_ANNULLED, quarter)
    wrong = talk(plot, after(quarter, 14, "15:00"), TALK_ANNULLED, quarter, "feedback", "误录。", "wrong")
    by, why = supervisor(plot, TALK_ANNULLED, quarter), "谈话对象录入错误。"
    plot.append(after(quarter, 16), by, TALK_ANNULLED, "annulled", wrong, event=wrong, reason=why)
    talk(plot, after(quarter, 17, "15:00"), TALK_ANNULLED, quarter, "feedback", "反馈季度考核结果。", "held")


def mostly_average(plot: Plot) -> None:
    """Average in three quarters of the year."""
    for quarter in periods.quarters_of("2024")[:3]:
        plot.level(MOSTLY_AVERAGE, quarter, 740)
        remind(plot, MOSTLY_AVERAGE, quarter)


def always_poor(plot: Plot) -> None:
    """Poor and last all year: criticised each time, admonished once, demoted, in the end transferred out."""
    first, second, third, fourth = periods.quarters_of("2024")
    plot.level(ALWAYS_POOR, "2024", 520)
    plot.levels[ALWAYS_POOR, "2024"] = 500
    for quarter in (first, second, third, fourth):
        criticise(plot, ALWAYS_POOR, quarter)
    for quarter in (first, third, fourth):
        waive(plot, ALWAYS_POOR, quarter)
    admonish(plot, ALWAYS_POOR, second, "written")
    _review(plot, ALWAYS_POOR, event_id(ALWAYS_POOR, "admonished", second))
    adjust(plot, at("2024-11-08", "15:00"), ALWAYS_POOR, third, "demoted")
    depart(plot, ALWAYS_POOR, "2025-03", "transferred_out")
    plot.hush(ALWAYS_POOR, "2025-Q1")


SCENES: tuple[Callable[[Plot], None], ...] = (
    admonished,
    waived,
    still_admonished,
    not_criticised,
    reminded,
    not_reminded,
    talk_annulled,
    mostly_average,
    always_poor,
)
