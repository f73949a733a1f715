"""A place in the ledger and the date it speaks for: what every view is computed at (rules.md section 7)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.aggregates.registers import Registers
from ledger.assessment.standing import RoundState, States

Row = dict[str, Any]


@dataclass(frozen=True)
class Moment:
    """``states(group, period)`` tells how a round stands at this place."""

    registers: Registers
    position: int
    date: date
    states: Callable[[str, str], RoundState]


def moment(registers: Registers, position: int, day: date) -> Moment:
    """A moment whose round states are computed from the registers, each once."""
    return Moment(registers, position, day, States(registers))
