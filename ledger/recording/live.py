"""The writer's caches of cadres: the states at the head, changed in place as events are appended."""

from collections import OrderedDict
from collections.abc import Iterable

from eventsourcing.application import AggregateNotFoundError

from ledger.aggregates import cadre as cadres
from ledger.aggregates.cadre import Cadre, Result
from ledger.aggregates.envelope import Recorded
from ledger.recording.application import LedgerApplication
from ledger.recording.structure import Structure

CACHED_EVENTS = 150_000
"""States of cadres are kept until together they rest on so many events (measured: 1.6 to 1.8 KB each)."""


def project(initial: Cadre | None, events: Iterable[Recorded]) -> Cadre | None:
    """The library's projector function for a cadre's stream."""
    state = initial
    for event in events:
        state = cadres.evolve(state or Cadre(event.stream.partition(":")[2]), event)
    return state


class LiveCadres:
    """States by cadre id, least recently used first out (``ledger.recording.structure.CadreSource``)."""

    def __init__(self, application: LedgerApplication, structure: Structure) -> None:
        self.application = application
        self.structure = structure
        self._states: OrderedDict[str, Cadre] = OrderedDict()

    def cadre(self, cadre: str) -> Cadre | None:
        state = self._states.get(cadre)
        if state is None:
            if cadre not in self.structure.names:
                return None
            try:
                state = self.application.repository.get(f"cadre:{cadre}", projector_func=project)
            except AggregateNotFoundError:
                return None
            self._states[cadre] = state
        self._states.move_to_end(cadre)
        return state

    def result(self, cadre: str, period: str) -> Result | None:
        state = self.cadre(cadre)
        return state.result(period) if state is not None else None

    def results_in(self, group: str, period: str) -> list[str]:
        found = []
        for cadre in sorted(self.structure.ever_in.get(group, ())):
            state = self.cadre(cadre)
            if state is not None and group in state.results_by_group(period):
                found.append(cadre)
        return found

    def evolve(self, recorded: Recorded, *, load: bool) -> None:
        """Take in an event of a cadre's stream. ``load``: also where the state is not cached yet."""
        cadre = recorded.stream.partition(":")[2]
        if recorded.version == 1:
            self._states[cadre] = Cadre(cadre)
        state = self.cadre(cadre) if load else self._states.get(cadre)
        if state is not None:
            cadres.evolve(state, recorded)

    def forget(self, cadre: str) -> None:
        self._states.pop(cadre, None)

    def clear(self) -> None:
        self._states.clear()

    def trim(self) -> None:
        total = sum(state.version for state in self._states.values())
        while total > CACHED_EVENTS:
            _, state = self._states.popitem(last=False)
            total -= state.version
