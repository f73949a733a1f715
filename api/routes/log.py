"""The log for those who verify it (c2sp.org/tlog-tiles): checkpoint, keys and tiles, public but for the entries."""

from fastapi import APIRouter, Response

from api.dependencies import CallerDep, LedgerDep
from api.openapi import gives
from ledger.service.log import TileBytes

router = APIRouter(prefix="/log", tags=["log"])
TEXT = "text/plain; charset=utf-8"
OCTETS = "application/octet-stream"
_A_WHILE = {"Cache-Control": "public, max-age=5"}


@router.get("/checkpoint", response_class=Response, responses=gives(TEXT, 404))
def checkpoint(ledger: LedgerDep) -> Response:
    """The newest checkpoint: origin, size and root of the log, signed and cosigned."""
    return Response(ledger.log.checkpoint().note, media_type=TEXT, headers=_A_WHILE)


@router.get("/vkey", response_class=Response, responses=gives(TEXT, 404))
def vkey(ledger: LedgerDep) -> Response:
    """The keys that the newest checkpoint is signed with, one a line; compare them with what you have."""
    return Response(ledger.log.checkpoint().vkeys, media_type=TEXT, headers=_A_WHILE)


@router.get("/tile/entries/{path:path}", response_class=Response, responses=gives(OCTETS, 401, 403, 404))
def entries(path: str, caller: CallerDep, ledger: LedgerDep) -> Response:
    """A bundle of entries, for auditors."""
    return _tile(ledger.log.entries(caller, path), "private")


@router.get("/tile/{path:path}", response_class=Response, responses=gives(OCTETS, 404))
def tile(path: str, ledger: LedgerDep) -> Response:
    """A tile of hashes."""
    return _tile(ledger.log.tile(path), "public")


def _tile(found: TileBytes, to: str) -> Response:
    kept = "max-age=31536000, immutable" if found.full else "max-age=5"
    return Response(found.octets, media_type=OCTETS, headers={"Cache-Control": f"{to}, {kept}"})
