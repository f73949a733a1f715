"""Refusals as problem documents (RFC 9457), in the language asked for. The one place where codes get a status."""

import logging
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.headers import HEADERS
from ledger.errors import Invalid, Refusal
from ledger.service.inputs import field_error
from ledger.texts import Language, problem_text, rule_text

log = logging.getLogger("ledger.http")

STATUS: Mapping[str, int] = {
    "malformed": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "own-record": 403,
    "consultation-required": 403,
    "not-found": 404,
    "unknown-cadre": 404,
    "unknown-group": 404,
    "unknown-event": 404,
    "method-not-allowed": 405,
    "already-registered": 409,
    "already-scored": 409,
    "already-reviewed": 409,
    "period-sealed": 409,
    "period-not-sealed": 409,
    "period-not-ended": 409,
    "round-not-ready": 409,
    "decision-pending": 409,
    "no-scheme": 409,
    "not-posted": 409,
    "departed": 409,
    "id-reused": 409,
    "stale": 412,
    "too-large": 413,
    "unsupported-media-type": 415,
    "invalid": 422,
    "not-appendable": 422,
    "unknown-indicator": 422,
    "unknown-rater": 422,
    "points-out-of-range": 422,
    "period-not-begun": 422,
    "orphaned-scores": 422,
    "as-of-too-recent": 422,
    "too-many-requests": 429,
    "unavailable": 503,
    "clock": 503,
    "log-diverged": 503,
    "internal": 500,
}
SHOWN_FACTS = ("rounds", "missing", "cadres", "scores", "event", "until", "version", "least", "most", "raters", "limit")
"""Facts of a refusal that go into its document: what the ledger holds, never what the caller sent."""
MEDIA_TYPE = "application/problem+json"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_BY_STATUS = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "unsupported-media-type",
    429: "too-many-requests",
    503: "unavailable",
}


class UnsupportedMediaType(Refusal):
    code = "unsupported-media-type"


class Unexpected(Refusal):
    """A fault of the program's own."""

    code = "internal"


class _HttpRefusal(Refusal):
    """An error of the framework by its status, such as an unknown path or method."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code  # type: ignore[misc]


def language_of(request: Request) -> Language:
    """English if ``Accept-Language`` prefers it to Chinese; Chinese otherwise."""
    weights = {"zh": 0.0, "en": 0.0}
    for choice in request.headers.get("accept-language", "").lower().split(","):
        tag, _, parameters = choice.strip().partition(";")
        primary = tag.split("-")[0].strip()
        if primary in weights:
            weights[primary] = max(weights[primary], _quality(parameters))
    return "en" if weights["en"] > weights["zh"] else "zh"


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0


def problem(refusal: Refusal, language: Language) -> dict[str, Any]:
    """The problem document of a refusal."""
    title, detail = problem_text(refusal.code, language, refusal.facts)
    document: dict[str, Any] = {
        "type": f"/problems/{refusal.code}",
        "title": title,
        "status": STATUS[refusal.code],
        "detail": detail,
        "code": refusal.code,
        **{name: refusal.facts[name] for name in SHOWN_FACTS if name in refusal.facts},
    }
    if isinstance(refusal, Invalid):
        document["errors"] = [
            {"pointer": e.pointer, "code": e.code, "message": rule_text(e.code, language, dict(e.limits))}
            for e in refusal.errors
        ]
    return document


def headers(refusal: Refusal, status: int) -> dict[str, str]:
    """What a refusal's answer says besides its document: how to be let in, and when to try again."""
    found = {}
    if refusal.code == "unauthenticated":
        found["WWW-Authenticate"] = "Bearer"
    if status in (429, 503):
        found["Retry-After"] = str(refusal.facts.get("retry_after", 1))
    return found


def answer(refusal: Refusal, request: Request) -> Response:
    document = problem(refusal, language_of(request))
    language = {"Content-Language": "zh-CN" if language_of(request) == "zh" else "en", "Vary": "Accept-Language"}
    told = {**language, **headers(refusal, document["status"])}
    return JSONResponse(document, document["status"], told, MEDIA_TYPE)


def install(app: FastAPI, answer: Callable[[Refusal, Request], Response] = answer) -> None:
    """Turn every error of the application into a problem document, or into what ``answer`` makes of it."""

    async def on_refusal(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        return answer(error, request)

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        response = answer(_HttpRefusal(_BY_STATUS.get(error.status_code, "malformed")), request)
        if error.status_code == 405:
            response.headers["Allow"] = ", ".join(_allowed(request))
        return response

    async def on_parameters(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(Invalid(*(field_error({**e, "loc": e["loc"][1:]}) for e in error.errors())), request)

    async def on_bug(request: Request, error: Exception) -> Response:
        where = "".join(traceback.format_tb(error.__traceback__))  # without its message, which may hold anything
        log.error("unexpected %s\n%s", type(error).__name__, where)
        response = answer(Unexpected(), request)
        for name, value in HEADERS.items():  # it goes out past the middleware that sets them
            response.headers.setdefault(name, value)
        return response

    app.add_exception_handler(Refusal, on_refusal)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_parameters)
    app.add_exception_handler(Exception, on_bug)


def _allowed(request: Request) -> list[str]:
    """The methods that any route takes at the address asked for; the framework names those of the first one only."""
    routes = request.app.routes
    return [m for m in METHODS if any(r.matches({**request.scope, "method": m})[0] is Match.FULL for r in routes)]
