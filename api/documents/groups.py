"""Groups: schemes, standings, seals, and what waits."""

from typing import Any, Literal

from pydantic import BaseModel

from api.documents.base import Listed, Receipt, SpeaksFor


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
