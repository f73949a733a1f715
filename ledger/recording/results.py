"""The results of single periods of many cadres, without the rest of their streams."""

from collections.abc import Iterable

from ledger import periods
from ledger.aggregates.cadre import Cadre
from ledger.recording.outline import CadreEvents, project
from ledger.recording.structure import Structure


class Results:
    """States that hold nothing but a period's results; read for everybody who was ever in the same groups at once."""

    def __init__(self, events: CadreEvents, structure: Structure) -> None:
        self._events = events
        self._structure = structure
        self._known: dict[tuple[str, str], Cadre | None] = {}

    def of(self, cadre: str, period: str) -> Cadre | None:
        if (cadre, period) not in self._known:
            self.load(self._structure.together(cadre), period)
        return self._known[cadre, period]

    def load(self, cadres: Iterable[str], period: str) -> None:
        """Read the results of a period of many cadres at once.

        The type is compared as an expression, so that no planner takes the index by type instead of that by period.
        """
        wanted = sorted(cadre for cadre in cadres if (cadre, period) not in self._known)
        self._known.update(((cadre, period), None) for cadre in wanted)
        for event in self._events.of_period(wanted, period, f"type || '' = '{periods.kind(period)}_graded'"):
            key = event.cadre or "", period
            self._known[key] = project(self._known[key], [event])

    def clear(self) -> None:
        self._known.clear()
