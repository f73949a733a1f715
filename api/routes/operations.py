"""Operations: is it alive, can it serve, what it counts, and what its problems mean."""

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.dependencies import LedgerDep
from api.docs import interface, page
from api.problems import STATUS, language_of
from ledger.errors import NotFound
from ledger.texts import explanation, problem_text

router = APIRouter(tags=["operations"])


@router.get("/livez", response_class=PlainTextResponse)
async def livez() -> str:
    """The process answers."""
    return "ok"


@router.get("/readyz", responses={503: {"description": "the ledger cannot be read"}})
def readyz(ledger: LedgerDep) -> dict[str, Any]:
    """The ledger can be read; its position."""
    return {"status": "ok", "position": ledger.queries.ready()}


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request, ledger: LedgerDep) -> Response:
    """Counters in the Prometheus text format."""
    measures = request.app.state.metrics
    measures.position.set(ledger.queries.position())
    return Response(generate_latest(measures.registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/problems/{code}", response_class=HTMLResponse, responses={404: {"description": "no such code"}})
def problem_page(code: str, request: Request) -> str:
    """What a problem means and what to do about it."""
    if code not in STATUS:
        raise NotFound()
    language = language_of(request)
    title, _ = problem_text(code, language, {})
    return page(title, language, f"<p>{escape(explanation(code, language))}</p><p>HTTP {STATUS[code]} · {code}</p>")


@router.get("/docs", response_class=HTMLResponse, include_in_schema=False)
def docs(request: Request) -> str:
    """The interface as a page that needs no other file."""
    return interface(request.app.openapi())
