"""A cadre: roster, record, history, periods, changes."""

from typing import Any

from pydantic import BaseModel, Field

from api.documents.base import Listed, SpeaksFor
from api.documents.rows import Duty, MonthRow, Points, QuarterRow, YearRow


class PostingView(BaseModel):
    event: str
    since: str
    unit: str | None
    post: str | None
    group: str | None
    departed: str | None


class RosterItem(BaseModel):
    cadre: str
    name: str
    refs: dict[str, str] | None
    unit: str | None
    post: str | None
    group: str | None
    since: str | None
    departed: str | None


class Roster(Listed):
    items: list[RosterItem]


class LastResults(BaseModel):
    month: MonthRow | None = None
    quarter: QuarterRow | None = None
    year: YearRow | None = None


class CadreView(RosterItem, SpeaksFor):
    version: int
    last_results: LastResults
    allowed_actions: list[str]


class Envelope(BaseModel):
    """An event as recorded."""

    id: str
    stream: str
    version: int
    position: int
    type: str
    schema_: int = Field(alias="schema")
    recorded_at: str
    actor: str | None = Field(description="null where the reader may not know")
    correlation_id: str | None
    causation_id: str | None
    data: dict[str, Any]


class Envelopes(Listed):
    items: list[Envelope]


class Record(SpeaksFor):
    """The whole record of a cadre."""

    cadre: str
    name: str
    version: int
    postings: list[PostingView]
    months: list[MonthRow]
    quarters: list[QuarterRow]
    years: list[YearRow]
    talks: list[dict[str, Any]] = Field(default_factory=list)
    criticisms: list[dict[str, Any]] = Field(default_factory=list)
    admonitions: list[dict[str, Any]] = Field(default_factory=list)
    waivers: list[dict[str, Any]] = Field(default_factory=list)
    adjustments: list[dict[str, Any]] = Field(default_factory=list)
    appeals: list[dict[str, Any]] = Field(default_factory=list)
    duties: list[Duty]


class Step(BaseModel):
    """A step of an explanation: what comes out, and what goes in."""

    rule: str
    label: str
    exact: str | None = Field(description="in points, a fraction in lowest terms")
    shown: str | None
    shown_label: str | None
    facts: dict[str, Any]
    event: dict[str, Any] | None = Field(description="the recorded fact: id, type, actor, recorded_at, position")
    inputs: list["Step"]


class Period(SpeaksFor):
    """A month, quarter or year of a cadre: its row."""

    cadre: str
    period: str
    group: str
    state: str
    points: Points
    grade: str | None
    explanation: Step | None = Field(description="the calculation; every leaf is an event")
    allowed_actions: list[str]


class Change(BaseModel):
    """One field of one row of the record, and the event that changed it."""

    part: str = Field(description="months, quarters, years, duties, talks, …")
    period: str | None
    of: str | None = Field(description="the kind of a duty, or the event of a form or act")
    field: str
    was: Any
    now: Any
    event: str | None = Field(description="null where the event is out of scope")
    stream: str | None
    type: str
    position: int
    recorded_at: str
    actor: str | None
    why: str | None


class Changes(Listed):
    """What changed in a cadre's record after the position ``since``."""

    cadre: str
    since: int
    items: list[Change]
