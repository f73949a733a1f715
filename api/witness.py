"""A witness over HTTP (c2sp.org/tlog-witness): cosignatures for logs, and for monitors what it cosigned last."""

from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.bodies import limited
from ledger.errors import TooLarge, Unavailable
from ledger.proof.encoding import BadForm, ProofError
from ledger.proof.tlog_witness import ADD_CHECKPOINT, SIZE_TYPE
from ledger.proof.witness import AnotherSize, Inconsistent, NotSigned, UnknownLog, Witness

MAX_BODY = 64 * 1024
STATUS: Mapping[type[ProofError], int] = {
    BadForm: 400,
    NotSigned: 403,
    UnknownLog: 404,
    AnotherSize: 409,
    Inconsistent: 422,
}
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


def create_app(witness: Witness) -> Starlette:
    """An application over a witness that is open."""

    async def add_checkpoint(request: Request) -> Response:
        body = b"".join([chunk async for chunk in limited(request, MAX_BODY)])
        return PlainTextResponse(await run_in_threadpool(witness.add_checkpoint, body), headers=_HEADERS)

    def last_checkpoint(request: Request) -> Response:
        note = witness.last_checkpoint(request.path_params["origin_hash"])
        if note is None:
            return _plain("nothing of this log was cosigned", 404)
        return PlainTextResponse(note, headers=_HEADERS)

    def vkey(request: Request) -> Response:
        return _plain(witness.vkey, 200)

    return Starlette(
        routes=[
            Route(f"/{ADD_CHECKPOINT}", add_checkpoint, methods=["POST"]),
            Route("/vkey", vkey),
            Route("/{origin_hash}/checkpoint", last_checkpoint),
        ],
        exception_handlers={ProofError: _refused, TooLarge: _too_large, Unavailable: _unavailable},
    )


def _refused(request: Request, error: Exception) -> Response:
    if isinstance(error, AnotherSize):
        return PlainTextResponse(f"{error.size}\n", STATUS[AnotherSize], {**_HEADERS, "Content-Type": SIZE_TYPE})
    assert isinstance(error, ProofError)
    return _plain(str(error), STATUS[type(error)])


def _too_large(request: Request, error: Exception) -> Response:
    return _plain(f"a request has at most {MAX_BODY} bytes", 413)


def _unavailable(request: Request, error: Exception) -> Response:
    return _plain("the state of the witness cannot be kept now", 503)


def _plain(line: str, status: int) -> Response:
    return PlainTextResponse(f"{line}\n", status, _HEADERS)
