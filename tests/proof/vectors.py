"""The public vectors of the formats (tests/data/vectors; each says where it is from)."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "data" / "vectors"


def vectors(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found


NOTES = vectors("signed_notes.json")
TREE = vectors("rfc6962_7leaf_structure.json")
LEAVES = vectors("rfc6962_8leaf.json")
LOG = vectors("tlog_tiles_tessera15.json")
