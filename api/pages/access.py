"""Access, for administrators: who may in as what, granting with a token or a link shown once, and ending it."""

from typing import get_args

from fastapi import Request
from fastapi.responses import Response

from api.dependencies import LedgerDep, PageDep
from api.pages.forms import Form, FormDep, asked
from api.pages.requests import done, home_of
from api.pages.routing import Pages, ShownDep, VisitorDep
from ledger.aggregates.access import Granted, Revoked, Role
from ledger.errors import Invalid, Refusal
from ledger.projections.moment import Row
from ledger.service.credentials import Caller
from ledger.service.inputs import take_id, validate
from ledger.service.ledger import Ledger
from ledger.service.view import Page

router = Pages()
_LISTS = ("units", "groups", "indicators")


@router.page("/access")
def access(caller: VisitorDep, ledger: LedgerDep, shown: ShownDep, page: PageDep) -> Response:
    """The principals with access, and the form that grants it."""
    return asked(shown, "access", _listed(caller, ledger, page))


@router.post("/access")
def act(
    request: Request, form: FormDep, caller: VisitorDep, ledger: LedgerDep, shown: ShownDep, page: PageDep
) -> Response:
    """Grant, make a link, or revoke."""
    found = _listed(caller, ledger, page)
    try:
        match form.text("act"):
            case "granted":
                return asked(shown, "granted", _grant(caller, ledger, form))
            case "link":
                return asked(shown, "granted", _link(request, caller, ledger, form.text("name") or ""))
            case "revoked":
                return _revoke(request, caller, ledger, form)
        raise Invalid.at("/act", "not_one_of")
    except Refusal as refusal:
        return asked(shown, "access", found, form, refusal)


def _listed(caller: Caller, ledger: Ledger, page: Page) -> Row:
    """A page of the principals, by name."""
    found = ledger.queries.access(caller)
    items = [item for item in found["items"] if item["name"] > page.cursor]
    more = len(items) > page.limit
    items = items[: page.limit]
    return {**found, "items": items, "next": items[-1]["name"] if more else None, "roles": list(get_args(Role))}


def _grant(caller: Caller, ledger: Ledger, form: Form) -> Row:
    """Grant as the form says; who is known elsewhere gets no token, and a form sent again does not show it again."""
    body: Row = form.filled("id", "name", "role", "cadre", "expires")
    body |= {name: listed for name in _LISTS if (listed := _several(form.text(name)))}
    if identity := form.filled("issuer", "subject"):
        body["identity"] = identity
    id_ = take_id(body)
    made = ledger.principals.grant(caller, validate(Granted, body), id_=id_).result()
    return {"name": made.principal, "token": made.token or None, "link": None, "replayed": made.replayed}


def _link(request: Request, caller: Caller, ledger: Ledger, name: str) -> Row:
    """A link that works once, whole, to be sent to whom it is for."""
    code = ledger.sign_ins.link(caller, name).result()
    link = f"{request.url.scheme}://{request.url.netloc}{home_of(request)}sign-in/{code}"
    return {"name": name, "token": None, "link": link, "replayed": False}


def _revoke(request: Request, caller: Caller, ledger: Ledger, form: Form) -> Response:
    body = form.filled("id", "reason")
    id_ = take_id(body)
    reason = validate(Revoked, body).reason
    ledger.principals.revoke(caller, form.text("name") or "", reason, id_=id_).result()
    return done(request, "revoked")


def _several(text: str | None) -> list[str]:
    """Names with commas or line breaks between them."""
    parts = (text or "").replace("、", ",").replace("，", ",").replace("\n", ",").split(",")
    return [part.strip() for part in parts if part.strip()]
