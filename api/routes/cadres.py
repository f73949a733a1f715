"""Cadres: roster, registration, one cadre's events, record and periods."""

from asyncio import wrap_future
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api import answers
from api.bodies import JsonBody, RegisterBody, described
from api.dependencies import (
    CadrePath,
    CallerDep,
    DryRun,
    ExpectedVersion,
    LanguageDep,
    LedgerDep,
    PageDep,
    PeriodPath,
    ReaderDep,
    Text,
    WhenDep,
    numbered,
    when_named,
)
from api.documents import CadreView, Changes, Envelopes, Period, Receipt, Record, Roster
from api.openapi import reads, writes
from ledger.errors import Invalid
from ledger.recording.reader import NOW
from ledger.service.inputs import read_event, take_cadre

router = APIRouter(prefix="/v1/cadres", tags=["cadres"])


@router.post("", status_code=201, openapi_extra=described(RegisterBody), responses=writes(Receipt))
async def register(body: JsonBody, caller: CallerDep, ledger: LedgerDep, dry_run: DryRun = False) -> Response:
    """Register a cadre with a first posting."""
    cadre = take_cadre(body)
    if "type" in body:
        raise Invalid.at("/type", "unknown_field")
    id_, data = read_event({**body, "type": "registered"})
    if dry_run:
        effects = await wrap_future(ledger.appending.try_append(caller, cadre, data, id_=id_))
        return answers.would_do(effects)
    return answers.receipt(await wrap_future(ledger.appending.append(caller, cadre, data, id_=id_)))


@router.get("", responses=reads(Roster))
def cadres(
    caller: CallerDep,
    ledger: LedgerDep,
    when: WhenDep,
    page: PageDep,
    group: Text = None,
    unit: Text = None,
    q: Text = None,
    ref: Annotated[str | None, Query(max_length=200, description="system:number")] = None,
) -> dict[str, Any]:
    """The roster of the cadres in scope."""
    return ledger.queries.cadres(caller, page, when, group=group, unit=unit, q=q, ref=ref)


@router.get("/{cadre}", responses=reads(CadreView))
def cadre(cadre: CadrePath, caller: ReaderDep, ledger: LedgerDep, when: WhenDep, response: Response) -> dict[str, Any]:
    """Who a cadre is, where posted, and the last results."""
    found = ledger.queries.cadre(caller, cadre, when)
    response.headers["ETag"] = f'"{found["version"]}"'
    return found


@router.post(
    "/{cadre}/events",
    status_code=201,
    openapi_extra=described("AppendBody"),
    responses=writes(Receipt, 412),
)
async def append(
    cadre: CadrePath,
    body: JsonBody,
    caller: CallerDep,
    ledger: LedgerDep,
    expected: ExpectedVersion,
    dry_run: DryRun = False,
) -> Response:
    """Append one event to a cadre's stream."""
    id_, data = read_event(body)
    appending = ledger.appending
    if dry_run:
        tried = appending.try_append(caller, cadre, data, id_=id_, expected_version=expected)
        effects = await wrap_future(tried)
        return answers.would_do(effects)
    return answers.receipt(await wrap_future(appending.append(caller, cadre, data, id_=id_, expected_version=expected)))


@router.get("/{cadre}/events", responses=reads(Envelopes))
def history(
    cadre: CadrePath,
    caller: ReaderDep,
    ledger: LedgerDep,
    when: WhenDep,
    page: PageDep,
    after: Annotated[int, Query(ge=0, le=2**53, description="version to go on after")] = 0,
    type: Text = None,
) -> dict[str, Any]:
    """A cadre's events in order, as envelopes."""
    after = max(after, int(numbered(page).cursor or 0))
    return ledger.feed.history(caller, cadre, page, after, type, when=when)


@router.get("/{cadre}/record", responses=reads(Record))
def record(cadre: CadrePath, caller: ReaderDep, ledger: LedgerDep, when: WhenDep) -> dict[str, Any]:
    """The whole record of a cadre."""
    return ledger.queries.record(caller, cadre, when=when)


@router.get("/{cadre}/periods/{period}", responses=reads(Period))
def period(
    cadre: CadrePath,
    period: PeriodPath,
    caller: ReaderDep,
    ledger: LedgerDep,
    when: WhenDep,
    language: LanguageDep,
) -> dict[str, Any]:
    """One month, quarter or year of a cadre, and how it came about."""
    return ledger.queries.period(caller, cadre, period, when, language)


@router.get("/{cadre}/changes", responses=reads(Changes))
def changes(
    cadre: CadrePath,
    caller: ReaderDep,
    ledger: LedgerDep,
    page: PageDep,
    since: Annotated[str | None, Query(max_length=40, description="a time with offset, or a position")] = None,
    until: Annotated[str | None, Query(max_length=40, description="a time with offset, or a position")] = None,
) -> dict[str, Any]:
    """What changed in a cadre's record between two moments, and by which event."""
    begin, end = when_named(since, "/since"), when_named(until, "/until")
    return ledger.changes.between(caller, cadre, numbered(page), begin, end or NOW)
