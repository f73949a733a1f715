"""Groups: schemes, rounds, standings and progress."""

from asyncio import wrap_future
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api import answers
from api.bodies import JsonBody, ReopenBody, SchemeBody, SealBody, described
from api.dependencies import CallerDep, DryRun, GroupPath, LedgerDep, PeriodPath, WhenDep, YearPath
from api.documents import Groups, Progress, Receipt, SchemeView, Sealed, Standings
from api.openapi import reads, writes
from ledger.aggregates.round import Reopened
from ledger.aggregates.scheme import Scheme
from ledger.aggregates.values import Code, Text
from ledger.service.inputs import take_id, validate, validate_field
from ledger.service.sealing import SealInput

router = APIRouter(prefix="/v1/groups", tags=["groups"])


@router.get("", responses=reads(Groups))
def groups(caller: CallerDep, ledger: LedgerDep, when: WhenDep) -> dict[str, Any]:
    """The groups in scope."""
    return ledger.queries.groups(caller, when=when)


@router.post(
    "/{group}/schemes/{year}",
    status_code=201,
    openapi_extra=described(SchemeBody),
    responses=writes(Receipt),
)
async def adopt(
    group: GroupPath, year: YearPath, body: JsonBody, caller: CallerDep, ledger: LedgerDep, dry_run: DryRun = False
) -> Response:
    """Adopt a scheme: version 1, or the next."""
    validate_field(Code, group, "/group")
    id_ = take_id(body)
    reason = validate_field(Text | None, body.pop("reason", None), "/reason")
    scheme = validate(Scheme, body)
    done, version = await wrap_future(
        ledger.rounds.adopt(caller, group, year, scheme, reason=reason, id_=id_, dry_run=dry_run)
    )
    if dry_run:
        return answers.would_do(None, scheme_version=version)
    return answers.receipt(done, scheme_version=version)


@router.get("/{group}/schemes/{year}", responses=reads(SchemeView))
def scheme(
    group: GroupPath,
    year: YearPath,
    caller: CallerDep,
    ledger: LedgerDep,
    when: WhenDep,
    version: Annotated[int | None, Query(ge=1, le=2**31)] = None,
) -> dict[str, Any]:
    """A scheme: the newest version, or an older one."""
    return ledger.queries.scheme(caller, group, year, version, when=when)


@router.get("/{group}/periods/{period}", responses=reads(Standings))
def standings(
    group: GroupPath, period: PeriodPath, caller: CallerDep, ledger: LedgerDep, when: WhenDep
) -> dict[str, Any]:
    """A group's period: state, quota, rows in order."""
    return ledger.queries.standings(caller, group, period, when=when)


@router.get("/{group}/periods/{period}/progress", responses=reads(Progress))
def progress(
    group: GroupPath, period: PeriodPath, caller: CallerDep, ledger: LedgerDep, when: WhenDep
) -> dict[str, Any]:
    """What is missing before the round can be sealed, by cadre and by scorer."""
    return ledger.queries.progress(caller, group, period, when=when)


@router.post(
    "/{group}/periods/{period}/seal",
    status_code=201,
    openapi_extra=described(SealBody),
    responses=writes(Sealed),
)
async def seal(
    group: GroupPath, period: PeriodPath, body: JsonBody, caller: CallerDep, ledger: LedgerDep, dry_run: DryRun = False
) -> Response:
    """Seal a group's period; with ``dry_run`` the preview."""
    id_ = take_id(body)
    decisions = validate(SealInput, body).decisions
    if dry_run:
        return answers.preview(await wrap_future(ledger.rounds.preview(caller, group, period, decisions, id_=id_)))
    return answers.seal(await wrap_future(ledger.rounds.seal(caller, group, period, decisions, id_=id_)))


@router.post(
    "/{group}/periods/{period}/reopen",
    status_code=201,
    openapi_extra=described(ReopenBody),
    responses=writes(Receipt),
)
async def reopen(
    group: GroupPath, period: PeriodPath, body: JsonBody, caller: CallerDep, ledger: LedgerDep, dry_run: DryRun = False
) -> Response:
    """Reopen a sealed round."""
    id_ = take_id(body)
    data = validate(Reopened, body)
    done = await wrap_future(ledger.rounds.reopen(caller, group, period, data, id_=id_, dry_run=dry_run))
    return answers.would_do(None) if dry_run else answers.receipt(done)
