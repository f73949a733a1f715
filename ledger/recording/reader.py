"""Reading at one consistent moment, on connections that never wait for the writer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property

from ledger import periods
from ledger.aggregates.cadre import Cadre, Result
from ledger.aggregates.envelope import Recorded
from ledger.assessment.standing import RoundState
from ledger.projections.moment import Moment, Row
from ledger.recording.codec import StoredRow, decode
from ledger.recording.database import Connection, Database
from ledger.recording.live import project
from ledger.recording.session import Clock
from ledger.recording.structure import RegistersAt, Structure
from ledger.recording.tables import check_types, read_head, select_rows, select_structural, select_view


class Reading:
    """A read transaction: the moment it speaks for, the views, and the events (a CadreSource for its registers)."""

    def __init__(self, connection: Connection, structure: Structure, position: int, clock: Clock) -> None:
        self.connection = connection
        self.position = position
        self.registers = RegistersAt(structure, self, position)
        self.structure = structure
        self.date: date = clock().astimezone(self.registers.time_zone).date()
        self._cadres: dict[str, Cadre | None] = {}
        self._results: dict[str, dict[str, Cadre]] = {}

    @cached_property
    def moment(self) -> Moment:
        return Moment(self.registers, self.position, self.date, self._state)

    def _state(self, group: str, period: str) -> RoundState:
        return self._states.get((group, period), "open")

    @cached_property
    def _states(self) -> dict[tuple[str, str], RoundState]:
        return {(row["group"], row["period"]): row["state"] for row in self.view("rounds", "1 = 1")}

    def view(self, name: str, where: str, *parameters: object) -> Iterator[Row]:
        return select_view(self.connection, name, where, *parameters)

    def rows(self, where: str, *parameters: object) -> Iterator[StoredRow]:
        return select_rows(self.connection, where, *parameters)

    def events(self, where: str, *parameters: object) -> Iterator[Recorded]:
        return map(decode, self.rows(where, *parameters))

    def cadre(self, cadre: str) -> Cadre | None:
        if cadre not in self._cadres:
            events = self.events("stream = ? AND position <= ? ORDER BY version", f"cadre:{cadre}", self.position)
            self._cadres[cadre] = project(None, events)
        return self._cadres[cadre]

    def result(self, cadre: str, period: str) -> Result | None:
        known = self._cadres.get(cadre)
        if known is not None:
            return known.result(period)
        found = self._graded(period).get(cadre)
        return found.result(period) if found is not None else None

    def results_in(self, group: str, period: str) -> list[str]:
        return sorted(cadre for cadre, state in self._graded(period).items() if group in state.results_by_group(period))

    def _graded(self, period: str) -> dict[str, Cadre]:
        """Everybody's results of a period, in states that hold nothing else."""
        if period not in self._results:
            name = f"{periods.kind(period)}_graded"
            states: dict[str, Cadre] = {}
            for event in self.events(
                "period = ? AND cadre IS NOT NULL AND position <= ? AND type = ? ORDER BY position",
                period,
                self.position,
                name,
            ):
                cadre = event.cadre or ""
                states[cadre] = project(states.get(cadre), [event]) or Cadre(cadre)
            self._results[period] = states
        return self._results[period]


class Reader:
    """Opens readings; one structure for all of them, brought up to the head of whoever reads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._structure = Structure()
        self._lock = threading.Lock()

    @contextmanager
    def open(self) -> Iterator[Reading]:
        with self._database.read() as connection:
            size = read_head(connection).size
            with self._lock:
                if self._structure.size < size:
                    check_types(connection, self._structure.size)
                    for row in select_structural(connection, self._structure.size, size):
                        self._structure.evolve(decode(row))
                    self._structure.size = size
                structure = self._structure
            yield Reading(connection, structure, size, self._clock)
