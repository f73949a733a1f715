"""How a page comes to its addresses, and what it depends on: who is signed in, and how to show something."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from api.dependencies import LedgerDep, correlation_id
from api.pages.rendering import Shown
from api.pages.requests import TWIN, check_origin, choose_language
from ledger.errors import Forbidden, Unauthenticated
from ledger.projections.moment import Row
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger

SESSION_COOKIE = "ledger_session"
Endpoint = Callable[..., Any]
_NAMES = ("{cadre}", "{principal}")
"""What may have dots in it."""


class Pages(APIRouter):
    """Pages: no part of the interface's description, and acted on from pages of ours only."""

    def __init__(self) -> None:
        own = [Depends(check_origin), Depends(choose_language)]
        super().__init__(include_in_schema=False, dependencies=own, default_response_class=Response)

    def page(self, path: str) -> Callable[[Endpoint], Endpoint]:
        """A page at a path and its data at the path's twin, which comes first.

        A page that ends in a name is at its path with a slash too: that of ``x.json`` is no twin of ``x``.
        """

        def add(endpoint: Endpoint) -> Endpoint:
            answering = _of_one_moment(endpoint)
            for address in (path + TWIN, path, *([f"{path}/"] if path.endswith(_NAMES) else [])):
                self.add_api_route(address, answering, methods=["GET"], response_model=None)
            return endpoint

        return add


def _of_one_moment(endpoint: Endpoint) -> Endpoint:
    """However many questions a page asks of the ledger, what it shows is of one moment."""
    if "ledger" not in signature(endpoint).parameters:
        return endpoint

    @wraps(endpoint)
    def answering(*, ledger: Ledger, **asked: Any) -> Any:
        with ledger.queries.together():
            return endpoint(ledger=ledger, **asked)

    return answering


def visitor_of(
    request: Request, ledger: LedgerDep, consultation: Annotated[str | None, Query(max_length=36)] = None
) -> Caller:
    """Who is signed in; Unauthenticated for nobody. Whether he still may in is decided where he is let in."""
    secret = request.cookies.get(SESSION_COOKIE)
    found = ledger.sign_ins.find(secret) if secret else None
    if found is None:
        raise Unauthenticated()
    request.state.caller = made = Caller(correlation_id(request), signed_in=found, consultation=consultation)
    return made


VisitorDep = Annotated[Caller, Depends(visitor_of)]


def shown_of(request: Request, caller: VisitorDep, ledger: LedgerDep) -> Shown:
    request.state.me = me = ledger.queries.me(caller)
    return Shown(request, me)


ShownDep = Annotated[Shown, Depends(shown_of)]
"""Shows pages to who is signed in."""


def shown_to_anybody(request: Request) -> Shown:
    return Shown(request)


AnybodyDep = Annotated[Shown, Depends(shown_to_anybody)]
"""Shows pages to anybody."""


def permitted(query: Callable[..., Row], *asked: Any, **wanted: Any) -> Row | None:
    """The answer of a query; None where the role may not ask it."""
    try:
        return query(*asked, **wanted)
    except Forbidden:
        return None
