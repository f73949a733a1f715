"""The small histories of the whole ledger in memory: founding, schemes, rounds, postings, admonitions, access.

They have positions and only grow, so that one instance answers for every position up to its own (``RegistersAt``).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Protocol
from zoneinfo import ZoneInfo

from ledger.aggregates import access, postings, round, scheme
from ledger.aggregates.access import Access
from ledger.aggregates.cadre import Cadre, Result
from ledger.aggregates.cadre_events import Admonished, Annulled, Departed, Posted, Registered
from ledger.aggregates.envelope import Recorded
from ledger.aggregates.facts import Facts
from ledger.aggregates.founding import Founded, Founding, KeyChanged, OriginDeclared
from ledger.aggregates.postings import PostingHistory
from ledger.aggregates.round import Round
from ledger.aggregates.scheme import SchemeHistory

_NO_ROUND = Round()
_NO_POSTINGS = PostingHistory()


class Structure:
    """Folded from the structural events in order of position; ``size`` is how far it has read."""

    def __init__(self) -> None:
        self.size = 0
        self.founding: Founding | None = None
        self.origins: list[tuple[int, str]] = []
        """Origins of the log, each with the position of the event that it counts from."""
        self.keys: list[tuple[int, KeyChanged]] = []
        self.schemes: dict[tuple[str, str], SchemeHistory] = {}
        self.scheme_years: dict[str, dict[str, int]] = defaultdict(dict)
        self.rounds: dict[tuple[str, str], Round] = {}
        self.postings: dict[str, PostingHistory] = {}
        self.names: dict[str, Registered] = {}
        self.ever_in: dict[str, set[str]] = defaultdict(set)
        self.admonitions: dict[str, list[Recorded]] = {}
        """The admonitions of a cadre, and the annulments since his first."""
        self.access: dict[str, Access] = {}
        self.token_ids: dict[str, str] = {}
        self.moves: list[tuple[int, str]] = []
        """Positions at which members of groups may have changed, with the first month concerned."""
        self.reworked: list[tuple[int, int, str]] = []
        """Positions at which sealed rounds were reopened or sealed anew, with that of the first seal and the period."""

    @property
    def origin(self) -> str:
        """The origin in force at the head; empty before the founding."""
        return self.origins[-1][1] if self.origins else ""

    @property
    def time_zone(self) -> ZoneInfo:
        return self.founding.time_zone if self.founding is not None else ZoneInfo("UTC")

    def together(self, cadre: str) -> set[str]:
        """A cadre and everybody who was ever in one of his groups."""
        known = self.postings.get(cadre)
        groups = known.groups() if known is not None else ()
        return {cadre, *(other for group in groups for other in tuple(self.ever_in.get(group, ())))}

    def evolve(self, recorded: Recorded) -> None:
        """Take in one event; those that are not structural change nothing but ``size``."""
        kind, _, rest = recorded.stream.partition(":")
        if kind == "cadre":
            self._evolve_cadre(rest, recorded)
        elif kind == "scheme":
            group, _, year = rest.partition(":")
            scheme.evolve(self.schemes.setdefault((group, year), SchemeHistory()), recorded)
            if year not in self.scheme_years[group]:
                self.scheme_years[group][year] = recorded.position
                self.moves.append((recorded.position, f"{year}-01"))
        elif kind == "round":
            group, _, period = rest.partition(":")
            state = self.rounds.setdefault((group, period), Round())
            if state.seals:
                self.reworked.append((recorded.position, state.seals[0].position, period))
            round.evolve(state, recorded)
        elif kind == "access":
            access.evolve(self.access.setdefault(rest, Access()), recorded)
            self.token_ids[access.token_id(rest)] = rest
        elif kind == "ledger":
            self._evolve_ledger(recorded)
        self.size = recorded.position

    def _evolve_ledger(self, recorded: Recorded) -> None:
        data = recorded.data
        if isinstance(data, Founded):
            self.founding = Founding.of(data)
        if isinstance(data, Founded | OriginDeclared):
            self.origins.append((recorded.position, data.origin))
        elif isinstance(data, KeyChanged):
            self.keys.append((recorded.position, data))

    def _evolve_cadre(self, cadre: str, recorded: Recorded) -> None:
        data = recorded.data
        if isinstance(data, Registered):
            self.names[cadre] = data
        if isinstance(data, Registered | Posted | Departed | Annulled):
            postings.evolve(self.postings.setdefault(cadre, PostingHistory()), recorded)
            self._moved(recorded)
        if isinstance(data, Registered | Posted):
            self.ever_in[data.group].add(cadre)
        if isinstance(data, Admonished) or (isinstance(data, Annulled) and cadre in self.admonitions):
            self.admonitions.setdefault(cadre, []).append(recorded)

    def _moved(self, recorded: Recorded) -> None:
        data = recorded.data
        if isinstance(data, Registered | Posted | Departed):
            self.moves.append((recorded.position, data.since))
        elif recorded.period is None:  # the annulment of what is of no period: a posting, perhaps
            self.moves.append((recorded.position, ""))

    def undo(self, streams: Iterable[str], size: int) -> None:
        """Forget what these streams recorded after a position: a batch that was rolled back."""
        for stream in streams:
            kind, _, rest = stream.partition(":")
            group, _, period = rest.partition(":")
            if kind == "cadre" and rest in self.postings:
                self._undo_cadre(rest, size)
            elif kind == "scheme" and (group, period) in self.schemes:
                self.schemes[group, period] = self.schemes[group, period].as_of(size)
                if self.scheme_years[group].get(period, 0) > size:
                    del self.scheme_years[group][period]
            elif kind == "round" and (group, period) in self.rounds:
                self.rounds[group, period] = self.rounds[group, period].as_of(size)
            elif kind == "access" and rest in self.access:
                self.access[rest] = self.access[rest].as_of(size)
        for history in (self.moves, self.reworked, self.origins, self.keys):
            while history and history[-1][0] > size:
                history.pop()
        if size == 0:
            self.founding = None
        self.size = size

    def _undo_cadre(self, cadre: str, size: int) -> None:
        if cadre in self.admonitions:
            self.admonitions[cadre] = [event for event in self.admonitions[cadre] if event.position <= size]
        known = self.postings[cadre] = self.postings[cadre].as_of(size)
        for group, cadres in self.ever_in.items():
            if group not in known.groups():
                cadres.discard(cadre)
        if not known.entries:
            del self.postings[cadre], self.names[cadre]


class CadreSource(Protocol):
    """Where the registers get what is not in the structure."""

    def cadre(self, cadre: str) -> Cadre | None: ...

    def result(self, cadre: str, period: str) -> Result | None: ...

    def facts(self, cadre: str, period: str) -> Facts: ...

    def results_in(self, group: str, period: str) -> Iterable[str]: ...


class RegistersAt:
    """The registers at one position (``ledger.aggregates.registers.Registers``)."""

    def __init__(self, structure: Structure, source: CadreSource, position: int = 2**62) -> None:
        self.structure = structure
        self.source = source
        self.position = position

    @property
    def time_zone(self) -> ZoneInfo:
        return self.structure.time_zone

    def cadre(self, cadre: str) -> Cadre | None:
        return self.source.cadre(cadre)

    def result(self, cadre: str, period: str) -> Result | None:
        return self.source.result(cadre, period)

    def facts(self, cadre: str, period: str) -> Facts:
        return self.source.facts(cadre, period)

    def results_in(self, group: str, period: str) -> Iterable[str]:
        return self.source.results_in(group, period)

    def postings(self, cadre: str) -> PostingHistory:
        history = self.structure.postings.get(cadre)
        return history.as_of(self.position) if history is not None else _NO_POSTINGS

    def admonitions(self, cadre: str, year: str) -> list[str]:
        known = [event for event in self.structure.admonitions.get(cadre, ()) if event.position <= self.position]
        taken_back = {event.data.event for event in known if isinstance(event.data, Annulled)}
        return [
            event.id
            for event in known
            if isinstance(event.data, Admonished) and event.data.decided_on[:4] == year and event.id not in taken_back
        ]

    def name(self, cadre: str) -> str | None:
        """The name of a cadre; None if he is not registered at this position."""
        registered = self.structure.names.get(cadre)
        return registered.name if registered is not None and self.postings(cadre).entries else None

    def ever_in(self, group: str) -> Iterable[str]:
        return tuple(self.structure.ever_in.get(group, ()))

    def schemes(self, group: str, year: str) -> SchemeHistory | None:
        history = self.structure.schemes.get((group, year))
        if history is None:
            return None
        known = history.as_of(self.position)
        return known if known.versions else None

    def first_year(self, group: str) -> str | None:
        years = self.structure.scheme_years.get(group, {})
        return min((year for year, position in list(years.items()) if position <= self.position), default=None)

    def round(self, group: str, period: str) -> Round:
        found = self.structure.rounds.get((group, period))
        return found.as_of(self.position) if found is not None else _NO_ROUND

    def reworked_since(self, position: int) -> Iterator[str]:
        for at, first, period in reversed(self.structure.reworked):
            if at <= position:
                return
            if first <= position and at <= self.position:
                yield period

    def moved_since(self, position: int) -> str | None:
        months = []
        for at, month in reversed(self.structure.moves):
            if at <= position:
                break
            if at <= self.position:
                months.append(month)
        return min(months, default=None)

    def sealed_rounds(self) -> list[tuple[str, str]]:
        return [key for key in list(self.structure.rounds) if self.round(*key).seals]

    def groups(self) -> list[str]:
        """Every group that has a scheme or was ever named by a posting."""
        adopted = {group for group in list(self.structure.scheme_years) if self.first_year(group) is not None}
        named = {
            group
            for group in list(self.structure.ever_in)
            if any(group in self.postings(cadre).groups() for cadre in self.ever_in(group))
        }
        return sorted(adopted | named)
