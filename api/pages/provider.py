"""Signing in at the organisation's identity provider: there, and back with a code."""

import secrets
from concurrent.futures import Future
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.code_flow import Attempt, CodeFlow
from api.dependencies import LedgerDep, correlation_id
from api.pages.requests import absolute, home_of, is_secure, own_path
from api.pages.routing import AnybodyDep, Pages
from api.pages.sign_in import guessed, shown_again, signed_in
from ledger.errors import NotFound, Refusal, Unauthenticated
from ledger.service.credentials import Caller

THERE = "/sign-in/provider"
BACK = f"{THERE}/back"
COOKIE = "ledger_sign_in"
LASTS = 600
"""Seconds that somebody has to sign in there."""
router = Pages()


def flow_of(request: Request) -> CodeFlow:
    """NotFound where no provider is set for browsers."""
    flow: CodeFlow | None = request.app.state.code_flow
    if flow is None:
        raise NotFound()
    return flow


FlowDep = Annotated[CodeFlow, Depends(flow_of)]


@router.get(THERE)
def there(request: Request, flow: FlowDep, next: str = "/") -> Response:
    """To the provider, with a cookie that says who went and where to go on to."""
    attempt = Attempt(secrets.token_urlsafe())
    response = RedirectResponse(flow.address(attempt, absolute(request, BACK)), 303)
    kept = f"{attempt.secret}.{quote(own_path(next), safe='')}"
    response.set_cookie(
        COOKIE, kept, LASTS, path=home_of(request), httponly=True, samesite="lax", secure=is_secure(request)
    )
    return response


@router.get(BACK)
def back(
    request: Request,
    flow: FlowDep,
    ledger: LedgerDep,
    shown: AnybodyDep,
    code: Annotated[str, Query(max_length=4096)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Sign in who comes back with a code that was asked for in this browser."""
    secret, _, following = request.cookies.get(COOKIE, "").partition(".")
    attempt, following = Attempt(secret), own_path(unquote(following))

    def open_session() -> Future[str]:
        if not attempt.began(state) or not code:
            raise Unauthenticated()
        caller = Caller(correlation_id(request), identity=flow.identity(code, attempt, absolute(request, BACK)))
        return ledger.sign_ins.open(caller)

    try:
        response = signed_in(request, guessed(request, code, open_session), following)
    except Refusal as refusal:
        response = shown_again(request, shown, following, refusal)
    response.delete_cookie(COOKIE, path=home_of(request))
    return response
