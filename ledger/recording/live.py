"""The writer's caches of cadres: the states at the head, changed in place as events are appended."""

from collections import OrderedDict

from ledger.aggregates.cadre import Cadre, Result
from ledger.aggregates.envelope import Recorded
from ledger.aggregates.facts import Facts
from ledger.recording.database import Connection
from ledger.recording.outline import CadreEvents, Outline, project
from ledger.recording.results import Results
from ledger.recording.structure import Structure

CACHED_EVENTS = 150_000
"""States of cadres are kept until together they rest on so many events (measured: 1.6 to 1.8 KB each)."""


class LiveCadres:
    """States by cadre id, least recently used first out (``ledger.recording.structure.CadreSource``)."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.events = CadreEvents()
        self._states: OrderedDict[str, Outline] = OrderedDict()
        self._results = Results(self.events, structure)

    def begin(self, connection: Connection) -> None:
        """Read in another transaction from now on."""
        self.events.connection = connection
        self._results.clear()

    def cadre(self, cadre: str) -> Outline | None:
        state = self._states.get(cadre)
        if state is None:
            state = self.events.outline(cadre) if cadre in self.structure.names else None
            if state is None:
                return None
            self._states[cadre] = state
        self._states.move_to_end(cadre)
        return state

    def result(self, cadre: str, period: str) -> Result | None:
        known = self._knowing(cadre, period)
        return known.result(period) if known is not None else None

    def _knowing(self, cadre: str, period: str) -> Cadre | None:
        """A state with the results of a period; of somebody whose state is not kept they alone are read."""
        return self._states.get(cadre) or self._results.of(cadre, period)

    def facts(self, cadre: str, period: str) -> Facts:
        """What is known of a period; of somebody whose state is not kept it alone is read."""
        state = self._states.get(cadre) or project(Cadre(cadre), self.events.facts(cadre, period))
        return state.facts_of(period) if state is not None else Facts()

    def results_in(self, group: str, period: str) -> list[str]:
        cadres = sorted(self.structure.ever_in.get(group, ()))
        found = ((cadre, self._knowing(cadre, period)) for cadre in cadres)
        return [cadre for cadre, known in found if known is not None and group in known.results_by_group(period)]

    def evolve(self, recorded: Recorded, *, stored: bool) -> None:
        """Take in an event of a cadre's stream. ``stored``: another process did, and only kept states follow."""
        cadre = recorded.stream.partition(":")[2]
        if recorded.version == 1:
            self._states[cadre] = Outline(cadre, source=self.events)
        state = self._states.get(cadre) if stored else self.cadre(cadre)
        if state is not None:
            state.evolve(recorded, stored=stored)

    def forget(self, cadre: str) -> None:
        self._states.pop(cadre, None)

    def clear(self) -> None:
        self._states.clear()

    def trim(self) -> None:
        total = sum(state.taken for state in self._states.values())
        while total > CACHED_EVENTS:
            _, state = self._states.popitem(last=False)
            total -= state.taken
