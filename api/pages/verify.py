"""Verification: checkpoints and who signed them, all checks run beside the service, and proofs to take away."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Request
from fastapi.responses import Response

from api.dependencies import CadrePath, LedgerDep, PageDep
from api.pages.requests import SeeOther
from api.pages.routing import Pages, ShownDep, VisitorDep, permitted
from ledger.errors import Refusal, Unavailable
from ledger.projections.moment import Row
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from ledger.service.view import Page

router = Pages()
MOST = 20
"""Checkpoints on a page."""
TEXT = "text/plain; charset=utf-8"


@router.page("/verify")
def verify(
    caller: VisitorDep,
    ledger: LedgerDep,
    shown: ShownDep,
    page: PageDep,
    event: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """The newest checkpoint, the earlier ones, what the checks found, and where one event stands."""
    found = ledger.checkpoints.listed(caller, Page(page.cursor, min(page.limit, MOST)))
    sought = (event or "").strip().lower()
    return shown("verify", {**found, **_checks(ledger, caller), "sought": _sought(ledger, caller, sought)})


@router.post("/verify")
def run(request: Request, caller: VisitorDep, ledger: LedgerDep) -> Response:
    """Begin to run all checks, unless they are being run."""
    ledger.checking.start(caller)
    return SeeOther("/verify#checks").answer(request)


@router.get("/verify/proofs/{id}")
def proof(id: str, caller: VisitorDep, ledger: LedgerDep) -> Response:
    """The tlog-proof of an event, to keep."""
    event, made = ledger.checkpoints.proof(caller, id.lower())
    if made is None:
        raise Unavailable(reason="no published checkpoint covers the event yet")
    return _taken(made, f"{event['position']}.tlog-proof", TEXT)


@router.get("/verify/excerpts/{cadre}")
def excerpt(cadre: CadrePath, caller: VisitorDep, ledger: LedgerDep) -> Response:
    """The events of a cadre with their proofs and the verifier, as a ZIP."""
    return _taken(ledger.checkpoints.excerpt(caller, cadre), f"{cadre}.zip", "application/zip")


def _checks(ledger: Ledger, caller: Caller) -> Row:
    """The run of the checks; ``may_run`` False where only part of the ledger is in scope."""
    found = permitted(lambda: {"run": ledger.checking.latest(caller)})
    return {"may_run": found is not None, "run": found["run"] if found is not None else None}


def _sought(ledger: Ledger, caller: Caller, id_: str) -> Row | None:
    """The event looked for, and whether a checkpoint covers it; ``found`` None where there is no such event."""
    if not id_:
        return None
    try:
        event, made = ledger.checkpoints.proof(caller, id_)
    except Refusal:
        return {"id": id_, "found": None, "covered": False}
    found = {name: event[name] for name in ("id", "position", "stream", "version", "type", "recorded_at", "actor")}
    return {"id": id_, "found": found, "covered": made is not None}


def _taken(octets: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(octets, media_type=media_type, headers=headers)
