"""Periods: a month ``2026-03``, a quarter ``2026-Q1`` or a year ``2026``, as canonical text.

Months and years order as text. All functions expect canonical text; ``kind`` is the check.
"""

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

Kind = Literal["month", "quarter", "year"]

YEAR = r"(?:19|20|21)\d\d"
MONTH_PATTERN = rf"^{YEAR}-(?:0[1-9]|1[0-2])$"
QUARTER_PATTERN = rf"^{YEAR}-Q[1-4]$"
YEAR_PATTERN = rf"^{YEAR}$"

_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("month", re.compile(MONTH_PATTERN, re.ASCII)),
    ("quarter", re.compile(QUARTER_PATTERN, re.ASCII)),
    ("year", re.compile(YEAR_PATTERN, re.ASCII)),
)


_LONGEST = 7
_KNOWN = 4_096
"""So many periods are remembered: all that a ledger has in a century."""


def kind(period: str) -> Kind | None:
    """What kind of period this text is; None if it is none."""
    return _kind(period) if len(period) <= _LONGEST else None


@lru_cache(_KNOWN)
def _kind(period: str) -> Kind | None:
    for name, pattern in _KINDS:
        if pattern.match(period) and not period.endswith("\n"):
            return name
    return None


def year_of(period: str) -> str:
    return period[:4]


def quarter_of(month: str) -> str:
    return f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}"


@lru_cache(_KNOWN)
def months_of(period: str) -> tuple[str, ...]:
    """The months a period consists of, in order."""
    if len(period) == 4:
        return tuple(f"{period}-{n:02}" for n in range(1, 13))
    if period[5] == "Q":
        first = 3 * int(period[6]) - 2
        return tuple(f"{period[:4]}-{n:02}" for n in range(first, first + 3))
    return (period,)


def quarters_of(year: str) -> tuple[str, ...]:
    return tuple(f"{year}-Q{n}" for n in range(1, 5))


def within(year: str) -> list[str]:
    """A year, its quarters and their months, the latest first and each before those it consists of."""
    quarters = reversed(quarters_of(year))
    return [year, *(period for quarter in quarters for period in (quarter, *reversed(months_of(quarter))))]


def month_of(day: date) -> str:
    return f"{day.year:04}-{day.month:02}"


def next_month(month: str) -> str:
    year, number = int(month[:4]), int(month[5:7])
    return f"{year + 1}-01" if number == 12 else f"{year}-{number + 1:02}"


def previous_quarter(quarter: str) -> str:
    year, number = int(quarter[:4]), int(quarter[6])
    return f"{year - 1}-Q4" if number == 1 else f"{year}-Q{number - 1}"


def previous(period: str) -> str:
    """The period of the same kind before."""
    match kind(period):
        case "month":
            return month_of(first_day(period) - timedelta(days=1))
        case "quarter":
            return previous_quarter(period)
        case _:
            return str(int(period) - 1)


def following(period: str) -> str:
    """The period of the same kind after."""
    match kind(period):
        case "month":
            return next_month(period)
        case "quarter":
            return quarter_of(next_month(months_of(period)[-1]))
        case _:
            return str(int(period) + 1)


def months_between(first: str, last: str) -> list[str]:
    """The months from first to last, both included; none if last is earlier."""
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months


def first_day(period: str) -> date:
    return date.fromisoformat(f"{months_of(period)[0]}-01")


def last_day(period: str) -> date:
    return first_day(next_month(months_of(period)[-1])) - timedelta(days=1)


def day_in(month: str, day: int) -> date:
    """That day of a month, or the month's last day where it has no such day."""
    year, number = int(month[:4]), int(month[5:7])
    return date(year, number, min(day, calendar.monthrange(year, number)[1]))


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or that month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    return day_in(f"{index // 12:04}-{index % 12 + 1:02}", day.day)


def window_end(first: date, months: int) -> date:
    """The last day of a window of so many months from its first day (rules.md section 5).

    Up to and including the day before the same day later; where that month has no such day, its last day.
    """
    end = add_months(first, months)
    return end - timedelta(days=1) if end.day == first.day else end
