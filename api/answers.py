"""Answers of commands: receipts, and what a dry run would change."""

from dataclasses import asdict
from typing import Any

from fastapi.responses import JSONResponse

from ledger.service.consultations import Consultation
from ledger.service.desk import Done
from ledger.service.effects import Effects
from ledger.service.principals import Grant
from ledger.service.sealing import SealOutcome

REPLAYED = {"Idempotent-Replay": "true"}


def receipt(done: Done, **more: Any) -> JSONResponse:
    """201 with a receipt, or 200 with the first one where the same had been done before."""
    headers = {"ETag": f'"{done.receipt.version}"', "Location": f"/v1/events/{done.receipt.id}"}
    if done.replayed:
        headers |= REPLAYED
    return JSONResponse({**asdict(done.receipt), **more}, 200 if done.replayed else 201, headers)


def would_do(effects: Effects | None, **more: Any) -> JSONResponse:
    """200: nothing was stored."""
    shown = asdict(effects) if effects is not None else None
    return JSONResponse({"dry_run": True, **more, **({"effects": shown} if shown is not None else {})})


def consultation(opened: Consultation) -> JSONResponse:
    body = asdict(opened)
    replayed = body.pop("replayed")
    return JSONResponse(body, 200 if replayed else 201, REPLAYED if replayed else None)


def grant(made: Grant) -> JSONResponse:
    """201 with the token, which no other answer has; never to be kept by what is between."""
    body = asdict(made)
    replayed = body.pop("replayed")
    body["token"] = made.token or None
    headers = {"Cache-Control": "no-store", **(REPLAYED if replayed else {})}
    return JSONResponse(body, 200 if replayed else 201, headers)


def seal(outcome: SealOutcome) -> JSONResponse:
    body = {
        "receipt": asdict(outcome.receipt),
        "revision": outcome.revision,
        "rows": outcome.rows,
        "not_assessed": outcome.not_assessed,
    }
    return JSONResponse(body, 200 if outcome.replayed else 201, REPLAYED if outcome.replayed else None)


def preview(outcome: SealOutcome) -> JSONResponse:
    return JSONResponse({"dry_run": True, **previewed(outcome)})


def previewed(outcome: SealOutcome) -> dict[str, Any]:
    """What a seal would record, and whom and what it would move."""
    assert outcome.effects is not None
    return {
        "revision": outcome.revision,
        "rows": outcome.rows,
        "not_assessed": outcome.not_assessed,
        "moved": outcome.moved,
        "duties": {"opened": outcome.effects.opened, "withdrawn": outcome.effects.withdrawn},
    }
