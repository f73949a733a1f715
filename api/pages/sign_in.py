"""Signing in and out: with a token, or with a link that works once."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Annotated

from fastapi import Path, Request
from fastapi.responses import Response

from api.dependencies import LedgerDep, correlation_id
from api.limits import Guesses
from api.pages.forms import FormDep, asked
from api.pages.rendering import Shown
from api.pages.requests import SeeOther, home_of, is_secure, own_path
from api.pages.routing import SESSION_COOKIE, AnybodyDep, Pages
from ledger.errors import Refusal, Unauthenticated
from ledger.projections.moment import Row
from ledger.service.credentials import Caller
from ledger.service.sign_ins import LASTS

router = Pages()
CodePath = Annotated[str, Path(max_length=200)]


@router.page("/sign-in")
def sign_in(request: Request, shown: AnybodyDep, next: str = "/") -> Response:
    """How to sign in."""
    return asked(shown, "sign_in", _ways(request, own_path(next)))


@router.post("/sign-in")
def sign_in_with_token(request: Request, form: FormDep, ledger: LedgerDep, shown: AnybodyDep) -> Response:
    """Sign in with a token."""
    token, following = form.text("token") or "", own_path(form.text("next") or "/")
    caller = Caller(correlation_id(request), token=token)
    try:
        return signed_in(request, guessed(request, token, lambda: ledger.sign_ins.open(caller)), following)
    except Refusal as refusal:
        return shown_again(request, shown, following, refusal)


@router.page("/sign-in/{code}")
def link(shown: AnybodyDep, code: CodePath) -> Response:
    """A button: whoever only looks at the links in a mail does not use this one up."""
    return asked(shown, "sign_in_link", {})


@router.post("/sign-in/{code}")
def sign_in_with_link(request: Request, ledger: LedgerDep, shown: AnybodyDep, code: CodePath) -> Response:
    """Sign in with a link, which is used up."""
    try:
        follow = guessed(request, code, lambda: ledger.sign_ins.follow(code, correlation_id(request)))
        return signed_in(request, follow, "/")
    except Refusal as refusal:
        return asked(shown, "sign_in_link", {}, refusal=refusal)


@router.post("/sign-out")
def sign_out(request: Request, ledger: LedgerDep) -> Response:
    """End the session."""
    ledger.sign_ins.end(request.cookies.get(SESSION_COOKIE, "")).result()
    response = SeeOther("/sign-in").answer(request)
    response.delete_cookie(SESSION_COOKIE, path=home_of(request))
    return response


def shown_again(request: Request, shown: Shown, following: str, refusal: Refusal) -> Response:
    """How to sign in, and why it failed."""
    return asked(shown, "sign_in", _ways(request, following), refusal=refusal)


def signed_in(request: Request, secret: str, following: str) -> Response:
    """On to a page of ours, with the cookie of a new session."""
    response = SeeOther(following).answer(request)
    lasts = int(LASTS["session"].total_seconds())
    response.set_cookie(
        SESSION_COOKIE, secret, lasts, path=home_of(request), httponly=True, samesite="lax", secure=is_secure(request)
    )
    return response


def guessed(request: Request, secret: str, attempt: Callable[[], Future[str]]) -> str:
    """What an attempt gives; who has guessed wrong too often waits, as with tokens."""
    guesses: Guesses = request.app.state.guesses
    address = request.client.host if request.client is not None else "unknown"
    guesses.check(address, secret)
    try:
        made = attempt().result()
    except Unauthenticated:
        guesses.failed(address, secret)
        raise
    guesses.held(secret)
    return made


def _ways(request: Request, following: str) -> Row:
    return {"next": following, "provider": request.app.state.code_flow is not None}
