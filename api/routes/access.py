"""Access and consultations: who may use the ledger, and who opened whose record."""

from asyncio import wrap_future
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api import answers
from api.bodies import ConsultationBody, GrantBody, JsonBody, RevocationBody, described
from api.dependencies import CallerDep, DryRun, LedgerDep, WhenDep
from api.documents import AccessList, Consultation, Grant, Receipt
from api.openapi import reads, writes
from ledger.aggregates.access import Granted, Revoked
from ledger.service.consultations import ConsultationInput
from ledger.service.inputs import take_id, validate

router = APIRouter(prefix="/v1", tags=["access"])


@router.post(
    "/consultations", status_code=201, openapi_extra=described(ConsultationBody), responses=writes(Consultation)
)
async def consult(body: JsonBody, caller: CallerDep, ledger: LedgerDep, dry_run: DryRun = False) -> Response:
    """Open the records of persons before a decision; every one is on record before anything is read."""
    id_ = take_id(body)
    wanted = validate(ConsultationInput, body)
    opened = await wrap_future(ledger.consultations.open(caller, wanted, id_=id_, dry_run=dry_run))
    return answers.would_do(None) if dry_run else answers.consultation(opened)


@router.get("/access", responses=reads(AccessList))
def access(caller: CallerDep, ledger: LedgerDep, when: WhenDep) -> dict[str, Any]:
    """The principals with access, their roles and scopes."""
    return ledger.queries.access(caller, when)


@router.post("/access", status_code=201, openapi_extra=described(GrantBody), responses=writes(Grant))
async def grant(body: JsonBody, caller: CallerDep, ledger: LedgerDep, dry_run: DryRun = False) -> Response:
    """Grant a principal a role and scope; its token is in this answer only."""
    id_ = take_id(body)
    made = await wrap_future(ledger.principals.grant(caller, validate(Granted, body), id_=id_, dry_run=dry_run))
    return answers.would_do(None) if dry_run else answers.grant(made)


@router.post(
    "/access/{principal}/revocation",
    status_code=201,
    openapi_extra=described(RevocationBody),
    responses=writes(Receipt),
)
async def revoke(
    principal: Annotated[str, Path(max_length=200)],
    body: JsonBody,
    caller: CallerDep,
    ledger: LedgerDep,
    dry_run: DryRun = False,
) -> Response:
    """End a principal's access at once."""
    id_ = take_id(body)
    data = validate(Revoked, body)
    done = await wrap_future(ledger.principals.revoke(caller, principal, data.reason, id_=id_, dry_run=dry_run))
    return answers.would_do(None) if dry_run else answers.receipt(done)
