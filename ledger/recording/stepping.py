"""Registers at one position after another, for one cadre whose own state is folded on from event to event."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ledger.aggregates.cadre import Cadre, Result
from ledger.aggregates.envelope import Recorded
from ledger.aggregates.facts import Facts
from ledger.recording.database import STRUCTURAL_TYPES
from ledger.recording.outline import CadreEvents, Outline
from ledger.recording.reader import Reading
from ledger.recording.structure import RegistersAt

_OF_NOBODY_ELSE = ("granted", "revoked", "admonished")
"""Structural types that change nobody but whom they name."""


class Stepping:
    """What happened to a cadre after a position, up to that of a reading (``ledger.projections.unfolding.Course``)."""

    def __init__(self, reading: Reading, cadre: str, since: int) -> None:
        self._reading = reading
        events = CadreEvents(reading.connection, since)
        self.cadre = events.outline(cadre) or Outline(cadre, source=events)
        self.since = since

    def events(self) -> Iterator[Recorded]:
        """The cadre's events, and those of schemes, rounds and others' postings, in order."""
        id_, until = self.cadre.id, self._reading.position
        own = self._reading.events(
            "stream = ? AND version > ? AND position <= ? ORDER BY version", f"cadre:{id_}", self.cadre.version, until
        )
        others = self._reading.events(
            f"type IN ({STRUCTURAL_TYPES}) AND position > ? AND position <= ? ORDER BY position", self.since, until
        )
        beside = (event for event in others if event.cadre != id_ and event.type not in _OF_NOBODY_ELSE)
        return heapq.merge(own, beside, key=lambda event: event.position)

    def take(self, recorded: Recorded) -> None:
        if recorded.stream == f"cadre:{self.cadre.id}":
            self.cadre.evolve(recorded, stored=False)

    def registers(self, position: int) -> RegistersAt:
        return RegistersAt(self._reading.structure, _One(self._reading, self.cadre, position), position)


class _One:
    """One cadre's state as given; of all others the results up to the position (a CadreSource)."""

    def __init__(self, reading: Reading, cadre: Cadre, position: int) -> None:
        self._reading = reading
        self._cadre = cadre
        self._position = position

    def cadre(self, cadre: str) -> Cadre | None:
        return self._cadre if cadre == self._cadre.id else None

    def result(self, cadre: str, period: str) -> Result | None:
        if cadre == self._cadre.id:
            return self._cadre.result(period)
        known = self._reading.results.of(cadre, period)
        if known is None:
            return None
        kept = [result for result in known.results.get(period, ()) if result.position <= self._position]
        return replace(known, results={period: kept}).result(period)

    def facts(self, cadre: str, period: str) -> Facts:
        if cadre == self._cadre.id:
            return self._cadre.facts_of(period)
        return self._reading.facts_at(cadre, period, self._position)

    def results_in(self, group: str, period: str) -> Iterable[str]:
        return (cadre for cadre in self._reading.results_in(group, period) if self.result(cadre, period) is not None)
