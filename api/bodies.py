"""Request bodies: taken in with a limit, read as strict JSON, and described in the OpenAPI document."""

from collections.abc import AsyncIterator, Iterator
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel, create_model

from api.problems import UnsupportedMediaType
from ledger.aggregates.access import Granted, Revoked
from ledger.aggregates.cadre_events import Registered
from ledger.aggregates.envelope import BY_NAME
from ledger.aggregates.round import Reopened
from ledger.aggregates.scheme import Scheme
from ledger.aggregates.values import CadreId, EventId, Fields, Text
from ledger.errors import TooLarge
from ledger.service.consultations import ConsultationInput
from ledger.service.inputs import read_json, read_object
from ledger.service.sealing import SealInput

MAX_BODY = 64 * 1024
NDJSON = ("application/x-ndjson", "application/ndjson", "application/jsonl")


class Identified(Fields):
    id: EventId | None = None


class RegisterBody(Registered, Identified):
    """Registers a cadre."""

    cadre: CadreId


class SchemeBody(Scheme, Identified):
    """A scheme to adopt, with why."""

    reason: Text | None = None


class SealBody(SealInput, Identified):
    """Decisions to set or drop with the seal."""


class ReopenBody(Reopened, Identified):
    """Why the round is reopened."""


class ConsultationBody(ConsultationInput, Identified):
    """Which records are opened, and for which decision."""


class RevocationBody(Revoked, Identified):
    """Why the access ends."""


_GRANTED: dict[str, Any] = {
    name: (field.annotation, field) for name, field in Granted.model_fields.items() if name != "key_hash"
}
GrantBody: type[BaseModel] = create_model(
    "GrantBody",
    __base__=Identified,
    __doc__="Who may use the ledger, in which role and scope.",
    **_GRANTED,
)

_APPENDABLE: dict[str, type[BaseModel]] = {
    type_.name: create_model(f"Append_{type_.name}", __base__=(type_.data, Identified), __doc__=type_.data.__doc__)
    for type_ in BY_NAME.values()
    if type_.appendable
}


BODIES = (RegisterBody, SchemeBody, SealBody, ReopenBody, ConsultationBody, GrantBody, RevocationBody)
"""Models of bodies that the OpenAPI document shows."""


def described(model: type[BaseModel] | str) -> dict[str, Any]:
    """The ``openapi_extra`` of a route that takes this body."""
    name = model if isinstance(model, str) else model.__name__
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def body_schemas() -> dict[str, Any]:
    """The schemas of all bodies, to go under ``components``."""
    schemas: dict[str, Any] = {}
    models: list[type[BaseModel]] = [*BODIES, *_APPENDABLE.values()]
    for model in models:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[model.__name__] = schema
    references = {}
    for name, model in _APPENDABLE.items():
        references[name] = f"#/components/schemas/{model.__name__}"
        schema = schemas[model.__name__]
        schema["properties"] = {"type": {"const": name}, **schema["properties"]}
        schema["required"] = ["type", *schema.get("required", ())]
    schemas["AppendBody"] = {
        "oneOf": [{"$ref": reference} for reference in references.values()],
        "discriminator": {"propertyName": "type", "mapping": references},
    }
    return schemas


async def json_body(request: Request) -> dict[str, Any]:
    """The body as a JSON object; 400, 413, 415 and 422 otherwise."""
    media_type = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise UnsupportedMediaType(expected="application/json")
    body = bytearray()
    async for chunk in limited(request, MAX_BODY):
        body += chunk
    return dict(read_object(read_json(bytes(body))))


JsonBody = Annotated[dict[str, Any], Depends(json_body)]


async def limited(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The body's chunks; TooLarge as soon as it is known to pass the limit."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise TooLarge(limit=f"{limit} bytes")
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > limit:
            raise TooLarge(limit=f"{limit} bytes")
        yield chunk


async def spooled(request: Request, limit: int) -> "SpooledTemporaryFile[bytes]":
    """A whole NDJSON body on disk, rewound; taken in before anything is answered."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in NDJSON:
        raise UnsupportedMediaType(expected=NDJSON[0])
    spool: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=2**20)  # noqa: SIM115 (the answer closes it)
    try:
        async for chunk in limited(request, limit):
            spool.write(chunk)
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return spool


def split_lines(spool: "SpooledTemporaryFile[bytes]", limit: int) -> Iterator[bytes]:
    """Lines of a spooled body without their ends; of one over the limit only its beginning."""
    while line := spool.readline(limit + 2):
        if not line.endswith(b"\n") and len(line) > limit:
            while (rest := spool.readline(limit)) and not rest.endswith(b"\n"):
                pass
        yield line.rstrip(b"\r\n")
