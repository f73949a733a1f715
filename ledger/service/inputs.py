"""From JSON to checked input. Numbers are read as their decimal text; errors name field and rule, never the value."""

import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from ledger.aggregates.envelope import BY_NAME, Data
from ledger.aggregates.refusals import NotAppendable
from ledger.aggregates.values import CadreId, EventId
from ledger.errors import FieldError, Invalid, Malformed

M = TypeVar("M", bound=BaseModel)
MAX_DEPTH = 32
_LIMITS = ("max_length", "min_length", "ge", "le", "expected")
_OUR_FORM = {"string_type": "string", "extra_forbidden": "unknown_field", "literal_error": "not_one_of"}


def read_json(text: bytes) -> Any:
    """Strict JSON: UTF-8, no NaN, no repeated names, not too deep. Malformed otherwise."""
    try:
        value = json.loads(
            text.decode("utf-8"),
            parse_float=_decimal,
            parse_int=_whole,
            parse_constant=_refuse,
            object_pairs_hook=_unique,
        )
    except (ValueError, RecursionError):
        raise Malformed() from None
    if _deeper_than(value, MAX_DEPTH):
        raise Malformed()
    return value


def _decimal(text: str) -> Decimal:
    if len(text) > 64:
        raise ValueError("number")
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond any decimal: no field takes it
        return Decimal("Infinity")


def _whole(text: str) -> int:
    if len(text) > 64:
        raise ValueError("number")
    return int(text)


def _refuse(_: str) -> NoReturn:
    raise ValueError("constant")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("repeated name")
    return found


def _deeper_than(value: Any, depth: int) -> bool:
    if depth == 0:
        return True
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_deeper_than(child, depth - 1) for child in children)


def validate(model: type[M], value: object) -> M:
    """The value as a model; Invalid with every field's error otherwise."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        raise Invalid(*(field_error(each) for each in found)) from None


def validate_field(type_: Any, value: object, pointer: str) -> Any:
    """One value as a field's type; Invalid at the pointer otherwise."""
    try:
        return TypeAdapter(type_).validate_python(value, strict=True)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)[0]
        raise Invalid(field_error({**found, "loc": pointer.split("/")[1:]})) from None


def field_error(error: Any) -> FieldError:
    """One of pydantic's errors in the contract's terms."""
    pointer = "".join(f"/{_escaped(part)}" for part in error["loc"])
    context = error.get("ctx", {})
    limits = tuple((name, str(context[name])) for name in _LIMITS if name in context)
    return FieldError(pointer, _OUR_FORM.get(error["type"], error["type"]), limits)


def _escaped(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def read_object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Invalid.at("", "object")
    return value


def take_id(fields: dict[str, Any]) -> str | None:
    """Remove and return the client's id of a command; Invalid if it is no UUID."""
    given = fields.pop("id", None)
    return str(validate_field(EventId, given, "/id")) if given is not None else None


def take_cadre(fields: dict[str, Any]) -> str:
    """Remove and return the cadre that an event is about."""
    if "cadre" not in fields:
        raise Invalid.at("/cadre", "missing")
    return str(validate_field(CadreId, fields.pop("cadre"), "/cadre"))


def read_event(value: object) -> tuple[str | None, Data]:
    """An appended event: ``type``, ``id``? and its data fields. NotAppendable for types with a command of their own."""
    fields = dict(read_object(value))
    id_ = take_id(fields)
    name = fields.pop("type", None)
    if name is None:
        raise Invalid.at("/type", "missing")
    type_ = BY_NAME.get(name) if isinstance(name, str) else None
    if type_ is None:
        raise Invalid.at("/type", "unknown_type")
    if not type_.appendable:
        raise NotAppendable(type=type_.name)
    return id_, validate(type_.data, fields)


def moment_of(value: str, where: str) -> datetime:
    """A time with offset, within the centuries that a calendar of the office can mean; Invalid otherwise."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Invalid.at(where, "moment") from None
    if moment.tzinfo is None or not 1900 < moment.year < 2200:
        raise Invalid.at(where, "moment")
    return moment
