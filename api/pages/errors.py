"""Refusals as pages, where a browser asks for one: what is wrong, and the way on where there is one."""

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from api import problems
from api.pages.rendering import Shown
from api.pages.requests import SeeOther, is_twin, own_address, path_of
from ledger.errors import Refusal, Unauthenticated
from ledger.policy import ConsultationRequired


def answer(refusal: Refusal, request: Request) -> Response:
    """A problem document, or for a browser the same as a page; who must sign in or open a record is led there."""
    if not _wants_page(request):
        return problems.answer(refusal, request)
    if request.method == "GET" and isinstance(refusal, Unauthenticated):
        return SeeOther(f"/sign-in?{urlencode({'next': own_address(request)})}").answer(request)
    if request.method == "GET" and isinstance(refusal, ConsultationRequired):
        return SeeOther(f"/consultation?{urlencode(_records(request), doseq=True)}").answer(request)
    unexpected = isinstance(refusal, problems.Unexpected)  # of what is known of the request anything may be wrong
    shown = Shown(request, None if unexpected else getattr(request.state, "me", None))
    document = problems.problem(refusal, shown.language)
    response = shown("error", document, document["status"])
    response.headers.update(problems.headers(refusal, document["status"]))
    return response


def _records(request: Request) -> dict[str, object]:
    """The cadres that a page is about, and its address to come back to."""
    cadre = request.path_params.get("cadre")
    cadres = [cadre] if cadre is not None else request.query_params.getlist("cadre")
    return {"cadre": cadres, "next": own_address(request, without="consultation")}


def _wants_page(request: Request) -> bool:
    accepts = "text/html" in request.headers.get("accept", "")
    return accepts and not path_of(request).startswith("/v1/") and not is_twin(request)
