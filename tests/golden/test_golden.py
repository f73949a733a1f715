"""One recorded example of every event type and schema version (events.md): old events stay readable for ever.

The figures in an example are there to show every field; they do not add up to a real assessment.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.aggregates.envelope import BY_NAME, encode
from ledger.aggregates.values import Fields
from ledger.proof.tree import leaf_hash
from ledger.recording.codec import StoredRow, decode, state_bytes

EXAMPLES = sorted(Path(__file__).parent.glob("*.json"))
ENVELOPE = ("id", "stream", "version", "position", "type", "schema", "recorded_at", "actor")


def read(path: Path) -> dict[str, Any]:
    example: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return example


def row_of(example: dict[str, Any]) -> StoredRow:
    return StoredRow(
        originator_id=example["stream"],
        originator_version=example["version"],
        topic=example["type"],
        state=example["state"].encode(),
        schema=example["schema"],
        position=example["position"],
        recorded_at=example["recorded_at"],
        id=example["id"],
        cadre=example["cadre"],
        period=example["period"],
        prev=example["prev"],
        leaf=example["leaf"],
    )


def models_in(value: object) -> Iterator[Fields]:
    """A model and all models inside it."""
    if isinstance(value, Fields):
        yield value
        for name in type(value).model_fields:
            yield from models_in(getattr(value, name))
    elif isinstance(value, list):
        for element in value:
            yield from models_in(element)
    elif isinstance(value, dict):
        for element in value.values():
            yield from models_in(element)


def test_every_type_and_schema_version_has_an_example() -> None:
    wanted = {f"{type_.name}.v{schema}.json" for type_ in BY_NAME.values() for schema in range(1, type_.schema + 1)}
    assert {path.name for path in EXAMPLES} == wanted


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_decodes_and_encodes_to_the_same_bytes(path: Path) -> None:
    example = read(path)
    recorded = decode(row_of(example))
    state = json.loads(example["state"])

    assert path.name == f"{recorded.type}.v{recorded.schema}.json"
    for name in (*ENVELOPE, "correlation_id", "causation_id", "cadre", "period"):
        assert getattr(recorded, name) == example[name], name
    assert type(recorded.data) is BY_NAME[example["type"]].data
    assert state["data"] == example["data"]
    if example["schema"] == BY_NAME[example["type"]].schema:
        data = json.dumps(example["data"], ensure_ascii=False, separators=(",", ":")).encode()
        assert encode(recorded.data) == data
        assert state_bytes(recorded, state["salt"]) == example["state"].encode()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_entry_of_an_example_has_its_published_leaf(path: Path) -> None:
    example = read(path)
    fields = (
        example["origin"],
        str(example["position"] - 1),
        example["stream"],
        str(example["version"]),
        example["type"],
        str(example["schema"]),
        example["recorded_at"],
        example["prev"],
        example["state"],
    )
    entry = "\n".join(fields).encode()
    assert row_of(example).entry(example["origin"]) == entry
    assert leaf_hash(entry).hex() == example["leaf"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_shows_every_field(path: Path) -> None:
    shown: dict[type[Fields], set[str]] = {}
    for model in models_in(decode(row_of(read(path))).data):
        present = {name for name in type(model).model_fields if getattr(model, name) is not None}
        shown.setdefault(type(model), set()).update(present)
    for kind, present in shown.items():
        assert present == set(kind.model_fields), kind.__name__
