"""The quick decoder of stored data gives what the full check gives, and passes over nothing that is wrong in form."""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from ledger.aggregates.envelope import BY_NAME, Data, encode
from ledger.aggregates.values import Fields
from ledger.recording.codec import StoredRow
from ledger.recording.stored import reader
from tests.backends import NewAddress, sqlite_only
from tests.golden.test_golden import EXAMPLES, read
from tests.projections.sample import play
from tests.properties.histories import History, Played, World, all_ops, histories
from tests.recording.inside import stored

WRONG = (ValueError, TypeError, AttributeError)
"""How wrong data ends; pydantic's ValidationError is a ValueError."""
Path_ = tuple[str | int, ...]
each_example = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)


def check_same(model: type[Data], data: dict[str, Any]) -> None:
    """Both ways to read give the same data: values, given fields, order of keys, bytes."""
    quick, full = reader(model)(deepcopy(data)), model.model_validate(data)
    assert type(quick) is type(full)
    assert quick == full
    assert quick.model_fields_set == full.model_fields_set
    assert json.dumps(quick.model_dump()) == json.dumps(full.model_dump())
    assert encode(quick) == encode(full)
    for ours, theirs in zip(models_in(quick), models_in(full), strict=True):
        assert vars(ours) == vars(theirs)


def check_all(rows: list[StoredRow]) -> None:
    for row in rows:
        check_same(BY_NAME[row.topic].data, json.loads(row.state)["data"])


def check_same_or_wrong(model: type[Data], data: dict[str, Any]) -> None:
    try:
        reader(model)(deepcopy(data))
    except WRONG:
        return
    check_same(model, data)


def models_in(value: object) -> Iterator[Fields]:
    """A model and all models inside it."""
    parts: Iterable[object] = ()
    if isinstance(value, Fields):
        yield value
        parts = vars(value).values()
    elif isinstance(value, list | dict):
        parts = value if isinstance(value, list) else value.values()
    for part in parts:
        yield from models_in(part)


def fields_of(kind: type[Fields]) -> dict[str, tuple[str, bool]]:
    """The attribute behind each name in the stored data, and whether it must be there."""
    return {field.alias or name: (name, field.is_required()) for name, field in kind.model_fields.items()}


def places(value: object, stored: Any, at: Path_ = ()) -> Iterator[tuple[Path_, object, Any]]:
    """Each place in stored data: where, the value read from it, and what is stored there."""
    yield at, value, stored
    if isinstance(value, Fields):
        names = fields_of(type(value))
        inner = [(name, getattr(value, names[name][0])) for name in stored]
    elif isinstance(value, list | dict):
        inner = list(enumerate(value) if isinstance(value, list) else value.items())
    else:
        inner = []
    for step, part in inner:
        yield from places(part, stored[step], (*at, step))


def example(path: Path) -> tuple[type[Data], dict[str, Any]]:
    found = read(path)
    data: dict[str, Any] = found["data"]
    return BY_NAME[found["type"]].data, data


def put(data: Any, at: Path_, value: object) -> Any:
    """The data with another value at a place."""
    changed = deepcopy(data)
    inner = changed
    for step in at[:-1]:
        inner = inner[step]
    if not at:
        return value
    inner[at[-1]] = value
    return changed


def models_stored(model: type[Data], data: dict[str, Any]) -> Iterator[tuple[Path_, type[Fields], dict[str, Any]]]:
    for at, value, as_stored in places(model.model_validate(data), data):
        if isinstance(value, Fields):
            yield at, type(value), as_stored


@each_example
def test_an_example_is_read_as_by_the_full_check(path: Path) -> None:
    check_same(*example(path))


@sqlite_only
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(history=histories)
def test_every_event_of_a_random_history_is(new_address: NewAddress, history: History) -> None:
    world, played = World(new_address()), Played()
    with world.open() as ledger:
        world.enter(ledger)
        for op in all_ops(history):
            for command in world.commands(op):
                played.take(command, command.submit(ledger))
    check_all(stored(world.address))


@sqlite_only
def test_every_event_of_a_played_year_is(address: str) -> None:
    play(address)
    check_all(stored(address))


@each_example
def test_a_field_left_out_is_a_default_or_wrong(path: Path) -> None:
    model, data = example(path)
    for at, kind, fields in models_stored(model, data):
        for name in fields:
            less = put(data, at, {key: value for key, value in fields.items() if key != name})
            if fields_of(kind)[name][1]:
                with pytest.raises(WRONG):
                    reader(model)(less)
            else:
                check_same(model, less)


@each_example
def test_an_unknown_field_is_wrong(path: Path) -> None:
    model, data = example(path)
    for at, _, fields in models_stored(model, data):
        with pytest.raises(WRONG):
            reader(model)(put(data, at, {**fields, "unknown": "x"}))


@each_example
def test_other_json_than_a_model_or_points_is_wrong(path: Path) -> None:
    model, data = example(path)
    for at, value, as_stored in places(model.model_validate(data), data):
        points = isinstance(value, int) and isinstance(as_stored, str)
        if points or isinstance(value, Fields):
            for other in (7.5, True, [7], [], "", "x"):
                with pytest.raises(WRONG):
                    reader(model)(put(data, at, other))


@each_example
def test_other_json_than_a_field_takes_is_wrong(path: Path) -> None:
    """Or both ways read it alike. Bounds and patterns were checked when it was recorded."""
    model, data = example(path)
    for at, value, _ in places(model.model_validate(data), data):
        for other in (None, 7, 7.5, True, "7", "7.5", [7], {}, {"x": 7}):
            if isinstance(value, Fields | list) or type(other) is not type(value):
                check_same_or_wrong(model, put(data, at, other))
