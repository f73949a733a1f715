"""Postings and excuses: transfers, departures, late arrivals, months that do not count."""

from collections.abc import Callable
from datetime import datetime

from ledger import periods
from ledger.demo.acts import talk
from ledger.demo.people import Person, Stay, invented_name, units_of
from ledger.demo.plot import Plot, in_month

TRANSFERRED, TIED, RETIRED = "500101-0046", "500101-0061", "500101-0012"
SHORT_QUARTER, SHORT_YEAR = "500101-0069", "500101-0070"
ON_LEAVE, INVESTIGATED, BACK_EARLY = "500101-0062", "500101-0047", "500101-0033"
MISPOSTED, AWAY = "500101-0013", "500101-0048"


def post(plot: Plot, cadre: str, since: str, unit: str, title: str, group: str) -> str:
    """A new posting, recorded a few days before it begins."""
    plot.people[cadre].stays.append(Stay(since, unit, title, group))
    return plot.organise(_before(since), cadre, "posted", since, unit=unit, post=title, group=group, since=since)


def depart(plot: Plot, cadre: str, since: str, reason: str) -> str:
    """From this month on he is gone."""
    plot.people[cadre].stays.append(Stay(since, "", "", None))
    return plot.organise(_before(since), cadre, "departed", since, since=since, reason=reason)


def _before(month: str) -> datetime:
    """The 26th of the month before."""
    return in_month(periods.month_of(periods.add_months(periods.first_day(month), -1)), 26, "16:30")


def _arrive(plot: Plot, cadre: str, since: str, unit: str, title: str, group: str) -> None:
    plot.people[cadre] = Person(cadre, invented_name(plot.people.values()), [Stay(since, unit, title, group)])


def transferred(plot: Plot) -> None:
    """To another group in the middle of a quarter: it belongs to the group with most of its months."""
    post(plot, TRANSFERRED, "2024-05", units_of("large_towns")[2], "镇长", "large_towns")


def tie_of_months(plot: Plot) -> None:
    """One graded month in either group, the third excused: the group of the later month has the quarter."""
    post(plot, TIED, "2024-08", units_of("small_towns")[5], "党委副书记", "small_towns")
    plot.excuse(in_month("2024-09", 5), TIED, "2024-09", "training", "党校脱产培训（示例）")


def retired(plot: Plot) -> None:
    """Retires before the year ends; the talk that was still due is withdrawn, the year is not graded."""
    depart(plot, RETIRED, "2024-11", "retired")
    plot.hush(RETIRED, "2024-Q3", "2024-Q4")


def away_and_back(plot: Plot) -> None:
    """Transferred out and half a year later posted again; the talk that was due meanwhile is held then."""
    unit = units_of("small_towns")[6]
    depart(plot, AWAY, "2025-02", "transferred_out")
    post(plot, AWAY, "2025-08", unit, "党委副书记", "small_towns")
    plot.hush(AWAY, "2025-Q1")
    talk(plot, in_month("2025-08", 6, "15:00"), AWAY, "2025-Q1", "feedback", "调回后补谈，反馈一季度考核结果。")


def late_arrivals(plot: Plot) -> None:
    """Registered in the last month of a quarter, and in the last quarter of a year."""
    _arrive(plot, SHORT_QUARTER, "2024-06", units_of("subdistricts")[3], "党工委副书记", "subdistricts")
    plot.level(SHORT_QUARTER, "2024-06", 930)
    _arrive(plot, SHORT_YEAR, "2024-11", units_of("small_towns")[4], "党委副书记", "small_towns")


def on_leave(plot: Plot) -> None:
    """A month of leave does not count."""
    plot.excuse(in_month("2024-03", 4), ON_LEAVE, "2024-03", "leave")


def investigated(plot: Plot) -> None:
    """A whole quarter under investigation: not assessed."""
    for month in periods.months_of("2025-Q2"):
        plot.excuse(in_month(month, 28), INVESTIGATED, month, "under_investigation", "核查期间暂缓考核（示例）")


def back_early(plot: Plot) -> None:
    """A secondment falls through and the excuse is annulled."""
    month = "2024-10"
    excuse = plot.organise(in_month(month, 8), BACK_EARLY, "excused", month, period=month, reason="secondment")
    plot.organise(in_month(month, 21), BACK_EARLY, "annulled", excuse, event=excuse, reason="借调取消，照常考核。")


def misposted(plot: Plot) -> None:
    """A posting was recorded for the wrong person and is annulled before it begins."""
    unit = units_of("large_towns")[0]
    posting = plot.organise(
        in_month("2025-03", 26),
        MISPOSTED,
        "posted",
        "2025-04",
        unit=unit,
        post="镇长",
        group="large_towns",
        since="2025-04",
    )
    plot.organise(in_month("2025-03", 28), MISPOSTED, "annulled", posting, event=posting, reason="任免对象录入错误。")


SCENES: tuple[Callable[[Plot], None], ...] = (
    transferred,
    tie_of_months,
    retired,
    away_and_back,
    late_arrivals,
    on_leave,
    investigated,
    back_early,
    misposted,
)
