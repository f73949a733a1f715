"""The small sample year of tests/data, played in process by an organiser."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ledger.aggregates.access import Granted
from ledger.aggregates.envelope import Recorded
from ledger.aggregates.round import DecidedGrade, Reopened
from ledger.aggregates.scheme import Scheme
from ledger.recording.codec import decode
from ledger.service.credentials import Caller
from ledger.service.inputs import validate
from ledger.service.ledger import Ledger, local_caller
from tests.recording.inside import stored

STEPS = Path(__file__).parents[1] / "data" / "small-2025.jsonl"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def recorded(address: str) -> list[Recorded]:
    """All events of a ledger in order."""
    return [decode(row) for row in stored(address)]


def play(address: str) -> None:
    """Play the year into a new ledger."""
    steps = [json.loads(line) for line in STEPS.read_text("utf-8").splitlines()]
    with Ledger(address, clock=lambda: NOW) as ledger:
        wanted = Granted(name="organiser", role="organiser")
        caller = Caller("o", token=ledger.principals.grant(local_caller("t", "g"), wanted).result().token)
        for step in steps:
            _play(ledger, caller, step)


def _play(ledger: Ledger, caller: Caller, step: dict[str, Any]) -> None:
    rest = {name: value for name, value in step.items() if name != "step"}
    match step["step"]:
        case "adopt":
            ledger.rounds.adopt(caller, step["group"], step["year"], validate(Scheme, step["scheme"])).result()
        case "register":
            lines = [json.dumps({"type": "registered", **rest}).encode()]
            assert [line.status for line in ledger.appending.append_lines(caller, lines)] == ["recorded"]
        case "append":
            lines = [json.dumps(event).encode() for event in step["events"]]
            assert {line.status for line in ledger.appending.append_lines(caller, lines)} == {"recorded"}
        case "seal":
            made = {
                cadre: None if decided is None else validate(DecidedGrade, decided)
                for cadre, decided in step.get("decisions", {}).items()
            }
            ledger.rounds.seal(caller, step["group"], step["period"], made).result()
        case "reopen":
            ledger.rounds.reopen(caller, step["group"], step["period"], Reopened(reason=step["reason"])).result()
