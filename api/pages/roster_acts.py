"""The roster's acts: registering a person, posting him elsewhere, his departure, and taking one of them back."""

from fastapi import Request
from fastapi.responses import Response

from api.dependencies import CadrePath, LedgerDep
from api.pages.batches import joined
from api.pages.forms import Form, FormDep, asked, asked_again
from api.pages.requests import SeeOther, done
from api.pages.routing import Pages, ShownDep, VisitorDep
from ledger.errors import Forbidden, Invalid, Refusal
from ledger.projections.moment import Row
from ledger.service.credentials import Caller
from ledger.service.inputs import read_event, take_cadre
from ledger.service.ledger import Ledger

router = Pages()
ACTS = {
    "posted": ("unit", "post", "group", "since"),
    "departed": ("since", "reason"),
    "annulled": ("event", "reason"),
}
"""What may be done with postings, and the fields that are asked for."""


@router.page("/registration")
def registration(caller: VisitorDep, ledger: LedgerDep, shown: ShownDep) -> Response:
    """The form that registers a person."""
    return asked(shown, "registration", _registering(caller, ledger))


@router.post("/registration")
def register(request: Request, form: FormDep, caller: VisitorDep, ledger: LedgerDep, shown: ShownDep) -> Response:
    """Register a person with a first posting."""
    found = _registering(caller, ledger)
    try:
        body = form.filled("id", "cadre", "name", "unit", "post", "group", "since")
        cadre = take_cadre(body)
        id_, data = read_event({**body, "type": "registered"})
        ledger.appending.append(caller, cadre, data, id_=id_).result()
    except Refusal as refusal:
        return asked(shown, "registration", found, form, refusal)
    return SeeOther(f"/cadres/{cadre}?done=registered").answer(request)


@router.page("/cadres/{cadre}/postings")
def postings(cadre: CadrePath, caller: VisitorDep, ledger: LedgerDep, shown: ShownDep) -> Response:
    """Where a cadre was and is posted, and the forms that change it."""
    return asked(shown, "postings", _postings(caller, ledger, cadre))


@router.post("/cadres/{cadre}/postings")
def act(
    request: Request, cadre: CadrePath, form: FormDep, caller: VisitorDep, ledger: LedgerDep, shown: ShownDep
) -> Response:
    """Record a posting or departure, or take one back."""
    found = _postings(caller, ledger, cadre)
    type_ = form.text("act") or ""
    try:
        id_, data = read_event(_event(form, type_))
        ledger.appending.append(caller, cadre, data, id_=id_).result()
    except Refusal as refusal:
        return asked_again(shown, "postings", found, form, joined([(type_, (), refusal)], shown.language))
    return done(request, type_)


def _event(form: Form, type_: str) -> Row:
    if type_ not in ACTS:
        raise Invalid.at("/type", "unknown_type")
    given = ((name, form.text(f"{type_}/{name}")) for name in ACTS[type_])
    return {"type": type_, **form.filled("id"), **{name: text for name, text in given if text is not None}}


def _registering(caller: Caller, ledger: Ledger) -> Row:
    me = ledger.queries.me(caller)
    if "registered" not in me["allowed_actions"]:
        raise Forbidden()
    return {"groups": ledger.queries.group_names(caller), "position": me["position"], "date": me["date"]}


def _postings(caller: Caller, ledger: Ledger, cadre: str) -> Row:
    ((person, record),) = ledger.queries.dossiers(caller, [cadre], whole=False)
    return {
        **{name: person[name] for name in ("cadre", "name", "position", "date")},
        "postings": [{**posting, "first": number == 0} for number, posting in enumerate(record["postings"])],
        "names": ledger.queries.group_names(caller),
        "acts": [act for act in ACTS if act in person["allowed_actions"]],
    }
