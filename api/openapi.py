"""The OpenAPI document: every route says which answers it may give, problems included."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from api.bodies import NDJSON, body_schemas
from api.documents import Problem
from api.problems import MEDIA_TYPE

Responses = dict[int | str, dict[str, Any]]

BULK: dict[str, Any] = {
    "requestBody": {"required": True, "content": {NDJSON[0]: {"schema": {"type": "string"}}}},
}
"""The ``openapi_extra`` of the bulk append."""

_REASONS = {
    400: "malformed",
    401: "not authenticated",
    403: "not allowed to this role",
    404: "not there, or out of scope",
    409: "not possible as things stand",
    412: "the stream has moved on",
    413: "too large",
    415: "unsupported media type",
    422: "breaks a rule of form or sense",
    429: "too many requests, or tokens that do not hold",
    503: "not now",
}
_READING = (401, 403, 404, 422, 429, 503)
_WRITING = (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)


def problems(*statuses: int) -> Responses:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _REASONS[status], "content": content} for status in statuses}


def reads(model: type[BaseModel]) -> Responses:
    """The answers of a route that reads."""
    return {200: {"model": model}, **problems(*_READING)}


def writes(model: type[BaseModel], *more: int) -> Responses:
    """The answers of a command: 201, or 200 for what was done before or is only tried."""
    repeated = {"description": "done before under this id (Idempotent-Replay), or a dry run"}
    return {201: {"model": model}, 200: repeated, **problems(*_WRITING, *more)}


def gives(media_type: str, *refused: int) -> Responses:
    """The answers of a route that gives a file."""
    content = {media_type: {"schema": {"type": "string"}}}
    return {200: {"description": "the file", "content": content}, **problems(429, 503, *refused)}


def streams(media_type: str, *more: int) -> Responses:
    """The answers of a route that answers line by line."""
    return {
        200: {"description": "one JSON object a line", "content": {media_type: {"schema": {"type": "string"}}}},
        **problems(*_READING, *more),
    }


def follows() -> Responses:
    """The answers of a route that sends events as they are recorded."""
    event = {"type": "object", "properties": {"id": {"type": "string"}, "data": {"type": "string"}}}
    content = {"text/event-stream": {"itemSchema": event, "schema": event}}
    return {200: {"description": "server-sent events", "content": content}, **problems(*_READING)}


def install(app: FastAPI) -> None:
    """Add the schemas of bodies and problems to the document FastAPI makes."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            schemas = made["components"]["schemas"]
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            for name, schema in body_schemas().items():
                schemas.setdefault(name, schema)
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(problem.pop("$defs", {}))
            schemas["Problem"] = problem
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]
