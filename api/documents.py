"""The shapes of answers, for the OpenAPI document; the service makes them, these describe them."""

from typing import Any, Literal

from pydantic import BaseModel, Field

Points = str | None


class Receipt(BaseModel):
    """Where an event stands, given once it is on disk."""

    id: str
    stream: str
    version: int
    position: int
    recorded_at: str
    leaf: str
    scheme_version: int | None = Field(default=None, description="of an adopted scheme")


class SpeaksFor(BaseModel):
    """The place and date an answer speaks for."""

    position: int
    date: str


class Listed(SpeaksFor):
    next: Any = Field(description="cursor of the next page, or null")


class FieldProblem(BaseModel):
    pointer: str
    code: str
    message: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] | None = None


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
    talks: list[dict[str, Any]] = []
    criticisms: list[dict[str, Any]] = []
    admonitions: list[dict[str, Any]] = []
    waivers: list[dict[str, Any]] = []
    adjustments: list[dict[str, Any]] = []
    appeals: list[dict[str, Any]] = []
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


class GroupScheme(BaseModel):
    year: str
    version: int


class GroupItem(BaseModel):
    group: str
    name: str | None
    schemes: list[GroupScheme]
    members: int


class Groups(Listed):
    items: list[GroupItem]


class SchemeView(SpeaksFor):
    group: str
    year: str
    version: int
    versions: int
    scheme: dict[str, Any]
    event: str
    recorded_at: str
    actor: str


class Quota(BaseModel):
    places: int
    used: int
    by_decision: int


class Standings(SpeaksFor):
    """A group's period, its rows in order."""

    group: str
    period: str
    state: str
    revision: int | None
    quota: Quota | None
    rows: list[dict[str, Any]]
    allowed_actions: list[str]


class MissingOf(BaseModel):
    cadre: str | None
    name: str | None
    missing: list[str]


class Unscored(BaseModel):
    scorer: str
    indicator: str
    rater: str | None
    cadres: list[str]


class Progress(SpeaksFor):
    """What keeps a round from being sealed."""

    group: str
    period: str
    state: str
    ready: bool
    members: int
    by_cadre: list[MissingOf]
    by_scorer: list[Unscored]


class NotAssessed(BaseModel):
    cadre: str
    reason: str


class Sealed(BaseModel):
    """A sealed revision."""

    receipt: Receipt
    revision: int
    rows: list[dict[str, Any]]
    not_assessed: list[NotAssessed]


class Submission(BaseModel):
    submission: str
    cadre: str
    period: str
    group: str | None
    unit: str | None
    state: Literal["pending", "reviewed", "withdrawn"]
    recorded_at: str
    late: bool
    replaces: dict[str, Any] | None
    items: list[dict[str, Any]]


class Submissions(Listed):
    items: list[Submission]


class Me(SpeaksFor):
    principal: str
    role: str
    units: list[str] | None
    groups: list[str] | None
    indicators: list[str] | None
    cadre: str | None
    allowed_actions: list[str]


class Consultation(BaseModel):
    """Opened records: read with ``?consultation=`` until it expires."""

    consultation: str
    receipts: list[Receipt]
    expires_at: str


class Grant(BaseModel):
    """A granted access; the token is shown only here."""

    principal: str
    token: str | None
    receipt: Receipt


class AccessItem(BaseModel):
    name: str
    role: str
    units: list[str] | None
    groups: list[str] | None
    indicators: list[str] | None
    cadre: str | None
    identity: dict[str, str] | None
    expires: str | None


class AccessList(Listed):
    """Who has access."""

    items: list[AccessItem]
