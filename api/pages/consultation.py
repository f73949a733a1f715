"""Opening records: a committee or an auditor says what for before anything is read."""

from typing import Annotated, get_args
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from api.dependencies import LedgerDep
from api.pages.forms import FormDep, asked
from api.pages.requests import SeeOther, own_path
from api.pages.routing import Pages, ShownDep, VisitorDep, permitted
from ledger.aggregates.founding import Purpose
from ledger.errors import Refusal
from ledger.projections.moment import Row
from ledger.service.consultations import ConsultationInput
from ledger.service.credentials import Caller
from ledger.service.inputs import take_id, validate
from ledger.service.ledger import Ledger

router = Pages()


@router.page("/consultation")
def consultation(
    caller: VisitorDep,
    ledger: LedgerDep,
    shown: ShownDep,
    cadre: Annotated[list[str] | None, Query(max_length=100)] = None,
    next: str = "/",
) -> Response:
    """The form that opens the records of some cadres."""
    return asked(shown, "consultation", _about(caller, ledger, cadre or [], next))


@router.post("/consultation")
def open_records(request: Request, form: FormDep, caller: VisitorDep, ledger: LedgerDep, shown: ShownDep) -> Response:
    """Record the consultation and go on to the page that needs it."""
    cadres, following = form.all("cadre"), own_path(form.text("next") or "/")
    try:
        body = {"cadres": cadres, **form.filled("id", "purpose", "matter")}
        id_ = take_id(body)
        opened = ledger.consultations.open(caller, validate(ConsultationInput, body), id_=id_).result()
    except Refusal as refusal:
        return asked(shown, "consultation", _about(caller, ledger, cadres, following), form, refusal)
    joined = "&" if "?" in following else "?"
    return SeeOther(f"{following}{joined}{urlencode({'consultation': opened.consultation})}").answer(request)


def _about(caller: Caller, ledger: Ledger, cadres: list[str], following: str) -> Row:
    names = permitted(ledger.queries.names, caller, cadres) or {}
    return {"cadres": cadres, "names": names, "next": own_path(following), "purposes": list(get_args(Purpose))}
