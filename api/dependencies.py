"""What routes depend on: the ledger, who asks, and checked parameters."""

import re
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, Path, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from ledger import periods
from ledger.errors import Invalid
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from ledger.service.view import Page

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_bearer = HTTPBearer(auto_error=False, description="lk_<id>_<secret>")


def ledger_of(request: Request) -> Ledger:
    ledger: Ledger = request.app.state.ledger
    return ledger


def caller_of(request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Caller:
    """Who asks; whether the token holds is decided where it is used, under the lock or in the reading."""
    return Caller(correlation_id(request), token=bearer.credentials if bearer is not None else None)


def correlation_id(request: Request) -> str:
    """The request's id: the client's ``X-Request-Id`` if it is a plain one, else one of ours."""
    given = request.headers.get("x-request-id", "")
    known: str | None = getattr(request.state, "correlation_id", None)
    if known is None:
        known = given if _REQUEST_ID.fullmatch(given) else str(uuid4())
        request.state.correlation_id = known
    return known


LedgerDep = Annotated[Ledger, Depends(ledger_of)]
CallerDep = Annotated[Caller, Depends(caller_of)]


def _period(value: str) -> str:
    if periods.kind(value) is None:
        raise PydanticCustomError("period", "period")
    return value


def _year(value: str) -> str:
    if periods.kind(value) != "year":
        raise PydanticCustomError("year", "year")
    return value


CadrePath = Annotated[str, Path(description="cadre id", max_length=200)]
GroupPath = Annotated[str, Path(description="group code", max_length=200)]
PeriodPath = Annotated[str, Path(description="2025-03, 2025-Q1 or 2025"), AfterValidator(_period)]
YearPath = Annotated[str, Path(description="2025"), AfterValidator(_year)]
DryRun = Annotated[bool, Query(description="check everything and show the effects, store nothing")]
Text = Annotated[str | None, Query(max_length=200)]


def page_of(
    cursor: Annotated[str, Query(max_length=200, description="`next` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Page:
    return Page(cursor, limit)


PageDep = Annotated[Page, Depends(page_of)]


def expected_version(request: Request) -> int | None:
    """The stream version that ``If-Match`` names; None for ``*`` or without it."""
    given = request.headers.get("if-match", "*").strip()
    if given == "*":
        return None
    matched = re.fullmatch(r'"(\d{1,9})"', given, re.ASCII)
    if matched is None:
        raise Invalid.at("/If-Match", "entity_tag")
    return int(matched[1])


ExpectedVersion = Annotated[int | None, Depends(expected_version)]
