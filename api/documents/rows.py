"""The rows of periods and duties, the same on every surface."""

from typing import Literal

from pydantic import BaseModel

from api.documents.base import Listed

Points = str | None


class Decision(BaseModel):
    reason: str
    actor: str


class MonthRow(BaseModel):
    """A month; absent figures are null, never 0."""

    period: str
    group: str
    unit: str
    state: Literal["not_ready", "open", "sealed", "reopened"]
    points: Points
    grade: str | None
    excused: str | None
    missing: list[str]
    late: bool
    not_graded: str | None
    revision: int | None
    scheme_version: int | None


class QuarterRow(BaseModel):
    """A quarter; before its seal provisional."""

    period: str
    group: str
    state: Literal["open", "sealed", "reopened", "outdated"]
    points: Points
    band: str | None
    computed_grade: str | None
    grade: str | None
    decision: Decision | None
    reasons: list[str]
    rank: int | None
    of: int | None
    last: bool
    last_shared: bool
    last_place_run: int
    not_ranked: str | None
    not_graded: str | None
    months: list[str]
    revision: int | None
    scheme_version: int | None


class YearRow(BaseModel):
    """A year; before its seal provisional."""

    period: str
    group: str
    state: Literal["open", "sealed", "reopened", "outdated"]
    points: Points
    band: str | None
    computed_grade: str | None
    grade: str | None
    decision: Decision | None
    reasons: list[str]
    rank: int | None
    of: int | None
    not_graded: str | None
    quarters: list[str]
    revision: int | None
    scheme_version: int | None


class Duty(BaseModel):
    cadre: str
    kind: str
    period: str | None
    state: Literal["due", "overdue", "done", "withdrawn"]
    due_on: str | None
    opened_by: str
    answered_by: str | None


class Duties(Listed):
    items: list[Duty]
