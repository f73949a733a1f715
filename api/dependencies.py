"""What routes depend on: the ledger, who asks, and checked parameters."""

import re
from dataclasses import replace
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, Path, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from api.identity import IdentityProvider
from api.problems import language_of
from ledger import periods
from ledger.errors import Invalid
from ledger.recording.reader import When
from ledger.service.credentials import Caller
from ledger.service.inputs import moment_of
from ledger.service.ledger import Ledger
from ledger.service.view import Page
from ledger.texts import Language

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_bearer = HTTPBearer(auto_error=False, description="lk_<id>_<secret>")


def ledger_of(request: Request) -> Ledger:
    ledger: Ledger = request.app.state.ledger
    return ledger


def caller_of(request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Caller:
    """Who asks; whether the token holds is decided where it is used, under the lock or in the reading.

    What is not a token of ours is one of the identity provider, if there is one.
    """
    request.state.caller = made = _caller(request, bearer.credentials if bearer is not None else None)
    return made


def _caller(request: Request, token: str | None) -> Caller:
    provider: IdentityProvider | None = request.app.state.provider
    if provider is not None and token is not None and not token.startswith("lk_"):
        return Caller(correlation_id(request), identity=provider.identity(token))
    return Caller(correlation_id(request), token=token)


def correlation_id(request: Request) -> str:
    """The request's id: the client's ``X-Request-Id`` if it is a plain one, else one of ours."""
    given = request.headers.get("x-request-id", "")
    known: str | None = getattr(request.state, "correlation_id", None)
    if known is None:
        known = given if _REQUEST_ID.fullmatch(given) else str(uuid4())
        request.state.correlation_id = known
    return known


LanguageDep = Annotated[Language, Depends(language_of)]
LedgerDep = Annotated[Ledger, Depends(ledger_of)]
CallerDep = Annotated[Caller, Depends(caller_of)]


def reader_of(
    caller: CallerDep,
    consultation: Annotated[
        str | None, Query(max_length=36, description="the consultation that the record is read under")
    ] = None,
) -> Caller:
    return replace(caller, consultation=consultation)


ReaderDep = Annotated[Caller, Depends(reader_of)]
"""Who asks for a person's record."""


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


def when_of(
    as_of: Annotated[
        str | None, Query(max_length=40, description="the moment the answer is about: a time with offset")
    ] = None,
    at: Annotated[int | None, Query(ge=1, le=2**53, description="or a position up to the head")] = None,
) -> When:
    return When(as_of=moment_of(as_of, "/as_of") if as_of is not None else None, at=at)


def when_named(value: str | None, where: str) -> When | None:
    """A moment in one parameter: a position, or a time with offset."""
    if value is None:
        return None
    if re.fullmatch(r"\d{1,15}", value, re.ASCII) is not None:
        return When(at=int(value), where=where)
    return When(as_of=moment_of(value, where), where=where)


WhenDep = Annotated[When, Depends(when_of)]


def page_of(
    cursor: Annotated[str, Query(max_length=200, description="`next` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Page:
    return Page(cursor, limit)


def numbered(page: Page) -> Page:
    """A page whose cursor is a number (or nothing); Invalid otherwise."""
    if page.cursor and re.fullmatch(r"\d{1,15}", page.cursor, re.ASCII) is None:
        raise Invalid.at("/cursor", "int_type")
    return page


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
