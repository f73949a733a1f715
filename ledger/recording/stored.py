"""The stored data of events back into their models, without checking again what was checked when it was recorded.

The bytes are those that ``encode`` made, so absent fields take their defaults and points are decimals of two places.
Whatever does not look so (an unknown or a missing field) is left to the full check, which says what is wrong.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin

from pydantic.fields import FieldInfo

from ledger.aggregates.envelope import Data
from ledger.aggregates.scheme import Adopted
from ledger.aggregates.values import Fields
from ledger.points import format_points, stored_points

Convert = Callable[[Any], Any]
_set = object.__setattr__
_CHECKED: tuple[type[Data], ...] = (Adopted,)
"""Rare, and made of models with values of their own: always read with the full check."""


@cache
def reader(model: type[Data]) -> Callable[[dict[str, Any]], Data]:
    """The function that makes an event's data of its stored fields, which it may keep."""
    if model in _CHECKED:
        return model.model_validate
    return cast(Callable[[dict[str, Any]], Data], _maker(model))


@cache
def _maker(model: type[Fields]) -> Convert:
    fields = model.model_fields
    if any(field.alias is not None for field in fields.values()):
        return model.model_validate
    required = {name for name, field in fields.items() if field.is_required()}
    in_order = {name: None if name in required else _default(field) for name, field in fields.items()}
    types = {name: _types(field.annotation, field.metadata) for name, field in fields.items()}
    converts = [(name, made) for name, field in fields.items() if (made := _of_field(field)) is not None]
    every = set(fields)
    fitting: set[tuple[Any, ...]] = set()

    def fits(stored: dict[str, Any]) -> bool:
        names = stored.keys()
        return required <= names <= every and all(type(value) in types[name] for name, value in stored.items())

    def make(stored: dict[str, Any]) -> Fields:
        shape = (*stored, *map(type, stored.values()))
        if shape not in fitting:
            if not fits(stored):
                return model.model_validate(stored)
            fitting.add(shape)
        given = stored.keys()
        values = stored if given == every else {**in_order, **stored}
        made = model.__new__(model)
        _set(made, "__pydantic_fields_set__", every if values is stored else set(given))
        for name, convert in converts:
            if name in given and (value := values[name]) is not None:
                values[name] = convert(value)
        _set(made, "__dict__", values)
        _set(made, "__pydantic_extra__", None)
        _set(made, "__pydantic_private__", None)
        return made

    return make


def _default(field: FieldInfo) -> Any:
    return field.get_default(call_default_factory=True)


def _of_field(field: FieldInfo) -> Convert | None:
    return stored_points if _is_points(field.metadata) else _of_type(field.annotation)


def _is_points(metadata: Sequence[Any]) -> bool:
    return any(getattr(entry, "func", None) is format_points for entry in metadata)


def _types(annotation: Any, metadata: Sequence[Any] = ()) -> frozenset[type]:
    """The types of JSON's values that are a value of this type."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if _is_points(metadata):
        return frozenset({str})
    if hasattr(annotation, "__metadata__"):
        return _types(arguments[0], annotation.__metadata__)
    if origin in (Union, UnionType):
        return frozenset().union(*map(_types, arguments))
    if origin is Literal:
        return frozenset(map(type, arguments))
    if isinstance(annotation, type) and issubclass(annotation, Fields):
        return frozenset({dict})
    return frozenset({origin or annotation})


def _of_type(annotation: Any) -> Convert | None:
    """What a value of this type needs; None where JSON's own value serves."""
    if isinstance(annotation, type) and issubclass(annotation, Fields):
        return _maker(annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is list:
        return _each(_of_type(arguments[0]), _types(arguments[0]))
    if origin is dict:
        return _each_value(_of_type(arguments[1]), _types(arguments[1]))
    if origin in (Union, UnionType):
        return next((made for part in arguments if (made := _of_type(part)) is not None), None)
    if hasattr(annotation, "__metadata__"):
        return stored_points if _is_points(annotation.__metadata__) else _of_type(arguments[0])
    return None


def _each(convert: Convert | None, types: frozenset[type]) -> Convert:
    def converted(values: list[Any]) -> list[Any]:
        _check(values, types)
        return values if convert is None else [convert(value) for value in values]

    return converted


def _each_value(convert: Convert | None, types: frozenset[type]) -> Convert:
    def converted(values: dict[str, Any]) -> dict[str, Any]:
        _check(values.values(), types)
        return values if convert is None else {key: convert(value) for key, value in values.items()}

    return converted


def _check(values: Iterable[Any], types: frozenset[type]) -> None:
    if not types.issuperset(map(type, values)):
        raise ValueError("a stored value is of another type than its field")
