"""What all answers are made of: receipts, places, lists, problems."""

from typing import Any

from pydantic import BaseModel, Field


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
