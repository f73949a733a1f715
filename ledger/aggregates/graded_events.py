"""What a seal records on a cadre's stream: the results as they were computed then."""

from typing import Literal

from pydantic import Field

from ledger.aggregates.envelope import Data, event
from ledger.aggregates.values import Code, EventId, Fields, Line, Month, Principal, Quarter, Text, Total, Year

MonthGrade = Literal["good", "fairly_good", "average", "poor"]
YearGrade = Literal["excellent", "competent", "basically_competent", "incompetent"]


class IndicatorValue(Fields):
    """An indicator's value in points, as a fraction in lowest terms, and its maximum."""

    code: Code
    value: str
    max: Total


class Breakdown(Fields):
    """How a month's points came about; ``base`` is the exact fraction, nothing here is rounded but the points given."""

    indicators: list[IndicatorValue]
    base: str
    key_work: Total
    observation: Total


class Decision(Fields):
    """A grade that a person set against the computed one."""

    reason: Text
    actor: Principal


class Reason(Fields):
    """Why a year's grade is not the band's, and the events that rests on."""

    code: str
    events: list[EventId]


class Graded(Data):
    """What all results share: the round's group and revision, and the scheme version they were computed under."""

    group: Code
    points: Total | None = None
    scheme_version: int
    revision: int = Field(ge=1)


@event("month_graded")
class MonthGraded(Graded):
    """A month's result; excused months have a reason and no points."""

    period: Month
    unit: Line
    grade: MonthGrade | None = None
    excused: str | None = None
    breakdown: Breakdown | None = None
    not_graded: Literal["not_assessed"] | None = None


@event("quarter_graded")
class QuarterGraded(Graded):
    """A quarter's result; ``months`` are the graded months it is the mean of."""

    period: Quarter
    band: MonthGrade | None = None
    computed_grade: MonthGrade | None = None
    grade: MonthGrade | None = None
    decision: Decision | None = None
    reasons: list[Literal["quota", "short_service"]] = Field(default_factory=list)
    rank: int | None = None
    of: int | None = None
    last: bool = False
    last_shared: bool = False
    not_ranked: Literal["short_service", "small_group"] | None = None
    not_graded: Literal["not_assessed"] | None = None
    months: list[Month] = Field(default_factory=list)


@event("year_graded")
class YearGraded(Graded):
    """A year's result; ``quarters`` are the graded quarters it rests on."""

    period: Year
    band: YearGrade | None = None
    computed_grade: YearGrade | None = None
    grade: YearGrade | None = None
    decision: Decision | None = None
    reasons: list[Reason] = Field(default_factory=list)
    rank: int | None = None
    of: int | None = None
    not_graded: str | None = None
    quarters: list[Quarter] = Field(default_factory=list)
