"""A played sample story, and what the tests ask of it."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ledger.demo import play
from ledger.projections.moment import Row
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from ledger.service.view import Page
from tests.once import once

ALL = Page(limit=100_000)
BEGIN, END = "2024-01-01T16:00:00.000000Z", "2025-12-31T16:00:00.000000Z"
"""The story's dates in its own time zone, as recorded."""


def played(factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A copy of its own of the played story, and the tokens of its principals."""
    folder = factory.mktemp("played")
    shutil.copytree(once(factory, "story", _play), folder, dirs_exist_ok=True)
    return folder / "sample.db", json.loads((folder / "tokens.json").read_text(encoding="utf-8"))


def _play(folder: Path) -> None:
    tokens = play(folder / "sample.db")
    (folder / "tokens.json").write_text(json.dumps(tokens), encoding="utf-8")


@dataclass(frozen=True)
class Sample:
    """A played story, read by its organiser on the last day."""

    path: Path
    ledger: Ledger
    tokens: dict[str, str]
    organiser: Caller
    events: list[Row]

    def of_type(self, type_: str, cadre: str | None = None) -> list[Row]:
        return [e for e in self.events if e["type"] == type_ and cadre in (None, e["stream"].partition(":")[2])]

    def period(self, cadre: str, period: str) -> Row:
        return self.ledger.queries.period(self.organiser, cadre, period)

    def record(self, cadre: str) -> Row:
        return self.ledger.queries.record(self.organiser, cadre)

    def standings(self, group: str, period: str) -> Row:
        return self.ledger.queries.standings(self.organiser, group, period)

    def duties(self, **wanted: Any) -> list[tuple[str, str, str | None]]:
        items = self.ledger.worklists.duties(self.organiser, ALL, **wanted)["items"]
        return [(duty["cadre"], duty["kind"], duty["period"]) for duty in items]

    def work(self, cadre: str, month: str) -> list[str]:
        """Key work and observation of each sealed revision."""
        graded = [e["data"] for e in self.of_type("month_graded", cadre) if e["data"]["period"] == month]
        return [f"{data['breakdown']['key_work']} {data['breakdown']['observation']}" for data in graded]

    def groups(self) -> list[str]:
        return [item["group"] for item in self.ledger.queries.groups(self.organiser)["items"]]
